"""What somebody contributed shows once it is decided, page by page, and never at what is still voted on."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH
from webapp.services import history
from webapp.storage.queries import account, contributions
from webapp.web import contributions as view


@pytest.fixture
def busy(world: World) -> World:
    """Of Ann's four suggestions one applied, one applied and was reverted, one was withdrawn, one is open."""
    ann, soup = world.person("ann"), world.record(description="Soup")
    world.passes(hours=1)
    world.approve(world.suggest(ann, soup, description="Soup and company")[0], "rita", "rob")
    world.passes(hours=1)
    world.approve(world.suggest(ann, soup, summary="Lunch")[0], "rita", "rob")
    command = history.RevertRevision(soup, 3, world.person("mo", "moderator"), 3, "no")
    history.revert_revision(world.storage, command, world.now)
    world.passes(hours=1)
    world.withdraw(ann, world.suggest(ann, soup, description="Soup for all")[0])
    world.passes(hours=1)
    (change,) = world.suggest(ann, soup, name="Harbour Feast")
    world.vote(world.person("rita"), change)
    world.town = {"soup": soup, "open": change}
    return world


def told(page: Page) -> list[str]:
    return page.texts(".became li")


LISTS: list[tuple[str, list[str]]] = [
    ("all", ["Description Withdrawn", "Description Reverted since", "Description Applied"]),
    ("applied", ["Description Reverted since", "Description Applied"]),
    ("rejected", []),
    ("reverted", ["Description Reverted since"]),
    ("votes", []),
    ("nonsense", ["Description Withdrawn", "Description Reverted since", "Description Applied"]),
]


@ON_BOTH
def test_each_list_has_what_ended_so(busy: World, client: PageClient) -> None:
    pages = [(show, client.get(f"/people/ann/contributions?show={show}")) for show, _ in LISTS]
    assert [(show, told(page)) for show, page in pages] == LISTS
    assert {tuple(page.texts(".sums dd")) for _, page in pages} == {("2", "0", "1")}
    assert busy


def test_a_vote_shows_when_its_change_is_decided_and_not_before(busy: World, client: PageClient) -> None:
    address = "/people/rita/contributions?show=votes"
    assert [words.split()[-1] for words in told(client.get(address))] == ["Approved", "Approved"]
    busy.passes(days=2)
    busy.approve(busy.town["open"], "rob")
    busy.vote(busy.person("tess", "trusted"), busy.town["open"])
    assert busy.change(busy.town["open"]).state == "applied"
    assert len(told(client.get(address))) == 3


@pytest.mark.parametrize(("path", "rows"), [("ann/contributions?show=all", 3), ("rita/contributions?show=votes", 2)])
def test_pages_follow_each_other_without_a_gap(
    path: str, rows: int, busy: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = told(client.get(f"/people/{path}"))
    assert len(whole) == rows
    monkeypatch.setattr(view, "PER_PAGE", 1)
    page, seen = client.get(f"/people/{path}"), []
    for _ in range(rows - 1):
        seen += told(page)
        page = page.click("Earlier")
    assert [*seen, *told(page)] == whole
    assert page.find(".more") is None
    assert busy


def test_nobody_and_what_is_no_page_of_theirs_are_not_found(busy: World, client: PageClient) -> None:
    client.get("/people/nobody/contributions", status=404)
    client.get("/people/ann/contributions?before=yesterday", status=404)
    assert busy


def test_the_page_of_a_person_leads_to_all_they_contributed_and_counts_no_further_than_it_says(
    busy: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get("/people/ann")
    assert page.texts(".sums dd") == ["2", "0", "0"]
    assert page.click("All contributions of Ann").one("h1").text == "What Ann contributed"
    monkeypatch.setattr(account, "MOST_COUNTED", 1)
    assert client.get("/people/ann").texts(".sums dd") == ["more than 1", "0", "0"]
    assert busy


@pytest.mark.parametrize(("show", "most"), [("all", 6), ("votes", 5)])
def test_the_page_costs_the_same_number_of_questions(
    show: str, most: int, busy: World, client: PageClient, app: Flask
) -> None:
    with at_most(most, app.extensions["storage"].engine):
        client.get(f"/people/ann/contributions?show={show}")
    assert busy


def test_a_window_without_anything_says_that_there_may_be_more(busy: World) -> None:
    with busy.storage.read() as connection:
        found, older, is_whole = contributions.suggestions(connection, busy.person("ann"), "rejected", None, 20)
    assert (found, older, is_whole) == ([], None, False)
