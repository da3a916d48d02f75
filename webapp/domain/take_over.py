"""What a record takes over from its duplicate when the two are merged: whole parts, chosen one by one; pure.

A part is what merges together anyway: an atomic group, or a field with all that is in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from webapp.domain.diff import Edits, diff
from webapp.domain.document import STATUS_UNIT, Document, is_blank, normal
from webapp.domain.fields import Field, Kind


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


def taking(
    kind: Kind, loser: Mapping[str, Any], survivor: Mapping[str, Any], taken: Collection[str], survivor_id: str
) -> Edits:
    """The edits of the survivor's document that give it the chosen parts of the duplicate's, in place of its own.

    What is no part, or can't be taken, is left as it is.
    """
    after: Document = dict(survivor)
    for unit, _label, fields in parts(kind):
        if unit in taken and can_be_taken(fields, loser, survivor, survivor_id):
            for field in fields:
                after.pop(field.name, None)
            after |= _said(fields, loser)
    return diff(kind, survivor, after)


def _said(fields: tuple[Field, ...], document: Mapping[str, Any]) -> Document:
    values = {field.name: normal(document.get(field.name)) for field in fields}
    return {name: value for name, value in values.items() if not is_blank(value)}


def _names(value: Any, id_: str) -> bool:
    if isinstance(value, Mapping):
        return any(_names(member, id_) for member in value.values())
    if isinstance(value, list | tuple):
        return any(_names(member, id_) for member in value)
    return bool(value == id_)
