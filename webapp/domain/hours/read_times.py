"""Times of day as people type them: "10-12", "9am to 5pm", "14.00 until 16.00", "noon to midnight", "24 hours".

Two digits with minutes ("09:00", "10:00") are taken as written. A bare "9-1" is guessed as people mean it, into
the afternoon; where both readings are likely ("7-9") we ask.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from webapp.language import _

_HALF = r"\s?[ap]\.?m\b\.?"
_CLOCK = rf"(?:noon|midday|midnight|\d{{1,2}}[:.]?\d\d(?:{_HALF})?|\d{{1,2}}(?:{_HALF})?)"
_TO = r"\s*(?:-|to|until|till|til)\s*"
SPAN = re.compile(rf"(?<![\w:.])(?:from |between )?({_CLOCK}){_TO}({_CLOCK})(?![\w:])")
ALL_DAY = re.compile(r"\b(?:24 ?hours?(?: a day)?|24 ?hrs?|24h|round the clock|all day)\b")

_PARTS = re.compile(r"(\d{1,2}?)(?:[:.]?(\d\d))?\s?([ap])?\.?m?\.?")
DAY = 24 * 60
HALF_DAY = 12 * 60

Times = tuple[str, str]


class UnclearTimes(ValueError):
    """Times that can't be read, or can be read in two ways; its text says so to a person."""


@dataclass(frozen=True, slots=True)
class _Clock:
    minute: int  # of the day, as written
    is_exact: bool  # the half of the day is known
    has_minutes: bool
    is_pm: bool = False


def read_span(opens: str, closes: str) -> Times:
    """Two clock texts matched by `SPAN`, as ("09:00", "13:00"). UnclearTimes when they are no times, or two."""
    start, end = _clock(opens, is_start=True), _clock(closes, is_start=False)
    begins = _start(start, end, opens)
    ends = _end(begins, start, end)
    if begins == ends % DAY and not (start.is_exact and end.is_exact):
        raise UnclearTimes(_("The times begin and end at the same hour."))
    return _written(begins), _written(ends)


def _start(start: _Clock, end: _Clock, text: str) -> int:
    if start.is_exact:
        return start.minute
    afternoon = start.minute % HALF_DAY + HALF_DAY
    is_early = start.minute < 7 * 60
    if end.is_exact:
        if end.minute == DAY and not is_early and start.minute < HALF_DAY:
            raise _either_half(text)
        return afternoon if (end.is_pm or is_early) and afternoon < end.minute else start.minute
    if not is_early and start.minute < 9 * 60 and start.minute < end.minute < HALF_DAY:
        raise _either_half(text)
    return afternoon if is_early else start.minute


def _either_half(text: str) -> UnclearTimes:
    return UnclearTimes(_("Say whether %(time)s is in the morning or in the evening.", time=text.strip()))


def _end(begins: int, start: _Clock, end: _Clock) -> int:
    if end.is_exact or (begins >= 13 * 60 and start.is_exact and start.has_minutes and end.has_minutes):
        return end.minute
    candidates = (end.minute, end.minute % HALF_DAY + HALF_DAY)
    return next((minute for minute in candidates if minute > begins), end.minute)


def _clock(text: str, *, is_start: bool) -> _Clock:
    word = text.strip()
    if word in ("noon", "midday"):
        return _Clock(HALF_DAY, is_exact=True, has_minutes=False)
    if word == "midnight":
        return _Clock(0 if is_start else DAY, is_exact=True, has_minutes=False)
    found = _PARTS.fullmatch(word)
    if not found:
        raise UnclearTimes(_("We can't read “%(word)s” as a time.", word=word))
    digits, minutes, half = found.groups()
    hour, minute = int(digits), int(minutes or 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        raise UnclearTimes(_("“%(word)s” is not a time of day.", word=word))
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    as_on_a_timetable = digits.startswith("0") or (len(digits) == 2 and bool(minutes))
    is_exact = bool(half) or not 1 <= hour <= 12 or as_on_a_timetable
    return _Clock(hour * 60 + minute, is_exact, bool(minutes), is_pm=half == "p")


def _written(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
