"""Whatever stands in an address, a query or a form, the site answers with a page of its own: on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.addresses import PLACE, filled
from tests.support.page_client import Page, PageClient
from tests.support.profile import IS_LONG, scaled
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.storage.models import Vote

pytestmark = pytest.mark.usefixtures("unlimited")
NASTY = [
    "%00",
    "a%00b",
    "%0a",
    "%1b%5b31m",
    "%7f",
    "%EF%BF%BE",  # no character
    "%ED%A0%80",  # half a character
    "%C0%AF",
    "%FF",
    "..%2f..%2fetc%2fpasswd",
    "%E2%80%AEtxt",
    "%27%20OR%201=1--",
    "9" * 30,
    "9" * 3000,
    "-1",
    "x" * 3000,
]
ARGUMENTS = ("q", "from", "to", "before", "after", "show", "record", "token", "next", "step", "change", "kind", "name")
MARKS = [
    "0001-01-01T00:00:00%2B14:00~x",
    "9999-12-31T23:59:59-14:00~x",
    "2026-01-01T00:00:00%2B00:00~%00",
    "00010101T000000000000.00000000-0000-0000-0000-000000000000",
]
UNPRINTABLE = "a\x00b\x07c\x1bd\x7fe\ufffef"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Both databases: what one takes (NUL, numbers of any size), the other refuses."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_template").copy(tmp_path / "test.db")
        return
    server = request.getfixturevalue("postgres_template")
    url = server.create()
    yield url
    server.drop(url)


def broken(client: PageClient, method: str, path: str, **options: object) -> str:
    """What is wrong with an answer: a fault of ours, or a page that is not valid."""
    response = client.browser.open(path, method=method, **options)  # type: ignore[arg-type]  # options of several kinds
    if response.status_code >= 500:
        return f"{method} {path[:120]} {options}: {response.status_code}"
    on_sqlite = client.browser.application.extensions["storage"].engine.dialect.name == "sqlite"
    if not IS_LONG and not (response.status_code < 300 and on_sqlite):
        return ""  # error pages are one template, and what a page says is the same from both databases
    try:
        Page(client, path, response, is_fragment=False).check()
    except AssertionError as error:
        return str(error)[:300]
    return ""


def addresses_of(app: Flask, town: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every address with each of its values in turn made nasty."""
    for rule in app.url_map.iter_rules():
        for name in PLACE.findall(rule.rule):
            for value in NASTY:
                for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                    yield method, filled(rule.rule, {**town, name: value})


def test_no_value_in_an_address_breaks_a_page(app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(world.person("ada", "administrator"))
    wrong = {said for method, path in addresses_of(app, town) if (said := broken(client, method, path))}
    assert not wrong, "\n".join(sorted(wrong)[:20])


def test_no_value_in_a_query_breaks_a_page(app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> None:
    wrong = set()
    visitors = [PageClient(app), sign_in(world.person("ada", "administrator"))]
    values, is_sqlite = [*NASTY, *MARKS], world.storage.engine.dialect.name == "sqlite"
    step = scaled(2 if is_sqlite else 5, 1)
    for turn, rule in enumerate(app.url_map.iter_rules()):
        if "GET" in (rule.methods or ()) and rule.endpoint != "browse.static":
            for value in values[turn % step :: step]:  # each of them at some address, in the quick profile, too
                query = "&".join(f"{name}={value}" for name in ARGUMENTS)
                visitors.reverse()  # in turn, for quickness
                asked = visitors if IS_LONG else visitors[:1]
                wrong |= {broken(one, "GET", f"{filled(rule.rule, town)}?{query}") for one in asked}
    assert not wrong - {""}, "\n".join(sorted(wrong)[:20])


def test_no_mark_in_an_address_of_the_queue_breaks_it(world: World, town: dict[str, str], sign_in: SignIn) -> None:
    assert town
    client = sign_in(world.person("rita", "reviewer"))
    for path in ("/review", "/review/next"):
        for show in ("waiting", "all"):
            for mark in MARKS:
                assert broken(client, "GET", f"{path}?show={show}&after={mark}") == ""


FORMS = {
    "report": {"what": "wrong", "text": "No soup", "contact": "x"},
    "confirm": {"how": "visited"},
    "protect": {"level": "trusted", "days": "7", "note": "x"},
    "history/2/revert": {"seen": "2", "summary": "x", "chosen": "x"},
    "history/1/roll-back": {"seen": "2", "summary": "x"},
    "suggest": {"name": "x", "description": "x", "reason": "x", "seen": "2", "how": "visited", "step": "send"},
    "close": {"status": "closed", "reason": "x", "how": "visited", "step": "send"},
}


def test_no_value_in_a_form_breaks_a_page(app: Flask, world: World, town: dict[str, str], sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(world.person("ada", "administrator"))
    suggestion = f"/suggestions/{town['suggestion_id']}"
    vote = {"change": town["change_id"], "choice": "reject", "reason": "not_true", "note": "x", "seen": "1"}
    change = f"{suggestion}/changes/{town['change_id']}"
    forms = {f"/services/{town['slug']}/{act}": values for act, values in FORMS.items()} | {
        f"{suggestion}/comments": {"text": "x"},
        f"{suggestion}/support": {"change": town["change_id"], "how": "visited"},
        f"{suggestion}/vote": vote,
        f"{change}/amend": {"name": "x", "reason": "x", "seen": "1", "step": "send"},
        f"{change}/rebase": {"seen": "1", "step": "send"},
        f"{change}/decide": {"outcome": "reject", "note": "x"},
        "/account/settings": {"profile-display_name": "x", "profile-about": "x"},
        "/account/sessions/end": {"session": "x"},
    }
    wrong = set()
    for path, values in forms.items():
        for name in values:
            for odd in (UNPRINTABLE, "9" * 30, "x" * 9000, "\u202ex\u2028", ""):
                wrong.add(broken(client, "POST", path, data={**values, name: odd}))
    wrong |= {
        broken(client, "GET", path) for path in (suggestion, f"/services/{town['slug']}", "/moderate", "/account")
    }
    assert not wrong - {""}, "\n".join(sorted(wrong)[:20])


def test_a_rejection_needs_one_of_the_reasons_that_are_offered(
    app: Flask, world: World, town: dict[str, str], sign_in: SignIn
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(world.person("ruth", "reviewer"))
    vote = {"change": town["change_id"], "choice": "reject", "seen": "1", "reason": "x" * 41}
    page = client.post(f"/suggestions/{town['suggestion_id']}/vote", vote, status=422)
    assert "Choose a reason" in page.one("main").text
    assert world.all(select(Vote).where(Vote.change_id == town["change_id"])) == []
