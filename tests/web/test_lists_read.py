"""Lists on the web as they are read: by link, on paper, by robots, and with whatever words people put in."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.rows import set_record
from tests.support.world import World
from tests.web.collecting import PHONES, RECORD, collect
from webapp import clock
from webapp.domain.hours import LONDON
from webapp.services import lists
from webapp.services.lists import Maker
from webapp.storage.unit_of_work import new_id

EVIL = '<script>alert(1)</script> javascript:alert(1) https://evil.example "\'>'


@pytest.mark.usefixtures("soup")
def test_a_list_shows_what_somebody_needs_who_goes_there(client: PageClient) -> None:
    card = collect(client).one("ol.stack > li")
    assert card.one("a[href^='tel:']").text == "0131 496 0000"
    said = card.text
    for words in ("Hot soup", "Harbour Hall, 4 Pier Brae", "12:00 to 14:00", "Two pounds", "Not checked yet"):
        assert words in said
    assert card.one("h2 a")["href"] == RECORD


@pytest.mark.usefixtures("soup")
def test_words_of_a_list_are_text_wherever_they_stand(world: World, client: PageClient) -> None:
    path = collect(client, name=EVIL).path
    page = client.get(f"{path}/edit").form("form[action$='/edit']").fill(note=EVIL).submit().follow()
    client.get(f"{path}/edit").form("ol form").fill(note=EVIL).submit("[value=note]")
    for address in (path, f"{path}/print", f"{path}/edit", f"{path}/send", "/lists", f"{RECORD}/list"):
        page = client.get(address)
        assert page.all("script:not([src])") == []
        assert [a["href"] for a in page.all("a") if "evil" in a["href"]] == []
        assert "<script>alert" in page.text


@pytest.mark.usefixtures("soup")
def test_robots_index_no_list(client: PageClient) -> None:
    path = collect(client).path
    for address in (path, f"{path}/print", f"{path}/send", f"{path}/edit", "/lists", f"{RECORD}/list"):
        assert client.get(address).headers["X-Robots-Tag"].startswith("noindex")
    assert "X-Robots-Tag" not in client.get(RECORD).headers


def test_what_was_withdrawn_says_so_and_what_was_merged_is_followed(
    world: World, soup: str, client: PageClient
) -> None:
    tea, talk = world.record(name="Tea"), world.record(name="Talk")
    path = collect(client).path
    collect(client, "/services/tea")
    set_record(world, soup, status="void")
    set_record(world, tea, status="merged", merged_into=talk)
    for address in (path, f"{path}/print"):
        page = client.get(address)
        assert page.texts("h2")[-2:] == ["Harbour Soup Lunch", "Talk"]
        assert "Withdrawn." in page.one("main").text
        assert "0131" not in page.one("main").text
    assert client.get(path).texts("ol.stack h2 a") == ["Harbour Soup Lunch", "Talk"]


def test_a_long_list_takes_as_many_queries_as_a_short_one(world: World, client: PageClient) -> None:
    made = lists.make_list(world.storage, Maker(), "Long", None, world.now)
    for number in range(30):
        record = world.record(name=f"Lunch {number}", fees_description=f"{number} pounds", phones=PHONES)
        lists.add_entry(world.storage, made.code, Maker(None, made.key), record, world.now)
    with at_most(5, world.storage.engine):
        assert len(client.get(f"/lists/{made.code}").all("ol.stack > li")) == 30


# -- on paper ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("soup")
def test_a_leaflet_has_a_code_that_leads_back_and_says_to_check(world: World, client: PageClient) -> None:
    path = collect(client).path
    page = client.get(f"{path}/print")
    assert page.one("svg.qr")["role"] == "img"
    assert page.one(".leaflet h2").text == "Harbour Soup Lunch"
    foot = page.one(".leaflet footer").text
    assert f"http://localhost{path}" in foot
    assert "2 March 2026" in foot
    assert "before you go" in foot
    assert "Open now" not in page.one(".leaflet").text  # paper is read on another day


def test_a_leaflet_says_the_web_address_and_warns_of_bank_holidays(world: World, client: PageClient) -> None:
    week = {"id": new_id(), "order": 0, "freq": "WEEKLY", "byday": "FR", "opens_at": "10:00", "closes_at": "12:00"}
    hall = world.record("location", name="Hall", location_type="physical", postal_code="EH6 5NA")
    place = {"id": new_id(), "order": 0, "location_id": hall, "schedules": [week]}
    world.record(name="Harbour Soup Lunch", url="https://linnet.example", places=[place])
    path = collect(client).path
    with clock.fixed(datetime(2026, 3, 29, 9, tzinfo=LONDON)):
        said = client.get(f"{path}/print").one(".leaflet section").text
    assert "Website: linnet" in said
    assert "bank holiday, Friday 3 April 2026" in said


def test_a_leaflet_says_on_which_day_a_service_was_checked(world: World, soup: str, client: PageClient) -> None:
    set_record(world, soup, checked_at=world.now)
    page = client.get(collect(client).path)
    assert "Checked just now" in page.one("main").text
    assert "Checked on 2 March 2026" in client.get(f"{page.path}/print").one(".leaflet section").text
