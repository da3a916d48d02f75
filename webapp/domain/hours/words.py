"""Rows in the language spoken; in British English in phrases that `reading.py` reads back to the same openings.

One line a rule: "Monday to Friday, 09:00 to 13:00 and 14:00 to 17:30". Where a row can't be said so that it
reads back (week numbers of the year, times half given) the words are still true, only not readable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time

from webapp.domain.hours.model import Row, RowKind
from webapp.domain.hours.phrases import (
    DAY_NAMES,
    date_words,
    day_names,
    days_words,
    in_order,
    month_days,
    nth_day,
    times_words,
)
from webapp.domain.hours.recurrence import first_occurrence, last_by_count
from webapp.language import _, listed, ngettext, with_capital

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
        for _n, weekday in row.byday:
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
    return row.closed, row.interval, row.first or date.min, [weekday for _n, weekday in row.byday]


def _date_order(row: Row) -> tuple[date, date, bool]:
    return row.first or date.min, row.last or date.min, row.closed


# -- one sentence -----------------------------------------------------------------------------------------


def _sentence(row: Row, times: Sequence[Times]) -> str:
    said = [text for text in (times_words(*one) for one in times) if text]
    if row.is_dated:
        parts = [_dated(row), listed(said) if said or row.closed else _("times not given")]
    else:
        parts = [with_capital(_closed_rule(row) if row.closed else _rule(row)), listed(said), _bounds(row)]
    return _joined([part for part in parts if part])


def _joined(parts: Sequence[str]) -> str:
    """Days, times and dates, as one line says them."""
    first, *rest = parts
    return _("%(first)s, %(rest)s", first=first, rest=_joined(rest)) if rest else first


def _dated(row: Row) -> str:
    first, last = date_words(row.first or date.min), date_words(row.last or date.min)
    if row.closed:
        is_day = row.first == row.last
        return _("Closed on %(day)s", day=first) if is_day else _(
            "Closed from %(first)s to %(last)s", first=first, last=last
        )
    return _("On %(day)s", day=first) if row.first == row.last else _(
        "From %(first)s to %(last)s", first=first, last=last
    )


def _bounds(row: Row) -> str:
    dates = _valid(row)
    if not row.count:
        return dates
    times = ngettext("%(num)s time", "%(num)s times", row.count)
    return _("%(times)s %(dates)s", times=times, dates=dates) if dates else times


def _valid(row: Row) -> str:
    """From when until when; "from" alone would say which weeks are meant, where the row doesn't tell."""
    first = date_words(row.first) if row.first else ""
    last = date_words(row.last) if row.last else ""
    if not first:
        return _("until %(last)s", last=last) if last else ""
    if not last:
        return _("from %(first)s", first=first) if row.is_anchored else _("valid from %(first)s", first=first)
    if row.is_anchored:
        return _("from %(first)s until %(last)s", first=first, last=last)
    return _("valid from %(first)s until %(last)s", first=first, last=last)


# -- the days of a rule -----------------------------------------------------------------------------------


def _weekdays(row: Row) -> list[int]:
    return [weekday for _n, weekday in row.byday]


def _is_every_day(row: Row) -> bool:
    return len(set(_weekdays(row))) == len(DAY_NAMES)


def _rule(row: Row) -> str:
    if not _is_plain_weekly(row):
        return _numbered(row, _monthly(row))
    days = _weekdays(row)
    if row.interval == 1:
        return days_words(days)
    if row.interval == 2 and len(days) == 1:
        return _("Every second %(day)s", day=day_names()[days[0]])
    if _is_every_day(row):
        return ngettext("Every %(num)s week on every day", "Every %(num)s weeks on every day", row.interval)
    return ngettext(
        "Every %(num)s week on %(days)s", "Every %(num)s weeks on %(days)s", row.interval, days=days_words(days)
    )


def _closed_rule(row: Row) -> str:
    if not _is_plain_weekly(row):
        return _numbered(row, _closed_monthly(row))
    days = _weekdays(row)
    if row.interval == 1:
        return _("Closed every day") if _is_every_day(row) else _("Closed on %(day)s", day=days_words(days))
    if row.interval == 2 and len(days) == 1:
        return _("Closed every second %(day)s", day=day_names()[days[0]])
    if _is_every_day(row):
        return ngettext(
            "Closed every %(num)s week on every day", "Closed every %(num)s weeks on every day", row.interval
        )
    return ngettext(
        "Closed every %(num)s week on %(days)s",
        "Closed every %(num)s weeks on %(days)s",
        row.interval,
        days=days_words(days),
    )


def _monthly(row: Row) -> str:
    """A monthly rule, or one with numbers of days and weeks."""
    days, has_article = _days_of(row), _has_article(row)
    if row.freq != "MONTHLY" or not days:
        return days or _("Any day")
    if row.interval > 1:
        return ngettext(
            "Every %(num)s month on the %(days)s", "Every %(num)s months on the %(days)s", row.interval, days=days
        ) if has_article else ngettext(
            "Every %(num)s month on %(days)s", "Every %(num)s months on %(days)s", row.interval, days=days
        )
    if row.byday:
        return _("%(days)s of the month", days=days)
    return _("On the %(days)s of the month", days=days)


def _closed_monthly(row: Row) -> str:
    days, has_article = _days_of(row), _has_article(row)
    if not days:
        return _("Closed any day")
    if row.freq != "MONTHLY":
        return _("Closed on the %(days)s", days=days) if has_article else _("Closed %(days)s", days=days)
    if row.interval > 1:
        return ngettext(
            "Closed every %(num)s month on the %(days)s",
            "Closed every %(num)s months on the %(days)s",
            row.interval,
            days=days,
        ) if has_article else ngettext(
            "Closed every %(num)s month on %(days)s", "Closed every %(num)s months on %(days)s", row.interval, days=days
        )
    if has_article:
        return _("Closed on the %(days)s of the month", days=days)
    return _("Closed %(days)s of the month", days=days)


def _days_of(row: Row) -> str:
    """ "first and third Monday", "every Monday", "1st and last day", "first Monday if it is 1st"; "" for any day."""
    weekdays, numbers = _nth_days(row.byday), month_days(row.bymonthday)
    if weekdays and numbers:
        return _("%(weekdays)s if it is %(numbers)s", weekdays=weekdays, numbers=numbers)
    return weekdays or numbers


def _has_article(row: Row) -> bool:
    """Whether "the" stands before its days: "the first Monday", but "every Monday"."""
    return not row.byday or 0 not in next(iter(_by_numbers(row.byday)))


def _numbered(row: Row, phrase: str) -> str:
    """A rule with the weeks and the days of the year that it names."""
    weeks, days = listed([str(n) for n in row.byweekno]), listed([str(n) for n in row.byyearday])
    if weeks:
        phrase = _("%(days)s, in weeks %(numbers)s of the year", days=phrase, numbers=weeks)
    return _("%(days)s, on days %(numbers)s of the year", days=phrase, numbers=days) if days else phrase


def _by_numbers(byday: Sequence[tuple[int, int]]) -> dict[tuple[int, ...], list[int]]:
    """The numbers of weekdays in a month (0 alone for each of them), and the weekdays that have them."""
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for weekday in sorted({weekday for _n, weekday in byday}):
        numbers = {n for n, day in byday if day == weekday}
        found[(0,) if 0 in numbers else in_order(numbers)].append(weekday)
    return found


def _nth_days(byday: Sequence[tuple[int, int]]) -> str:
    said = _by_numbers(byday).items()
    return listed([nth_day(numbers, weekday) for numbers, weekdays in said for weekday in weekdays])
