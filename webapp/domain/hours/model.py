"""Schedule rows as the HSDS 3.0 stores them, read into frozen values; a row that makes no sense never raises.

What a row may be:

* recurring: `freq` (or a `byday` that shows it) with its days;
* dated: `dtstart` or `valid_from` without `freq`, that date or that range of dates;
* a note: words, and nothing that claims hours;
* unread: it claims hours in a way we can't compute; its words are kept, and "closed" is then never claimed.

Times are wall time in the United Kingdom. HSDS allows "Z" or an offset after a time; "Z", "+00:00" and
"+01:00" are taken as wall time too, since a weekly row can't follow summer time otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from webapp.language import _

LONDON = ZoneInfo("Europe/London")
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MIDNIGHT = time(0)

_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?(?:Z|\+00:00|\+01:00)?")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_RULE_KEYS = ("freq", "byday", "bymonthday", "byweekno", "byyearday", "dtstart", "valid_from", "valid_to",
              "until", "opens_at", "closes_at", "closed")


class RowKind(StrEnum):
    """What a row turned out to be; see the module's docstring."""

    RECURRING = "recurring"
    DATED = "dated"
    NOTE = "note"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Row:
    """One schedule row. Dates are inclusive; `byday` holds (n, weekday), n 0 for each such day, Monday 0."""

    kind: RowKind
    freq: str = ""
    interval: int = 1
    byday: tuple[tuple[int, int], ...] = ()
    bymonthday: tuple[int, ...] = ()
    byweekno: tuple[int, ...] = ()
    byyearday: tuple[int, ...] = ()
    wkst: int = 0
    anchor: date | None = None  # dtstart: from where intervals and `count` are counted
    count: int | None = None
    first: date | None = None
    last: date | None = None
    opens: time | None = None
    closes: time | None = None
    closed: bool = False
    remark: str = ""

    @property
    def has_rule(self) -> bool:
        """Whether days can be computed at all."""
        return self.kind in (RowKind.RECURRING, RowKind.DATED)

    @property
    def is_dated(self) -> bool:
        """Whether it speaks about a date or a range of dates, not about every week or month."""
        return self.kind is RowKind.DATED

    @property
    def is_all_day(self) -> bool:
        """Whether neither time is given."""
        return self.opens is None and self.closes is None

    @property
    def is_anchored(self) -> bool:
        """Whether we know which of the weeks: every second Tuesday needs a first date."""
        return self.anchor is not None or (self.interval == 1 and self.count is None)

    @property
    def is_certain(self) -> bool:
        """Whether its openings (or closures) can be computed exactly."""
        if not self.has_rule or not self.is_anchored:
            return False
        if self.is_all_day:
            return self.closed or not self.is_dated
        return self.opens is not None and self.closes is not None


def parse_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Schedule elements of a document as rows, in their order. Never raises for what a row holds."""
    return tuple(_parse(row) for row in rows)


def _parse(raw: Mapping[str, Any]) -> Row:
    remark = _remark(raw)
    if not any(_text(raw, key) for key in _RULE_KEYS):
        return Row(RowKind.NOTE, remark=remark)
    try:
        return _read(raw, remark)
    except (ValueError, TypeError, OverflowError):
        return Row(RowKind.UNREAD, remark=remark or _as_given(raw))


def _read(raw: Mapping[str, Any], remark: str) -> Row:
    byday = _days(_text(raw, "byday"))
    freq = _frequency(_text(raw, "freq").upper(), byday)
    anchor, first, last = _bounds(raw, bool(freq))
    row = Row(
        kind=RowKind.RECURRING if freq else RowKind.DATED,
        freq=freq,
        interval=_positive(_text(raw, "interval") or "1"),
        byday=byday,
        bymonthday=_numbers(_text(raw, "bymonthday"), 31),
        byweekno=_numbers(_text(raw, "byweekno"), 53),
        byyearday=_numbers(_text(raw, "byyearday"), 366),
        wkst=CODES.index(_text(raw, "wkst").upper() or "MO"),
        anchor=anchor,
        count=_positive(_text(raw, "count")) if _text(raw, "count") else None,
        first=first,
        last=last,
        opens=_time(_text(raw, "opens_at")),
        closes=_time(_text(raw, "closes_at")),
        closed=_text(raw, "closed").lower() in ("true", "1", "yes"),
        remark=remark,
    )
    _refuse_shapeless(row)
    return row


def _refuse_shapeless(row: Row) -> None:
    by_rules = row.byday or row.bymonthday or row.byweekno or row.byyearday
    if row.freq and not by_rules and row.anchor is None:
        raise ValueError("nothing says on which days")
    if not row.freq and (row.first is None or by_rules):
        raise ValueError("no first date, or days without a frequency")


def _frequency(freq: str, byday: tuple[tuple[int, int], ...]) -> str:
    numbered = any(n for n, _day in byday)
    if not freq and byday:
        return "MONTHLY" if numbered else "WEEKLY"
    if freq not in ("", "WEEKLY", "MONTHLY") or (freq == "WEEKLY" and numbered):
        raise ValueError(freq)
    return freq


def _bounds(raw: Mapping[str, Any], recurring: bool) -> tuple[date | None, date | None, date | None]:
    """The anchor and the first and last day. For a dated row an end makes the range; without one it is a day."""
    start, valid_from = _date(_text(raw, "dtstart")), _date(_text(raw, "valid_from"))
    until, valid_to = _date(_text(raw, "until")), _date(_text(raw, "valid_to"))
    first = max((day for day in (start, valid_from) if day), default=None)
    last = min((day for day in (until, valid_to) if day), default=None)
    if not recurring and (last is None or (start and valid_from and not until)):
        last = start or valid_from  # a dtstart within a validity is that one date
    return start, first, last


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # HSDS calls interval and count "number"
    return "" if value is None or value is False else str(value).strip()


def _remark(raw: Mapping[str, Any]) -> str:
    return " ".join(text for key in ("description", "notes") if (text := _text(raw, key)))


def _as_given(raw: Mapping[str, Any]) -> str:
    given = ", ".join(text for key in _RULE_KEYS if (text := _text(raw, key)))
    return _("As given: %(rule)s", rule=given)


def _date(text: str) -> date | None:
    if not text:
        return None
    day = date.fromisoformat(text.split("T")[0].strip())
    if not 1900 <= day.year <= 2200:
        raise ValueError(text)
    return day


def _time(text: str) -> time | None:
    if not text:
        return None
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    hour, minute = int(found[1]), int(found[2])
    return MIDNIGHT if (hour, minute) == (24, 0) else time(hour, minute)


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 10_000:
        raise ValueError(text)
    return number


def _numbers(text: str, most: int) -> tuple[int, ...]:
    numbers = tuple(sorted({int(part) for part in text.split(",")})) if text else ()
    if any(n == 0 or abs(n) > most for n in numbers):
        raise ValueError(text)
    return numbers


def _days(text: str) -> tuple[tuple[int, int], ...]:
    days = set()
    for part in text.upper().split(",") if text else ():
        found = _DAY.fullmatch(part.strip())
        if not found or abs(int(found[1] or 0)) > 5:
            raise ValueError(text)
        days.add((int(found[1] or 0), CODES.index(found[2])))
    return tuple(sorted(days, key=lambda day: (day[1], day[0])))
