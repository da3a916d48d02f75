"""The public account of what happens goes back page by page, and leaves nothing out between them."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.test_feeds import read
from tests.web.test_feeds import titles as entries
from webapp.storage.queries import recent as queries
from webapp.web import recent


@pytest.mark.parametrize("address", ["/changes", "/moderation-log"])
def test_older_entries_stand_on_the_pages_after(
    address: str, world: World, client: PageClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.record(description="Soup")
    mo = sign_in(world.person("mo", "moderator"))
    for days in (3, 2):
        form = mo.get("/services/harbour-soup-lunch/protect").form("main form")
        form.fill(level="trusted", days=days, note=f"For {days} days").submit(status=303)
    world.record(name="Another")
    whole = client.get(address).texts(".timeline li")
    assert len(whole) == 2
    monkeypatch.setattr(recent, "PER_PAGE", 1)
    first = client.get(address)
    second = first.click("Earlier changes" if address == "/changes" else "Earlier entries")
    assert [*first.texts(".timeline li"), *second.texts(".timeline li")] == whole
    assert second.find(".more") is None


@pytest.fixture
def busy(world: World) -> World:
    """Two imports; of the first Ann changed the words, which applied."""
    soup = world.record(description="Soup")
    world.record("organization", name="Harbour", description="Us")
    world.approve(world.suggest(world.person("ann"), soup, description="Soup and company")[0], "rita", "rob")
    return world


def titles(page: Page) -> list[str]:
    return page.texts(".timeline h2")


@pytest.mark.usefixtures("busy")
def test_each_filter_is_a_chip_that_can_be_taken_away(client: PageClient) -> None:
    page = client.get("/changes").form("main form").fill(kind="service", by="@ann", reverted="no").submit(status=200)
    assert titles(page) == ["Harbour Soup Lunch"]
    assert page.texts(".tags .tag") == [
        "Services × : take this away", "Not reverted × : take this away", "By Ann × : take this away"
    ]  # fmt: skip
    assert page.one("select[name=kind] option[selected]")["value"] == "service"
    without = client.get(page.all(".tags a")[2]["href"])
    assert without.path == "/changes?kind=service&reverted=no"
    assert titles(without) == ["Harbour Soup Lunch", "Harbour Soup Lunch"]
    assert client.get("/changes?kind=service&kind=x&new=perhaps&nonsense=1").texts(".tags .tag") == [
        "Services × : take this away"
    ]


@pytest.mark.usefixtures("busy")
def test_nobody_of_that_name_is_an_empty_page_and_no_fault(client: PageClient) -> None:
    page = client.get("/changes?by=nobody")
    assert page.one(".empty h2").text == "No such changes"
    assert page.texts(".tags .tag") == ["By nobody × : take this away"]


@pytest.mark.usefixtures("busy")
def test_where_a_filter_finds_little_the_page_says_how_far_it_looked(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "WINDOW", 1)
    page = client.get("/changes?import=yes")
    assert page.all(".note p")[0].text.startswith("There is none among the last 1 changes")
    assert page.find(".timeline") is None
    further = page
    while not titles(further):
        further = further.click("Look further back")
    assert titles(further) == ["Harbour"]
    assert further.all(".note p")[0].text.startswith("These are the ones among 1 changes.")
    assert further.click("To the newest changes").path == "/changes?import=yes"
    last = further.click("Look further back")
    assert titles(last) == ["Harbour Soup Lunch"]
    assert last.find(".note, .more") is None


def test_what_came_since_is_said_once_and_silence_while_it_is_known(busy: World, client: PageClient) -> None:
    ask = client.get("/changes").one("#newer")
    assert ask.text == ""
    assert client.get(ask["hx-get"], status=204, fragment="p#newer").response.get_data() == b""
    busy.record(name="Another")
    told = client.get(ask["hx-get"], fragment="p#newer")
    assert told.one("a").text == "1 newer change: show it"
    assert client.get(told.one("#newer")["hx-get"], status=204, fragment="p#newer")
    busy.record(name="A third")
    again = client.get(told.one("#newer")["hx-get"], fragment="p#newer")
    assert again.one("a").text == "2 newer changes: show them"
    assert titles(client.get(again.one("a")["href"]))[:2] == ["A third", "Another"]


def test_the_same_filters_hold_for_what_came_since(busy: World, client: PageClient) -> None:
    ask = client.get("/changes?kind=organization").one("#newer")
    busy.record(name="Another")
    assert client.get(ask["hx-get"], status=204, fragment="p#newer")
    busy.record("organization", name="Another")
    assert client.get(ask["hx-get"], fragment="p#newer").one("a")["href"] == "/changes?kind=organization"


def test_asked_as_a_page_what_came_since_is_the_page(client: PageClient) -> None:
    assert client.get("/changes/newer?after=3&kind=service", status=303).location == "/changes?kind=service"


def test_an_older_page_does_not_ask_by_itself(busy: World, client: PageClient) -> None:
    assert client.get("/changes?before=3").find("#newer") is None
    assert busy


def test_what_newcomers_suggested_and_what_was_reverted_are_marked(
    busy: World, client: PageClient, sign_in: SignIn
) -> None:
    mo = sign_in(busy.person("mo", "moderator"))
    form = mo.get("/services/harbour-soup-lunch/history/2/revert").form("main form")
    form.fill(summary="It was wrong").submit(status=303)
    rows = client.get("/changes").all(".timeline li")
    assert [row.texts(".tag") for row in rows] == [[], ["By a newcomer", "Reverted since"], [], []]


@pytest.mark.parametrize(
    ("address", "most"),
    [("/changes", 3), ("/changes?kind=service&author=new&reverted=no&class=low", 3), ("/changes?by=ann", 5)],
)
def test_a_page_of_changes_costs_the_same_number_of_questions(
    address: str, most: int, busy: World, client: PageClient, app: Flask
) -> None:
    for name in ("One", "Two", "Three"):
        busy.record(name=name)
    with at_most(most, app.extensions["storage"].engine):
        client.get(address)


def test_asking_what_came_since_costs_one_question(busy: World, client: PageClient, app: Flask) -> None:
    ask = client.get("/changes?by=ann&kind=service").one("#newer")["hx-get"]
    with at_most(1, app.extensions["storage"].engine):
        client.get(ask, status=204, fragment="p#newer")
    assert busy


def test_recent_changes_of_an_area_are_shown_and_fed(world: World, client: PageClient) -> None:
    area = {"id": "00000000-0000-4000-8000-000000000001", "order": 0, "name": "Fife"}
    world.record(name="Bus", service_areas=[area])
    world.record(name="Lunch")
    page = client.get("/changes").form("main form").fill(area="ucfife").submit(status=200)
    assert (titles(page), page.texts(".tags .tag")) == (["Bus"], ["Fife × : take this away"])
    feed = page.one("main a[href^='/feeds/']")["href"]
    assert feed == "/feeds/changes.atom?area=ucfife"
    assert entries(read(client, feed)) == ["Bus: Added"]
    assert titles(client.get("/changes?area=nowhere")) == ["Lunch", "Bus"]
