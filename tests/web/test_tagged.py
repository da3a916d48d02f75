"""Of pages with a question in their address only the ETag is remembered: a 304 for one query, and never a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask, make_response
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from tests.gazetteer.directories import CODE_POINT, loaded, written
from tests.support.page_client import PageClient
from tests.support.queries import recorded
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp import clock
from webapp.gazetteer import exact
from webapp.services import (
    account_own,
    confirm,
    history,
    insights,
    moderate,
    patrol,
    redact,
    sanction,
    synonyms,
    upkeep,
    vocabulary,
)
from webapp.storage.models import Change
from webapp.web.tagged import MOST, PageTags, tagged

SEARCHES = ("/search?q=soup", "/search?q=sopu&near=Cupar&open=now", "/search")
CHANGES = ("/changes", "/changes?kind=service&by=ann", "/changes?before=2")
SOUP = "/services/harbour-soup-lunch"
OF_SOUP = ("history", "history?before=2", "history/2", "history/since", "compare?from=1&to=2")
ACCOUNTS = (
    *(f"{SOUP}/{rest}" for rest in OF_SOUP),
    *("/people/ann/contributions", "/people/rob/contributions?show=votes"),
    *("/moderation-log", "/rules/versions"),
)
FEEDS = ("/feeds/changes.atom", "/feeds/changes.atom?kind=guide", "/feeds/changes.atom?by=ann")
TOLD_IN_TIME = (*SEARCHES, *CHANGES, *ACCOUNTS)
FIGURES = "/insights"  # whose stamp is all that it shows
PAGES = (*TOLD_IN_TIME, *FEEDS, FIGURES)
WELSH = {"Accept-Language": "cy"}


@dataclass(frozen=True, slots=True)
class Got:
    """What a visitor got, and how many statements it took."""

    status: int
    etag: str | None
    text: str
    statements: int


def get(app: Flask, path: str, etag: str | None = None, **headers: str) -> Got:
    known = {"If-None-Match": etag} if etag else {}
    with recorded(app.extensions["storage"].engine) as statements:
        answer = app.test_client().get(path, headers={**known, **headers})
    return Got(answer.status_code, answer.headers.get("ETag"), answer.text, len(statements))


def is_built_anew(app: Flask, path: str, act: Callable[[], object]) -> bool:
    """Whether the page is built after an act, for a browser that has a copy from before it."""
    etag = get(app, path).etag
    assert get(app, path, etag).statements == 1
    act()
    return get(app, path, etag).statements > 1


@pytest.fixture
def soup(world: World) -> str:
    """A service whose words Ann has changed."""
    record = world.record(description="Soup")
    world.approve(world.suggest(world.person("ann"), record, description="Soup and company")[0], "rita", "rob")
    return record


@ON_BOTH
@pytest.mark.usefixtures("soup")
@pytest.mark.parametrize("path", PAGES)
def test_an_unchanged_page_is_a_304_for_exactly_one_query(path: str, app: Flask) -> None:
    first = get(app, path)
    assert first.status == 200
    assert first.etag
    assert get(app, path, first.etag) == Got(304, first.etag, "", 1)
    assert get(app, path).text == first.text


@pytest.mark.usefixtures("soup")
@pytest.mark.parametrize("path", PAGES)
def test_a_copy_stays_good_over_minutes_and_processes_while_the_page_reads_the_same(
    path: str, world: World, app: Flask
) -> None:
    etag = get(app, path).etag
    app.extensions["page_tags"].clear()  # as in another process
    assert get(app, path, etag).status == 304
    with clock.fixed(world.now + timedelta(minutes=1)):
        app.extensions["page_tags"].clear()
        assert get(app, path, get(app, path).etag).status == 304


@ON_BOTH
def test_a_search_is_built_anew_after_whatever_it_hangs_on(soup: str, world: World, app: Flask) -> None:
    store, now, mo = world.storage, world.now, world.person("mo", "moderator")
    anew = partial(is_built_anew, app, SEARCHES[0])
    made: list[str] = []
    confirmed = confirm.ConfirmRecord(soup, mo, 2, "visited")
    assert anew(lambda: world.record("taxonomy_term", name="Food"))
    assert anew(lambda: made.append(confirm.confirm_record(store, confirmed, now)))
    assert anew(lambda: moderate.void_confirmations(store, made, mo, "nobody was there", now))
    assert anew(lambda: synonyms.add_synonyms(store, synonyms.AddSynonyms(mo, "soup, broth"), now))
    assert anew(lambda: redact.mask(store, redact.Mask(soup, mo, "private", value="company"), now))
    assert anew(lambda: vocabulary.refresh(store, now))
    assert anew(lambda: upkeep.reindex(store, now))


def test_a_search_is_built_anew_once_other_postcodes_are_known(
    soup: str, app: Flask, tmp_path: Path
) -> None:
    exact.use(tmp_path / "places.db")
    path = "/search?q=soup&near=G33+4RZ"
    try:
        assert is_built_anew(app, path, lambda: loaded(tmp_path / "places.db", written(tmp_path, "a.csv", CODE_POINT)))
    finally:
        exact.use(None)


@ON_BOTH
def test_recent_changes_are_built_anew_after_whatever_they_show(soup: str, world: World, app: Flask) -> None:
    store, now, mo = world.storage, world.now, world.person("mo", "moderator")
    anew = partial(is_built_anew, app, "/changes?patrolled=no")
    change = world.one(select(Change.id).where(Change.record_id == soup)).id
    assert anew(lambda: world.record("location", name="Kirk hall", location_type="physical"))
    assert anew(lambda: account_own.change_profile(store, world.person("ann"), "Ann of Cupar", "", now))
    assert anew(lambda: patrol.patrol_change(store, patrol.PatrolChange(change, mo), now))


@pytest.mark.parametrize("path", [f"{SOUP}/{rest}" for rest in OF_SOUP])
def test_the_account_of_a_record_is_built_anew_after_whatever_it_shows(
    path: str, soup: str, world: World, app: Flask
) -> None:
    store, now, mo = world.storage, world.now, world.person("mo", "moderator")
    anew = partial(is_built_anew, app, path)
    (change,) = world.suggest(world.person("ann"), soup, summary="Hot")
    assert anew(lambda: world.approve(change, "rita", "rob"))
    assert anew(lambda: account_own.change_profile(store, world.person("rita"), "Rita of Cupar", "", now))
    protection = moderate.ProtectRecord(soup, mo, "trusted", now + timedelta(days=3), "a quarrel")
    assert anew(lambda: moderate.protect_record(store, protection, now))
    assert anew(lambda: redact.mask(store, redact.Mask(soup, mo, "private", value="company"), now))


def test_what_somebody_contributed_is_built_anew_after_what_became_of_it(soup: str, world: World, app: Flask) -> None:
    anew = partial(is_built_anew, app, "/people/ann/contributions")
    (change,) = world.suggest(world.person("ann"), soup, summary="Hot")
    assert anew(lambda: world.withdraw(world.person("ann"), change))
    command = history.RollBackRecord(soup, 1, world.person("mo", "moderator"), 2, "no")
    assert anew(lambda: history.roll_back_record(world.storage, command, world.now))


def test_the_moderation_log_is_built_anew_after_each_line(soup: str, world: World, app: Flask) -> None:
    ban = sanction.BanPerson(world.person("ann"), world.person("mo", "moderator"), "spam")
    assert is_built_anew(app, "/moderation-log", lambda: sanction.ban_person(world.storage, ban, world.now))


def test_figures_are_others_once_they_are_counted(soup: str, world: World, app: Flask) -> None:
    first = get(app, FIGURES)
    assert get(app, FIGURES, first.etag) == Got(304, first.etag, "", 1)
    insights.count(world.storage, world.now)
    now = get(app, FIGURES, first.etag)
    assert (now.status, now.statements) == (200, 1)
    assert now.text != first.text


@pytest.mark.usefixtures("soup")
@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_tells_no_time_and_holds_over_minutes(path: str, world: World, app: Flask) -> None:
    etag = get(app, path).etag
    with clock.fixed(world.now + timedelta(minutes=5)):
        assert get(app, path, etag) == Got(304, etag, "", 1)
    assert is_built_anew(app, path, lambda: world.record(name="Advice"))


@pytest.mark.usefixtures("soup")
@pytest.mark.parametrize("path", TOLD_IN_TIME)
def test_a_page_is_built_anew_in_another_minute(path: str, world: World, app: Flask) -> None:
    etag = get(app, path).etag
    with clock.fixed(world.now + timedelta(minutes=1)):
        assert get(app, path, etag).statements > 1
        again = get(app, path)
        assert get(app, path, again.etag).statements == 1


def test_a_search_moves_with_what_it_finds(soup: str, world: World, app: Flask) -> None:
    etag = get(app, "/search?q=soup").etag
    world.record(name="Soup kitchen")
    now = get(app, "/search?q=soup", etag)
    assert now.status == 200
    assert "Soup kitchen" in now.text


def test_a_search_that_finds_nothing_is_counted_when_it_is_built(soup: str, world: World, app: Flask) -> None:
    waiting = app.extensions["unfound"]
    etag = get(app, "/search?q=zebra").etag
    assert waiting.write(world.now) == 1
    assert get(app, "/search?q=zebra", etag).status == 304
    assert waiting.write(world.now) == 0
    with clock.fixed(world.now + timedelta(minutes=1)):
        assert get(app, "/search?q=zebra", etag).status == 304
    assert waiting.write(world.now) == 1


@pytest.mark.usefixtures("soup")
@pytest.mark.parametrize("path", PAGES)
def test_who_is_signed_in_is_never_told_that_a_visitors_copy_will_do(
    path: str, world: World, app: Flask, sign_in: SignIn
) -> None:
    etag = get(app, path).etag
    page = sign_in(world.person("zoe", "moderator")).get(path, headers={"If-None-Match": str(etag)})
    assert page.status == 200
    assert "ETag" not in page.headers
    assert page.headers["Cache-Control"] == "private, no-store"


def test_who_has_a_message_waiting_gets_it(soup: str, app: Flask, client: PageClient) -> None:
    etag = get(app, "/search?q=soup").etag
    with client.browser.session_transaction() as cookie:
        cookie["say"] = [{"category": "good", "text": "Thank you."}]
    told = client.get("/search?q=soup", headers={"If-None-Match": str(etag)})
    assert "Thank you." in told.one(".messages").text
    assert "ETag" not in told.headers
    assert client.get("/search?q=soup").headers["ETag"] == etag


@pytest.mark.usefixtures("in_brackets", "soup")
@pytest.mark.parametrize("path", PAGES)
def test_one_languages_copy_is_not_good_in_another(path: str, app: Flask) -> None:
    english, welsh = get(app, path), get(app, path, **WELSH)
    assert english.etag != welsh.etag
    assert get(app, path, english.etag, **WELSH).status == 200
    assert get(app, path, welsh.etag).status == 200
    assert get(app, path, english.etag).status == get(app, path, welsh.etag, **WELSH).status == 304


@pytest.mark.usefixtures("soup")
def test_no_more_pages_are_remembered_than_so_many_and_none_by_what_was_looked_for(app: Flask) -> None:
    assert MOST == 2_000
    tags = app.extensions["page_tags"] = PageTags(2)
    etags = {word: get(app, f"/search?q={word}").etag for word in ("soup", "zebra", "harbour")}
    took = [get(app, f"/search?q={word}", etags[word]).statements for word in ("zebra", "harbour", "soup")]
    assert took[:2] == [1, 1]
    assert took[2] > 1
    assert "soup" not in repr(vars(tags))


def test_a_page_with_a_form_of_its_visitors_own_is_never_remembered(app: Flask) -> None:
    with app.test_request_context("/search?q=soup"):
        page = tagged(lambda _: (1,), lambda: make_response(f"<p>{generate_csrf()}</p>"))
    assert page.status_code == 200
    assert "ETag" not in page.headers
