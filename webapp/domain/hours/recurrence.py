"""On which days a row speaks: RFC 5545 recurrence by asking each day, so that no rule can run for ever.

HSDS lets `byweekno` and `bymonthday` stand with any frequency; each that is given must hold.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache

from webapp.domain.hours.model import Row

COUNT_HORIZON = timedelta(days=20 * 366)  # a `count` that is not used up by then has no end


def speaks_on(row: Row, day: date) -> bool:
    """Whether a row with a rule speaks about this day (its opening begins, or its closure falls, on it)."""
    if (row.first and day < row.first) or (row.last and day > row.last):
        return False
    if row.is_dated:
        return True
    if row.count and row.anchor and not row.anchor <= day <= last_by_count(row):
        return False
    return follows_rule(row, day)


def follows_rule(row: Row, day: date) -> bool:
    """Whether a recurring row's rule names this day, whatever its first and last date."""
    return _in_phase(row, day) and _on_weekday(row, day) and _on_numbers(row, day)


@lru_cache(maxsize=2048)
def last_by_count(row: Row) -> date:
    """The last of `count` occurrences from the anchor on; the horizon's end when there are fewer."""
    if row.anchor is None or row.count is None:
        raise ValueError("a count is counted from dtstart")
    day, left, horizon = row.anchor, row.count, row.anchor + COUNT_HORIZON
    while day < horizon:
        left -= follows_rule(row, day)
        if not left:
            return day
        day += timedelta(days=1)
    return horizon


def first_occurrence(row: Row, within: timedelta = timedelta(days=3 * 366)) -> date | None:
    """The first day a bounded row speaks about, or None when it has no first date or none follows soon."""
    if row.first is None:
        return None
    days = (row.first + timedelta(days=n) for n in range(within.days))
    return next((day for day in days if speaks_on(row, day)), None)


def _in_phase(row: Row, day: date) -> bool:
    if row.anchor is None or row.interval == 1:
        return True
    if row.freq == "WEEKLY":
        weeks = (_week_start(day, row.wkst) - _week_start(row.anchor, row.wkst)).days // 7
        return weeks % row.interval == 0
    months = (day.year - row.anchor.year) * 12 + day.month - row.anchor.month
    return months % row.interval == 0


def _on_weekday(row: Row, day: date) -> bool:
    if row.byday:
        return any(weekday == day.weekday() and _is_nth(n, day) for n, weekday in row.byday)
    if row.bymonthday or row.byweekno or row.byyearday or row.anchor is None:
        return True
    if row.freq == "WEEKLY":
        return day.weekday() == row.anchor.weekday()
    return day.day == row.anchor.day


def _is_nth(n: int, day: date) -> bool:
    if n > 0:
        return (day.day - 1) // 7 + 1 == n
    return n == 0 or (_month_length(day) - day.day) // 7 + 1 == -n


def _on_numbers(row: Row, day: date) -> bool:
    of_year, year_length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
    return (
        _either(row.bymonthday, day.day, _month_length(day))
        and _either(row.byyearday, of_year, year_length)
        and (not row.byweekno or _either(row.byweekno, *_week_number(day, row.wkst)))
    )


def _either(numbers: tuple[int, ...], place: int, length: int) -> bool:
    """Whether the place is named, from the front or (negative) from the back; no numbers name all."""
    return not numbers or place in numbers or place - length - 1 in numbers


def _month_length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _week_start(day: date, wkst: int) -> date:
    return day - timedelta(days=(day.weekday() - wkst) % 7)


def _week_number(day: date, wkst: int) -> tuple[int, int]:
    """The week's number and the number of weeks of its year: a week is the year's that has its fourth day."""
    middle = _week_start(day, wkst) + timedelta(days=3)
    of_year, year_length = middle.timetuple().tm_yday, 366 if calendar.isleap(middle.year) else 365
    number = (of_year - 1) // 7 + 1
    return number, number + (year_length - of_year) // 7
