"""What search engines are told: which addresses there are, which to leave alone, and what not to keep.

Its law: a page that is not named here is not for their index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from uuid import UUID

from flask import Blueprint, Flask, current_app, request
from markupsafe import escape
from werkzeug.wrappers import Response

from webapp import clock
from webapp.storage.queries import sitemap as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.context import reading, settings_of

blueprint = Blueprint("crawlers", __name__)
INDEXED = ("browse.home", "browse.record", "rules.rules", "search.search")
"""Endpoints whose pages search engines may keep; `ALONE` without any words in the address."""
ALONE = ("search.search",)
PAGES = ("/", "/rules")
LEFT_ALONE = (
    "/account",
    "/changes?",
    "/feeds",
    "/moderate",
    "/people",
    "/review",
    "/search?",
    "/suggest",
    *(f"/*/*/{act}" for act in ("claim", "compare", "confirm", "history", "merge", "protect")),
    *(f"/*/*/{act}" for act in ("redact", "report", "suggest")),
)
"""Addresses that lead nowhere for a search engine, or to as many pages as there are words; /suggest begins several."""
KEPT_FOR = timedelta(hours=1)
AN_HOUR = "public, max-age=3600"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
ROWS = 500  # of a piece that is sent at once


def register(app: Flask) -> None:
    """Tell search engines on each answer whether they may keep it."""
    app.after_request(say_whether_to_keep)


def say_whether_to_keep(response: Response) -> Response:
    """Add the header that asks them not to, unless the page is one of those that are theirs."""
    is_theirs = request.endpoint in INDEXED and not (request.endpoint in ALONE and request.query_string)
    if response.mimetype == "text/html" and not (is_theirs and response.status_code < 400):
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/robots.txt")
@allow("read_rules")
def robots() -> Response:
    """What to leave alone, and where the list of addresses is (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in LEFT_ALONE)]
    lines += ["", f"Sitemap: {settings_of().public_url}/sitemap.xml", ""]
    return _answer("\n".join(lines), "text/plain")


@blueprint.get("/sitemap.xml")
@allow("read_record")
def index() -> Response:
    """The parts of the list of addresses."""
    home = settings_of().public_url
    parts = (f"{home}/sitemap/{first}.xml" for first in (UUID(int=0), *_bounds()))
    items = (f"<sitemap><loc>{escape(part)}</loc></sitemap>" for part in (f"{home}/sitemap/pages.xml", *parts))
    return _xml("sitemapindex", items)


@blueprint.get("/sitemap/pages.xml")
@allow("read_record")
def pages() -> Response:
    """The part of what is no record."""
    return _xml("urlset", [_address(path) for path in PAGES])


@blueprint.get("/sitemap/<uuid:first>.xml")
@allow("read_record")
def part(first: UUID) -> Response:
    """A part: the active ones of so many records from an id on."""
    rows = queries.addresses_from(reading(), str(first))
    return _xml("urlset", [_address(url_of(row.kind, row.slug), row.updated_at) for row in rows])


def _bounds() -> list[str]:
    """Where the parts begin; read once an hour, since that takes longer the more records there are."""
    kept: tuple[datetime, list[str]] | None = current_app.extensions.get("sitemap")
    if kept is None or not timedelta(0) <= clock.now() - kept[0] < KEPT_FOR:
        kept = current_app.extensions["sitemap"] = clock.now(), queries.bounds(reading())
    return kept[1]


def _address(path: str, changed_at: datetime | None = None) -> str:
    when = f"<lastmod>{changed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed_at else ""
    return f"<url><loc>{escape(settings_of().public_url + path)}</loc>{when}</url>"


def _xml(name: str, items: Iterable[str]) -> Response:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{NAMESPACE}">\n'
    return _answer(_pieces(chain([head], (f"{item}\n" for item in items), [f"</{name}>\n"])), "application/xml")


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """Some lines at a time, so that a part goes out while it is written."""
    some: list[str] = []
    for line in lines:
        some.append(line)
        if len(some) == ROWS:
            yield "".join(some)
            some.clear()
    yield "".join(some)


def _answer(body: str | Iterable[str], kind: str) -> Response:
    response = current_app.response_class(body, mimetype=kind)
    response.headers["Cache-Control"] = AN_HOUR
    return response
