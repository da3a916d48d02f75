"""HSDS 3.0 objects to records: what stands inside a service becomes a record of its own, made once.

Ids that are uuids stay as they are, so that our own export comes back as the same records; others become
uuids made of the source and the id. Nothing here looks at a database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from webapp.domain.document import Document, is_blank
from webapp.domain.fields import Field, FieldType
from webapp.domain.kinds import EXCLUSIONS, KINDS, hsds_name
from webapp.domain.problems import describe
from webapp.interchange.hsds import (
    ADDRESS_NAMES,
    EXACT,
    OBJECT_OF,
    OWN_ADDRESS,
    fields_of,
    inward,
)
from webapp.interchange.ids import element_id, record_id
from webapp.interchange.judge import Verdict, judged
from webapp.interchange.records import WORDS, FormatError, Item, Refused, Remark

# "object.property" that holds another record: its kind, and our field that names it.
_INSIDE = {
    "service.organization": ("organization", "organization_id"),
    "service_at_location.location": ("location", "location_id"),
    "attribute.taxonomy_term": ("taxonomy_term", "taxonomy_term_id"),
    "taxonomy_term.taxonomy_detail": ("taxonomy", "taxonomy_id"),
}
_PLURALS = {
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
    "organizations": "organization",
    "locations": "location",
    "services": "service",
}


def read(objects: Iterable[Any], kind: str, source: str, file: str = "") -> Iterator[Item | Refused]:
    """The records of these HSDS objects of one kind, those inside them first; each record once.

    `file` is only said in remarks; their `row` is the object's place, counted from 1.
    """
    seen: set[str] = set()
    for row, raw in enumerate(objects, 1):
        yield from _Reader(source, file, row, seen).read(kind, raw)


def read_file(path: Path, source: str, kind: str = "service") -> Iterator[Item | Refused]:
    """The records of a file: one object, a list, a page of an API, one object a line (.ndjson), or a table of
    lists ({"organizations": […], "services": […]}); FormatError when it is none of these.
    """
    if path.suffix in (".ndjson", ".jsonl"):
        yield from read(_lines(path), kind, source, path.name)
        return
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FormatError(f"{path.name} can't be read as JSON: {error}") from error
    for found, objects in _parts(whole, kind):
        yield from read(objects, found, source, path.name)


def _parts(whole: Any, kind: str) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(whole, list):
        yield kind, whole
    elif not isinstance(whole, dict):
        raise FormatError("this JSON holds no object")
    elif isinstance(whole.get("contents"), list):
        yield kind, whole["contents"]
    elif "id" in whole:
        yield kind, [whole]
    else:
        for plural, found in _PLURALS.items():
            if isinstance(whole.get(plural), list):
                yield found, whole[plural]


class _Reader:
    """Reads one object with all that is inside it."""

    def __init__(self, source: str, file: str, row: int, seen: set[str]) -> None:
        self.source, self.file, self.row, self.seen = source, file, row, seen

    def read(self, kind: str, raw: Any) -> Iterator[Item | Refused]:
        """The records inside `raw`, then its own."""
        if not isinstance(raw, Mapping) or not str(raw.get("id") or "").strip():
            yield self._refused(raw, "no id")
            return
        external_id = str(raw["id"])
        if (identity := self.identity(external_id)) in self.seen:
            return
        self.seen.add(identity)
        body = _Body(self, external_id)
        document = body.document(kind, raw, "")
        for inner_kind, inner in body.inside:
            yield from self.read(inner_kind, inner)
        verdict = judged(KINDS[kind], document)
        if verdict.fatal:
            yield self._refused(raw, describe(verdict.fatal[0]))
        else:
            yield self._item(kind, external_id, body, verdict)

    def identity(self, given: str) -> str:
        """The id of the record that the source calls so."""
        return _uuid(given) or record_id(self.source, given)

    def _item(self, kind: str, external_id: str, body: _Body, verdict: Verdict) -> Item:
        doubts = [self.remark(p.address, "", p.code, describe(p)) for p in verdict.doubts]
        aside = [
            self.remark(put.address, put.value, put.problem.code, describe(put.problem)) for put in verdict.put_aside
        ]
        return Item(
            external_id,
            self.identity(external_id),
            kind,
            verdict.document,
            tuple(doubts),
            (*body.kept_out, *aside),
            (self.row,),
        )

    def remark(self, field: str, value: str, code: str, words: str) -> Remark:
        """A remark about this object."""
        return Remark(self.file, self.row, (), field, value, code, words)

    def _refused(self, raw: Any, reason: str) -> Refused:
        return Refused(self.file, self.row, (json.dumps(raw, ensure_ascii=False)[:10_000],), reason)


class _Body:
    """Turns one record's object into a document, and collects the records inside it."""

    def __init__(self, reader: _Reader, external_id: str) -> None:
        self.reader, self.external_id = reader, external_id
        self.inside: list[tuple[str, Mapping[str, Any]]] = []
        self.kept_out: list[Remark] = []

    def document(self, name: str, raw: Mapping[str, Any], path: str) -> Document:
        """Our values of an HSDS object at that path."""
        said_exactly = raw.get(EXACT)
        exact: Mapping[str, Any] = said_exactly if isinstance(said_exactly, dict) else {}
        values: Document = {}
        if name == "location":
            raw = _own_address(raw, OWN_ADDRESS not in exact)
        fields = fields_of(name)
        for said, value in raw.items():
            if said not in ("id", EXACT) and not is_blank(value):
                self._property(name, said, value, fields, values, path)
        for ours, value in exact.items():
            if ours in fields or ours == "order":
                values[ours] = value
        return values

    def _property(
        self, name: str, said: str, value: Any, fields: Mapping[str, Field], values: Document, path: str
    ) -> None:
        whole, field = f"{name}.{said}", fields.get(hsds_name(name, said))
        if whole in _INSIDE and isinstance(value, Mapping):
            self._inside(*_INSIDE[whole], value, values)
        elif whole == "organization.locations" and isinstance(value, list):
            mine = {"organization_id": self.external_id}
            self.inside += [("location", {**mine, **one}) for one in value if isinstance(one, Mapping)]
        elif field is None:
            if whole not in EXCLUSIONS or whole == "service.program":
                text = json.dumps(value, ensure_ascii=False)[:1000]
                self.kept_out.append(self.reader.remark(path + said, text, "no_such_field", WORDS["no_such_field"]))
        elif field.type is FieldType.LIST:
            values[field.name] = self._list(field, value, path + field.name)
        elif field.type is FieldType.LINK:
            values[field.name] = self.reader.identity(str(value))
        else:
            values[field.name] = inward(field, value)

    def _inside(self, kind: str, link: str, value: Mapping[str, Any], values: Document) -> None:
        self.inside.append((kind, value))
        if not is_blank(value.get("id")):
            values.setdefault(link, self.reader.identity(str(value["id"])))

    def _list(self, field: Field, elements: Any, path: str) -> Any:
        if not isinstance(elements, list) or field.element is None:
            return elements
        name, taken = OBJECT_OF[field.element.name], set[str]()
        found = []
        for place, raw in enumerate(elements):
            if not isinstance(raw, Mapping):
                found.append(raw)
                continue
            given = str(raw.get("id") or "")
            identity = _uuid(given) or self._element_id(path, given or str(place))
            if identity in taken:
                identity = self._element_id(path, f"{given} {place}")
            taken.add(identity)
            inner = self.document(name, raw, f"{path}/{identity}/")
            found.append({"order": place, **inner, "id": identity})
        return found

    def _element_id(self, path: str, natural_key: str) -> str:
        return element_id(self.reader.source, self.external_id, path, natural_key)


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.strip():
                yield _json(line)


def _json(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return line  # a text is no object: it is refused as it stands


def _own_address(raw: Mapping[str, Any], is_own: bool) -> Mapping[str, Any]:
    """A location with its first address among its own values, the others in the list."""
    addresses = raw.get("addresses")
    if not is_own or not isinstance(addresses, list) or not addresses or not isinstance(addresses[0], Mapping):
        return raw
    own = {name: addresses[0][name] for name in ADDRESS_NAMES if name in addresses[0]}
    return {**raw, **own, "addresses": addresses[1:]}


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
