"""A posted form as a document. Law: only what the declaration offers is read; the rest stays as it stands."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from webapp.domain.fields import Field, FieldType, Kind
from webapp.domain.hours import Unreadable
from webapp.domain.kinds import LIFECYCLE_FIELDS, LIFECYCLE_STATUSES
from webapp.domain.problems import Problem
from webapp.domain.validate import MOST_ELEMENTS
from webapp.language import _
from webapp.web.forms.hours_text import NOTED, WHEN, read_text, read_when, rows_apart, text_of, when_of
from webapp.web.forms.typed import Node, Typed, Values, good_element_id, new_element_id, tree

Posted = tuple[int, Node, Values, Values]  # a row's number, what was sent, what it said, its id and place
CATEGORY_IDS = uuid.UUID("8f3b5f0a-6c1f-5a53-9c1f-6a0f3f6f8a11")  # namespace: a box ticked twice is one element


def read(
    kind: Kind,
    pairs: Iterable[tuple[str, str]],
    base: Mapping[str, Any],
    prefix: str = "",
    groups: Collection[str] = (),
) -> Typed:
    """What was typed, on top of the document `base`: a control that was not sent leaves its value alone.

    `prefix` is that of every control's name ("location-"); `groups` limits to those top-level groups.
    """
    node = tree(pairs)
    for part in filter(None, prefix.split("-")):
        node = node.branch(part)
    typed = Typed()
    fields = [field for group in kind.groups if not groups or group.name in groups for field in group.fields]
    base = copy.deepcopy(dict(base))  # rows come and go in what was typed, never in what stands
    typed.values = {**base, **_Reader(typed).holder(fields, node, base, "", prefix)}
    return typed


def untouched(kind: Kind, document: Mapping[str, Any]) -> Typed:
    """A form as it is first shown."""
    return Typed(values=copy.deepcopy(dict(document)))


class _Reader:
    """Walks declaration and posted names together."""

    def __init__(self, typed: Typed) -> None:
        self.typed = typed

    def holder(self, fields: Iterable[Field], node: Node, base: Mapping[str, Any], address: str, name: str) -> Values:
        """The values of a record or of a list element; `address` and `name` are what stands before each."""
        values = {f.name: base[f.name] for f in fields if f.name in base}
        for field in fields:
            if field.name not in LIFECYCLE_FIELDS:
                self._field(field, node, values, address, name)
        return values

    def _field(self, field: Field, node: Node, values: Values, address: str, name: str) -> None:
        if field.type is FieldType.LIST:
            values[field.name] = self._list(field, node, values.get(field.name, []), address + field.name, name)
            return
        if field.type is FieldType.LINK and (find := node.first(f"{field.name}.find")):
            self.typed.finds[name + field.name] = find
        sent = node.first(field.name)
        if sent is None or (field.name == "status" and not address and not _may_set_status(field, sent, values)):
            return
        values[field.name] = sent if field.type is not FieldType.FLAG else True

    def _list(self, field: Field, node: Node, base: list[Values], address: str, name: str) -> list[Values]:
        element = field.element.name if field.element else ""
        if element == "schedule":
            return self._hours(field, node, base, address)
        if f"{field.name}.boxes" in node.leaves:
            return _ticked(node.leaves.get(field.name, []), base)
        if f"{field.name}.rows" in node.leaves:
            return self._rows(field, node.branch(field.name), base, address, f"{name}{field.name}-")
        return base

    def _rows(self, field: Field, node: Node, base: list[Values], address: str, name: str) -> list[Values]:
        fields = tuple(field.element.fields()) if field.element else ()
        return [
            {**self.holder(fields, inner, old, f"{address}/{own['id']}/", f"{name}{number}-"), **own}
            for number, inner, old, own in _numbered(node, base)
        ]

    def _hours(self, field: Field, node: Node, base: list[Values], address: str) -> list[Values]:
        """The rows that stand for themselves, in the order of their controls, then those that the lines say."""
        if f"{field.name}.text" not in node.leaves and f"{field.name}.rows" not in node.leaves:
            return base
        apart = rows_apart(base)
        kept = {row["id"] for row in apart}
        if f"{field.name}.rows" in node.leaves:
            apart = [self._alone(field, one, address) for one in _numbered(node.branch(field.name), base)]
        self.typed.apart[address] = alone = {row["id"] for row in apart}
        lines = [row for row in base if row["id"] not in kept | alone]
        return self._lines(field, node.first(f"{field.name}.text"), [*apart, *lines], lines, address)

    def _lines(
        self, field: Field, text: str | None, rows: list[Values], lines: list[Values], address: str
    ) -> list[Values]:
        if text is None or text.strip() == text_of(lines).strip():
            return rows
        self.typed.texts[address] = text
        found = read_text(text, rows, self.typed.apart[address])
        if isinstance(found, Unreadable):
            self._cannot(found, address, field.label)
            return rows
        return found

    def _alone(self, field: Field, posted: Posted, address: str) -> Values:
        """One row of times with what people say about it; its days and times are words as in the lines."""
        _number, node, old, own = posted
        fields = [f for f in (field.element.fields() if field.element else ()) if f.name in NOTED]
        row = {**old, **self.holder(fields, node, old, "", ""), **own}
        typed, where = node.first(WHEN), f"{address}/{own['id']}/{WHEN}"
        if typed is None or typed.strip() == when_of(row):
            return row
        self.typed.texts[where] = typed
        found = read_when(typed, row)
        if isinstance(found, Unreadable):
            self._cannot(found, where, "When")
            return row
        return found

    def _cannot(self, why: Unreadable, address: str, label: str) -> None:
        parts = {"message": why.message, "example": why.example}
        words = _("%(message)s For example: %(example)s.", **parts)
        if why.line:
            words = _("“%(line)s”: %(message)s For example: %(example)s.", line=why.line, **parts)
        self.typed.problems.append(Problem(address, "hours", {"words": words}, label))


def _numbered(node: Node, base: list[Values]) -> Iterable[Posted]:
    """The posted rows by their numbers: what was sent, what the row said, and its id and place."""
    known = {row["id"]: row for row in base}
    last = max((int(row.get("order", 0)) for row in base), default=-1)
    taken: set[str] = set()
    numbers = sorted(int(n) for n in node.branches if n.isascii() and n.isdecimal() and len(n) < 5)
    for number in numbers[: MOST_ELEMENTS + 1]:
        inner = node.branches.get(str(number)) or Node()
        id_ = good_element_id(inner.first("id"), taken)
        taken.add(id_)
        old = known.get(id_, {})
        last += 0 if old else 1
        yield number, inner, old, {"id": id_, "order": old.get("order", last)}


def _may_set_status(field: Field, sent: str, values: Values) -> bool:
    """People choose between the four of HSDS; closing, merging and voiding have their own doors."""
    offered = {"", *(code for code, _words in field.choices)}
    return sent in offered and values.get("status") not in LIFECYCLE_STATUSES


def _ticked(sent: list[str], base: list[Values]) -> list[Values]:
    """The categories whose boxes are ticked; those that were there keep whatever else they say."""
    wanted = dict.fromkeys(term for term in sent if len(term) == 36)
    stay = [row for row in base if row.get("taxonomy_term_id") in wanted]
    have = {row.get("taxonomy_term_id") for row in stay}
    last = max((int(row.get("order", 0)) for row in base), default=-1)
    new = [term for term in wanted if term not in have][: MOST_ELEMENTS + 1]
    return [
        *stay,
        *(
            {"id": str(uuid.uuid5(CATEGORY_IDS, term)), "order": last + 1 + place, "taxonomy_term_id": term}
            for place, term in enumerate(new)
        ),
    ]


# -- rows that come and go ----------------------------------------------------------------------------------


def add_row(values: Values, name: str) -> str | None:
    """Add an empty row to the list of that control's name ("places-0-phones"); gives the new row's name."""
    way = name.split("-")
    holder = _at(values, way[:-1])
    if holder is None or not name:
        return None
    rows = holder.setdefault(way[-1], [])
    if not isinstance(rows, list) or len(rows) >= MOST_ELEMENTS:
        return None
    last = max((int(row.get("order", 0)) for row in rows), default=-1)
    rows.append({"id": new_element_id(), "order": last + 1})
    return f"{name}-{len(rows) - 1}"


def remove_row(values: Values, name: str) -> None:
    """Take out the row of that name ("places-0-phones-1"); nothing happens when there is none."""
    way, list_name, number = _last_two(name)
    holder = _at(values, way)
    rows = holder.get(list_name) if holder is not None else None
    if holder is not None and isinstance(rows, list) and _is_within(number, rows):
        holder[list_name] = [row for place, row in enumerate(rows) if place != int(number)]


def _last_two(name: str) -> tuple[list[str], str, str]:
    """The way to a list, the list, the number of a row in it."""
    *way, number = name.split("-")
    return (way[:-1], way[-1], number) if way else ([], "", "")


def _is_within(number: str, rows: list[Any]) -> bool:
    return number.isascii() and number.isdecimal() and len(number) < 5 and int(number) < len(rows)


def _at(values: Values, way: list[str]) -> Values | None:
    """The record's values, or those of the row that list names and numbers lead to."""
    here: Any = values
    for list_name, number in zip(way[::2], way[1::2], strict=False):
        rows = here.get(list_name) if isinstance(here, dict) else None
        if not isinstance(rows, list) or not _is_within(number, rows):
            return None
        here = rows[int(number)]
    return here if isinstance(here, dict) and len(way) % 2 == 0 else None
