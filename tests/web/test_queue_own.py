"""What the queue has for each reviewer: tabs of their own, who else looks at what, and single keys."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.queueing import chosen, number, queue_of, suggested, tab, titles
from webapp import clock


@pytest.fixture
def rob(world: World, sign_in: SignIn) -> PageClient:
    """A reviewer's browser."""
    return sign_in(world.person("rob", "reviewer"))


# -- tabs of one's own, and how many there are ---------------------------------------------------------------


def test_a_choice_is_kept_by_name_as_a_tab_and_removed_again(world: World, rob: PageClient) -> None:
    number(world, "Lunch")
    page = rob.get("/review?show=all&kind=service&class=high")
    page = page.form("form.saving").fill(name="  Numbers  first ").submit(status=303).follow()
    assert chosen(page) == "Numbers first"
    assert titles(tab(rob.get("/review"), "Numbers first")) == ["Lunch Phone numbers"]
    page = rob.get("/review?class=high&kind=service&show=all")
    page = page.form("form[action$=remove]").submit(status=303).follow()
    assert "Numbers first" not in page.one("main .tabs").text


def test_what_has_a_tab_already_is_not_offered_to_be_kept(rob: PageClient, client: PageClient) -> None:
    assert rob.get("/review?kind=guide").all("form.saving")
    assert not rob.get("/review?class=high").all("form.saving")
    assert not client.get("/review?kind=guide").all("form.saving")


@pytest.mark.parametrize("name", ["", " ", "x" * 41])
def test_a_name_that_can_not_be_is_refused_in_words(rob: PageClient, name: str) -> None:
    rob.get("/review?kind=guide")
    page = rob.post("/review/saved", {"name": name, "queue": "/review?show=all&kind=guide"}).follow()
    assert page.one(".messages .bad").text == "Give it a name of at most 40 characters."
    assert page.path == "/review?show=all&kind=guide"


def test_nobody_removes_the_tab_of_somebody_else(world: World, rob: PageClient, sign_in: SignIn) -> None:
    rob.get("/review?kind=guide").form("form.saving").fill(name="Guides").submit(status=303)
    url = rob.get("/review?kind=guide").one("form[action$=remove]")["action"]
    rita = sign_in(world.person("rita", "reviewer"))
    rita.get("/review?kind=guide")
    assert rita.post(url, status=404)
    assert rob.get("/review?kind=guide").all("form[action$=remove]")


def test_tabs_alone_come_for_a_page_that_asks_for_them(world: World, rob: PageClient) -> None:
    suggested(world, "Soup")
    page = rob.get("/review")
    url = page.one("#tabs")["hx-get"]
    suggested(world, "Lunch", "ben")
    with at_most(2, world.storage.engine):
        part = rob.get(url, fragment="div#tabs")
    assert part.one("[aria-current]").text == "For you 2"
    assert part.one("[role=status]").text == "2 changes wait for you"
    assert rob.get(url, status=303).location.startswith("/review?")


# -- who looks at what ---------------------------------------------------------------------------------------

SOMEBODY = "Somebody is looking at this."


def look_at(client: PageClient, world: World, change: str) -> Page:
    """What the page of a suggestion sends by itself."""
    form = client.get(f"/suggestions/{world.change(change).suggestion_id}").one("form[hx-trigger^=load]")
    return client.post(form["hx-post"], status=200, fragment="div#looking")


def test_somebody_is_told_that_somebody_else_is_looking_but_not_that_they_are(world: World, sign_in: SignIn) -> None:
    change = suggested(world, "Soup")
    rob, rita = (sign_in(world.person(handle, "reviewer")) for handle in ("rob", "rita"))
    assert not look_at(rob, world, change).all("p")
    assert rob.get("/review").one(".looked").text == ""
    assert rita.get("/review").one(".looked").text == SOMEBODY
    assert look_at(rita, world, change).one("p").text == SOMEBODY
    assert look_at(rob, world, change).one("p").text == SOMEBODY
    assert world.approve(change, "rita", "ray") == "applied"  # it keeps nobody from anything


def test_it_is_over_after_ten_minutes_with_a_vote_and_with_the_next_one(world: World, sign_in: SignIn) -> None:
    change, other = suggested(world, "Soup"), suggested(world, "Lunch", "ben")
    rob, rita = (sign_in(world.person(handle, "reviewer")) for handle in ("rob", "rita"))

    def told() -> list[str]:
        return rita.get("/review?show=all").texts(".looked")

    look_at(rob, world, change)
    assert told() == [SOMEBODY, ""]
    with clock.fixed(world.now + timedelta(minutes=9, seconds=59)):
        assert told() == [SOMEBODY, ""]
    with clock.fixed(world.now + timedelta(minutes=10)):
        assert told() == ["", ""]
    look_at(rob, world, other)
    assert told() == ["", SOMEBODY]
    world.approve(other, "rob")
    assert told() == ["", ""]


def test_authors_and_those_who_may_not_vote_are_not_said_to_be_looking(world: World, sign_in: SignIn) -> None:
    rose = world.person("rose", "reviewer")
    change = suggested(world, "Soup", "rose")
    path = f"/suggestions/{world.change(change).suggestion_id}"
    look_at(sign_in(rose), world, change)
    vera = sign_in(world.person("vera"))
    vera.get("/account")
    assert not vera.get(path).all("form[hx-trigger^=load]")
    vera.post(f"{path}/looking", status=200, fragment="div#looking")
    assert sign_in(world.person("rita", "reviewer")).get("/review").one(".looked").text == ""


# -- keys ------------------------------------------------------------------------------------------------------


def test_keys_are_on_until_a_person_turns_them_off_and_back_on(world: World, rob: PageClient, sign_in: SignIn) -> None:
    suggested(world, "Soup")
    form = "form[action$='settings/keys']"
    assert rob.get("/review").all("#keys-on")
    rob.get("/account/settings").form(form).fill(keys=False).submit(status=303)
    assert not rob.get("/review").all("#keys-on, #keys")
    assert not rob.get("/review").click("Start with the first").all("#keys-on, #keys")
    assert sign_in(world.person("rita", "reviewer")).get("/review").all("#keys-on")
    rob.get("/account/settings").form(form).fill(keys=True).submit(status=303)
    assert rob.get("/review").all("#keys-on")


def test_a_vote_can_be_taken_back_from_the_next_page_and_the_queue_goes_on(world: World, rob: PageClient) -> None:
    change = suggested(world, "Soup")
    suggested(world, "Lunch", "ben")
    page = rob.get("/review?show=unvoted").click("Start with the first")
    page = page.form("form[action*='/vote']").submit("[value=approve]", status=303).follow()
    page = page.form("form[action*='/take-back']").submit(status=303).follow()
    assert page.one("h1").text == "Suggestion for Soup"
    assert queue_of(page) == {"show": ["unvoted"]}
    assert world.change(change).approvals == 0
