"""A TOML text to a mapping, or to words that name the place in it and what is wrong there.

The format is described in docs/importing.md. Whatever is wrong is found here, before the first row is read;
a word that means nothing is never passed over.
"""

from __future__ import annotations

import codecs
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
        source = self._source(table(self.raw, "source", "the mapping"))
        file = table(self.raw, "file", "the mapping")
        known(file, "[file]", {"encoding", "delimiter", "quote", "key", "required"})
        layout = _layout(file, "[file]", Layout())
        self.joins = tuple(self._join(raw, layout) for raw in self.raw.get("join", []))
        for name, choices in self.raw.get("choices", {}).items():
            self.choices[name] = {str(said).casefold(): str(means) for said, means in choices.items()}
        records = self.raw.get("record", [])
        if not records:
            raise FormatError("the mapping makes no records: it needs at least one [[record]]")
        self.record_names = frozenset(str(raw.get("name", raw.get("kind", ""))) for raw in records)
        if len(self.record_names) < len(records):
            raise FormatError("two [[record]]s of one kind need different names: add name = …")
        return CsvMapping(
            source,
            layout,
            text_of(file, "key", "[file]"),
            tuple(file.get("required", ())),
            self.joins,
            tuple(self._record(raw) for raw in records),
        )

    def _source(self, raw: Mapping[str, Any]) -> Source:
        known(raw, "[source]", {"name", "licence", "attribution", "url"})
        return Source(
            text_of(raw, "name", "[source]"),
            text_of(raw, "licence", "[source]"),
            raw.get("attribution", ""),
            raw.get("url", ""),
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
            str(raw.get("name", kind_name)),
            kind_name,
            template(text_of(raw, "id", where), f"{where}, id"),
            self._fields(raw.get("fields", {}), declared, where),
            tuple(self._list(listed, declared, where) for listed in raw.get("list", [])),
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
        merge = str(raw.get("merge", ""))
        if merge and merge not in inner:
            raise FormatError(f"{where}: merge = {merge!r} is not a field of it")
        unless = str(raw.get("unless_field", ""))
        if unless and unless not in declared:
            raise FormatError(f"{where}: unless_field = {unless!r} is not a field of the record")
        return ListMapping(
            field,
            self._each(raw, where),
            template(text_of(raw, "key", where), f"{where}, key"),
            self._fields(raw.get("fields", {}), inner, where),
            tuple(self._list(listed, inner, where) for listed in raw.get("list", [])),
            tuple(_condition(column, said) for column, said in raw.get("when", {}).items()),
            merge,
            unless,
        )

    def _each(self, raw: Mapping[str, Any], where: str) -> str:
        each = str(raw.get("each", EACH_ROW))
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
            return Value((template(said, where),))
        if not isinstance(said, dict):
            raise FormatError(f"{where}: write a text, true, a whole number, or a table in braces")
        known(said, where, VALUE_WORDS)
        if "link" in said:
            if said["link"] not in self.record_names:
                raise FormatError(f"{where}: link = {said['link']!r} is not the name of a [[record]]")
            return Value(link=said["link"])
        return self._composed(said, where)

    def _composed(self, said: Mapping[str, Any], where: str) -> Value:
        parts = said.get("join", [said["value"]] if "value" in said else [])
        if not parts:
            raise FormatError(f"{where}: needs value = … or join = [ … ] or link = …")
        return Value(
            tuple(template(part, where) for part in parts),
            between=said.get("with", ", "),
            take=one_of(said, "take", ("all", "first", "rest"), where),
            split=said.get("split", ""),
            part=int(said.get("part", 1)),
            choices=self._choices(said.get("choices"), where),
            otherwise=str(said.get("otherwise", "")),
            date=said.get("date", ""),
            first_row=one_of(said, "rows", ("same", "first"), where) == "first",
        )

    def _choices(self, said: Any, where: str) -> Mapping[str, str] | None:
        if said is None or isinstance(said, dict):
            return said and {str(key).casefold(): str(value) for key, value in said.items()}
        if said not in self.choices:
            raise FormatError(f"{where}: there is no [choices.{said}]")
        return self.choices[said]


def _layout(raw: Mapping[str, Any], where: str, default: Layout) -> Layout:
    layout = Layout(
        str(raw.get("encoding", default.encoding)),
        str(raw.get("delimiter", default.delimiter)),
        str(raw.get("quote", default.quote)),
    )
    try:
        codecs.lookup(layout.encoding)
    except LookupError as error:
        raise FormatError(f"{where}: there is no encoding {layout.encoding!r}") from error
    if len(layout.delimiter) != 1 or len(layout.quote) > 1:
        raise FormatError(f"{where}: delimiter is one character, quote one or none")
    return layout


def _condition(column: str, said: Any) -> tuple[str, frozenset[str]]:
    values = said if isinstance(said, list) else [said]
    return column, frozenset(str(value).casefold() for value in values)


def known(raw: Mapping[str, Any], where: str, words: set[str]) -> None:
    """Raises FormatError when a table holds a word that means nothing there."""
    strange = sorted(set(raw) - words)
    if strange:
        raise FormatError(f"{where}: unknown {', '.join(strange)}; known are {', '.join(sorted(words))}")


def table(raw: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    """The table of that name; FormatError when there is none."""
    found = raw.get(name)
    if not isinstance(found, dict):
        raise FormatError(f"{where} needs a [{name}] table")
    return found


def text_of(raw: Mapping[str, Any], name: str, where: str) -> str:
    """The text of that name; FormatError when it is missing, blank or not a text."""
    found = raw.get(name)
    if not isinstance(found, str) or not found.strip():
        raise FormatError(f"{where}: {name} is missing")
    return found


def one_of(raw: Mapping[str, Any], name: str, words: tuple[str, ...], where: str) -> str:
    """The word of that name, the first of `words` when it is absent; FormatError for any other."""
    found = str(raw.get(name, words[0]))
    if found not in words:
        raise FormatError(f"{where}: {name} = {found!r}, but it can be {', '.join(words)}")
    return found


def template(text: Any, where: str) -> Template:
    """The template that a text writes; FormatError when its braces don't match."""
    try:
        return Template.parse(str(text))
    except ValueError as error:
        raise FormatError(f"{where}: {error}") from error
