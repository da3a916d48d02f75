"""When and where: opening times as a record's page shows them, each place with its own.

Its law: times of different places are never mixed, and nothing that is over is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from webapp.domain import hours
from webapp.domain.hours import LONDON, Row, RowKind, Slot
from webapp.language import _, remembered
from webapp.storage.queries.browse import Linked

SOON = timedelta(days=14)
"""What differs from the usual hours within this time stands beside them; what differs later waits further down."""
SHORT_REMARK = 60
"""Characters of a remark that stands in brackets behind its times."""

View = dict[str, Any]
Words = tuple[str, ...]


def hours_view(rows: Sequence[Any], address: Mapping[str, Any], now: datetime, *, runs: bool = True) -> View | None:
    """Hours of one place: {sentence, is_open, words, dated, later, holiday}; None where nothing is known or to come.

    What does not run any more has no sentence: it opens on no Thursday.
    """
    parsed, words, dated, later = _worded(json.dumps(rows), now.astimezone(LONDON).date())
    if not (words or dated or later):
        return None
    sentences: list[str] = []
    is_open = None
    if runs:
        status = hours.status(parsed, now, hours.nation_of_address(address))
        sentences, is_open = hours.status_words(status, now), status.open_now
    return {
        "sentence": sentences[0] if sentences else None,
        "is_open": is_open,
        "words": words,
        "dated": dated,
        "later": later,
        "holiday": sentences[1] if len(sentences) > 1 else None,
    }


@remembered(2000)
def _worded(rows: str, today: date) -> tuple[tuple[Row, ...], Words, Words, Words]:
    """Schedule rows (as JSON) read, and the words of the usual hours, of what differs soon and of what differs later.

    The costliest part of a page that changes with the day only.
    """
    parsed = hours.parse_rows(json.loads(rows))
    dated = [row for row in parsed if row.kind is RowKind.DATED and (row.last or date.max) >= today]
    is_soon = {row: (row.first or date.min) - today <= SOON for row in dated}
    return (
        parsed,
        row_words([row for row in parsed if row.kind is not RowKind.DATED]),
        row_words([row for row in dated if is_soon[row]]),
        row_words([row for row in dated if not is_soon[row]]),
    )


def usual(rows: Sequence[Any], today: date) -> tuple[tuple[Slot, ...], Words]:
    """Schedule rows: the times of every week, and the words of the others that are not over."""
    return _usual(json.dumps(rows), today)


@remembered(2000)
def _usual(rows: str, today: date) -> tuple[tuple[Slot, ...], Words]:
    slots, others = hours.usual_week(hours.parse_rows(json.loads(rows)), today)
    return tuple(slots), row_words(others)


def row_words(rows: Sequence[Row]) -> Words:
    """Rows in words. Where remarks differ each stays with its own times: who may drop in on Monday has to know it."""
    remarks = list(dict.fromkeys(row.remark for row in rows if row.has_rule))
    if len(remarks) < 2:
        return (*hours.words(rows), *hours.remarks(rows))
    said = [_with_remark(hours.words([row for row in rows if row.remark == remark]), remark) for remark in remarks]
    return (*(line for lines in said for line in lines), *hours.words([row for row in rows if not row.has_rule]))


def _with_remark(lines: list[str], remark: str) -> list[str]:
    if not remark:
        return lines
    if len(lines) == 1 and len(remark) <= SHORT_REMARK:
        return [_("%(hours)s (%(remark)s)", hours=lines[0], remark=remark)]
    return [*lines, remark]


# -- places -----------------------------------------------------------------------------------------------


def places_view(document: Mapping[str, Any], targets: Iterable[Linked], now: datetime, *, runs: bool) -> list[View]:
    """Every place of a service in its order: {name, url, address, hours}."""
    linked = {t.unit.removesuffix("/location_id"): t for t in targets if t.kind == "location"}
    found = ((linked.get(f"places/{place['id']}"), place) for place in document.get("places", ()))
    return [
        {
            "name": target.name,
            "url": target.url,
            "address": address_after(target.name, target.document),
            "hours": hours_view(place.get("schedules", ()), target.document, now, runs=runs),
        }
        for target, place in found
        if target is not None
    ]


def own_hours(document: Mapping[str, Any], places: Sequence[View], now: datetime, *, runs: bool) -> View | None:
    """The hours of a record that has one place or none: of the place, or the record's own."""
    if len(places) == 1 and places[0]["hours"]:
        view: View = places[0]["hours"]
        return view
    return hours_view(document.get("schedules", ()), document, now, runs=runs)


def address_words(document: Mapping[str, Any]) -> str:
    """An address in one line: "4 Pier Brae, Port Linnet, LT1 2AB"."""
    return ", ".join(_lines(document, ("address_1", "address_2", "city", "postal_code")))


def _lines(document: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """What an address says, without the commas with which lines end in some people's files."""
    said = (str(document.get(name) or "").strip(" ,") for name in names)
    return [line for line in said if line]


def street_words(name: str, document: Mapping[str, Any]) -> str:
    """An address as short as it tells apart what has one name: "4 Pier Brae, Port Linnet"."""
    lines = [line for line in _lines(document, ("address_1", "address_2", "city")) if line != name]
    return ", ".join(dict.fromkeys((lines[0], lines[-1]))) if lines else ""


def address_after(name: str, document: Mapping[str, Any]) -> str:
    """The address as it follows the place's name, which is not said twice."""
    address = address_words(document).removeprefix(f"{name}, ")
    return "" if address == name else address
