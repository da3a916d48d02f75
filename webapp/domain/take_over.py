"""What a record takes over from its duplicate when the two are merged: whole parts, chosen one by one; pure.

A part is what merges together anyway: an atomic group, or a field with all that is in it. A list is taken whole, or
joined: what the survivor says, then what only the duplicate does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5

from webapp.domain.diff import Edits, diff
from webapp.domain.document import STATUS_UNIT, Document, is_blank, normal
from webapp.domain.fields import Field, FieldType, Kind


def parts(kind: Kind) -> Iterator[tuple[str, str, tuple[Field, ...]]]:
    """Every part that can be chosen: its unit, its label, its fields. Whether a record is alive is none."""
    for group in kind.groups:
        unit = f"@{group.name}"
        if unit == STATUS_UNIT:
            continue
        if group.atomic:
            yield unit, group.label, group.fields
        else:
            yield from ((field.name, field.label, (field,)) for field in group.fields)


def can_be_taken(fields: tuple[Field, ...], loser: Mapping[str, Any], survivor: Mapping[str, Any], own: str) -> bool:
    """Whether the duplicate says something there that the survivor does not, and that does not name the survivor."""
    here, there = _said(fields, loser), _said(fields, survivor)
    return bool(here) and here != there and not _names(here, own)


def can_be_joined(fields: tuple[Field, ...], loser: Mapping[str, Any], survivor: Mapping[str, Any], own: str) -> bool:
    """Whether it is a list in which each of the two says something that the other does not."""
    if len(fields) != 1 or fields[0].type is not FieldType.LIST:
        return False
    here, there = (_elements(fields[0], document) for document in (loser, survivor))
    return bool(_only(here, there) and _only(there, here)) and not _names(here, own)


def taking(
    kind: Kind,
    loser: Mapping[str, Any],
    survivor: Mapping[str, Any],
    taken: Collection[str],
    survivor_id: str,
    joined: Collection[str] = (),
) -> Edits:
    """The edits of the survivor's document that give it the chosen parts of the duplicate's: those `taken` in place of
    its own, the lists `joined` behind its own.

    What is no part, or can't be taken or joined, is left as it is.
    """
    after: Document = dict(survivor)
    for unit, _label, fields in parts(kind):
        if unit in joined and can_be_joined(fields, loser, survivor, survivor_id):
            after[fields[0].name] = _joined(fields[0], loser, survivor, survivor_id)
        elif unit in taken and can_be_taken(fields, loser, survivor, survivor_id):
            for field in fields:
                after.pop(field.name, None)
            after |= _said(fields, loser)
    return diff(kind, survivor, after)


def _said(fields: tuple[Field, ...], document: Mapping[str, Any]) -> Document:
    values = {field.name: normal(document.get(field.name)) for field in fields}
    return {name: value for name, value in values.items() if not is_blank(value)}


def _elements(field: Field, document: Mapping[str, Any]) -> list[Any]:
    return normal(document.get(field.name)) or []


def _joined(field: Field, loser: Mapping[str, Any], survivor: Mapping[str, Any], own: str) -> list[Any]:
    """The survivor's elements, then what only the duplicate says; an id that is taken gives way to one made of both."""
    here, there = (_elements(field, document) for document in (loser, survivor))
    ids = {element["id"] for element in there}
    first = 1 + max(element.get("order", 0) for element in there)
    return there + [
        {**element, "id": str(uuid5(UUID(element["id"]), own)) if element["id"] in ids else element["id"], "order": at}
        for at, element in enumerate(_only(here, there), first)
    ]


def _only(some: list[Any], others: list[Any]) -> list[Any]:
    """The elements of which the others have none that says the same."""
    said = [_bare(element) for element in others]
    return [element for element in some if _bare(element) not in said]


def _bare(value: Any) -> Any:
    """A value without the ids and places of elements, wherever they stand in it."""
    if isinstance(value, Mapping):
        return {name: _bare(member) for name, member in value.items() if name not in ("id", "order")}
    return [_bare(member) for member in value] if isinstance(value, list | tuple) else value


def _names(value: Any, id_: str) -> bool:
    if isinstance(value, Mapping):
        return any(_names(member, id_) for member in value.values())
    if isinstance(value, list | tuple):
        return any(_names(member, id_) for member in value)
    return bool(value == id_)
