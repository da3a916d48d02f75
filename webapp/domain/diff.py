"""What changes between two documents, unit by unit, and how grave it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.domain.diff_words import changed_share
from webapp.domain.document import Document, Units, from_units, locate, to_units
from webapp.domain.facts import added_facts
from webapp.domain.fields import Field, FieldType, Group, Kind, Risk

GRAVITY = {Risk.LOW: 0, Risk.HIGH: 1, Risk.DESTRUCTIVE: 2}


@dataclass(frozen=True, slots=True)
class Edit:
    """One unit's move from `before` to `after`; None is blank."""

    unit: str
    before: Any
    after: Any

    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.unit, self.after, self.before)


Edits = tuple[Edit, ...]


def diff(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> Edits:
    """The edits that turn one document into the other, sorted by unit."""
    return diff_units(to_units(kind, before), to_units(kind, after))


def diff_units(old: Units, new: Units) -> Edits:
    """As `diff`, for documents that are split already."""
    return tuple(
        Edit(unit, old.get(unit), new.get(unit))
        for unit in sorted(old.keys() | new.keys())
        if old.get(unit) != new.get(unit)
    )


def apply_edits(kind: Kind, document: Mapping[str, Any], edits: Iterable[Edit]) -> Document:
    """The document with each edited unit at its `after`, whatever stood there before.

    Raises KeyError when a unit would lie in a list element that is not there: `merge.fit` checks first.
    """
    units = to_units(kind, document)
    set_units(units, edits)
    return from_units(kind, units)


def set_units(units: Units, edits: Iterable[Edit]) -> None:
    """Write each edit's `after` into the units, in place."""
    for edit in edits:
        if edit.after is None:
            units.pop(edit.unit, None)
        else:
            units[edit.unit] = edit.after


# -- groups: what is decided together ---------------------------------------------------------------------


def by_group(kind: Kind, edits: Iterable[Edit]) -> dict[str, Edits]:
    """The edits by the field group that decides them, in the kind's order.

    A group inside a list element is `places.schedules`; whatever lies in an element that is itself added or
    removed goes with that element.
    """
    edits = tuple(edits)
    moved = {e.unit for e in edits if e.unit.count("/") % 2 and (e.before is None or e.after is None)}
    grouped: dict[str, list[Edit]] = {}
    for edit in edits:
        grouped.setdefault(group_key(kind, edit.unit, moved), []).append(edit)
    places = {group.name: place for place, group in enumerate(kind.groups)}
    ordered = sorted(grouped, key=lambda key: (places[key.split(".")[0]], key))
    return {key: tuple(grouped[key]) for key in ordered}


def group_key(kind: Kind, unit: str, moved: Iterable[str] = ()) -> str:
    """The dotted name of the group that a unit belongs to; `moved` are added or removed elements."""
    for element in moved:
        if unit == element or unit.startswith(element + "/"):
            unit = element
            break
    groups, field = locate(kind, unit)
    inside_atomic_or_presence = field is not None and field.type is FieldType.LIST and len(groups) == 1
    return groups[0].name if inside_atomic_or_presence else ".".join(group.name for group in groups)


def group_label(kind: Kind, key: str) -> str:
    """The words for a dotted group name: "Places: Opening hours"."""
    labels: list[str] = []
    holder: tuple[Group, ...] = kind.groups
    for name in key.split("."):
        group = next(g for g in holder if g.name == name)
        labels.append(group.label)
        holder = tuple(g for f in group.fields if f.element for g in f.element.groups)
    return ": ".join(labels)


# -- gravity: the class of a change -----------------------------------------------------------------------


def risk_of(kind: Kind, edits: Iterable[Edit]) -> Risk:
    """The highest class of what the edits touch (`RULES.md`, "Classes and thresholds"); low when none."""
    return max((_edit_risk(kind, edit) for edit in edits), key=GRAVITY.__getitem__, default=Risk.LOW)


def _edit_risk(kind: Kind, edit: Edit) -> Risk:
    groups, field = locate(kind, edit.unit)
    declared = (field.risk if field else None) or groups[-1].risk
    if edit.unit.endswith("/order"):
        return Risk.LOW
    if declared is Risk.LOW and _is_weighty(field, edit):
        return Risk.HIGH
    return declared


def _is_weighty(field: Field | None, edit: Edit) -> bool:
    """Removing more than half of a text, or adding a number, address, link or sum of money, is high."""
    before, after = _text(edit.before), _text(edit.after)
    if added_facts(before, after):
        return True
    is_text = field is not None and field.type in (FieldType.LINE, FieldType.TEXT)
    return is_text and bool(before) and changed_share(before, after) > 0.5


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(_text(value[key]) for key in sorted(value) if not _is_reference(value[key]))
    if isinstance(value, list):
        return " ".join(_text(member) for member in value)
    return value if isinstance(value, str) and not _is_reference(value) else ""


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 36 and value.count("-") == 4


# -- edits as stored text ---------------------------------------------------------------------------------


def edits_to_json(edits: Iterable[Edit]) -> list[list[Any]]:
    """The edits as JSON values: `[unit, before, after]` each, null for blank."""
    return [[edit.unit, edit.before, edit.after] for edit in edits]


def edits_from_json(rows: Iterable[Iterable[Any]]) -> Edits:
    """The edits that `edits_to_json` wrote."""
    return tuple(Edit(unit, before, after) for unit, before, after in rows)


__all__ = [
    "Edit",
    "Edits",
    "apply_edits",
    "by_group",
    "diff",
    "diff_units",
    "edits_from_json",
    "edits_to_json",
    "group_key",
    "group_label",
    "risk_of",
    "set_units",
]
