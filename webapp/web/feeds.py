"""Feeds of what was written, for readers of Atom (RFC 4287): recent changes as they may be narrowed, and one record's.

Its law: a feed says nothing that the page beside it does not say, and of what is still voted on nothing at all; every
address in it is absolute, from the configured one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound
from webapp.language import _, present
from webapp.storage import Connection
from webapp.storage.queries import history, recent, shown
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.recent import newest_seq, person_called
from webapp.web.access import allow
from webapp.web.context import reading, settings_of
from webapp.web.received import plain
from webapp.web.recent_asked import address, wanted_in
from webapp.web.revision_words import what_words
from webapp.web.tagged import tagged

blueprint = Blueprint("feeds", __name__)
ATOM = "http://www.w3.org/2005/Atom"
PATH = "/feeds/changes.atom"
ENTRIES = 50
ET.register_namespace("", ATOM)


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision: its id, the record's name, what it did, by whom (None where nobody is named), where it stands."""

    id: str
    name: str
    what: str
    who: str | None
    path: str
    at: datetime


@blueprint.get(PATH)
@allow("read_history")
def changes() -> Response:
    """Recent changes, narrowed as the address says; somebody's own, too. NotFound where nobody is so called."""
    return tagged(_stamp, _changes, tells_time=False)


def _changes() -> Response:
    wanted = wanted_in(request.args)
    who = person_called(reading(), wanted.by) if wanted.by else None
    if wanted.by and who is None:
        raise NotFound(what="person")
    start = newest_seq(reading()) + 1
    actor_id = who.id if who else None
    found = recent.recent(reading(), wanted, start, ENTRIES, actor_id=actor_id)
    title = _("Changes by %(name)s", name=who.display_name) if who else _("Recent changes")
    entries = [_entry(row, row.kind, row.slug, row.name) for row in found.rows]
    return _feed(title, address("/changes", wanted), address(PATH, wanted), entries)


@blueprint.get("/feeds/records/<uuid:record_id>.atom")
@allow("read_history")
def record(record_id: object) -> Response:
    """The history of a record, by its id: names change. NotFound."""
    return tagged(_stamp, partial(_record, str(record_id)), tells_time=False)


def _record(record_id: str) -> Response:
    row = history.record_of(reading(), record_id)
    if row is None:
        raise NotFound(what="record")
    found = history.revisions(reading(), row.id, row.newest_number + 1, ENTRIES).rows
    entries = [_entry(one, row.kind, row.slug, row.name) for one in found]
    title = _("History of %(title)s", title=row.name)
    return _feed(title, f"{url_of(row.kind, row.slug)}/history", record_feed(row.id), entries)


def _stamp(connection: Connection) -> tuple[Any, ...]:
    """What tells whether a feed may have changed: what pages of changes hang on, and the day that an empty one says."""
    return *shown.public(connection), _today()


def record_feed(record_id: str) -> str:
    """Where the feed of a record is."""
    return f"/feeds/records/{record_id}.atom"


def _entry(row: Any, kind: str, slug: str, name: str) -> Entry:
    what, path = what_words(row.cause, row.summary), f"{url_of(kind, slug)}/history/{row.number}"
    return Entry(row.id, name, what, row.display_name, path, row.created_at)


# -- as XML -----------------------------------------------------------------------------------------------


def _feed(title: str, page: str, own: str, entries: Iterable[Entry]) -> Response:
    """A feed beside a page, both as paths."""
    entries = list(entries)
    home, site = settings_of().public_url, settings_of().site_name
    at = max((entry.at for entry in entries), default=_today())
    root = ET.Element(_tag("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": present().tag})
    _add(root, "id", home + own)
    _add(root, "title", f"{title} – {site}")
    _add(root, "updated", _time(at))
    ET.SubElement(root, _tag("link"), rel="self", type="application/atom+xml", href=home + own)
    ET.SubElement(root, _tag("link"), rel="alternate", type="text/html", href=home + page)
    _add(ET.SubElement(root, _tag("author")), "name", site)
    for entry in entries:
        _add_entry(root, entry, home)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    response = current_app.response_class(body, mimetype="application/atom+xml")
    response.last_modified = at
    return response


def _add_entry(root: ET.Element, entry: Entry, home: str) -> None:
    element = ET.SubElement(root, _tag("entry"))
    _add(element, "id", f"urn:uuid:{entry.id}")
    _add(element, "title", _("%(record)s: %(what)s", record=entry.name, what=entry.what))
    _add(element, "updated", _time(entry.at))
    ET.SubElement(element, _tag("link"), rel="alternate", type="text/html", href=home + entry.path)
    if entry.who:
        _add(ET.SubElement(element, _tag("author")), "name", entry.who)
    _add(element, "summary", entry.what)


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _tag(name)).text = plain(text)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _today() -> datetime:
    """For a feed of nothing, which has to say some time."""
    return clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
