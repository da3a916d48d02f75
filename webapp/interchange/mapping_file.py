"""A TOML text to a mapping, or to words that name the place in it and what is wrong there.

The format is described in docs/importing.md. Whatever is wrong is found here, before the first row is read;
a word that means nothing is never passed over.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from webapp.domain.fields import Field, FieldType
from webapp.domain.kinds import KINDS
from webapp.interchange.mapping import (
    EACH_RECORD,
    EACH_ROW,
    CsvMapping,
    Join,
    ListMapping,
    RecordMapping,
    Source,
)
from webapp.interchange.records import FormatError
from webapp.interchange.tabular import Layout
from webapp.interchange.toml_tables import known, one_of, tables, text_of, texts, typed
from webapp.interchange.values import WEEKDAYS, Template, Value

VALUE_WORDS = {
    "value",
    "join",
    "with",
    "take",
    "split",
    "part",
    "choices",
    "otherwise",
    "date",
    "link",
    "rows",
}
LIST_WORDS = {"field", "each", "key", "fields", "list", "when", "merge", "unless_field"}


def load(path: Path) -> CsvMapping:
    """The mapping in a TOML file; FormatError when it can't be read or says something impossible."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FormatError(f"{path.name} can't be opened: {error.strerror}") from error
    except FormatError as error:
        raise FormatError(f"{path.name}: {error}") from error


def parse(text: str) -> CsvMapping:
    """The mapping that a TOML text says; FormatError names the place and what is wrong there."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"this is not TOML: {error}") from error
    return from_tables(raw)


def from_tables(raw: dict[str, Any]) -> CsvMapping:
    """The mapping that a parsed TOML file says; FormatError names the place and what is wrong there."""
    return _Reader(raw).mapping()


class _Reader:
    """Walks the parsed TOML once; every table must be used up, so that a misspelt word is not ignored."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.choices: dict[str, Mapping[str, str]] = {"weekdays": WEEKDAYS}
        self.joins: tuple[Join, ...] = ()
        self.record_names: frozenset[str] = frozenset()

    def mapping(self) -> CsvMapping:
        known(self.raw, "the mapping", {"source", "file", "join", "choices", "record"})
        for name in ("source", "file"):
            if name not in self.raw:
                raise FormatError(f"the mapping needs a [{name}] table")
        source = self._source(typed(self.raw, "source", {}, "the mapping"))
        file: dict[str, Any] = typed(self.raw, "file", {}, "the mapping")
        known(file, "[file]", {"encoding", "delimiter", "quote", "key", "required"})
        layout = _layout(file, "[file]", Layout())
        self.joins = tuple(self._join(raw, layout) for raw in tables(self.raw, "join", "the mapping"))
        choices: dict[str, Any] = typed(self.raw, "choices", {}, "the mapping")
        self.choices |= {name: _choices(typed(choices, name, {}, "[choices]")) for name in choices}
        records = tables(self.raw, "record", "the mapping")
        if not records:
            raise FormatError("the mapping makes no records: it needs at least one [[record]]")
        self.record_names = frozenset(str(raw.get("name", raw.get("kind", ""))) for raw in records)
        if len(self.record_names) < len(records):
            raise FormatError("two [[record]]s of one kind need different names: add name = …")
        return CsvMapping(
            source,
            layout,
            text_of(file, "key", "[file]"),
            texts(file, "required", "[file]"),
            self.joins,
            tuple(self._record(raw) for raw in records),
        )

    def _source(self, raw: Mapping[str, Any]) -> Source:
        known(raw, "[source]", {"name", "licence", "attribution", "url"})
        return Source(
            text_of(raw, "name", "[source]"),
            text_of(raw, "licence", "[source]"),
            typed(raw, "attribution", "", "[source]"),
            typed(raw, "url", "", "[source]"),
        )

    def _join(self, raw: Mapping[str, Any], layout: Layout) -> Join:
        known(raw, "[[join]]", {"name", "file", "key", "encoding", "delimiter", "quote"})
        name, file = text_of(raw, "name", "[[join]]"), text_of(raw, "file", "[[join]]")
        if name in (EACH_RECORD, EACH_ROW):
            raise FormatError(f"a [[join]] can't be named {name!r}, that word means something else")
        if Path(file).name != file:
            raise FormatError(f"[[join]] {name}: file = {file!r} must be a name in the first file's folder")
        return Join(name, file, text_of(raw, "key", "[[join]]"), _layout(raw, "[[join]]", layout))

    def _record(self, raw: Mapping[str, Any]) -> RecordMapping:
        kind_name = text_of(raw, "kind", "[[record]]")
        where = f"[[record]] {raw.get('name', kind_name)}"
        known(raw, where, {"kind", "name", "id", "fields", "list"})
        kind = KINDS.get(kind_name)
        if kind is None:
            raise FormatError(f"{where}: there is no kind {kind_name!r}; there are {', '.join(sorted(KINDS))}")
        declared = {field.name: field for field in kind.fields()}
        return RecordMapping(
            typed(raw, "name", kind_name, where),
            kind_name,
            _template(text_of(raw, "id", where), f"{where}, id"),
            self._fields(typed(raw, "fields", {}, where), declared, where),
            tuple(self._list(listed, declared, where) for listed in tables(raw, "list", where)),
        )

    def _list(self, raw: Mapping[str, Any], declared: Mapping[str, Field], outer: str) -> ListMapping:
        name = text_of(raw, "field", f"{outer}, list")
        where = f"{outer}, list {name}"
        known(raw, where, LIST_WORDS)
        field = declared.get(name)
        if field is None or field.element is None:
            lists = ", ".join(f.name for f in declared.values() if f.type is FieldType.LIST)
            raise FormatError(f"{where}: {name!r} is not a list; the lists are {lists or 'none'}")
        inner = {member.name: member for member in field.element.fields()}
        merge = typed(raw, "merge", "", where)
        if merge and merge not in inner:
            raise FormatError(f"{where}: merge = {merge!r} is not a field of it")
        unless = typed(raw, "unless_field", "", where)
        if unless and unless not in declared:
            raise FormatError(f"{where}: unless_field = {unless!r} is not a field of the record")
        return ListMapping(
            field,
            self._each(raw, where),
            _template(text_of(raw, "key", where), f"{where}, key"),
            self._fields(typed(raw, "fields", {}, where), inner, where),
            tuple(self._list(listed, inner, where) for listed in tables(raw, "list", where)),
            _conditions(typed(raw, "when", {}, where)),
            merge,
            unless,
        )

    def _each(self, raw: Mapping[str, Any], where: str) -> str:
        each = typed(raw, "each", EACH_ROW, where)
        names = [EACH_RECORD, EACH_ROW, *(join.name for join in self.joins)]
        if each not in names:
            raise FormatError(f"{where}: each = {each!r}, but it can be {', '.join(names)}")
        return each

    def _fields(
        self, raw: Mapping[str, Any], declared: Mapping[str, Field], where: str
    ) -> tuple[tuple[Field, Value], ...]:
        found = []
        for name, said in raw.items():
            field = declared.get(name)
            if field is None or field.type is FieldType.LIST:
                names = ", ".join(f.name for f in declared.values() if f.type is not FieldType.LIST)
                raise FormatError(f"{where}: there is no field {name!r} to fill; there are {names}")
            found.append((field, self._value(said, f"{where}, {name}")))
        return tuple(found)

    def _value(self, said: Any, where: str) -> Value:
        if isinstance(said, bool | int):
            return Value(constant=said)
        if isinstance(said, str):
            return Value((_template(said, where),))
        if not isinstance(said, dict):
            raise FormatError(f"{where}: write a text, true, a whole number, or a table in braces")
        known(said, where, VALUE_WORDS)
        if "link" in said:
            link = text_of(said, "link", where)
            if link not in self.record_names:
                raise FormatError(f"{where}: link = {link!r} is not the name of a [[record]]")
            return Value(link=link)
        return self._composed(said, where)

    def _composed(self, said: Mapping[str, Any], where: str) -> Value:
        parts = texts(said, "join", where) or ((text_of(said, "value", where),) if "value" in said else ())
        if not parts:
            raise FormatError(f"{where}: needs value = … or join = [ … ] or link = …")
        part = typed(said, "part", 1, where)
        if part < 1:
            raise FormatError(f"{where}: part is counted from 1")
        return Value(
            tuple(_template(text, where) for text in parts),
            between=typed(said, "with", ", ", where),
            take=one_of(said, "take", ("all", "first", "rest"), where),
            split=typed(said, "split", "", where),
            part=part,
            choices=self._chosen(said.get("choices"), where),
            otherwise=typed(said, "otherwise", "", where),
            date=typed(said, "date", "", where),
            first_row=one_of(said, "rows", ("same", "first"), where) == "first",
        )

    def _chosen(self, said: Any, where: str) -> Mapping[str, str] | None:
        if said is None:
            return None
        if isinstance(said, dict):
            return _choices(said)
        if not isinstance(said, str) or said not in self.choices:
            raise FormatError(f"{where}: there is no [choices.{said}]")
        return self.choices[said]


