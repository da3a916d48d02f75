"""A list as its pages show it: each service with what somebody needs who goes there. Its law: reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from webapp import clock
from webapp.language import _
from webapp.richtext import render_anyway
from webapp.services.suggest import text_hash
from webapp.storage import Connection
from webapp.storage.queries.browse import html_of, url_of
from webapp.storage.queries.lists import Listed, entries_of
from webapp.web.context import settings_of
from webapp.web.element_words import price_words
from webapp.web.freshness import GONE, RUNNING, checked_words
from webapp.web.record_contact import NOTHING, contact_view
from webapp.web.record_hours import address_after, address_words, hours_view
from webapp.web.wording import STATUS_WORDS

MOST_PHONES = 3
MOST_PLACES = 4


def address_of(code: str) -> str:
    """A list's page."""
    return f"/lists/{code}"


def list_view(connection: Connection, found: Any) -> dict[str, Any]:
    """A list with its services: what lists/list.html and lists/print.html show."""
    entries = entries_of(connection, found.id)
    fees = _html_of(connection, [str(one.document.get("fees_description", "")) for one in entries])
    return {
        "name": found.name,
        "note": found.note,
        "url": address_of(found.code),
        "public_url": settings_of().public_url + address_of(found.code),
        "changed_at": found.changed_at,
        "expires_at": found.expires_at,
        "entries": [_entry(one, fees) for one in entries],
    }


def _html_of(connection: Connection, texts: Sequence[str]) -> dict[str, Markup]:
    """The safe HTML of Markdown texts: stored, or rendered now where the renderer is newer."""
    told = {text: text_hash(text) for text in texts if text}
    stored = html_of(connection, told.values())
    return {text: Markup(stored.get(key) or render_anyway(text)) for text, key in told.items()}  # noqa: S704 - bleach made it


def _entry(one: Listed, fees: Mapping[str, Markup]) -> dict[str, Any]:
    row, document = one.row, one.document
    is_gone = row.status in GONE
    contact = NOTHING if is_gone else contact_view(document)
    return {
        "id": one.own,
        "name": row.name,
        "url": url_of(row.kind, row.slug),
        "summary": row.summary,
        "note": one.note,
        "status": tuple(_(words) for words in STATUS_WORDS.get(row.status, ())),
        "is_gone": is_gone,
        "phones": contact["phones"][:MOST_PHONES],
        "email": contact["email"],
        "website": contact["url"],
        "website_words": contact["url_words"],
        "places": [] if is_gone else _places(one),
        "cost": [] if is_gone else _cost(document, fees),
        "checked": checked_words(row, clock.now()),
        "checked_at": None if is_gone else row.checked_at,  # for paper, on which no day is "yesterday"
    }


def _places(one: Listed) -> list[dict[str, Any]]:
    """Where and when: each place with its own times; what has no place, with the service's own."""
    document, now, runs = one.document, clock.now(), one.row.status in RUNNING
    found = []
    for place in document.get("places", ())[:MOST_PLACES]:
        address = one.locations.get(f"places/{place['id']}/location_id")
        if address is not None:
            name = str(address.get("name", ""))
            times = hours_view(place.get("schedules", ()), address, now, runs=runs)
            found.append({"name": name, "address": address_after(name, address), "hours": times})
    own = hours_view(document.get("schedules", ()), document, now, runs=runs)
    if own and not any(place["hours"] for place in found):
        found.append({"name": "", "address": "" if found else address_words(document), "hours": own})
    return found


def _cost(document: Mapping[str, Any], fees: Mapping[str, Markup]) -> list[Markup | str]:
    said = [document.get("fees", ""), *(price_words(option) for option in document.get("cost_options", ()))]
    return [part for part in (fees.get(str(document.get("fees_description", ""))), *said) if part]
