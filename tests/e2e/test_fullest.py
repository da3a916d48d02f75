"""A record that says as much as it may: nobody scrolls sideways, axe finds nothing, no page keeps one waiting."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browser import LOOKS, Look, Visitor
from tests.support.databases import SqliteTemplate
from tests.support.fullest import FullestTown
from tests.support.stage import Stage, staged

SERVICE = "/services/{slug}"
PAGES = (
    ("", SERVICE),
    ("", "/search?q=lunch&near=KY15+5AB"),
    ("", "/locations/hall-0"),
    ("bea", f"{SERVICE}/suggest"),
    ("mo", f"{SERVICE}/history"),
    ("mo", f"{SERVICE}/history/since"),
    ("mo", f"{SERVICE}/history/1"),
    ("mo", f"{SERVICE}/compare?from=1&to=2"),
    ("rita", "/suggestions/{suggestion}"),
    ("rita", "/review?show=all"),
)
SECONDS = 1.5
"""Of the processor, for a page of which nothing is remembered; each takes half a second when all is quiet."""


@pytest.mark.slow
@pytest.mark.parametrize("window", LOOKS, ids=str)
def test_a_record_as_full_as_it_may_be_is_read_without_trouble(
    window: Look, browser: Browser, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    with staged(sqlite_template.copy(tmp_path / "town.db"), tmp_path / "instance") as stage:
        town = FullestTown(stage.world)
        visitor = Visitor(browser, stage.url, window)
        for who, path in PAGES:
            person = town.people[who] if who else None
            address = path.format_map(town.values)
            assert _seconds(stage, person, address) < SECONDS, address
            visitor.context.clear_cookies()
            visitor.context.add_cookies([stage.cookie(person)])
            visitor.open(address)
            visitor.check()
        visitor.leave()


def _seconds(stage: Stage, person: str | None, address: str) -> float:
    """What one answer costs the processor."""
    client = stage.app.test_client()
    cookie = stage.cookie(person)
    client.set_cookie(cookie["name"], cookie["value"])
    began = time.thread_time()
    assert client.get(address).status_code == 200
    return time.thread_time() - began
