"""The usual week: what rows say of every week, day by day, and which rows can only be said in words.

Its law: what is over is in neither, and a row that is not of every week never pretends to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from webapp.domain.hours.expand import openings
from webapp.domain.hours.model import LONDON, Row, RowKind
from webapp.domain.hours.recurrence import last_by_count

WEEK = timedelta(days=6)
"""From a day on, the days in which each day of the week comes once."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time of every week: its weekday (Monday is 0), its wall times, and what its row remarks."""

    weekday: int
    opens: time
    closes: time
    remark: str = ""


def usual_week(rows: Sequence[Row], today: date) -> tuple[list[Slot], list[Row]]:
    """The times of every week from `today` on, in the order of the week; and the rows that need words.

    A weekly row counts where its day comes within the next seven: one that ends before has no such time any more,
    one that begins later needs words. Closures of every week take their times out. Each time is there once.
    """
    weekly = [row for row in rows if _is_weekly(row) and not _is_over(row, today)]
    found = openings(weekly, today, today + WEEK, {})
    slots = {
        Slot(
            opening.day.weekday(),
            opening.start.astimezone(LONDON).time(),
            opening.end.astimezone(LONDON).time(),
            weekly[opening.row].remark,
        )
        for opening in found
    }
    is_later = {row for row in weekly if not row.closed and row.first is not None and row.first > today + WEEK}
    return sorted(slots), [row for row in rows if row in is_later or not (_is_weekly(row) or _is_over(row, today))]


def _is_weekly(row: Row) -> bool:
    by_other_rules = row.bymonthday or row.byweekno or row.byyearday
    is_every_week = row.kind is RowKind.RECURRING and row.freq == "WEEKLY" and row.interval == 1 and row.count is None
    return is_every_week and row.is_certain and not by_other_rules


def _is_over(row: Row, today: date) -> bool:
    if row.count is not None and row.anchor is not None and last_by_count(row) < today:
        return True
    return row.last is not None and row.last < today