def _layout(raw: Mapping[str, Any], where: str, default: Layout) -> Layout:
    layout = Layout(
        typed(raw, "encoding", default.encoding, where),
        typed(raw, "delimiter", default.delimiter, where),
        typed(raw, "quote", default.quote, where),
    )
    try:
        "".encode(layout.encoding)
    except (LookupError, ValueError) as error:
        raise FormatError(f"{where}: there is no encoding {layout.encoding!r}") from error
    strange = {"\r", "\n", "\0", " "} & {layout.delimiter, layout.quote}
    if len(layout.delimiter) != 1 or len(layout.quote) > 1 or layout.delimiter == layout.quote or strange:
        raise FormatError(f"{where}: delimiter is one character, quote another or none")
    return layout


def _conditions(said: Mapping[str, Any]) -> tuple[tuple[str, frozenset[str]], ...]:
    """Columns and the values (case folded) of which a row must have one; one value may stand without a list."""
    lists = {column: value if isinstance(value, list) else [value] for column, value in said.items()}
    return tuple((column, frozenset(str(one).casefold() for one in values)) for column, values in lists.items())


def _choices(said: Mapping[str, Any]) -> dict[str, str]:
    return {str(key).casefold(): str(value) for key, value in said.items()}


def _template(text: Any, where: str) -> Template:
    """The template that a text writes; FormatError when its braces don't match."""
    try:
        return Template.parse(str(text))
    except ValueError as error:
        raise FormatError(f"{where}: {error}") from error
