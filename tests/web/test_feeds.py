"""Feeds: valid Atom, the same as the page beside them, and nothing that it does not say."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from tests.support.page_client import PageClient
from tests.support.world import World
from webapp.services import redact

NS = {"a": "http://www.w3.org/2005/Atom"}
ALLOWED = {"id", "title", "updated", "link", "author", "summary", "entry", "name"}


def read(client: PageClient, path: str) -> ET.Element:
    """A feed, held against RFC 4287: what it must have, once, and nothing of another name."""
    answer = client.get(path)
    assert answer.headers["Content-Type"].split(";")[0] == "application/atom+xml"
    root = ET.fromstring(answer.response.get_data())  # noqa: S314  # what we wrote ourselves
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert {element.tag.split("}")[1] for element in root.iter()} - {"feed"} <= ALLOWED
    for element in (root, *root.findall("a:entry", NS)):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(f"a:{name}", NS)
            assert (found.text or "").strip()
        assert datetime.fromisoformat(element.findtext("a:updated", "", NS))
        alternates = [link for link in element.findall("a:link", NS) if link.get("rel") == "alternate"]
        assert len(alternates) == 1
    assert len(root.findall("a:author", NS)) == 1
    links = [link.get("href", "") for link in root.iter("{http://www.w3.org/2005/Atom}link")]
    assert all(link.startswith("http://localhost/") for link in links)
    ids = [entry.findtext("a:id", "", NS) for entry in root.findall("a:entry", NS)]
    assert len(set(ids)) == len(ids)
    return root


def titles(root: ET.Element) -> list[str]:
    return [entry.findtext("a:title", "", NS) for entry in root.findall("a:entry", NS)]


@pytest.fixture
def busy(world: World) -> World:
    """A record that came in and of which Ann changed the words, and another that came in."""
    soup = world.record(description="Soup")
    world.approve(world.suggest(world.person("ann"), soup, description="Soup and company")[0], "rita", "rob")
    world.record("organization", name="Harbour", description="Us")
    world.town["soup"] = soup
    return world


@pytest.mark.usefixtures("busy")
def test_recent_changes_are_a_feed_with_the_filters_of_the_page(client: PageClient) -> None:
    page = client.get("/changes?kind=service")
    href = page.one("link[rel=alternate][type='application/atom+xml']")["href"]
    root = read(client, href)
    assert titles(root) == ["Harbour Soup Lunch: Description changed", "Harbour Soup Lunch: Added"]
    first = root.findall("a:entry", NS)[0]
    assert first.findtext("a:author/a:name", "", NS) == "Ann"
    link = first.find("a:link", NS)
    assert link is not None
    assert link.get("href") == "http://localhost/services/harbour-soup-lunch/history/2"
    assert titles(read(client, "/feeds/changes.atom")) == ["Harbour: Added", *titles(root)]


@pytest.mark.usefixtures("busy")
def test_somebodys_contributions_are_a_feed(client: PageClient) -> None:
    root = read(client, "/feeds/changes.atom?by=ann")
    assert titles(root) == ["Harbour Soup Lunch: Description changed"]
    assert root.findtext("a:title", "", NS).startswith("Changes by Ann")
    assert client.get("/feeds/changes.atom?by=nobody", status=404)


def test_a_record_has_a_feed_that_outlives_its_name(busy: World, client: PageClient) -> None:
    href = client.get("/services/harbour-soup-lunch/history").one("link[type='application/atom+xml']")["href"]
    assert href == f"/feeds/records/{busy.town['soup']}.atom"
    assert titles(read(client, href)) == ["Harbour Soup Lunch: Description changed", "Harbour Soup Lunch: Added"]
    assert client.get("/feeds/records/01890000-0000-7000-8000-000000000000.atom", status=404)


def test_a_feed_of_nothing_is_still_a_feed(world: World, client: PageClient) -> None:
    assert titles(read(client, "/feeds/changes.atom")) == []
    assert world


def test_a_reader_who_has_it_already_is_told_so(busy: World, client: PageClient) -> None:
    first = client.get("/feeds/changes.atom")
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/feeds/changes.atom", status=304, headers=known).response.get_data() == b""
    assert first.headers["Last-Modified"]
    busy.record(name="Another")
    assert client.get("/feeds/changes.atom", headers=known).headers["ETag"] != first.headers["ETag"]


def test_what_is_voted_on_is_in_no_feed(busy: World, client: PageClient) -> None:
    (change,) = busy.suggest(busy.person("ann"), busy.town["soup"], name="Harbour Feast")
    busy.vote(busy.person("rita"), change)
    paths = ("/feeds/changes.atom", f"/feeds/records/{busy.town['soup']}.atom")
    told = [client.get(path).response.get_data(as_text=True) for path in paths]
    assert not any("Feast" in text or "Rita" in text for text in told)


def test_what_was_redacted_is_in_no_feed(busy: World, client: PageClient) -> None:
    number = "07700 900123"
    secret = busy.record(name=f"Call {number}", description="Us")
    paths = ("/feeds/changes.atom", f"/feeds/records/{secret}.atom")
    assert all("900123" in client.get(path).response.get_data(as_text=True) for path in paths)
    mask = redact.Mask(secret, busy.person("mo", "moderator"), "private", value=number)
    redact.mask(busy.storage, mask, busy.now)
    assert not any("900123" in client.get(path).response.get_data(as_text=True) for path in paths)


def test_names_that_look_like_markup_stay_words(world: World, client: PageClient) -> None:
    world.record(name="Tea & <b>cake</b> ]]>")
    assert titles(read(client, "/feeds/changes.atom")) == ["Tea & <b>cake</b> ]]>: Added"]
