"""Choosing another record by its name. Law: a link is chosen from what is there, never typed as an id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.domain.fields import Field, FieldType, Kind
from webapp.domain.problems import Problem
from webapp.language import _
from webapp.storage.queries import suggest as queries
from webapp.storage.search import SearchIndex
from webapp.web.forms.typed import Typed

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_BOXES = 200  # categories shown as boxes; with more of them they are looked for by name
Option = tuple[str, str]


@dataclass
class Shelf:
    """What a form's choices are made of: names of chosen records, what was found, the categories."""

    names: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    found: dict[str, list[Option]] = field(default_factory=dict)  # control's name -> records found for it
    extra: dict[str, Option] = field(default_factory=dict)  # control's name -> "a new one, entered below"
    sections: list[tuple[str, list[Option]]] = field(default_factory=list)  # categories under their wider ones
    programs: list[Option] = field(default_factory=list)  # of the chosen organisation

    @property
    def has_boxes(self) -> bool:
        """Whether categories are few enough for boxes."""
        return 0 < sum(len(options) for _name, options in self.sections) <= MOST_BOXES


def stock(
    connection: Connection,
    index: SearchIndex,
    kind: Kind,
    typed: Typed,
    base: Mapping[str, Any],
    extra: Mapping[str, Option],
    prefix: str = "",
) -> Shelf:
    """Everything that the links of this form need, read at once."""
    shelf = Shelf(extra=dict(extra))
    linked = (id_ for values in (typed.values, base) for _where, _field, id_ in links_in(kind, values))
    chosen = queries.choices_of(connection, linked)
    shelf.names = {id_: _words(choice) for id_, choice in chosen.items()}
    shelf.kinds = {id_: choice.kind for id_, choice in chosen.items()}
    shelf.sections = sections(connection)
    organization = chosen.get(str(typed.values.get("organization_id", "")))
    if organization:
        programs = organization.document.get("programs", [])
        shelf.programs = [(str(p["id"]), str(p.get("name") or _("Without a name"))) for p in programs]
    for name, link_kind in _link_names(kind, typed.values, prefix):
        if name in typed.finds:
            hits = queries.find_choices(connection, index, link_kind, typed.finds[name])
            shelf.found[name] = [(hit.id, _words(hit)) for hit in hits]
    return shelf


def sections(connection: Connection) -> list[tuple[str, list[Option]]]:
    """The categories by the widest one above them, each wide one at the head of its own section."""
    rows = {row.id: row for row in queries.terms(connection)}
    grouped: dict[str, list[Option]] = {}
    for row in rows.values():
        top = _top(rows, row.id)
        grouped.setdefault(top, [])
        grouped[top].insert(0, (row.id, row.name)) if top == row.id else grouped[top].append((row.id, row.name))
    return [(rows[top].name, grouped[top]) for top in sorted(grouped, key=lambda top: rows[top].name)]


def links_in(kind: Kind, values: Mapping[str, Any]) -> Iterator[tuple[str, Field, str]]:
    """Every link of a document: address, field, id."""
    yield from _links(kind.fields(), values, "")


def dangling(
    kind: Kind, typed: Typed, base: Mapping[str, Any], shelf: Shelf, given: Iterable[str] = ()
) -> list[Problem]:
    """Links to what is not there or is of another kind, unless the record said so before."""
    fine = {*given, *(id_ for _where, _field, id_ in links_in(kind, base))}
    return [
        Problem(address, "link", {}, f.label)
        for address, f, id_ in links_in(kind, typed.values)
        if id_ not in fine and shelf.kinds.get(id_) != f.link_kind
    ]


def _links(fields: Iterable[Field], values: Mapping[str, Any], address: str) -> Iterator[tuple[str, Field, str]]:
    for f in fields:
        value = values.get(f.name)
        if f.type is FieldType.LINK and isinstance(value, str) and value:
            yield address + f.name, f, value
        elif f.type is FieldType.LIST and f.element is not None:
            for row in value or ():
                yield from _links(tuple(f.element.fields()), row, f"{address}{f.name}/{row['id']}/")


def _link_names(kind: Kind, values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    yield from _named(kind.fields(), values, prefix)


def _named(fields: Iterable[Field], values: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    for f in fields:
        if f.type is FieldType.LINK and f.link_kind:
            yield name + f.name, f.link_kind
        elif f.type is FieldType.LIST and f.element is not None:
            for number, row in enumerate(values.get(f.name) or ()):
                yield from _named(tuple(f.element.fields()), row, f"{name}{f.name}-{number}-")


def _top(rows: Mapping[str, Any], id_: str) -> str:
    seen = {id_}
    while (parent := rows[id_].parent) in rows and parent not in seen:
        id_ = parent
        seen.add(id_)
    return id_


def _words(choice: queries.Choice) -> str:
    return f"{choice.name} ({choice.hint})" if choice.hint and choice.hint != choice.name else choice.name
