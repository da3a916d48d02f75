"""Rows of the queue are kept, never stale, and show everybody the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from tests.support import pseudo
from tests.support.page_client import PageClient
from tests.support.world import START, World
from tests.web.conftest import SignIn
from webapp import clock
from webapp.domain.policy import DEFAULT, to_data, to_json
from webapp.services import policy, sanction
from webapp.storage.models import Change, Mode, Person, PolicyVersion, Record, Vote
from webapp.storage.unit_of_work import new_id
from webapp.web import queue_kept

SOUP = "Harbour Soup Lunch"


@pytest.fixture
def change(world: World) -> str:
    """Ann's change, which rita has approved."""
    (made,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    world.approve(made, "rita")
    return made


def rows(client: PageClient, show: str = "all") -> list[str]:
    """The rows as HTML, without what their links say of the queue that they are shown in."""
    found = client.get(f"/review?show={show}").all("main .rows > .row")
    return [re.sub(r"\?next=[^#]*", "", str(row.tag)) for row in found]


def kept(app: Flask) -> list[Any]:
    """What the application keeps, each with who it is."""
    return [(id(row), id(html)) for row, html in app.extensions["kept_queue"].html.items()]


def titles(client: PageClient, show: str) -> list[str]:
    return [row.one("h2").text for row in client.get(f"/review?show={show}").all("main .rows > .row")]


# -- kept -------------------------------------------------------------------------------------------------


def test_an_unchanged_row_is_written_once(change: str, app: Flask, client: PageClient) -> None:
    first = rows(client)
    was = kept(app)
    assert len(was) == 1
    assert rows(client) == first
    assert kept(app) == was


def test_what_moves_one_row_leaves_the_others_kept(world: World, change: str, app: Flask, client: PageClient) -> None:
    (other,) = world.suggest(world.person("ben"), world.record(name="Repair Café"), description="Toasters")
    rows(client)
    was = kept(app)
    world.approve(other, "rita")
    rows(client)
    assert len(set(kept(app)) - set(was)) == 1


def test_rows_of_another_minute_are_forgotten(world: World, change: str, app: Flask, client: PageClient) -> None:
    rows(client)
    was = kept(app)
    world.passes(minutes=1)
    with clock.fixed(world.now):
        rows(client)
    assert len(kept(app)) == 1
    assert kept(app) != was


def test_no_more_is_kept_than_may_be(
    world: World, change: str, app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.suggest(world.person("ben"), world.record(name="Repair Café"), description="Toasters")
    monkeypatch.setattr(queue_kept, "MOST", 1)
    assert len(rows(client)) == 2
    found = app.extensions["kept_queue"]
    assert (len(found.rows), len(found.html)) == (1, 1)


def test_nothing_of_a_session_is_kept(change: str, app: Flask, sign_in: SignIn, world: World) -> None:
    rows(sign_in(world.person("rob", "reviewer")))
    html = "".join(app.extensions["kept_queue"].html.values())
    assert SOUP in html
    assert "csrf" not in html
    assert "Rob" not in html


def test_names_are_escaped_in_kept_rows_too(world: World, client: PageClient) -> None:
    world.suggest(world.person("ann"), world.record(name="<b>Soup</b> & more"), description="Soup")
    for _ in range(2):
        assert titles(client, "all")[0].startswith("<b>Soup</b> & more")


# -- never stale --------------------------------------------------------------------------------------------


def setting(model: Any, **values: Any) -> Callable[[World, str], None]:
    """Sets columns of the only row that matters in a table."""

    def act(world: World, change: str) -> None:
        where = {Change: Change.id == change, Vote: Vote.change_id == change, Person: Person.handle == "ann"}
        statement = update(model).values(**values)
        world.storage.transact(lambda uow: uow.run(statement.where(where.get(model, Record.name == SOUP))), world.now)

    return act


def another_opinion(world: World, change: str) -> None:
    world.vote(world.people["rita"], change, "abstain")


def a_second_voter(world: World, change: str) -> None:
    world.vote(world.person("rob", "reviewer"), change, "reject")


def banned_voter(world: World, change: str) -> None:
    command = sanction.BanPerson(world.people["rita"], world.person("mo", "moderator"), "sold votes")
    sanction.ban_person(world.storage, command, world.now)


def reduced_rules(world: World, _change: str) -> None:
    mode = {"mode": "reduced", "active_reviewers": 2, "since": world.now}
    world.storage.transact(lambda uow: uow.add(Mode, id=new_id(), **mode), world.now)


def tightened_rules(world: World, _change: str) -> None:
    alma, wanted = world.person("alma", "administrator"), to_data(DEFAULT)
    wanted["rules"]["low"]["threshold"] = 3
    policy.edit_policy(world.storage, policy.EditPolicy(alma, 1, wanted, "hasty"), world.now)
    policy.apply_policy(world.storage, policy.ApplyPolicy(alma, 2, "hasty"), world.now)


def rules_where_the_defaults_stood_in(world: World, _change: str) -> None:
    low = replace(DEFAULT.rules.low, threshold=3)
    body = to_json(replace(DEFAULT, rules=replace(DEFAULT.rules, low=low)))
    row = {"version": 1, "body": body, "reason": "hasty", "actor_id": None, "created_at": world.now}
    world.storage.transact(lambda uow: uow.add(PolicyVersion, **row), world.now)


def time(world: World, _change: str) -> None:
    world.passes(minutes=1)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (another_opinion, "Two more approvals"),
        (a_second_voter, "rejected"),
        (banned_voter, "Two more approvals"),
        (setting(Vote, is_voided=1), "Two more approvals"),
        (setting(Vote, is_affiliated=1), "Two more approvals"),
        (setting(Record, name="Harbour Lunch"), "Harbour Lunch"),
        (setting(Record, status="closed"), "closed"),
        (setting(Record, protection="moderators"), "moderator"),
        (setting(Person, role="trusted"), "by a trusted reviewer"),
        (setting(Change, risk="high"), "careful change"),
        (setting(Change, content_version=2), "Two more approvals"),
        (setting(Change, first_opened_at=START - timedelta(days=3)), "3 days ago"),
        (setting(Change, escalated_at=START), "moderators have been asked"),
        (setting(Change, conflicted_at=START), "fitted to the record"),
        (reduced_rules, "It applies as soon as it is looked at again"),
        (tightened_rules, "Two more approvals"),
        (rules_where_the_defaults_stood_in, "Two more approvals"),
        (time, "1 minute ago"),
    ],
)
def test_a_row_moves_at_once_with_all_that_it_shows(
    world: World, change: str, app: Flask, client: PageClient, act: Callable[[World, str], None], words: str
) -> None:
    (before,) = rows(client)
    act(world, change)
    with clock.fixed(world.now):
        (after,) = rows(client)
        app.extensions.pop("kept_queue")
        assert rows(client) == [after]
    assert after != before
    assert words in after
    assert words not in before


