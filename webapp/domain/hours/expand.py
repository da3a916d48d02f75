"""Rows to moments: the openings of a span of days, in UTC. This is the only place that ranks rows.

HSDS has no rule for rows that disagree. Ours, for the day on which an opening begins:

1. a dated closure wins over everything; with times it cuts just those out;
2. dated openings replace the recurring hours of their days;
3. a recurring closure ("closed on Mondays") wins over recurring hours, not over dated openings;
4. recurring hours add up.

An opening past midnight belongs to the day it began on: "closed on 25 December" leaves the night of the
24th alone. Wall times that a clock change skips become the moment of the change; of a doubled hour the first
is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from webapp.domain.hours.model import LONDON, MIDNIGHT, Row
from webapp.domain.hours.recurrence import speaks_on

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """A time of being open, `start` up to but without `end`, both UTC.

    `day` is the date it begins on in the United Kingdom, `row` the place of its source among the rows, and
    `holiday` the bank holiday on which these usual hours may differ (None when a dated row says them).
    """

    start: datetime
    end: datetime
    day: date
    row: int
    holiday: str | None = None

    def contains(self, moment: datetime) -> bool:
        """Whether it is open at this aware moment."""
        return self.start <= moment < self.end


def openings(
    rows: Sequence[Row], first_day: date, last_day: date, holidays: Mapping[date, str]
) -> list[Opening]:
    """Openings that begin on these days (inclusive), sorted; those of one row never overlap.

    Rows that are not certain say nothing here. `holidays` maps dates to the names of bank holidays: they mark
    usual hours, they don't close.
    """
    found: list[Opening] = []
    for day in _days(first_day, last_day):
        dated = _of_day(rows, day)
        found += dated or [replace(o, holiday=holidays.get(day)) for o in _usual(rows, day)]
    return sorted(found)


def is_closed_on(rows: Iterable[Row], day: date) -> bool:
    """Whether a row says in so many words that the whole day is closed."""
    said = [row for row in rows if row.is_certain and speaks_on(row, day)]
    if any(row.is_dated and row.closed and row.is_all_day for row in said):
        return True
    if any(row.is_dated and not row.closed for row in said):
        return False
    return any(row.closed and row.is_all_day for row in said)


def has_dated_word(rows: Iterable[Row], day: date) -> bool:
    """Whether a dated row speaks about the day, so that a bank holiday leaves nothing open to doubt."""
    return any(row.is_dated and speaks_on(row, day) for row in rows)


def merged(found: Iterable[Opening]) -> list[tuple[datetime, datetime]]:
    """The times of any opening, touching and overlapping ones joined, sorted."""
    spans: list[tuple[datetime, datetime]] = []
    for opening in sorted(found):
        if spans and opening.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], opening.end))
        else:
            spans.append((opening.start, opening.end))
    return spans


def moment(day: date, wall: time) -> datetime:
    """The UTC moment of a wall time in the United Kingdom; a skipped one gives the moment of the change."""
    local = datetime.combine(day, wall, LONDON)
    utc = local.astimezone(UTC)
    if utc.astimezone(LONDON).replace(tzinfo=None) == local.replace(tzinfo=None):
        return utc
    return utc.replace(minute=0)  # the hour is skipped at 01:00 UTC, and 01:xx was read as UTC


def span(row: Row, day: date) -> tuple[datetime, datetime]:
    """Start and end of a certain row's opening (or closure) that begins on `day`; empty in a skipped hour."""
    opens, closes = row.opens or MIDNIGHT, row.closes or MIDNIGHT
    return moment(day, opens), moment(day + ONE_DAY if closes <= opens else day, closes)


def _of_day(rows: Sequence[Row], day: date) -> list[Opening]:
    if is_closed_on([row for row in rows if row.is_dated], day):
        return []
    kept = [(n, row) for n, row in enumerate(rows) if row.is_dated and not row.closed and _says(row, day)]
    return _cut(_made(kept, day), _cuts([row for row in rows if row.is_dated], day))


def _usual(rows: Sequence[Row], day: date) -> list[Opening]:
    if is_closed_on(rows, day) or any(row.is_dated and not row.closed and _says(row, day) for row in rows):
        return []
    kept = [(n, row) for n, row in enumerate(rows) if not row.is_dated and not row.closed and _says(row, day)]
    return _cut(_made(kept, day), _cuts(rows, day))


def _says(row: Row, day: date) -> bool:
    return row.is_certain and speaks_on(row, day)


def _made(kept: Iterable[tuple[int, Row]], day: date) -> list[Opening]:
    made = [Opening(*span(row, day), day, n) for n, row in kept]
    return [opening for opening in made if opening.start < opening.end]


def _cuts(rows: Iterable[Row], day: date) -> list[tuple[datetime, datetime]]:
    """Closures with times that may touch openings of `day`, which can reach into the next."""
    partial = [row for row in rows if row.closed and not row.is_all_day]
    around = (day - ONE_DAY, day, day + ONE_DAY)
    return [span(row, near) for row in partial for near in around if _says(row, near)]


def _cut(found: list[Opening], cuts: Iterable[tuple[datetime, datetime]]) -> list[Opening]:
    for cut_start, cut_end in cuts:
        pieces = [
            piece
            for o in found
            for piece in (replace(o, end=min(o.end, cut_start)), replace(o, start=max(o.start, cut_end)))
            if piece.start < piece.end
        ]
        found = pieces if cut_start < cut_end else found
    return found


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
