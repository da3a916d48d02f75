"""A list of services as somebody sends it to an address: names, numbers, places and times in plain words, one link.

Its law: what the sender typed is quoted as theirs, without anything that leads elsewhere; the services' notes stay on
the page. Nobody who gets it is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from webapp.config import Settings
from webapp.domain import hours
from webapp.domain.lists import quoted
from webapp.domain.phones import format_phone
from webapp.language import _, mark
from webapp.services.notify.names import NotSent, Payload
from webapp.services.notify.words import one_line
from webapp.storage.queries.lists import Listed, entries_of, find_by_id

MOST_TOLD = 30  # services; the page has them all
STATUS = mark({
    "inactive": "not running at the moment",
    "temporarily closed": "closed for now",
    "defunct": "no longer exists",
    "closed": "closed",
})
RUNNING = ("active", "inactive")


def list_context(connection: Connection, settings: Settings, payload: Payload, now: datetime) -> dict[str, Any]:
    """What the letter says. NotSent where the list is gone, or nothing stands on it any more."""
    found = find_by_id(connection, str(payload["list"]), now)
    entries = [one for one in entries_of(connection, found.id) if one.row.status != "void"] if found else []
    if found is None or not entries:
        raise NotSent("the list is gone")
    return {
        "site": settings.site_name,
        "title": quoted(found.name),
        "words": str(payload.get("words", "")),
        "entries": [_entry(one) for one in entries[:MOST_TOLD]],
        "more": max(0, len(entries) - MOST_TOLD),
        "link": f"{settings.public_url}/lists/{found.code}",
    }


def _entry(one: Listed) -> dict[str, Any]:
    status = _(STATUS.get(one.row.status, "")) or None
    told = _told(one) if one.row.status in (*RUNNING, "temporarily closed") else ()
    return {"name": one_line(one.row.name), "status": status, "told": [one_line(part) for part in told if part]}


def _told(one: Listed) -> Iterable[str]:
    yield from (format_phone(number) for number in numbers(one.document)[:2])
    runs = one.row.status in RUNNING
    for place in one.document.get("places", ())[:3]:
        address = one.locations.get(f"places/{place['id']}/location_id", {})
        yield where(address)
        yield _("; ").join(hours.words(hours.parse_rows(place.get("schedules", ())))) if runs else ""
    if runs:
        yield _("; ").join(hours.words(hours.parse_rows(one.document.get("schedules", ()))))


def numbers(document: Mapping[str, Any]) -> list[str]:
    """Telephone numbers of a service and of its places, in the order in which its page has them."""
    holders = [document, *document.get("places", ()), *document.get("contacts", ())]
    found = (phone.get("number") for holder in holders for phone in holder.get("phones", ()))
    return list(dict.fromkeys(number for number in found if number))


def where(address: Mapping[str, Any]) -> str:
    """A place in one line: "Harbour Hall, 4 Pier Brae, Port Linnet, LT1 2AB"."""
    names = ("name", "address_1", "address_2", "city", "postal_code")
    return ", ".join(dict.fromkeys(str(address[name]) for name in names if address.get(name)))
