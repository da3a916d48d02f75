"""Several everyday changes of one author approved together: each read, each a vote of its own, each answered."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.support.page_client import Page, PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.storage.models import Vote

PHONES = [{"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0, "number": "01632 960114"}]


@pytest.fixture
def rob(world: World, sign_in: SignIn) -> PageClient:
    """A reviewer's browser."""
    return sign_in(world.person("rob", "reviewer"))


@pytest.fixture
def changes(world: World) -> list[str]:
    """Three everyday changes by ann."""
    return [described(world, name) for name in ("Soup", "Lunch", "Repairs")]


def described(world: World, name: str, author: str = "ann", **values: object) -> str:
    record = world.record(name=name)
    return world.suggest(world.person(author), record, **(values or {"description": f"{name} and company"}))[0]


def votes(world: World) -> int:
    return int(world.one(select(func.count()).select_from(Vote))[0])


def page_of(client: PageClient, handle: str = "ann") -> Page:
    return client.get(f"/review/together/{handle}")


def test_the_queue_leads_to_what_one_author_has_of_everyday_changes(changes: list[str], rob: PageClient) -> None:
    page = rob.get("/review").click("read them together")
    assert page.texts("article header a:first-child") == ["Soup", "Lunch", "Repairs"]
    assert page.texts("article ins") == [f"{name} and company" for name in ("Soup", "Lunch", "Repairs")]
    assert not page.all("[checked]")


def test_those_that_are_ticked_get_a_vote_each_and_no_others(world: World, changes: list[str], rob: PageClient) -> None:
    world.approve(changes[0], "rita")
    done = page_of(rob).form("main form").fill(change=changes[:2]).submit(status=303).follow()
    assert done.one(".messages").text == "You approved 2 changes."
    assert [world.change(change).state for change in changes] == ["applied", "open", "open"]
    assert [world.change(change).approvals for change in changes] == [2, 1, 0]
    assert page_of(rob).texts("article header a:first-child") == ["Repairs"]


def test_nothing_ticked_is_no_vote(world: World, changes: list[str], rob: PageClient) -> None:
    page = page_of(rob).form("main form").submit(status=422)
    assert "Tick those that you have read" in page.one("#problems").text
    assert votes(world) == 0


def test_only_everyday_edits_that_one_may_vote_on_are_there(world: World, rob: PageClient) -> None:
    described(world, "Careful", phones=PHONES)
    described(world, "Others", "ben")
    voted = described(world, "Voted")
    world.approve(voted, "rob")
    assert not page_of(rob).all("article")
    described(world, "Own", "rob")
    assert not page_of(rob, "rob").all("article")
    rob.get("/review/together/nobody", status=404)


def test_words_that_moved_since_are_not_voted_on_and_the_rest_is(
    world: World, changes: list[str], rob: PageClient
) -> None:
    form = page_of(rob).form("main form").fill(change=changes)
    form.values[f"seen-{changes[1]}"] = "7"
    page = form.submit(status=409)
    assert page.one("#problems p").text == "You approved 2 changes."
    assert page.texts("article header a:first-child") == ["Lunch"]
    assert "changed while you were looking" in page.one("article .note.bad").text
    assert votes(world) == 2


def test_what_was_decided_meanwhile_is_said(world: World, changes: list[str], rob: PageClient) -> None:
    form = page_of(rob).form("main form").fill(change=changes)
    world.approve(changes[0], "rita", "ray")
    page = form.submit(status=409)
    assert "1 was decided or voted on meanwhile." in page.one("#problems").text
    assert votes(world) == 4


def test_a_limit_that_is_near_is_said_before_anybody_reads_and_holds(world: World, rob: PageClient) -> None:
    for number in range(15):
        world.approve(described(world, "Soup", f"ben{number % 5}"), "rob", "rita")
    for _ in range(4):
        world.approve(described(world, "Soup"), "rob", "rita")
    made = [described(world, name) for name in ("Soup", "Lunch", "Repairs")]
    page = page_of(rob)  # the fifth of twenty votes is a quarter; a sixth would be more
    assert page.one(".note.waiting").text.startswith("Only 1 more vote of yours can count here now")
    page = page.form("main form").fill(change=made).submit(status=429)
    assert page.one("#problems p").text == "You approved 1 change."
    assert [world.change(change).approvals for change in made] == [1, 0, 0]
    assert page.one(".note.waiting").text.startswith("Only 0 more votes")


def test_a_volunteer_reads_and_is_offered_no_ticks(world: World, changes: list[str], sign_in: SignIn) -> None:
    page = page_of(sign_in(world.person("vera")))
    assert len(page.all("article")) == 3
    assert not page.all("[type=checkbox], main form button")
