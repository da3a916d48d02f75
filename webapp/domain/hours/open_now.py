"""Whether it is open at a moment, and what comes next; what we don't know is None, never "closed"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from webapp.domain.hours.expand import Opening, has_dated_word, is_closed_on, merged, openings, span
from webapp.domain.hours.holidays import Nation, bank_holidays
from webapp.domain.hours.model import LONDON, Row, RowKind
from webapp.domain.hours.recurrence import speaks_on

HOLIDAY_DAYS = 7
NEAR = timedelta(days=HOLIDAY_DAYS + 1)
FAR = timedelta(days=400)  # beyond it a next opening is nobody's plan
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A bank holiday on which the usual hours may differ."""

    name: str
    day: date


@dataclass(frozen=True, slots=True)
class OpenStatus:
    """What the rows say about a moment; times are UTC.

    `open_now` None: not known. `until`: when it closes, None when not open or when no end is in sight.
    `next_opening`: the next start after that. `holiday`: the first within seven days about which no dated row
    speaks although there are usual hours on it.
    """

    open_now: bool | None
    until: datetime | None = None
    next_opening: datetime | None = None
    holiday: Holiday | None = None


def status(rows: Sequence[Row], now: datetime, nation: Nation | None) -> OpenStatus:
    """What the rows say about `now` (aware), with the bank holidays of `nation`."""
    today = now.astimezone(LONDON).date()
    holidays = {**bank_holidays(nation, today.year), **bank_holidays(nation, (today + NEAR).year)}
    found = openings(rows, today - ONE_DAY, today + NEAR, holidays)
    if not any(opening.start > now for opening in found):
        found += openings(rows, today + NEAR + ONE_DAY, today + FAR, holidays)
    spans = merged(found)
    inside = next((one for one in spans if one[0] <= now < one[1]), None)
    upcoming = next((start for start, _ in spans if start > now), None)
    return OpenStatus(
        open_now=_is_open(rows, now, inside is not None, upcoming is not None),
        until=inside[1] if inside and inside[1] < now + NEAR - ONE_DAY else None,
        next_opening=upcoming,
        holiday=_holiday(rows, found, today, holidays),
    )


def doubts(rows: Sequence[Row]) -> list[Row]:
    """Rows that claim hours we can't compute; the form asks about them, imports report them."""
    return [row for row in rows if row.kind is not RowKind.NOTE and not row.is_certain]


def _is_open(rows: Sequence[Row], now: datetime, inside: bool, upcoming: bool) -> bool | None:
    if inside:
        return None if _may_be_shut(rows, now) else True
    today = now.astimezone(LONDON).date()
    if is_closed_on(rows, today):
        return False
    if _may_be_open(rows, now) or any(row.kind is RowKind.UNREAD for row in rows):
        return None
    return False if upcoming else None


def _may_be_open(rows: Sequence[Row], now: datetime) -> bool:
    today = now.astimezone(LONDON).date()
    loose = [_loosened(row) for row in rows if row.is_certain or not row.closed]
    return any(o.contains(now) for o in openings(loose, today - ONE_DAY, today, {}))


def _may_be_shut(rows: Sequence[Row], now: datetime) -> bool:
    today = now.astimezone(LONDON).date()
    loose = [_loosened(row) for row in rows if row.has_rule and row.closed and not row.is_certain]
    times = [span(row, day) for row in loose for day in (today - ONE_DAY, today) if speaks_on(row, day)]
    return any(start <= now < end for start, end in times)


def _loosened(row: Row) -> Row:
    """The widest that an uncertain row can mean: every week, and until midnight where a time is missing."""
    if row.is_certain or not row.has_rule:
        return row
    midnight = datetime.min.time()
    loose = replace(row, opens=row.opens or midnight, closes=row.closes or midnight)
    return loose if row.is_anchored else replace(loose, interval=1, count=None)


def _holiday(
    rows: Sequence[Row], found: Sequence[Opening], today: date, holidays: Mapping[date, str]
) -> Holiday | None:
    with_hours = {opening.day for opening in found}
    for day in (today + timedelta(days=n) for n in range(HOLIDAY_DAYS + 1)):
        if day in holidays and day in with_hours and not has_dated_word(rows, day):
            return Holiday(holidays[day], day)
    return None
