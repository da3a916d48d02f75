"""Rows of a delimited file to records, as a mapping says: streaming, no database, nothing dropped unsaid.

The rows of one key stand together in the file and make one set of linked records, all or none. Memory holds
one key's rows, the joined files and a short mark of each key seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

from webapp.interchange import tabular
from webapp.interchange.build import Builder, Unusable
from webapp.interchange.mapping import CsvMapping, Join
from webapp.interchange.records import Item, Refused
from webapp.interchange.tabular import Row, rows

Joined = Mapping[str, dict[str, list[Row]]]  # join's name -> key -> rows


def check(mapping: CsvMapping, path: Path) -> None:
    """Raise FormatError when the file, or one that is joined to it, is missing or lacks a column."""
    tabular.check(path, mapping.layout, mapping.needed_columns())
    for join in mapping.joins:
        tabular.check(path.with_name(join.file), join.layout, mapping.join_columns(join))


def read(mapping: CsvMapping, path: Path) -> Iterator[Item | Refused]:
    """Every record that the file makes, and every row that can't be used, in the file's order.

    Joined files are looked for in the same folder. Raises FormatError before the first record when a file
    is missing or lacks a column that the mapping names.
    """
    joined: dict[str, dict[str, list[Row]]] = {}
    for join in mapping.joins:
        joined[join.name] = {}
        yield from _index(mapping, join, path.with_name(join.file), joined[join.name])
    builder = Builder(mapping)
    for group in _groups(mapping, path):
        if isinstance(group, Refused):
            yield group
        else:
            yield from _records(mapping, builder, group, joined)
    for join in mapping.joins:
        yield from _left_over(mapping, path.name, join, joined[join.name])


def _index(mapping: CsvMapping, join: Join, path: Path, index: dict[str, list[Row]]) -> Iterator[Refused]:
    for row in rows(path, join.layout, mapping.join_columns(join)):
        if isinstance(row, Refused):
            yield row
        elif not row.cells[join.key]:
            yield Refused(row.file, row.number, row.raw(), f"no {join.key}")
        else:
            index.setdefault(row.cells[join.key], []).append(row)


def _groups(mapping: CsvMapping, path: Path) -> Iterator[list[Row] | Refused]:
    """Rows of one key together; those that can't be used one by one."""
    group: list[Row] = []
    seen: set[bytes] = set()
    for row in rows(path, mapping.layout, mapping.needed_columns()):
        if isinstance(row, Refused):
            yield row
            continue
        key = row.cells[mapping.key]
        reason = _unusable(mapping, row)
        if not reason and not (group and group[0].cells[mapping.key] == key):
            if group:
                yield group
            group = []
            mark = blake2b(key.encode(), digest_size=8).digest()
            if mark in seen:
                reason = f"{mapping.key} {key} stood further up: rows of one key must be together"
            seen.add(mark)
        if reason:
            yield Refused(row.file, row.number, row.raw(), reason)
        else:
            group.append(row)
    if group:
        yield group


def _unusable(mapping: CsvMapping, row: Row) -> str:
    blank = [column for column in (mapping.key, *mapping.required) if not row.cells[column]]
    return f"no {', '.join(blank)}" if blank else ""


def _records(mapping: CsvMapping, builder: Builder, group: list[Row], joined: Joined) -> Iterator[Item | Refused]:
    key = group[0].cells[mapping.key]
    beside = {name: index.pop(key, []) for name, index in joined.items()}
    try:
        items = builder.build(group, beside)
    except Unusable as why:
        for row in (*group, *(row for rows in beside.values() for row in rows)):
            yield Refused(row.file, row.number, row.raw(), str(why))
    else:
        yield from items


def _left_over(mapping: CsvMapping, file: str, join: Join, index: Mapping[str, list[Row]]) -> Iterator[Refused]:
    for key, strays in index.items():
        for row in strays:
            yield Refused(row.file, row.number, row.raw(), f"{file} has no usable row with {mapping.key} {key}")
