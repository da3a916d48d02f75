"""The hours of a week in which something may be open, as tags that a search can ask for; its law: never one too few.

Whether it is open then is another question, which only the rows answer: closures, holidays and seasons are not in here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time

from webapp.domain.hours.model import LONDON, MIDNIGHT, Row, RowKind

SOMETIMES = "hx"
"""The tag of what is open at times that no usual week shows: single dates, the first Saturday of a month."""
HOURS = range(24)


def slot_tags(rows: Iterable[Row]) -> frozenset[str]:
    """The tags of everything that opens."""
    return frozenset(tag for row in rows if row.is_certain and not row.closed for tag in _tags(row))


def tags_at(moment: datetime, last: datetime | None = None) -> tuple[str, ...]:
    """The tags of which whatever is open at that moment, or until the last one of the same day, has at least one."""
    local = moment.astimezone(LONDON)
    end = local if last is None else last.astimezone(LONDON)
    return *(_tag(local.weekday(), hour) for hour in range(local.hour, end.hour + 1)), SOMETIMES


def packed(tags: Iterable[str]) -> str:
    """Tags of hours as the bits of one hexadecimal number, to be kept in little room; blank for none."""
    bits = _bits(tags)
    return f"{bits:x}" if bits else ""


def count_with(tags: Iterable[str], kept: Iterable[str]) -> int:
    """How many of what `packed` gave have at least one of these tags."""
    wanted = _bits(tags)
    return sum(bool(int(one, 16) & wanted) for one in kept if one)


def _bits(tags: Iterable[str]) -> int:
    return sum(1 << _PLACES[tag] for tag in set(tags))


def _tags(row: Row) -> Iterator[str]:
    days = {weekday for n, weekday in row.byday if n == 0}
    is_weekly = row.kind is RowKind.RECURRING and row.freq == "WEEKLY" and len(days) == len(row.byday) > 0
    if not is_weekly:
        yield SOMETIMES
        return
    for day in days:
        yield from (_tag((day + later) % 7, hour) for later, hour in _hours(row.opens, row.closes))


def _hours(opens: time | None, closes: time | None) -> Iterator[tuple[int, int]]:
    """Hours of the day, and of the next one where it closes after midnight."""
    if opens is None or closes is None:
        yield from ((0, hour) for hour in HOURS)
        return
    last = closes.hour - (closes.minute == 0)  # who closes at five is not open in the hour from five on
    if opens < closes:
        yield from ((0, hour) for hour in range(opens.hour, last + 1))
        return
    yield from ((0, hour) for hour in range(opens.hour, 24))
    if closes > MIDNIGHT:
        yield from ((1, hour) for hour in range(last + 1))


def _tag(weekday: int, hour: int) -> str:
    return f"h{weekday}x{hour}"


_OF_A_WEEK = (*(_tag(day, hour) for day in range(7) for hour in HOURS), SOMETIMES)
_PLACES = {tag: place for place, tag in enumerate(_OF_A_WEEK)}