def paused_voter(world: World, _change: str) -> None:
    command = sanction.PausePerson(world.people["rita"], world.person("mo", "moderator"), 3, "too quick")
    sanction.pause_person(world.storage, command, world.now)


@pytest.mark.parametrize(
    "act", [paused_voter, setting(Person, display_name="Anna"), setting(Record, slug="harbour-lunch")]
)
def test_what_no_row_shows_leaves_it_as_a_new_one_would_be(
    world: World, change: str, app: Flask, client: PageClient, act: Callable[[World, str], None]
) -> None:
    before = rows(client)
    act(world, change)
    assert rows(client) == before
    app.extensions.pop("kept_queue")
    assert rows(client) == before


@pytest.mark.usefixtures("in_brackets")
def test_each_language_has_rows_of_its_own(change: str, app: Flask, client: PageClient) -> None:
    welsh = PageClient(app)
    welsh.get(f"/language/{pseudo.TAG}", status=303)
    (english,), (bracketed,) = rows(client), rows(welsh)
    was = kept(app)
    assert "one more approval" in english.casefold()
    assert pseudo.OPENED not in english
    assert not list(pseudo.unsaid(bracketed, SOUP.casefold(), pseudo.locale_words()))
    assert (rows(client), rows(welsh)) == ([english], [bracketed])
    assert kept(app) == was


# -- for everybody -----------------------------------------------------------------------------------------


def test_each_gets_the_rows_of_their_own_queue(world: World, change: str, sign_in: SignIn, client: PageClient) -> None:
    repair = world.record(name="Repair Café")
    rob = world.person("rob", "reviewer")
    world.suggest(rob, repair, description="Toasters")
    robs, ritas, annes = (sign_in(person) for person in (rob, world.people["rita"], world.people["ann"]))
    for _ in range(2):
        assert titles(robs, "waiting") == ["Harbour Soup Lunch Description"]
        assert titles(robs, "mine") == ["Repair Café Description"]
        assert titles(ritas, "waiting") == ["Repair Café Description"]
        assert titles(ritas, "mine") == []
        assert titles(annes, "mine") == ["Harbour Soup Lunch Description"]
        assert rows(robs) == rows(ritas) == rows(annes) == rows(client)


def test_a_vote_moves_the_row_for_everybody_and_takes_it_from_the_voter(
    world: World, change: str, sign_in: SignIn
) -> None:
    (other,) = world.suggest(world.people["ann"], world.record(name="Repair Café"), description="Toasters")
    rob, ray = (sign_in(world.person(handle, "reviewer")) for handle in ("rob", "ray"))
    assert rows(rob, "waiting") == rows(ray, "waiting")
    world.approve(other, "rob")
    assert len(rows(rob, "waiting")) == 1
    assert rows(ray, "waiting") == rows(rob)
    assert "One more approval" in rows(ray, "waiting")[1]


def test_a_vote_by_somebody_with_a_tie_counts_in_nobodys_row(world: World, sign_in: SignIn) -> None:
    club = world.record("organization", name="Lunch Club")
    lunch = world.record(organization_id=club)
    (change,) = world.suggest(world.person("ann"), lunch, description="Soup")
    world.affiliate(world.person("tina", "reviewer"), club)
    tina, rob = sign_in(world.people["tina"]), sign_in(world.person("rob", "reviewer"))
    (before,) = rows(rob)
    world.vote(world.people["tina"], change)
    assert rows(rob) == rows(tina) == [before]
    world.approve(change, "rita")
    assert rows(rob) == rows(tina) != [before]
