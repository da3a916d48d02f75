"""Dates as people type them, British order: "25 December 2026", "Fri 25th Dec", "25/12/2026", "24-26 December 2026".

A year is never guessed from the calendar; a date without one takes it from the next date of its line.
"""

from __future__ import annotations

import re
from datetime import date

from webapp.domain.hours.phrases import DAY_NAMES, MONTH_NAMES, date_words, day_names
from webapp.domain.hours.unreadable import CannotRead
from webapp.language import _

_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in map(str.lower, MONTH_NAMES))
_MONTH = _MONTH.replace("sep(?:tember)?", "sept?(?:ember)?")
_WEEKDAY = "mon|tues?|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_NTH = r"(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:(?P<weekday>{_WEEKDAY}),? )?(?:the )?(?:"
    rf"(?P<y1>\d{{4}})-(?P<m1>\d\d)-(?P<d1>\d\d)"
    rf"|(?P<d2>\d{{1,2}})/(?P<m2>\d{{1,2}})/(?P<y2>\d{{4}})"
    rf"|(?P<d3>\d{{1,2}}){_NTH}(?: of)? (?P<m3>{_MONTH})\b\.?,?(?: (?P<y3>\d{{4}})\b)?"
    rf"|(?P<m4>{_MONTH}) (?P<d4>\d{{1,2}}){_NTH},? (?P<y4>\d{{4}})\b)"
)
_SHARED_MONTH = re.compile(  # not the end of a time: "10-12, 25 December 2026"
    rf"(?<![-:.\d])(?<!to )(?<!till )(?<!until )\b(\d{{1,2}}){_NTH}( ?(?:-|to|and|,) ?)"
    rf"(?=\d{{1,2}}{_NTH}(?: of)? ({_MONTH})\b)"
)
EXAMPLE = "Closed on 25 December 2026"


def take_dates(line: str) -> tuple[str, list[date]]:
    """The lower-case line with a mark ("@0d@") in each date's place, and the dates. CannotRead for impossible ones."""
    for _round in range(line.count(" ")):
        shared = _SHARED_MONTH.sub(r"\1 \3\2", line)
        if shared == line:
            break
        line = shared
    found = list(_DATE.finditer(line))
    days: list[date] = []
    for match in reversed(found):
        days.insert(0, _day(match, days[0] if days else None))
    for n, match in reversed(list(enumerate(found))):
        line = f"{line[:match.start()]} @{n}d@ {line[match.end():]}"
    return line, days


def _day(match: re.Match[str], following: date | None) -> date:
    parts = match.groupdict()
    month = _month(parts["m1"] or parts["m2"] or parts["m3"] or parts["m4"])
    day = int(parts["d1"] or parts["d2"] or parts["d3"] or parts["d4"])
    year_text = parts["y1"] or parts["y2"] or parts["y3"] or parts["y4"]
    if year_text is None and following is None:
        raise CannotRead(_("Say the year as well as “%(date)s”.", date=match[0].strip()), EXAMPLE)
    year = int(year_text) if year_text else _year_before(month, day, following)
    return _checked(year, month, day, match)


def _year_before(month: int, day: int, following: date | None) -> int:
    if following is None:
        raise ValueError("no date follows")
    return following.year - ((month, day) > (following.month, following.day))


def _checked(year: int, month: int, day: int, match: re.Match[str]) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise CannotRead(_("There is no %(date)s.", date=match[0].strip()), EXAMPLE) from None
    if not 1900 <= year <= 2200:
        raise CannotRead(_("Check the year of “%(date)s”.", date=match[0].strip()), EXAMPLE)
    said = match["weekday"]
    if said and DAY_NAMES[found.weekday()][:3].lower() != said[:3]:
        names = {"date": date_words(found), "day": day_names()[found.weekday()]}
        raise CannotRead(_("%(date)s is a %(day)s. Check the day or the date.", **names), EXAMPLE)
    return found


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return [name[:3].lower() for name in MONTH_NAMES].index(text[:3]) + 1
