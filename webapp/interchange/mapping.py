"""A mapping: what a council's TOML file says about turning rows into linked records.

It is made by mapping_file.py only, so everything in it is known to fit: fields, kinds, names of records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from webapp.domain.fields import Field
from webapp.interchange.tabular import Layout
from webapp.interchange.values import Template, Value

EACH_RECORD, EACH_ROW = "record", "row"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the data comes from; `name` is part of every id, so it must not change between runs."""

    name: str
    licence: str
    attribution: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """A second file in the same folder whose rows belong to the first file's by `key`."""

    name: str
    file: str
    key: str
    layout: Layout


@dataclass(frozen=True, slots=True)
class ListMapping:
    """How a list field gets its elements: one for the record, one a row, or one a row of a join."""

    field: Field
    each: str
    key: Template
    fields: tuple[tuple[Field, Value], ...]
    lists: tuple[ListMapping, ...]
    when: tuple[tuple[str, frozenset[str]], ...]
    merge: str
    unless_field: str


@dataclass(frozen=True, slots=True)
class RecordMapping:
    """One record that each key makes."""

    name: str
    kind: str
    id: Template
    fields: tuple[tuple[Field, Value], ...]
    lists: tuple[ListMapping, ...]


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """A whole mapping, checked."""

    source: Source
    layout: Layout
    key: str
    required: tuple[str, ...]
    joins: tuple[Join, ...]
    records: tuple[RecordMapping, ...]

    def needed_columns(self) -> frozenset[str]:
        """The columns that the first file must have."""
        named = {self.key, *self.required}
        for record in self.records:
            named |= _columns(record.id, record.fields)
            for listed in _flat(record.lists):
                if listed.each in (EACH_RECORD, EACH_ROW):
                    named |= _list_columns(listed)
        return frozenset(named)

    def join_columns(self, join: Join) -> frozenset[str]:
        """The columns that the join's file must have."""
        named = {join.key}
        for record in self.records:
            for listed in _flat(record.lists):
                if listed.each == join.name:
                    named |= _list_columns(listed)
        return frozenset(named)


def _flat(lists: tuple[ListMapping, ...]) -> Iterator[ListMapping]:
    for listed in lists:
        yield listed
        yield from _flat(listed.lists)


def _columns(key: Template, fields: tuple[tuple[Field, Value], ...]) -> set[str]:
    return set(key.columns).union(*(value.columns for _, value in fields))


def _list_columns(listed: ListMapping) -> set[str]:
    return _columns(listed.key, listed.fields) | {column for column, _ in listed.when}
