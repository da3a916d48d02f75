"""The start page and the rules are kept as records' pages are: a 304 for one query, and never stale.

Of searches and recent changes only the ETag is remembered (`test_tagged.py`); to a browser they are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp import clock
from webapp.domain.policy import DEFAULT, to_data
from webapp.services import account_own, confirm
from webapp.services.policy import EditPolicy, edit_policy
from webapp.storage.models import Mode
from webapp.storage.unit_of_work import new_id

KEPT = ("/", "/rules")
PAGES = (*KEPT, "/changes", "/changes?kind=service", "/search", "/search?q=soup", "/search?q=zebra")


def ask(app: Flask, path: str, etag: str | None = None) -> tuple[int, str | None, str]:
    answer = app.test_client().get(path, headers={"If-None-Match": etag} if etag else {})
    return answer.status_code, answer.headers.get("ETag"), answer.text


@pytest.fixture
def soup(world: World) -> str:
    """A service whose words Ann has changed."""
    record = world.record(description="Soup")
    world.approve(world.suggest(world.person("ann"), record, description="Soup and company")[0], "rita", "rob")
    return record


@pytest.mark.usefixtures("soup")
@pytest.mark.parametrize("path", KEPT)
def test_an_unchanged_page_is_a_304_for_one_query(path: str, world: World, app: Flask) -> None:
    _, etag, _ = ask(app, path)
    assert etag
    with at_most(1, world.storage.engine):
        assert ask(app, path, etag) == (304, etag, "")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_an_empty_directory_is_a_304_too(path: str, world: World, app: Flask) -> None:
    _, etag, _ = ask(app, path)
    assert ask(app, path, etag) == (304, etag, "")


@pytest.mark.usefixtures("soup")
@pytest.mark.parametrize("path", PAGES)
def test_who_is_signed_in_never_gets_a_kept_page(path: str, world: World, client: PageClient, sign_in: SignIn) -> None:
    client.get(path)
    page = sign_in(world.person("zoe", "reviewer")).get(path)
    assert "ETag" not in page.headers
    assert page.headers["Cache-Control"] == "private, no-store"


def changed(app: Flask, path: str, act: Callable[[], object]) -> str:
    """What a page says after something has happened that it shows; fails where a copy of it would still do."""
    _, etag, _ = ask(app, path)
    act()
    status, _, text = ask(app, path, etag)
    assert status == 200
    return text


def test_the_start_page_moves_with_what_it_shows(soup: str, world: World, app: Flask) -> None:
    changed(app, "/", lambda: world.suggest(world.person("ann"), soup, summary="Hot"))
    changed(app, "/", lambda: world.person("zoe"))
    mo = world.person("mo", "moderator")
    command = confirm.ConfirmRecord(soup, mo, 2, "visited")
    changed(app, "/", lambda: confirm.confirm_record(world.storage, command, world.now))
    assert "Advice" in changed(app, "/", lambda: world.record("taxonomy_term", name="Advice"))
    _, etag, _ = ask(app, "/")
    with clock.fixed(world.now + timedelta(days=31)):  # what was checked is no more "this month"
        assert ask(app, "/", etag)[0] == 200


def test_recent_changes_move_with_what_they_show(soup: str, world: World, app: Flask) -> None:
    change = changed(app, "/changes", lambda: world.record("location", name="Kirk hall", location_type="physical"))
    assert "Kirk hall" in change
    ann = world.person("ann")
    act = partial(account_own.change_profile, world.storage, ann, "Ann of Cupar", "", world.now)
    text = changed(app, "/changes", act)
    assert "Ann of Cupar" in text
    command = confirm.ConfirmRecord(soup, world.person("mo", "moderator"), 2, "visited")
    changed(app, "/changes", lambda: confirm.confirm_record(world.storage, command, world.now))


def test_the_rules_move_with_their_versions_and_the_mode(world: World, app: Flask) -> None:
    row = {"id": new_id(), "mode": "reduced", "active_reviewers": 4, "since": world.now + timedelta(minutes=1)}
    mode = insert(Mode).values(**row)
    text = changed(app, "/rules", lambda: world.storage.transact(lambda uow: uow.run(mode), world.now))
    assert "Few reviewers are active now" in text
    rules = to_data(DEFAULT)
    rules["caps"]["confirms_a_day"] = 31
    command = EditPolicy(world.person("ada", "administrator"), 1, rules, "we grew")
    text = changed(app, "/rules", lambda: edit_policy(world.storage, command, world.now))
    assert "of 31 records a day" in text
