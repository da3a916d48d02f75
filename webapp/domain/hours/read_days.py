"""Days as people type them: "Mon-Fri", "weekdays", "every second Tuesday", "first and third Monday of the month".

"Every third Tuesday" is refused: to some it is every three weeks, to others the third of the month.
"""

from __future__ import annotations

import re
from typing import Any

from webapp.domain.hours.model import CODES
from webapp.domain.hours.phrases import DAY_NAMES, ORDINALS, day_names
from webapp.domain.hours.unreadable import CannotRead
from webapp.language import _

EXAMPLE = "Monday to Friday, 10:00 to 12:00"

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "other": 2, "alternate": 2,
            **{word: n for n, word in ORDINALS.items() if n > 0}}
_SHORT = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
          "sat": 5, "sun": 6, **{name.lower(): n for n, name in enumerate(DAY_NAMES)}}
_WEEKDAYS = {**_SHORT, **{f"{word}s": n for word, n in _SHORT.items()}}
WEEKDAY = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_N = rf"(\d+(?:st|nd|rd|th)?|{'|'.join(_NUMBERS)})"

_NTH_LAST = re.compile(r"\b(first|second|third|fourth|fifth|\d+(?:st|nd|rd|th))(?:[- ]to)?[- ]last\b")
_EVERY_DAY = re.compile(r"\b(?:every ?day|each day|daily|(?:7|seven) days(?: a week)?|all week)\b")
_MONTHS = re.compile(rf"\b(?:(?:every|each) {_N} months?|(?:of|in) (?:the|each|every|a) month|"
                     r"(?:every|each) month|monthly)\b")
_WEEKS = re.compile(rf"\b(?:(?:every|each) {_N} weeks?|alternate weeks?|(?:every )?fortnight(?:ly)?|"
                    r"(?:every|each) week|weekly)\b")
_EVERY_NTH = re.compile(rf"\b(?:every {_N}|alternate) (?=(?:{WEEKDAY})\b)")
_FILLER = ("open", "opening", "hours", "times", "on", "the", "from", "between", "at", "each")

Rule = dict[str, Any]


def read_days(text: str) -> Rule:
    """Lower-case words about days as the fields of a schedule row. CannotRead when a word is not understood."""
    text = _NTH_LAST.sub(r"\1_last", text)
    text = _EVERY_DAY.sub("monday to sunday", text)
    text = re.sub(r"\bweekdays?\b", "monday to friday", text)
    text = re.sub(r"\bweekends?\b", "saturday and sunday", text)
    text = re.sub("-", " to ", re.sub(r"[&+/]", " and ", text))
    text, months = _take_interval(_MONTHS, text)
    text, weeks = _take_interval(_WEEKS, text)
    if months is None and weeks is None:
        text, weeks = _take_every_nth(text)
    said = [word for word in re.findall(r"[\w'’]+|,", text) if word not in _FILLER]
    if weeks is None and (months is not None or any(_ordinal(word) for word in said)):
        return _with_interval({"freq": "MONTHLY", **_monthly(said)}, months)
    if months is not None:
        raise CannotRead(_("Say either weeks or months."), "First Monday of the month, 14:00 to 16:00")
    return _with_interval({"freq": "WEEKLY", "byday": _codes(_weekly(said))}, weeks)


def _with_interval(rule: Rule, interval: int | None) -> Rule:
    return {**rule, "interval": interval} if interval and interval > 1 else rule


def _take_interval(pattern: re.Pattern[str], text: str) -> tuple[str, int | None]:
    found = pattern.search(text)
    if not found:
        return text, None
    is_second = "fortnight" in found[0] or "alternate week" in found[0]
    interval = _count(found[1]) if found[1] else 1 + is_second
    return f"{text[:found.start()]} {text[found.end():]}", interval


def _take_every_nth(text: str) -> tuple[str, int | None]:
    found = _EVERY_NTH.search(text)
    if not found:
        return text, None
    if found[1] and _count(found[1]) != 2:
        raise CannotRead(_("Say whether you count weeks or the weekdays of a month."),
                         "Every 3 weeks on Tuesday, or: Third Tuesday of the month")
    return text[: found.start()] + text[found.end():], 2


def _count(word: str) -> int:
    number = _NUMBERS.get(word) or int(re.sub(r"\D", "", word))
    if not 1 <= number <= 99:
        raise CannotRead(_("We can't read “every %(word)s”.", word=word), "Every second Tuesday, 10:00 to 12:00")
    return number


def _ordinal(word: str) -> int | None:
    """ "second" 2, "15th" 15, "last" -1, "second_last" -2; None for anything else."""
    counted, _mark, last = word.partition("_")
    if word == "last":
        return -1
    found = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", counted)
    number = int(found[1]) if found else next((n for n, name in ORDINALS.items() if name == counted), None)
    return -number if last and number else number


def _weekly(said: list[str]) -> list[int]:
    days: list[int] = []
    words = [word for word in said if word not in ("and", ",", "every")]
    while words:
        day = _weekday(words.pop(0))
        days.append(day)
        if words and words[0] in ("to", "until", "till", "through"):
            last = _weekday(words[1] if len(words) > 1 else "to")
            days += [(day + n) % 7 for n in range(1, (last - day) % 7 + 1)]
            del words[:2]
    if not days:
        raise CannotRead(_("Say on which days."), EXAMPLE)
    return sorted(set(days))


def _weekday(word: str) -> int:
    if word not in _WEEKDAYS:
        said = _("We can't read “%(word)s” as a day. What isn't a day or a time belongs in the notes.", word=word)
        raise CannotRead(said, EXAMPLE)
    return _WEEKDAYS[word]


def _codes(days: list[int]) -> str:
    return ",".join(CODES[day] for day in days)


def _monthly(said: list[str]) -> Rule:
    """Ordinals wait for the weekday that they count; those no weekday follows are days of the month."""
    waiting: list[int] = []
    used: list[int] = []
    byday: list[str] = []
    month_days: list[int] = []
    for word in said:
        number = _ordinal(word)
        if number:
            waiting.append(number)
        elif word == "every":
            used = [0]
        elif word == "day":
            month_days += waiting
            waiting = []
        elif word not in ("and", ","):
            day = _weekday(word)
            used, waiting = waiting or used, []
            byday += [f"{n or ''}{CODES[day]}" for n in _countable(used, word)]
    return _one_kind(byday, month_days + waiting)


def _countable(numbers: list[int], weekday: str) -> list[int]:
    if not numbers or any(abs(n) > 5 for n in numbers):
        name = day_names()[_weekday(weekday)]
        raise CannotRead(_("Say which %(day)s of the month: first to fifth, or last.", day=name),
                         "First and third Monday of the month, 14:00 to 16:00")
    return numbers


def _one_kind(byday: list[str], month_days: list[int]) -> Rule:
    if bool(byday) == bool(month_days) or any(not 1 <= abs(n) <= 31 for n in month_days):
        raise CannotRead(_("Say which days of the month."), "First Monday of the month, 14:00 to 16:00")
    if byday:
        return {"byday": ",".join(dict.fromkeys(byday))}
    return {"bymonthday": ",".join(map(str, sorted(set(month_days))))}
