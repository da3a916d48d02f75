"""axe finds nothing on any address that answers HTML, in any look; the list comes from the route table."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.acts import sign_in
from tests.e2e.conftest import Visit
from tests.support.browser import LOOKS, PHONE, Look, Visitor
from tests.support.profile import IS_LONG
from tests.support.server import Site
from webapp import create_app
from webapp.config import Settings
from webapp.domain.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
WHO = ["nobody", "Morag"]  # a visitor, and an administrator who sees everything; in the long profile every role
WHO += ["Callum", "Rab", "Agnieszka", "Hamish"] if IS_LONG else []
NOT_PAGES = {"browse.static", "health.healthz", "health.readyz", "health.security_txt"}
NOT_PAGES |= {"crawlers.robots", "crawlers.index", "crawlers.pages", "crawlers.part", "feeds.changes", "feeds.record"}


def values_of(site: Site) -> dict[str, str]:
    """Ids and slugs of the demo for every variable of an address."""
    database = sqlite3.connect(site.instance / "wellkept.db")
    (suggestion, change) = database.execute(
        "SELECT suggestion_id, id FROM change WHERE state = 'open' AND type = 'edit'"
        " ORDER BY conflicted_at DESC LIMIT 1"
    ).fetchone()
    (record,) = database.execute("SELECT id FROM record WHERE slug = 'harbour-soup-lunch'").fetchone()
    (group,) = database.execute("SELECT id FROM synonym ORDER BY id LIMIT 1").fetchone()
    (code,) = database.execute("SELECT code FROM service_list").fetchone()
    (operation,) = database.execute("SELECT id FROM operation WHERE type = 'roll_back' LIMIT 1").fetchone()
    database.close()
    return {
        "code": code,
        "path": "services",
        "slug": "harbour-soup-lunch",
        "number": "3",
        "suggestion_id": suggestion,
        "change_id": change,
        "record_id": record,
        "group_id": group,
        "kind": "service",
        "handle": "callum-b",
        "token": "x" * 43,
        "tag": "en-GB",
        "operation_id": operation,
        "incident_id": operation,  # the demo has none: how its absence is told
        "seq": "1",
    }


def addresses(site: Site, tmp_path: Path) -> Iterator[str]:
    """Every address that answers GET with a page."""
    settings = Settings.from_environ(
        {"WELLKEPT_INSTANCE": str(tmp_path), "WELLKEPT_DATABASE_URL": f"sqlite:///{site.instance / 'wellkept.db'}"},
        ROOT,
    )
    app = create_app(settings)
    values = values_of(site)
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES:
            yield re.sub(r"<(?:[^:<>]*(?:\([^)]*\))?:)?(\w+)>", lambda m: values[m[1]], rule.rule)
    app.extensions["storage"].dispose()


@pytest.mark.parametrize("look", LOOKS if IS_LONG else [PHONE], ids=str)
@pytest.mark.parametrize("who", WHO)
def test_no_page_has_a_fault_that_axe_can_see(visit: Visit, site: Site, look: Look, who: str, tmp_path: Path) -> None:
    visitor = visit(look)
    visitor.expects(400, 403, 404, 409, 422)
    paths = sorted(set(addresses(site, tmp_path)))
    if who != "nobody":
        paths = paths if IS_LONG else [path for path in paths if not is_for_visitors(visitor, path)]
        sign_in(visitor, who)
    assert faults_of(visitor, paths) == []


def is_for_visitors(visitor: Visitor, path: str) -> bool:
    """Whether who is not signed in gets the page itself; of these, one walk is enough in the quick profile."""
    return visitor.context.request.get(visitor.url + path, max_redirects=0).status == 200


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("who", ["nobody", "Hamish"])
def test_no_state_of_a_record_or_a_change_has_a_fault(visit: Visit, site: Site, look: Look, who: str) -> None:
    visitor = visit(look)
    if who != "nobody":
        sign_in(visitor, who)
    assert faults_of(visitor, states(site)) == []


def states(site: Site) -> list[str]:
    """A record of each kind and status, and a suggestion with each type and state of change."""
    database = sqlite3.connect(site.instance / "wellkept.db")
    records = database.execute("SELECT kind, slug FROM record WHERE status <> 'void' GROUP BY kind, status").fetchall()
    suggestions = database.execute("SELECT max(suggestion_id) FROM change GROUP BY type, state").fetchall()
    database.close()
    found = [f"/{KINDS[kind].path}/{slug}" for kind, slug in records]
    return [*found, *(f"/suggestions/{id_}" for (id_,) in suggestions)]


def faults_of(visitor: Visitor, paths: list[str]) -> list[str]:
    """What is wrong, page by page. Where several addresses lead to one, such as signing in, it is looked at once."""
    faults: list[str] = []
    seen: set[str] = set()
    for path in paths:
        visitor.page.goto(visitor.url + path)
        if (there := visitor.page.url.partition("?next=")[0]) in seen:
            continue
        seen.add(there)
        try:
            visitor.check()
        except AssertionError as error:
            faults.append(f"{path}: {str(error)[:600]}")
            visitor.problems.clear()  # told once
    return faults


def test_the_error_pages_and_empty_states_are_pages_too(visit: Visit) -> None:
    visitor = visit(PHONE)
    visitor.expects(404, 405, 400)
    for path in ("/services/nobody", "/search?q=zebra", "/people/nobody", "/guides/contributing"):
        visitor.page.goto(visitor.url + path)
        visitor.check()
