"""One's own areas and topics: chosen once, shown as tabs of the queue, and nobody else's business."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.queueing import chosen, suggested, tab, titles

AREA = [{"id": "00000000-0000-4000-8000-000000000001", "order": 0, "name": "Fife"}]


@pytest.fixture
def rob(world: World, sign_in: SignIn) -> PageClient:
    """A reviewer's browser."""
    return sign_in(world.person("rob", "reviewer"))


def choose(person: PageClient, *areas: str) -> None:
    """Somebody looks after these areas from now on."""
    person.get("/account/interests").form("main form").fill({"area": list(areas)}).submit(status=303)


def in_fife(world: World, name: str) -> None:
    """An open change to a service for people in Fife."""
    world.suggest(world.person("ann"), world.record(name=name, service_areas=AREA), description=name)


def test_areas_and_topics_are_chosen_once_and_kept(world: World, rob: PageClient) -> None:
    food = world.record("taxonomy_term", name="Food")
    page = rob.get("/account/settings").click("Choose your areas and topics")
    sent = page.form("main form").fill({"area": ["ucfife", "uchighland"], "topic": [food]}).submit(status=303)
    page = sent.follow()
    assert [box["value"] for box in page.all("main [checked]")] == ["ucfife", "uchighland", food]
    assert page.texts("main details[open] summary") == ["Scotland", "Food"]
    page.form("main form").fill({"area": [], "topic": []}).submit(status=303)
    assert not rob.get("/account/interests").all("main [checked]")


def test_too_many_are_refused_and_stay_chosen(rob: PageClient) -> None:
    boxes = [box["value"] for box in rob.get("/account/interests").all("main [name=area]")][:11]
    page = rob.get("/account/interests").form("main form").fill({"area": boxes}).submit(status=422)
    assert "You can choose 10 areas and 10 topics, and no more." in page.one("#problems").text
    assert len(page.all("main [checked]")) == 11
    assert not rob.get("/account/interests").all("main [checked]")


@pytest.mark.parametrize(
    ("name", "title"), [("Your areas", "No area chosen yet"), ("Your topics", "No topic chosen yet")]
)
def test_a_tab_of_which_nothing_is_chosen_says_so_and_leads_there(rob: PageClient, name: str, title: str) -> None:
    page = tab(rob.get("/review"), name)
    assert (chosen(page), page.one("main .empty h2").text) == (name, title)
    assert page.click("Choose your areas and topics").path == "/account/interests"


def test_the_tabs_show_and_count_what_waits_there(world: World, rob: PageClient) -> None:
    in_fife(world, "Soup")
    in_fife(world, "Lunch")
    suggested(world, "Dance")
    choose(rob, "ucfife")
    page = tab(rob.get("/review"), "Your areas")
    assert titles(page) == ["Soup Description", "Lunch Description"]
    assert page.one("main .tabs [aria-current]").text == "Your areas 2"
    page = page.click("Start with the first").click("Skip to the next suggestion", status=303).follow()
    assert page.one("h1").text == "Suggestion for Lunch"
    assert page.click("Skip to the next suggestion", status=303).location == "/review?show=areas"


def test_the_tabs_cost_one_statement_more_than_others(world: World, rob: PageClient) -> None:
    for name in ("Soup", "Lunch", "Tea"):
        in_fife(world, name)
    choose(rob, "ucfife", "uchighland")
    rob.get("/review?show=areas")
    with at_most(9, world.storage.engine):
        assert len(titles(rob.get("/review?show=areas&kind=service"))) == 3


def test_nobody_else_is_told_what_somebody_chose(
    world: World, rob: PageClient, sign_in: SignIn, client: PageClient
) -> None:
    choose(rob, "ucfife")
    mo = sign_in(world.person("mo", "moderator"))
    assert not mo.get("/account/interests").all("main [checked]")
    for who, path in ((client, "/people/rob"), (mo, "/people/rob"), (mo, "/moderate/people/rob")):
        assert "Fife" not in who.get(path).text
    for show in ("areas", "topics"):
        assert chosen(client.get(f"/review?show={show}")) == "All"
