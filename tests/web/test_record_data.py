"""What a record's page says to machines: only what people read there too, and nothing that any text could break."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.hostile import ATTACKS, texts
from tests.support.page_client import Page, PageClient
from tests.support.world import World
from tests.web.test_browse import rich
from webapp.services import confirm
from webapp.storage.unit_of_work import new_id
from webapp.web.record_data import as_script

SOUP = "/services/harbour-soup-lunch"
HOME = "http://localhost"


def data(page: Page) -> dict[str, Any]:
    """The one block of data of a page."""
    found: dict[str, Any] = json.loads(page.one("script[type='application/ld+json']").tag.string or "")
    return found


def meta(page: Page, name: str) -> str:
    return page.one(f"meta[property='og:{name}']")["content"]


def test_a_service_says_who_where_and_when(world: World, client: PageClient) -> None:
    record = rich(world)
    who = world.person("cat", "reviewer")
    confirm.confirm_record(world.storage, confirm.ConfirmRecord(record, who, 1, "visited"), world.now)
    page = client.get(SOUP)
    said = data(page)
    assert (said["@type"], said["url"], said["lastReviewed"]) == ("WebPage", HOME + SOUP, "2026-03-02")
    service = said["mainEntity"]
    assert service["@type"] == "Service"
    assert service["provider"]["url"] == f"{HOME}/organizations/harbour-neighbours"
    place, phone = service["availableChannel"]
    assert place["serviceLocation"]["address"]["postalCode"] == "LT1 2AB"
    assert place["serviceLocation"]["openingHoursSpecification"] == [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": ["Monday"], "opens": "12:00", "closes": "14:00"}
    ]
    assert phone["servicePhone"]["telephone"] == page.one(".contacts a")["href"].removeprefix("tel:")


def test_a_place_says_where_it_is_and_when_it_is_open(world: World, client: PageClient) -> None:
    row = {"id": new_id(), "order": 0, "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU"}
    at = {"latitude": "55.975700", "longitude": "-3.170000", "address_1": "1 Quay", "city": "Port"}
    world.record("location", name="Hall", location_type="physical", schedules=[row], **at)
    place = data(client.get("/locations/hall"))["mainEntity"]
    assert place["@type"] == "Place"
    assert place["geo"] == {"@type": "GeoCoordinates", "latitude": "55.975700", "longitude": "-3.170000"}
    (hours,) = place["openingHoursSpecification"]
    assert (len(hours["dayOfWeek"]), hours["opens"], hours["closes"]) == (7, "00:00", "23:59")


def test_organisations_guides_and_categories_have_types_of_their_own(world: World, client: PageClient) -> None:
    number = {"id": new_id(), "order": 0, "identifier_type": "Scottish charity", "identifier": "SC1"}
    world.record("organization", name="Trust", organization_identifiers=[number])
    world.record("organization", name="Group", website="https://group.example")
    world.record("guide", name="Where to eat", body="Go *out*")
    world.record("taxonomy_term", name="Food")
    paths = ("/organizations/trust", "/organizations/group", "/guides/where-to-eat", "/categories/food")
    things = [data(client.get(path))["mainEntity"] for path in paths]
    assert [thing["@type"] for thing in things] == ["NGO", "Organization", "Article", "DefinedTerm"]
    assert things[1]["url"] == "https://group.example"
    assert things[2]["headline"] == "Where to eat"


def test_what_is_gone_promises_nothing(world: World, client: PageClient) -> None:
    world.record(name="Old Club", status="closed")
    page = client.get("/services/old-club")
    assert not page.all("script[type='application/ld+json']")


def test_what_does_not_run_now_has_no_hours(world: World, client: PageClient) -> None:
    row = {"id": new_id(), "order": 0, "freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "closes_at": "12:00"}
    world.record(name="Paused", schedules=[row], status="temporarily closed")
    assert "hoursAvailable" not in data(client.get("/services/paused"))["mainEntity"]


def test_every_page_of_a_record_names_its_one_address_and_says_what_it_is(world: World, client: PageClient) -> None:
    rich(world)
    page = client.get(SOUP + "?utm_source=x")
    assert page.one("link[rel=canonical]")["href"] == HOME + SOUP
    assert meta(page, "url") == HOME + SOUP
    assert (meta(page, "title"), meta(page, "type")) == ("Harbour Soup Lunch", "website")
    assert meta(page, "description") == page.one("meta[name=description]")["content"] == "Hot soup"
    assert meta(page, "site_name")


def test_where_there_is_no_summary_the_description_begins_it(world: World, client: PageClient) -> None:
    world.record(name="Talk", description="Some **good** words. " + "And more of them, " * 30)
    said = client.get("/services/talk").one("meta[name=description]")["content"]
    assert said.startswith("Some good words. And more")
    assert said.endswith(" …")
    assert len(said) <= 202
    world.record(name="One word", description="x" * 900)
    assert client.get("/services/one-word").one("meta[name=description]")["content"] == "x" * 200 + " …"


def test_the_start_page_says_what_it_is(client: PageClient) -> None:
    page = client.get("/")
    assert page.one("link[rel=canonical]")["href"] == HOME + "/"
    assert data(page)["@type"] == "WebSite"


@pytest.mark.parametrize("text", [*ATTACKS[:10], "</script><script>zq()</script>", "<!--<script>", "]]>", "x\u2028y"])
def test_no_text_ends_the_block_or_begins_another(text: str, world: World, client: PageClient) -> None:
    line = " ".join(text.split())[:150]
    where = {"address_1": line, "city": line, "postal_code": "EH6 5NA"}
    place = world.record("location", name=f"Hall {line}", location_type="physical", **where)
    places = [{"id": new_id(), "order": 0, "location_id": place}]
    record = world.record(name=f"Lunch {line}", summary=line, places=places)
    page = client.get(f"/services/{world.row(record).slug}")
    assert data(page)["mainEntity"]["description"] == page.one(".lead").text
    assert data(page)["mainEntity"]["availableChannel"][0]["serviceLocation"]["address"]["addressLocality"]
    assert len(page.all("script:not([src])")) == 1


def test_nothing_written_anywhere_is_a_tag_in_a_script() -> None:
    for text in texts():
        said = as_script({"text": text, text[:50]: [text]})
        assert not set("<>&'") & set(said)
        assert json.loads(said) == {"text": text, text[:50]: [text]}
