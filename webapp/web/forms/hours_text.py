"""Opening times as lines of words, and those that have words of their own each as a row.

Law: rows that the words say again unchanged stay the rows they were. What stands in a box of text is British English
in every language, for `read_words` reads that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from webapp import language
from webapp.domain.hours import Row, Unreadable, parse_rows, read_words, words
from webapp.language import _
from webapp.web.forms.typed import Values, new_element_id

# What a row may hold and still be said in words completely; `wkst` is read from the phrase.
SAID = {
    "id",
    "order",
    "freq",
    "byday",
    "opens_at",
    "closes_at",
    "closed",
    "dtstart",
    "until",
    "count",
    "interval",
    "bymonthday",
    "wkst",
    "valid_from",
    "valid_to",
}
NOTED = ("description", "notes", "attending_type", "schedule_link")
"""What people write about times, each in a control of its own; the rest is said in words of days and times."""
WHEN = "when"
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def english(rows: Sequence[Row]) -> list[str]:
    """Rows in the words that can be read again."""
    with language.speaking(language.ENGLISH):
        return words(rows)


def text_of(rows: Iterable[Mapping[str, Any]]) -> str:
    """The lines that stand for every row that can be said."""
    return "\n".join(english(parse_rows(row for row in rows if is_sayable(row))))


def rows_apart(rows: Iterable[Values], apart: Collection[str] = ()) -> list[Values]:
    """The rows that stand for themselves: what lines can't say in full, and those of the ids in `apart`."""
    return [row for row in rows if row["id"] in apart or not is_sayable(row)]


def when_of(row: Mapping[str, Any]) -> str | None:
    """A row's days and times as one line that can be read again; None where no such line says them."""
    rule = {key: value for key, value in row.items() if key not in NOTED}
    if not set(rule) - {"id", "order"}:
        return ""
    said = english(parse_rows([rule]))
    return said[0] if len(said) == 1 and is_sayable(rule) and _is_one(read_words(said[0])) else None


def read_when(text: str, row: Values) -> Values | Unreadable:
    """The row with the days and times that were typed for it, or why they can't be read; what it notes stays."""
    before = when_of(row)
    if before is None or text.strip() == before:
        return row
    rest = {key: value for key, value in row.items() if key in (*NOTED, "id", "order")}
    if not text.strip():
        return rest
    read = read_words(text)
    if isinstance(read, Unreadable):
        return read
    if not _is_one(read):
        return Unreadable(_("Say one time in each row. Add a row for every other one."), "Monday, 10:00 to 12:00")
    return row if _atoms(parse_rows(read)) == _atoms(parse_rows([row])) else {**rest, **read[0]}


def _is_one(read: Sequence[Mapping[str, Any]] | Unreadable) -> bool:
    return not isinstance(read, Unreadable) and len(read) == 1


def is_sayable(row: Mapping[str, Any]) -> bool:
    """Whether the row's words, read again, mean the same row."""
    if set(row) - SAID:
        return False
    parsed = parse_rows([row])
    if not parsed[0].is_certain:
        return False
    read = read_words("\n".join(english(parsed)))
    return not isinstance(read, Unreadable) and _atoms(parse_rows(read)) == _atoms(parsed)


def read_text(text: str, rows: Sequence[Values], apart: Collection[str] = ()) -> list[Values] | Unreadable:
    """The rows that stand for themselves and those that the typed lines make, or why the lines can't be read.

    A stored row all of whose days the lines still say stays untouched, id and all. What the lines say
    beyond that becomes new rows; a new row takes over the id of a row that fell away, in order.
    """
    kept = rows_apart(rows, apart)
    alone = {row["id"] for row in kept}
    sayable = [row for row in rows if row["id"] not in alone]
    if not text.strip():
        return kept
    read = read_words(text)
    if isinstance(read, Unreadable):
        return read
    wanted = _atoms(parse_rows(read))
    stay = [row for row in sayable if _atoms(parse_rows([row])) <= wanted]
    said = _atoms(parse_rows(stay))
    fresh = [rest for row in read if (rest := _rest(row, said))]
    free = [row for row in sayable if row not in stay]
    return [*kept, *stay, *_placed(fresh, free, rows)]


def told(row: Mapping[str, Any]) -> str:
    """What can be told of the days and times of a row that no line says."""
    lines = dict.fromkeys(words(parse_rows([{key: value for key, value in row.items() if key not in NOTED}])))
    return ". ".join(line.rstrip(".") for line in lines) or _("Times that can’t be put in words")


def _atoms(rows: Iterable[Row]) -> set[str]:
    """What rows say, day by day, each as its own sentence: rows that read the same are the same."""
    return {line for row in rows for one in _by_day(row) for line in english([one])}


def _by_day(row: Row) -> list[Row]:
    if row.interval > 1 or row.count or len(row.byday) < 2:
        return [row]
    return [replace(row, byday=(day,)) for day in row.byday]


def _rest(row: Values, said: set[str]) -> Values | None:
    """What is left of a row that was read when the days that stored rows say already are taken out."""
    parsed = parse_rows([row])[0]
    days = _by_day(parsed)
    left = [one for one in days if not set(english([one])) <= said]
    if not left:
        return None
    if len(left) == len(days):
        return row
    codes = [f"{n or ''}{DAYS[weekday]}" for one in left for n, weekday in one.byday]
    return {**row, "byday": ",".join(codes)}


def _placed(fresh: list[Values], free: list[Values], rows: Sequence[Values]) -> list[Values]:
    """New rows with an id and a place each."""
    last = max((int(row.get("order", 0)) for row in rows), default=-1)
    placed = []
    for number, row in enumerate(fresh):
        old = free[number] if number < len(free) else {}
        place = old.get("order", last + 1 + number)
        placed.append({**row, "id": old.get("id") or new_element_id(), "order": place})
    return placed
