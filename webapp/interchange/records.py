"""What a reader of other people's data hands on: an Item for a record, a Refused for a row it can't use.

Nothing is lost without a word: what is not in an Item's document stands in its remarks or in a Refused.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from webapp.domain.document import Document
from webapp.interchange.spreadsheet import harmless


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about one value that a person should look at.

    `row` is the line in `file` (the heading is line 1), `columns` the source's names, `field` the path in
    the document, `code` the reason (validation's code, or one of WORDS) and `words` the reason for people.
    """

    file: str
    row: int
    columns: tuple[str, ...]
    field: str
    value: str
    code: str
    words: str


WORDS: Mapping[str, str] = {
    "scheme_added": "The web address had no http:// or https://; http:// was put before it.",
    "not_a_listed_choice": "The mapping's choices do not list this value.",
    "not_a_date": "This is not a date of the form that the mapping gives.",
    "rows_disagree": "Rows with the same key say different things here; the first was kept.",
    "same_key_twice": "Another entry of this list has the same key; the first was kept.",
    "without_days": "Nothing is left of what was to be put together here, so the entry was left out.",
    "no_such_field": "We keep no such value, so it was left out.",
    "row_not_used": "No list of the mapping takes this row.",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One record as the source says it.

    `doubts` are about values that are in the document; `kept_out` about values that validation refuses, so
    that they are not.
    """

    external_id: str
    record_id: str
    kind: str
    document: Document
    doubts: tuple[Remark, ...] = ()
    kept_out: tuple[Remark, ...] = ()
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that could not be read at all, as it was, and why, in words."""

    file: str
    row: int
    raw: tuple[str, ...]
    reason: str


class FormatError(ValueError):
    """The file or the mapping as a whole can't be used; the message says what to put right."""


def refused_path(file: Path) -> Path:
    """Where the refused rows of `file` are written: FILE.refused.csv beside it."""
    return file.with_name(file.name + ".refused.csv")


def write_refused(out: TextIO, rows: Iterable[Refused]) -> int:
    """Writes refused rows as CSV (file, row, reason, then the cells as they were); how many."""
    csv.writer(out).writerow(("file", "row", "reason", "cells"))
    return sum(1 for row in rows if append_refused(out, row))


def append_refused(out: TextIO, row: Refused) -> bool:
    """Writes one more row. Where a cell looked like a formula, an apostrophe now stands before it."""
    csv.writer(out).writerow([harmless(str(cell)) for cell in (row.file, row.row, row.reason, *row.raw)])
    return True


def counted(codes: Iterable[str]) -> Mapping[str, int]:
    """How often each code occurs, the most frequent first."""
    counts: dict[str, int] = {}
    for code in codes:
        counts[code] = counts.get(code, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
