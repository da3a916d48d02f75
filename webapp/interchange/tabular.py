"""Rows of a delimited file, one at a time: a row that can't be read is Refused and the next one is read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from webapp.interchange.records import FormatError, Refused


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written down. `quote` "" means that no cell is ever quoted."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the file's name, its line in it (the heading is line 1), and its cells by column, trimmed."""

    file: str
    number: int
    cells: dict[str, str]

    def raw(self) -> tuple[str, ...]:
        """The cells in the file's order."""
        return tuple(self.cells.values())


def check(path: Path, layout: Layout, needed: frozenset[str]) -> None:
    """Raise the FormatError that `rows` would raise, having read the heading only."""
    next(rows(path, layout, needed), None)


def rows(path: Path, layout: Layout, needed: frozenset[str]) -> Iterator[Row | Refused]:
    """Every row of the file in its order; blank lines are passed over.

    Raises FormatError when the file can't be opened, has no heading, a column twice, or lacks one of the
    `needed` columns.
    """
    try:
        handle = path.open(encoding=_encoding(layout), errors="surrogateescape", newline="")
    except OSError as error:
        raise FormatError(f"{path.name} can't be opened: {error.strerror}") from error
    with handle:
        yield from _read(path.name, handle, layout, needed)


def _encoding(layout: Layout) -> str:
    # A spreadsheet's UTF-8 opens with a byte order mark, which would become part of the first column's name.
    return "utf-8-sig" if layout.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else layout.encoding


def _read(name: str, handle: TextIO, layout: Layout, needed: frozenset[str]) -> Iterator[Row | Refused]:
    reader = csv.reader(
        handle,
        delimiter=layout.delimiter,
        quotechar=layout.quote or None,
        quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE,
    )
    header = _header(name, next(reader, []), needed)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # a cell beyond the csv module's 128 KiB: mostly a quote never closed
            yield Refused(name, number, (), f"this row can't be read: {error}")
            continue
        if any(cell.strip() for cell in cells):
            yield _row(name, number, header, cells, layout)


def _header(name: str, cells: list[str], needed: frozenset[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    if not any(header):
        raise FormatError(f"{name} has no heading row")
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise FormatError(f"{name} has a column twice: {', '.join(twice)}")
    missing = sorted(needed - set(header))
    if missing:
        raise FormatError(
            f"{name} has no column {', '.join(missing)}; it has {', '.join(header)}. "
            "If that looks like one long name, the mapping's delimiter is not the file's"
        )
    return header


def _row(name: str, number: int, header: list[str], cells: list[str], layout: Layout) -> Row | Refused:
    if len(cells) != len(header):
        reason = f"{len(cells)} columns where the heading has {len(header)}"
        return Refused(name, number, tuple(_printable(cell) for cell in cells), reason)
    if not _is_text("".join(cells)):
        reason = f"bytes that are not {layout.encoding} text"
        return Refused(name, number, tuple(_printable(cell) for cell in cells), reason)
    return Row(name, number, {column: cell.strip() for column, cell in zip(header, cells, strict=True)})


def _is_text(cells: str) -> bool:
    return cells.isascii() or not any("\ud800" <= char <= "\udfff" for char in cells)


def _printable(cell: str) -> str:
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
