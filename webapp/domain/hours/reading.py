"""What people type about hours, as schedule rows; nobody types JSON or a recurrence rule.

A line (or what stands between semicolons) holds days, times and dates in any usual order. Whatever is left
unread makes the whole text unreadable, with a sentence that says why: nothing is dropped silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from webapp.domain.hours import read_times
from webapp.domain.hours.read_dates import EXAMPLE as DATE_EXAMPLE
from webapp.domain.hours.read_dates import take_dates
from webapp.domain.hours.read_days import EXAMPLE, WEEKDAY, Rule, read_days
from webapp.domain.hours.unreadable import CannotRead, Unreadable
from webapp.language import _, ngettext

MAX_TEXT = 4000
MAX_LINE = 300

_CLOSED = re.compile(r"\b(?:closed|shut|not open)\b")
_ANY_TIME = re.compile(r"\b(?:any time|anytime)\b")
_HOLIDAYS = re.compile(r"\b(?:bank|public) holidays?\b|\bchristmas\b|\beaster\b|\bnew year")
_ORDINAL = r"(?:first|second|third|fourth|fifth|last|\d+(?:st|nd|rd|th))"
_NEXT = re.compile(
    r"(?<=t@)\s*(?:,|and\b)?\s*"
    r"(?=(?:on )?(?:the )?(?:open|closed|shut|not open|(?:every|each) (?!week\b|month\b)"
    rf"|daily|alternate (?!week)|weekdays?\b|weekends?\b|{_ORDINAL}\b|(?:{WEEKDAY})\b|@\d+d@))"
)
_D = r"@(\d+)d@"
_RANGE = re.compile(rf"(?:\b(?:from|between|starting|valid from)\s+)?{_D}\s*(?:to|until|till|-|and)\s*{_D}")
_FROM = re.compile(rf"\b(?:starting from|starting on|starting|beginning|from|since)\s+{_D}")
_UNTIL = re.compile(rf"\b(?:until|till|up to|to|ending)\s+{_D}")

RowDict = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Dates:
    first: date | None = None
    last: date | None = None
    days: tuple[date, ...] = ()

    @property
    def is_bounded(self) -> bool:
        return bool(self.first or self.last)


def read_words(text: str) -> list[RowDict] | Unreadable:
    """What a person typed, as schedule rows (HSDS fields and `closed`), or why it can't be read.

    An interval without a first date ("every second Tuesday") is kept as said; `doubts` reports it.
    """
    if len(text) > MAX_TEXT:
        most = ngettext(
            "Use at most %(num)s character for the hours.", "Use at most %(num)s characters for the hours.", MAX_TEXT
        )
        return Unreadable(most, EXAMPLE)
    rows: list[RowDict] = []
    for line in re.split(r"[\r\n;]", text):
        plain = _plain(line)
        if not plain.strip(" .,"):
            continue
        try:
            rows += _read_line(plain)
        except CannotRead as why:
            return replace(why.unreadable, line=line.strip())
    return rows or Unreadable(_("Type the days and the times."), EXAMPLE)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower().replace("@", " at ")
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)  # hyphens and dashes of every length, and minus
    return " ".join(text.split())


def _read_line(line: str) -> list[RowDict]:
    if len(line) > MAX_LINE:
        raise CannotRead(_("Put each day, or each group of days, on a line of its own."), EXAMPLE)
    line, days = take_dates(line)
    line, times = _take_times(line)
    statements = [line] if line.lstrip(" ,").startswith("@") else _NEXT.split(line)
    read = [_read_statement(statement, days, times, alone=len(statements) == 1) for statement in statements]
    return [row for rows in read for row in rows]


def _take_times(line: str) -> tuple[str, list[read_times.Times]]:
    """The line with a mark ("@0t@") in each time's place, and the times."""
    times: list[read_times.Times] = []

    def mark(match: re.Match[str]) -> str:
        times.append(read_times.read_span(match[1], match[2]) if match.lastindex else ("00:00", "00:00"))
        return f" @{len(times) - 1}t@ "

    line = re.sub(r"\b24/7\b", "every day 24 hours", line)
    try:
        line = read_times.ALL_DAY.sub(mark, line)
        line = read_times.SPAN.sub(mark, line)
    except read_times.UnclearTimes as why:
        raise CannotRead(str(why), "Monday, 19:00 to 21:00") from None
    return re.sub(r" +", " ", line), times


