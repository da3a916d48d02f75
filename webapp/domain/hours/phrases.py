"""The words that hours are said with: days, dates, times and the numbers of days, in the language spoken.

The tables are British English, which `reading.py` reads as well; what is said goes through the catalogue or comes
from the locale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time

from babel.dates import format_date

from webapp.language import _, listed, mark, present, remembered

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
               "October", "November", "December")
ORDINALS = mark({1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second-last",
            -3: "third-last", -4: "fourth-last", -5: "fifth-last"})
_ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
MONTH_DAYS = mark(tuple(f"{n}{_ENDINGS.get(n, 'th')}" for n in range(1, 32)))
LAST_DAYS = mark({n: f"{word} day" for n, word in ORDINALS.items() if n < 0})


@remembered(100)  # for all languages together
def day_names() -> tuple[str, ...]:
    """The days of the week from Monday on, in the language spoken."""
    names = present().locale.days["stand-alone"]["wide"]
    return tuple(str(names[weekday]) for weekday in range(len(DAY_NAMES)))


@remembered(2000)
def date_words(day: date) -> str:
    """ "18 April 2026"."""
    return str(format_date(day, "long", locale=present().locale))


def clock_words(wall: time) -> str:
    """ "09:00", "midnight"."""
    return _("midnight") if wall == time(0) else wall.strftime("%H:%M")


def times_words(opens: time | None, closes: time | None) -> str:
    """ "09:00 to 17:30", "18:00 to midnight", "24 hours"; half known ones "from 09:00"; "" for none."""
    if opens is None:
        return _("until %(closes)s", closes=clock_words(closes)) if closes is not None else ""
    if closes is None:
        return _("from %(opens)s", opens=clock_words(opens))
    if opens == closes == time(0):
        return _("24 hours")
    return _("%(opens)s to %(closes)s", opens=clock_words(opens), closes=clock_words(closes))


def days_words(weekdays: Iterable[int]) -> str:
    """ "Every day", "Monday to Friday and Sunday"; three days in a row make a range. Monday is 0."""
    days = sorted(set(weekdays))
    if len(days) == len(DAY_NAMES):
        return _("Every day")
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names, parts = day_names(), []
    for run in runs:
        is_range = len(run) > 2
        said = [_("%(first)s to %(last)s", first=names[run[0]], last=names[run[-1]])] if is_range else []
        parts += said or [names[day] for day in run]
    return listed(parts)


def nth_day(numbers: Sequence[int], weekday: int) -> str:
    """ "first and third Monday"; "every Monday" for the number 0."""
    if 0 in numbers:
        return _("every %(day)s", day=day_names()[weekday])
    which = listed([_(ORDINALS[n]) for n in in_order(numbers)])
    return _("%(which)s %(day)s", which=which, day=day_names()[weekday])


def month_days(numbers: Iterable[int]) -> str:
    """ "1st, 15th and last day"."""
    return listed([_month_day(n) for n in in_order(numbers)])


def _month_day(n: int) -> str:
    if n > 0:
        return _(MONTH_DAYS[n - 1])
    return _(LAST_DAYS[n]) if n in LAST_DAYS else _("%(nth)s-last day", nth=_(MONTH_DAYS[-n - 1]))


def in_order(numbers: Iterable[int]) -> tuple[int, ...]:
    """First to fifth, then those counted from the end, the last at last."""
    return tuple(sorted(set(numbers), key=lambda n: (n < 0, n)))
