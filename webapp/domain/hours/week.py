"""One week's hours for a table, and a status in words; both only repeat what `expand` and `open_now` found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from webapp.domain.hours.expand import Opening, has_dated_word, is_closed_on, openings
from webapp.domain.hours.holidays import holiday_words
from webapp.domain.hours.model import LONDON, Row
from webapp.domain.hours.open_now import OpenStatus
from webapp.domain.hours.phrases import clock_words, date_words, day_names, times_words
from webapp.language import _


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of the table: its times in words, whether the day is said to be closed, and what is special about it.

    No times and not `is_closed`: no opening is known. `is_dated`: a dated row speaks about it. `holiday`: the
    bank holiday on which these usual hours may differ.
    """

    day: date
    name: str
    times: tuple[str, ...]
    is_closed: bool
    is_dated: bool
    holiday: str | None


def week(rows: Sequence[Row], monday: date, holidays: Mapping[date, str] | None = None) -> list[WeekDay]:
    """The seven days from `monday` on. `holidays` maps dates to names, as `bank_holidays` gives them."""
    named = holidays or {}
    found = openings(rows, monday, monday + timedelta(days=6), named)
    return [_week_day(rows, found, monday + timedelta(days=n), named) for n in range(7)]


def _week_day(rows: Sequence[Row], found: Sequence[Opening], day: date, holidays: Mapping[date, str]) -> WeekDay:
    times = dict.fromkeys(_local_times(opening) for opening in found if opening.day == day)
    is_dated = has_dated_word(rows, day)
    return WeekDay(
        day=day,
        name=day_names()[day.weekday()],
        times=tuple(times),
        is_closed=not times and is_closed_on(rows, day),
        is_dated=is_dated,
        holiday=holidays.get(day) if times and not is_dated else None,
    )


def _local_times(opening: Opening) -> str:
    return times_words(*(moment.astimezone(LONDON).time() for moment in (opening.start, opening.end)))


def status_words(status: OpenStatus, now: datetime) -> list[str]:
    """A status in one or two sentences: "Open now, until 17:00.", "Hours may differ on the bank holiday ..."."""
    said = []
    if status.open_now:
        said.append(_open_words(status.until, now))
    elif status.open_now is False:
        said.append(_closed_words(status.next_opening, now))
    if status.holiday:
        day = status.holiday.day
        said.append(_(
            "Hours may differ on the bank holiday, %(weekday)s %(date)s (%(name)s).",
            weekday=day_names()[day.weekday()], date=date_words(day), name=holiday_words(status.holiday.name),
        ))
    return said


def _open_words(until: datetime | None, now: datetime) -> str:
    if until is None:
        return _("Open now.")
    local, days = until.astimezone(LONDON), _days_until(until, now)
    is_tonight = until - now.astimezone(UTC) < timedelta(hours=20) and local.time() <= time(6)
    at = clock_words(local.time())
    if days == 0 or is_tonight:
        return _("Open now, until %(time)s.", time=at)
    if days == 1:
        return _("Open now, until tomorrow %(time)s.", time=at)
    return _("Open now, until on %(day)s %(time)s.", day=_day_words(local.date(), days), time=at)


def _closed_words(opens: datetime | None, now: datetime) -> str:
    if opens is None:
        return _("Closed now.")
    local, days = opens.astimezone(LONDON), _days_until(opens, now)
    at = clock_words(local.time())
    if days == 0:
        return _("Closed now. Opens today at %(time)s.", time=at)
    if days == 1:
        return _("Closed now. Opens tomorrow at %(time)s.", time=at)
    return _("Closed now. Opens on %(day)s at %(time)s.", day=_day_words(local.date(), days), time=at)


def _days_until(moment: datetime, now: datetime) -> int:
    return (moment.astimezone(LONDON).date() - now.astimezone(LONDON).date()).days


def _day_words(day: date, days: int) -> str:
    """A day that is some days ahead: "Monday", "18 April 2026"."""
    return day_names()[day.weekday()] if days < 7 else date_words(day)