def _read_statement(text: str, days: Sequence[date], times: Sequence[read_times.Times], alone: bool) -> list[RowDict]:
    closed = bool(_CLOSED.search(text))
    text = _ANY_TIME.sub(" ", _CLOSED.sub(" ", text))
    said = [times[int(n)] for n in re.findall(r"@(\d+)t@", text)]
    text, dates = _take_bounds(re.sub(r"(?:\band\b|,)?\s*@\d+t@", " ", text), days)
    if dates.is_bounded and not alone:
        raise CannotRead(_("Put each rule with its dates on a line of its own."), EXAMPLE)
    rest = text.strip(" ,.:-()")
    if _HOLIDAYS.search(rest):
        raise CannotRead(_("Holidays need their dates."), DATE_EXAMPLE)
    rules = _rules(rest, dates)
    if not closed and not said and "freq" not in rules[0]:
        raise CannotRead(_("Say the times as well."), "On 18 April 2026, 10:00 to 16:00")
    spans: list[RowDict] = [{"opens_at": opens, "closes_at": closes} for opens, closes in said] or [{}]
    return [{**rule, **span, **({"closed": True} if closed else {})} for rule in rules for span in spans]


def _rules(rest: str, dates: _Dates) -> list[Rule]:
    """The fields that say when, one dict a row: the days that the rest names, or the dates."""
    if rest and rest not in ("open", "on"):
        return [_bounded(read_days(rest), dates)]
    if dates.days:
        return [{"dtstart": day.isoformat()} for day in dates.days]
    if dates.first and dates.last:
        return [{"valid_from": dates.first.isoformat(), "valid_to": dates.last.isoformat()}]
    if dates.is_bounded:
        raise CannotRead(_("Say the first and the last date, or the days."),
                         "Closed from 24 December 2026 to 2 January 2027")
    raise CannotRead(_("Say on which days."), EXAMPLE)


def _bounded(rule: Rule, dates: _Dates) -> Rule:
    if dates.days:
        raise CannotRead(
            _("Say “from” or “until” before the date."),
            "Every second Tuesday, 10:00 to 12:00, from 13 January 2026",
        )
    first, last = ("dtstart", "until") if rule.get("interval", 1) > 1 else ("valid_from", "valid_to")
    bounds = {first: dates.first and dates.first.isoformat(), last: dates.last and dates.last.isoformat()}
    return {**rule, **{key: value for key, value in bounds.items() if value}}


def _take_bounds(text: str, days: Sequence[date]) -> tuple[str, _Dates]:
    """The text without its dates, and what they bound."""
    first = last = None
    listed: list[date] = []
    if found := _RANGE.search(text):
        if _is_list(found[0]):
            listed = [days[int(found[1])], days[int(found[2])]]
        else:
            first, last = days[int(found[1])], days[int(found[2])]
        text = f"{text[:found.start()]} {text[found.end():]}"
    if found := _FROM.search(text):
        first, text = days[int(found[1])], f"{text[:found.start()]} {text[found.end():]}"
    if found := _UNTIL.search(text):
        last, text = days[int(found[1])], f"{text[:found.start()]} {text[found.end():]}"
    listed += [days[int(n)] for n in re.findall(_D, text)]
    text = re.sub(rf"(?:\band\b|,)?\s*(?:\bon\s+)?{_D}", " ", text)
    if (first and last and last < first) or (listed and (first or last)):
        raise CannotRead(_("Check the dates: the last must not be before the first."), DATE_EXAMPLE)
    return text, _Dates(first, last, tuple(listed))


def _is_list(text: str) -> bool:
    return " and " in text and "between" not in text and "from" not in text
