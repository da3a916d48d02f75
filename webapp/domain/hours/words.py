"""Rows in British English, in phrases that `reading.py` reads back to the same openings.

One line a rule: "Monday to Friday, 09:00 to 13:00 and 14:00 to 17:30". Where a row can't be said so that it
reads back (week numbers of the year, times half given) the words are still true, only not readable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time

from webapp.domain.hours.model import Row, RowKind
from webapp.domain.hours.recurrence import first_occurrence, last_by_count

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
               "October", "November", "December")
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second-last",
            -3: "third-last", -4: "fourth-last", -5: "fifth-last"}

Times = tuple[time | None, time | None]


def words(rows: Sequence[Row]) -> list[str]:
    """Hours in words: usual hours first, then dated ones, each in order of its days; then what was not read."""
    usual = [one for row in rows if row.kind is RowKind.RECURRING for one in _tidied(row)]
    dated = [row for row in rows if row.kind is RowKind.DATED]
    lines = [_sentence(row, times) for row, times in _together(_by_weekday(usual))]
    lines += [_sentence(row, times) for row, times in _together(sorted(dated, key=_date_order))]
    return lines + list(dict.fromkeys(row.remark for row in rows if not row.has_rule and row.remark))


def remarks(rows: Iterable[Row]) -> list[str]:
    """Descriptions and notes of the rows whose hours `words` says, each once."""
    return list(dict.fromkeys(row.remark for row in rows if row.has_rule and row.remark))


def times_words(opens: time | None, closes: time | None) -> str:
    """ "09:00 to 17:30", "18:00 to midnight", "24 hours"; half known ones "from 09:00"; "" for none."""
    if opens is None:
        return f"until {_clock(closes)}" if closes is not None else ""
    if closes is None:
        return f"from {_clock(opens)}"
    return "24 hours" if opens == closes == time(0) else f"{_clock(opens)} to {_clock(closes)}"


def date_words(day: date) -> str:
    """ "18 April 2026"."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def days_words(weekdays: Iterable[int]) -> str:
    """ "Every day", "Monday to Friday and Sunday"; three days in a row make a range. Monday is 0."""
    days = sorted(set(weekdays))
    if len(days) == len(DAY_NAMES):
        return "Every day"
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts: list[str] = []
    for run in runs:
        names = [DAY_NAMES[day] for day in run]
        parts += [f"{names[0]} to {names[-1]}"] if len(run) > 2 else names
    return listed(parts)


# -- which rows are said together -----------------------------------------------------------------------


def _tidied(row: Row) -> list[Row]:
    """The row with only what its words need: plain bounds, a named day, and the first date that sets the phase."""
    row = _with_named_days(row)
    whole = _bounded(row)
    if not (row.anchor and row.interval > 1 and row.wkst and len(row.byday) > 1):
        return [whole]
    alone = [replace(row, byday=(day,), count=None, last=whole.last) for day in row.byday]  # words start on Monday
    firsts = [(one, first_occurrence(one)) for one in alone]
    return [replace(one, first=first, wkst=0, remark="") for one, first in firsts if first]


def _with_named_days(row: Row) -> Row:
    if row.anchor is None or row.byday or row.bymonthday or row.byweekno or row.byyearday:
        return row
    if row.freq == "WEEKLY":
        return replace(row, byday=((0, row.anchor.weekday()),))
    return replace(row, bymonthday=(row.anchor.day,))


def _bounded(row: Row) -> Row:
    first, last = row.first, row.last
    if row.interval > 1 and row.anchor:
        first = first_occurrence(row) or row.first
    if row.count and row.anchor:
        last = min(filter(None, (last, last_by_count(row))))
        row = replace(row, count=None)
    return replace(row, first=first, last=last, remark="", wkst=0)


def _is_plain_weekly(row: Row) -> bool:
    return row.freq == "WEEKLY" and not (row.bymonthday or row.byweekno or row.byyearday)


def _by_weekday(rows: Sequence[Row]) -> list[Row]:
    """Weekly rows split by weekday, joined again where all sittings of the days are the same; in day order."""
    sittings: dict[tuple[Row, int], set[Times]] = defaultdict(set)
    others: list[Row] = []
    for row in rows:
        if not _is_plain_weekly(row):
            others.append(row)
            continue
        anchor = row.first if row.anchor and row.interval > 1 else None
        rule = replace(row, byday=(), opens=None, closes=None, anchor=anchor)
        for _, weekday in row.byday:
            sittings[rule, weekday].add((row.opens, row.closes))
    days: dict[tuple[Row, frozenset[Times]], list[int]] = defaultdict(list)
    for (rule, weekday), times in sittings.items():
        days[rule, frozenset(times)].append(weekday)
    joined = [
        replace(rule, byday=tuple((0, day) for day in sorted(weekdays)), opens=opens, closes=closes)
        for (rule, all_times), weekdays in days.items()
        for opens, closes in sorted(all_times, key=_times_order)
    ]
    return sorted(joined, key=_day_order) + others


