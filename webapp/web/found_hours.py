"""Whether what was found is open: each place by its own times and its own nation's holidays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.domain import hours
from webapp.domain.document import Document
from webapp.storage.queries.found import Found
from webapp.web.freshness import RUNNING


@dataclass(frozen=True, slots=True)
class Opening:
    """Open, closed, or nobody can tell (None); and the same in a sentence, with the time of the next change."""

    is_open: bool | None
    sentence: str | None


UNTOLD = Opening(None, None)


def opening_of(found: Found, now: datetime, last: datetime | None = None) -> Opening:
    """A record's: open where any of its places is, else as its first place that has times.

    Where a last moment is given, what opens until then is open too.
    """
    if found.document.get("status", "active") not in RUNNING:
        return UNTOLD
    told = [_opening(rows, address, now, last) for rows, address in _timed(found)]
    return next((one for one in told if one.is_open), next((one for one in told if one.sentence), UNTOLD))


def _timed(found: Found) -> Iterator[tuple[Sequence[Any], Mapping[str, Any]]]:
    """Schedules with the address that they hold at: those of each place, else the record's own."""
    nowhere: Document = {}
    for place in found.document.get("places", ()):
        yield place.get("schedules", ()), found.locations.get(f"places/{place['id']}/location_id", nowhere)
    yield found.document.get("schedules", ()), found.document


def _opening(rows: Sequence[Any], address: Mapping[str, Any], now: datetime, last: datetime | None) -> Opening:
    if not rows:
        return UNTOLD
    parsed, nation = hours.parse_rows(rows), hours.nation_of(str(address.get("postal_code", "")))
    status = hours.status(parsed, now, nation)
    if last is not None and not status.open_now and status.next_opening and status.next_opening <= last:
        now = status.next_opening
        status = hours.status(parsed, now, nation)
    return Opening(status.open_now, next(iter(hours.status_words(status, now)), None))
