"""What search engines are told: every active record once, in parts, and nothing that is not theirs."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from flask import Flask

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp import clock
from webapp.storage.queries import sitemap
from webapp.web.crawlers import LEFT_ALONE

HOME = "http://localhost"
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(app: Flask, path: str) -> ElementTree.Element:
    answer = app.test_client().get(path.removeprefix(HOME))
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    return ElementTree.fromstring(answer.data)  # noqa: S314 - our own


def places(root: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in root.iter(f"{SPACE}loc")]


@ON_BOTH
def test_every_active_record_is_listed_once_with_its_last_change(world: World, app: Flask) -> None:
    for kind, name in (("service", "Soup"), ("organization", "Trust"), ("guide", "Eating"), ("taxonomy_term", "Food")):
        world.record(kind, name=name)
    for status in ("closed", "inactive", "temporarily closed"):
        world.record(name=f"No longer {status}", status=status)
    index = read(app, "/sitemap.xml")
    assert index.tag == f"{SPACE}sitemapindex"
    parts = [read(app, part) for part in places(index)]
    found = [place for part in parts for place in places(part)]
    assert sorted(found) == sorted(
        HOME + path
        for path in ("/", "/rules", "/services/soup", "/organizations/trust", "/guides/eating", "/categories/food")
    )
    assert {one.text for part in parts for one in part.iter(f"{SPACE}lastmod")} == {"2026-03-02T09:00:00Z"}


@ON_BOTH
def test_parts_hold_so_many_and_none_is_missed_or_told_twice(world: World) -> None:
    for number in range(12):
        world.record(name=f"Group {number}", status="closed" if number == 4 else "active")
    with world.storage.read() as connection:
        begins = ["0", *sitemap.bounds(connection, part=5)]
        parts = [[row.slug for row in sitemap.addresses_from(connection, first, part=5)] for first in begins]
    assert [len(part) for part in parts] == [4, 5, 2]
    told = [slug for part in parts for slug in part]
    assert sorted(told) == sorted(f"group-{number}" for number in range(12) if number != 4)


def test_a_part_is_one_statement_and_the_bounds_are_kept_for_an_hour(world: World, app: Flask) -> None:
    world.record(name="Soup")
    client = app.test_client()
    with at_most(1, world.storage.engine):
        client.get("/sitemap/00000000-0000-0000-0000-000000000000.xml")
        client.get("/sitemap/pages.xml")
    with at_most(1, world.storage.engine):
        client.get("/sitemap.xml")
        client.get("/sitemap.xml")
    with clock.fixed(world.now + timedelta(hours=2)), at_most(1, world.storage.engine) as said:
        client.get("/sitemap.xml")
    assert len(said) == 1


def test_an_empty_directory_and_an_unknown_part_are_lists_too(app: Flask) -> None:
    assert len(places(read(app, "/sitemap.xml"))) == 2
    assert places(read(app, "/sitemap/ffffffff-ffff-ffff-ffff-ffffffffffff.xml")) == []
    assert app.test_client().get("/sitemap/x.xml").status_code == 404


def test_robots_may_read_what_is_there_to_be_found_and_nothing_that_writes_or_repeats(app: Flask) -> None:
    answer = app.test_client().get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert f"Sitemap: {HOME}/sitemap.xml" in answer.text.splitlines()
    assert "Disallow: /search?" in answer.text.splitlines()  # with words, and not the bare page
    rules = RobotFileParser()
    rules.parse(line for line in answer.text.splitlines() if "*/" not in line)  # the standard library reads no stars
    for path in ("/", "/services/soup", "/guides/eating", "/sitemap.xml", "/static/css/site.css"):
        assert rules.can_fetch("anybody", HOME + path), path
    for path in ("/account/sign-in", "/review", "/suggest/new", "/suggestions/1", "/moderate", "/feeds/x.atom"):
        assert not rules.can_fetch("anybody", HOME + path), path
    starred = [re.escape(path).replace(r"\*", ".*") for path in LEFT_ALONE if "*" in path]
    for path in ("/services/soup/suggest", "/guides/eating/history/3", "/locations/hall/compare?from=1&to=2"):
        assert any(re.match(one, path) for one in starred), path
    for path in ("/services/history-society", "/guides/report-a-crime"):
        assert not any(re.match(one, path) for one in starred), path


def test_only_pages_that_are_for_search_engines_may_be_kept_by_them(
    world: World, client: PageClient, sign_in: SignIn
) -> None:
    world.record(name="Soup")
    for path in ("/", "/services/soup", "/rules", "/search"):
        assert "X-Robots-Tag" not in client.get(path).headers, path
    for path in ("/search?q=soup", "/services/soup/history", "/services/soup/suggest", "/review", "/changes"):
        assert client.get(path).headers["X-Robots-Tag"] == "noindex", path
    assert client.get("/services/nobody", status=404).headers["X-Robots-Tag"] == "noindex"
    assert sign_in(world.person("ann")).get("/account").headers["X-Robots-Tag"] == "noindex"


def test_a_record_that_was_taken_back_says_so_to_search_engines(world: World, client: PageClient) -> None:
    world.record(name="Soup")
    world.record(name="Spam", status="void")
    assert not client.get("/services/soup").all("meta[name=robots]")
    assert client.get("/services/spam").one("meta[name=robots]")["content"] == "noindex"


def test_one_who_is_signed_in_gets_the_same_lists(world: World, sign_in: SignIn) -> None:
    ann = sign_in(world.person("ann"))
    assert ann.get("/robots.txt").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/sitemap/pages.xml"])
def test_the_lists_may_be_kept_for_an_hour(path: str, app: Flask) -> None:
    assert app.test_client().get(path).headers["Cache-Control"] == "public, max-age=3600"
