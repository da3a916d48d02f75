"""One week's hours for a table, and a status in words; both only repeat what `expand` and `open_now` found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from webapp.domain.hours.expand import Opening, has_dated_word, is_closed_on, openings
from webapp.domain.hours.model import LONDON, Row
from webapp.domain.hours.open_now import OpenStatus
from webapp.domain.hours.words import DAY_NAMES, date_words, times_words


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
        name=DAY_NAMES[day.weekday()],
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
        said.append(f"Open now, until {_until(status.until, now)}." if status.until else "Open now.")
    elif status.open_now is False:
        opens = f" Opens {_when(status.next_opening, now)}." if status.next_opening else ""
        said.append(f"Closed now.{opens}")
    if status.holiday:
        day = status.holiday.day
        said.append(f"Hours may differ on the bank holiday, {DAY_NAMES[day.weekday()]} {date_words(day)} "
                    f"({status.holiday.name}).")
    return said


def _until(end: datetime, now: datetime) -> str:
    local = end.astimezone(LONDON)
    is_tonight = end - now.astimezone(UTC) < timedelta(hours=20) and local.time() <= time(6)
    if local.date() == now.astimezone(LONDON).date() or is_tonight:
        return _clock(local)
    return _when(end, now).replace(" at ", " ")


def _when(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(LONDON)
    days = (local.date() - now.astimezone(LONDON).date()).days
    if days <= 1:
        day = ("today", "tomorrow")[days]
    elif days < 7:
        day = f"on {DAY_NAMES[local.weekday()]}"
    else:
        day = f"on {date_words(local.date())}"
    return f"{day} at {_clock(local)}"


def _clock(local: datetime) -> str:
    return "midnight" if local.time() == time(0) else local.strftime("%H:%M")
