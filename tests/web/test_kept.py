"""Public pages are kept, never stale, and never shown to who is signed in."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import Connection, event, select

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.test_browse import rich
from webapp import clock
from webapp.services import confirm, history
from webapp.storage.models import Record
from webapp.web.used_last import UsedLast

SOUP = "/services/harbour-soup-lunch"


def ask(app: Flask, etag: str | None = None) -> tuple[int, str | None, str]:
    answer = app.test_client().get(SOUP, headers={"If-None-Match": etag} if etag else {})
    return answer.status_code, answer.headers.get("ETag"), answer.text


def test_an_unchanged_page_is_a_304_for_one_query(world: World, app: Flask) -> None:
    rich(world)
    _, etag, _ = ask(app)
    with at_most(1, world.storage.engine):
        assert ask(app, etag) == (304, etag, "")


def test_who_has_no_cookie_costs_no_transaction(world: World, app: Flask) -> None:
    rich(world)
    for _ in range(2):  # the second opens the connection that is kept
        _, etag, _ = ask(app)
    begun: list[Connection] = []
    event.listen(world.storage.engine, "begin", begun.append)
    assert ask(app, etag)[0] == 304
    assert not begun


def test_who_has_no_cookie_gets_the_very_same_answer(world: World, app: Flask) -> None:
    rich(world)
    first, again = (app.test_client().get(SOUP) for _ in range(2))
    assert again.status_code == first.status_code == 200
    assert again.data == first.data
    assert dict(again.headers) == {name: value for name, value in first.headers.items() if name != "Date"}
    unchanged = app.test_client().get(SOUP, headers={"If-None-Match": first.headers["ETag"]})
    assert unchanged.headers["Vary"] == first.headers["Vary"]


def test_a_part_of_the_page_is_never_a_kept_page(world: World, app: Flask) -> None:
    rich(world)
    ask(app)
    ask(app)
    part = app.test_client().get(SOUP, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "ETag" not in part.headers


def test_a_copy_stays_good_while_the_page_reads_the_same(world: World, app: Flask) -> None:
    rich(world)
    _, etag, _ = ask(app)
    with clock.fixed(world.now + timedelta(minutes=5)):
        assert ask(app, etag)[0] == 304


def test_a_page_moves_with_opening_hours(world: World, app: Flask) -> None:
    rich(world)
    _, etag, _ = ask(app)
    with clock.fixed(world.now + timedelta(hours=3, minutes=30)):  # a Monday, 12:30
        status, _, text = ask(app, etag)
    assert status == 200
    assert "Open now" in text


def test_a_page_moves_with_a_place_that_it_names(world: World, app: Flask) -> None:
    rich(world)
    _, etag, _ = ask(app)
    place = next(row.id for row in world.all(_places()))
    (change,) = world.suggest(world.person("ann"), place, address_1="7 New Street")
    world.approve(change, "rita", "rob")
    world.vote(world.person("tess", "trusted"), change)
    world.passes(hours=25)
    world.sweep()
    status, _, text = ask(app, etag)
    assert status == 200
    assert "7 New Street" in text


def test_a_page_moves_with_suggestions_confirmations_and_roll_backs(world: World, app: Flask) -> None:
    record = rich(world)
    seen = {ask(app)[1]}
    (change,) = world.suggest(world.person("ann"), record, summary="Hotter soup")
    seen.add(ask(app)[1])
    world.approve(change, "rita", "rob")
    seen.add(ask(app)[1])
    mo = world.person("mo", "moderator")
    confirm.confirm_record(world.storage, confirm.ConfirmRecord(record, mo, 2, "visited"), world.now)
    seen.add(ask(app)[1])
    history.roll_back_record(world.storage, history.RollBackRecord(record, 1, mo, 2, "no"), world.now)
    seen.add(ask(app)[1])
    assert len(seen) == 5


def test_who_is_signed_in_never_gets_a_kept_page(world: World, client: PageClient, sign_in: SignIn) -> None:
    rich(world)
    client.get(SOUP)
    page = sign_in(world.person("rob", "reviewer")).get(SOUP)
    assert "ETag" not in page.headers
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.all("#freshness form")


def test_the_page_used_last_is_forgotten_last() -> None:
    pages: UsedLast[str, int] = UsedLast(most=2)
    for number, name in enumerate("abc"):
        pages.put(name, number)
        pages.get("a")
    assert [pages.get(name) for name in "abc"] == [0, None, 2]


def _places() -> object:
    return select(Record.id).where(Record.kind == "location")
