"""Nothing typed is lost and nothing is done twice: late clicks, double clicks, sessions that end, a busy writer."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

import pytest
from playwright.sync_api import Error, Page, expect
from sqlalchemy import func, select

import webapp.storage
from tests.e2e.acts import PHARMACY, WORDS, approve, card, fill_in, look_over, number_field, send, sign_in, unfold, you
from tests.e2e.conftest import Visit
from tests.support.browser import DESK, OLD, PHONE, Look, Visitor
from tests.support.profile import IS_LONG
from tests.support.server import Site
from tests.support.world import World
from webapp import clock
from webapp.storage.models import Person, PersonSession, Record, Suggestion

OLD_PHONE = replace(PHONE, has_javascript=False)
WITH = pytest.mark.parametrize("look", [PHONE, OLD_PHONE] if IS_LONG else [PHONE], ids=str)
WITHOUT = pytest.mark.parametrize("look", [OLD_PHONE, PHONE] if IS_LONG else [OLD_PHONE], ids=str)
TWICE = pytest.mark.parametrize(
    ("look", "number"), [(DESK, "01632 960711"), (OLD, "01632 960712")][: 2 if IS_LONG else 1], ids=str
)
NEW_WORDS = (f"Mind the {'very ' * often}low door." for often in count())  # without digits: an everyday change
REASON = "I phoned them this morning."


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    """The services on the same database as the running site."""
    storage = webapp.storage.init(f"sqlite:///{site.instance / 'wellkept.db'}")
    world = World(storage)
    world.now = clock.now()
    yield world
    storage.dispose()


def person(world: World, handle: str) -> str:
    return str(world.one(select(Person).where(Person.handle == handle)).id)


@pytest.fixture
def address(world: World) -> str:
    """A suggestion for a description that one reviewer has approved: the path of its page."""
    record = world.one(select(Record).where(Record.slug == "quayside-pharmacy", Record.kind == "service")).id
    description = f"{world.document(record)['description']} {next(NEW_WORDS)}"
    (change,) = world.suggest(person(world, "big-rab"), record, description=description)
    world.vote(person(world, "shona-k"), change)
    return f"/suggestions/{world.change(change).suggestion_id}"


def suggestions(world: World) -> int:
    return int(world.one(select(func.count()).select_from(Suggestion))[0])


@contextmanager
def busy(site: Site) -> Iterator[None]:
    """Somebody else writes, for longer than a writer waits."""
    with (site.instance / "wellkept.db.writer").open("rb+") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def sessions_end(world: World) -> None:
    """Thirty days pass for whoever is signed in."""
    with world.storage._writer.begin() as connection:
        connection.execute(PersonSession.__table__.update().values(expires_at=world.now))


def typing(visitor: Visitor, number: str) -> Page:
    """Winifred signs in and fills in a suggestion; gives the page that she has not sent yet."""
    sign_in(visitor, "Winifred")
    page = visitor.open(f"{PHARMACY}/suggest")
    fill_in(page, number)
    return page


def assert_all_typed_is_there(page: Page, number: str) -> None:
    expect(page.get_by_role("textbox", name="Description", exact=True)).to_have_value(re.compile(re.escape(WORDS)))
    expect(number_field(page)).to_have_value(number)
    expect(page.get_by_label("Why should it change?")).to_have_value(REASON)
    expect(page.get_by_role("combobox", name="How do you know?")).not_to_have_value("")


# -- late and double clicks -------------------------------------------------------------------------------


@WITH
def test_a_late_click_gets_already_applied_and_the_present_state(visit: Visit, address: str, look: Look) -> None:
    quick, late = visit(look), visit(look).expects(409)
    for visitor, name in ((quick, "Nadia"), (late, "Callum")):
        sign_in(visitor, name)
        visitor.open(address)
    approve(quick.page, "Description")
    expect(card(quick.page, "Description")).to_contain_text("Applied")
    approve(late.page, "Description")
    told = card(late.page, "Description")
    why = re.compile("decided meanwhile: it is applied")
    expect(told).to_contain_text(why)
    expect(told.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)
    if look.has_javascript:
        expect(told.get_by_role("alert").filter(has_text=why)).to_be_focused()
    late.check()


@TWICE
def test_a_double_click_on_send_suggests_once(visit: Visit, world: World, look: Look, number: str) -> None:
    visitor = visit(look).expects(409)  # without JavaScript the second one meets the first
    sign_in(visitor, "Winifred")
    page = visitor.open(f"{PHARMACY}/suggest")
    fill_in(page, number, words=f"Ask for {look}.")
    look_over(page)
    before = suggestions(world)
    page.get_by_role("button", name=re.compile("^Send")).dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Suggestion for|^You suggested this already"))
    if look.has_javascript:
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Suggestion for"))
    assert suggestions(world) == before + 1
    visitor.check()


def test_a_double_click_on_approve_is_one_vote(visit: Visit, address: str) -> None:
    reviewer = visit(DESK)
    sign_in(reviewer, "Nadia")
    page = reviewer.open(address)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.url.endswith("/vote") else None)
    card(page, "Description").get_by_role("button", name=re.compile("^Approve")).dblclick()
    expect(card(page, "Description")).to_contain_text("Applied")
    assert len(posts) == 1


@TWICE
def test_back_after_sending_does_not_send_again(visit: Visit, world: World, look: Look, number: str) -> None:
    visitor = visit(look).expects(409)
    number = number.replace("71", "72")  # the double click has suggested that one
    sign_in(visitor, "Winifred")
    page = visitor.open(f"{PHARMACY}/suggest")
    fill_in(page, number, words=f"Look for {look} behind.")
    look_over(page)
    send(page)
    before = suggestions(world)
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser asks whether to send again what came before
        page.go_back()
    page = visitor.context.new_page()  # the harness can't go on from the browser's own page
    page.goto(f"{PHARMACY}/suggest")
    assert suggestions(world) == before
    fill_in(page, number, words=f"Look for {look} behind.")
    look_over(page)
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You suggested this already")
    assert suggestions(world) == before


@pytest.mark.parametrize("look", [PHONE, OLD_PHONE], ids=str)
def test_going_back_from_looking_it_over_finds_what_was_typed(visit: Visit, look: Look) -> None:
    visitor = visit(look)
    page = typing(visitor, "01632 960725")
    look_over(page)
    page.go_back()  # the browser's own button
    expect(page.get_by_role("heading", level=1)).to_have_text("Suggest a change")
    unfold(page, "Description")
    unfold(page, "Phone numbers")
    assert_all_typed_is_there(page, "01632 960725")
    look_over(page)
    page.get_by_role("button", name="Go back and change it").click()  # ours
    expect(page.get_by_role("heading", level=1)).to_have_text("Suggest a change")
    assert_all_typed_is_there(page, "01632 960725")


# -- what was typed stays ---------------------------------------------------------------------------------


@WITHOUT
def test_a_session_that_ends_while_typing_loses_nothing(visit: Visit, world: World, look: Look) -> None:
    visitor = visit(look).expects(422)
    page = typing(visitor, "01632 960731")
    sessions_end(world)
    page.get_by_role("button", name="Look it over before sending").click()
    expect(page.get_by_role("heading", name="Who is writing?")).to_be_visible()
    assert_all_typed_is_there(page, "01632 960731")
    visitor.check()


@WITH
def test_signing_in_again_in_another_tab_loses_nothing(visit: Visit, look: Look) -> None:
    visitor = visit(look).expects(400)
    page = typing(visitor, "01632 960732")
    other = visitor.context.new_page()
    other.goto("/account")
    other.get_by_role("button", name="Sign out").first.click()
    expect(other.get_by_role("link", name="Sign in").first).to_be_visible()
    other.goto("/account/sign-in")
    other.get_by_role("button", name=re.compile("Winifred")).click()
    expect(you(other)).to_be_visible()
    page.get_by_role("button", name="Look it over before sending").click()
    expect(page.get_by_role("heading", name="Suggest a change")).to_be_visible()
    assert_all_typed_is_there(page, "01632 960732")
    visitor.check()


@WITHOUT
def test_a_busy_site_loses_nothing_of_a_suggestion(visit: Visit, site: Site, look: Look) -> None:
    visitor = visit(look).expects(503)
    page = typing(visitor, "01632 960741")
    look_over(page)
    with busy(site):
        page.get_by_role("button", name=re.compile("^Send")).click()
        expect(page.get_by_role("alert")).to_contain_text("What you typed is still here")
    if look.has_javascript:
        expect(page.get_by_role("alert")).to_be_focused()
    assert_all_typed_is_there(page, "01632 960741")
    visitor.check()


def reject(page: Page, note: str) -> None:
    """Open the rejection, fill it in, send it."""
    page.get_by_text("Reject…").first.click()
    page.get_by_label("Why?").first.select_option(index=1)
    page.get_by_label(re.compile("Anything that would help")).first.fill(note)
    page.get_by_role("button", name="Reject this change").first.click()


@WITH
def test_a_busy_site_loses_nothing_of_a_vote(visit: Visit, site: Site, address: str, look: Look) -> None:
    visitor = visit(look).expects(503)
    sign_in(visitor, "Nadia")
    page = visitor.open(address)
    with busy(site):
        reject(page, "They have no soup.")
        expect(page.get_by_role("alert").filter(has_text="try again")).to_be_visible()
    expect(page.get_by_label(re.compile("Anything that would help"))).to_have_value("They have no soup.")
    visitor.check()


@pytest.mark.parametrize("look", [PHONE, OLD_PHONE], ids=str)
def test_a_session_that_ends_before_a_vote_takes_it_along(visit: Visit, world: World, address: str, look: Look) -> None:
    visitor = visit(look).expects(403)
    sign_in(visitor, "Nadia")
    page = visitor.open(address)
    sessions_end(world)
    reject(page, "They have no soup.")
    expect(page.get_by_role("main")).to_contain_text("You are not signed in any more")
    if look.has_javascript:
        expect(page.get_by_role("alert")).to_contain_text("Sign in first")
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.get_by_role("main")).to_have_count(1)
        expect(page.get_by_label(re.compile("Anything that would help"))).to_have_value("They have no soup.")
    visitor.check()
    page.get_by_role("button", name="Sign in and keep it").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    visitor.check()
    page.get_by_role("button", name=re.compile("Nadia")).click()
    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
    visitor.check()
    page.get_by_role("button", name="Send it now").click()
    expect(card(page, "Description")).to_contain_text("rejected")
    visitor.check()


def test_a_lost_connection_is_said_and_the_note_stays(visit: Visit, address: str) -> None:
    visitor = visit(PHONE)
    sign_in(visitor, "Nadia")
    page = visitor.open(address)
    visitor.context.set_offline(True)
    reject(page, "They have no soup.")
    expect(page.get_by_role("alert")).to_contain_text("did not reach")
    expect(page.get_by_label(re.compile("Anything that would help"))).to_have_value("They have no soup.")
    heard, visitor.problems[:] = "\n".join(visitor.problems), []
    assert "ERR_INTERNET_DISCONNECTED" in heard  # Chromium and htmx say that there is no connection, nothing else
    visitor.context.set_offline(False)
    page.get_by_role("button", name="Reject this change").first.click()
    expect(card(page, "Description")).to_contain_text("You rejected this")
    expect(page.get_by_role("alert")).to_have_count(0)
    visitor.check()


def test_problems_of_a_form_are_where_one_starts(visit: Visit) -> None:
    visitor = visit(DESK).expects(422)
    sign_in(visitor, "Winifred")
    page = visitor.open(f"{PHARMACY}/suggest")
    unfold(page, "Phone numbers")
    number_field(page).fill("01632 960751")
    page.get_by_role("button", name="Look it over before sending").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    visitor.check()
    alert.get_by_role("link").first.click()
    expect(page.get_by_label("Why should it change?")).to_be_focused()
    expect(number_field(page)).to_have_value("01632 960751")