def _together(rows: Iterable[Row]) -> Iterable[tuple[Row, list[Times]]]:
    """Rules with their sittings: rows that differ in nothing but times are one rule; "any time" stands alone."""
    sittings: dict[tuple[Row, bool], set[Times]] = defaultdict(set)
    for row in rows:
        anchor = row.first if row.anchor and row.interval > 1 else None
        rule = replace(row, opens=None, closes=None, remark="", anchor=anchor)
        sittings[rule, row.is_all_day].add((row.opens, row.closes))
    return ((rule, sorted(times, key=_times_order)) for (rule, _), times in sittings.items())


def _times_order(times: Times) -> tuple[time, time]:
    return times[0] or time(0), times[1] or time(0)


def _day_order(row: Row) -> tuple[bool, int, date, list[int]]:
    return row.closed, row.interval, row.first or date.min, [weekday for _, weekday in row.byday]


def _date_order(row: Row) -> tuple[date, date, bool]:
    return row.first or date.min, row.last or date.min, row.closed


# -- one sentence -----------------------------------------------------------------------------------------


def _sentence(row: Row, times: Sequence[Times]) -> str:
    said = [text for text in (times_words(*one) for one in times) if text]
    if row.is_dated:
        parts = [_dated(row), listed(said)]
        if not said and not row.closed:
            parts.append("times not given")
    else:
        parts = [_rule(row), listed(said), _bounds(row)]
    return ", ".join(part for part in parts if part)


def _dated(row: Row) -> str:
    first, last = row.first or date.min, row.last or date.min
    dates = f"on {date_words(first)}" if first == last else f"from {date_words(first)} to {date_words(last)}"
    return f"Closed {dates}" if row.closed else dates[0].upper() + dates[1:]


def _bounds(row: Row) -> str:
    valid = "" if row.is_anchored else "valid "  # "from" alone would say which weeks are meant
    first = f"{valid}from {date_words(row.first)}" if row.first else ""
    last = f"until {date_words(row.last)}" if row.last else ""
    times = f"{row.count} times" if row.count else ""
    return " ".join(filter(None, (times, first, last)))


def _rule(row: Row) -> str:
    phrase = _weekly(row) if _is_plain_weekly(row) else _other(row)
    if not row.closed:
        return phrase
    if phrase.startswith(("Every", "Any")):
        return f"Closed {phrase[0].lower()}{phrase[1:]}"
    if phrase.startswith("On "):
        return f"Closed o{phrase[1:]}"
    is_day = phrase.split()[0].strip(",") in DAY_NAMES
    return f"Closed on {phrase}" if is_day else f"Closed on the {phrase[0].lower()}{phrase[1:]}"


def _weekly(row: Row) -> str:
    weekdays = [weekday for _, weekday in row.byday]
    if row.interval == 1:
        return days_words(weekdays)
    if row.interval == 2 and len(weekdays) == 1:
        return f"Every second {DAY_NAMES[weekdays[0]]}"
    days = days_words(weekdays)
    return f"Every {row.interval} weeks on {'every day' if days == 'Every day' else days}"


def _other(row: Row) -> str:
    """A monthly rule, or one with numbers of days and weeks."""
    parts = [_nth_days(row.byday)] if row.byday else []
    if row.bymonthday:
        parts.append(_month_days(row.bymonthday))
    phrase = " if it is ".join(parts) or "Any day"
    if row.interval > 1 and row.freq == "MONTHLY":
        the = "" if phrase.startswith(("every", "Any")) else "the "
        phrase = f"Every {row.interval} months on {the}{phrase}"
    elif row.freq == "MONTHLY":
        phrase = f"{'On the ' if not row.byday else ''}{phrase} of the month"
    phrase = phrase[0].upper() + phrase[1:]
    if row.byweekno:
        phrase += f", in weeks {listed([str(n) for n in row.byweekno])} of the year"
    if row.byyearday:
        phrase += f", on days {listed([str(n) for n in row.byyearday])} of the year"
    return phrase


def _nth_days(byday: Sequence[tuple[int, int]]) -> str:
    by_numbers: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for weekday in sorted({weekday for _, weekday in byday}):
        numbers = {n for n, day in byday if day == weekday}
        by_numbers[(0,) if 0 in numbers else _in_order(numbers)].append(weekday)
    parts = [
        f"{'every' if numbers == (0,) else listed([ORDINALS[n] for n in numbers])} {DAY_NAMES[weekday]}"
        for numbers, weekdays in by_numbers.items()
        for weekday in weekdays
    ]
    return listed(parts)


def _month_days(numbers: Iterable[int]) -> str:
    return listed([_month_day(n) for n in _in_order(numbers)])


def _month_day(n: int) -> str:
    if n > 0:
        ending = "th" if n in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
        return f"{n}{ending}"
    return f"{ORDINALS[n]} day" if n in ORDINALS else f"{_month_day(-n)}-last day"


def _in_order(numbers: Iterable[int]) -> tuple[int, ...]:
    """First to fifth, then those counted from the end, the last at last."""
    return tuple(sorted(set(numbers), key=lambda n: (n < 0, n)))


def _clock(wall: time | None) -> str:
    if wall is None:
        return ""
    return "midnight" if wall == time(0) else wall.strftime("%H:%M")
