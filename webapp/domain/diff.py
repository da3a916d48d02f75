"""What changes between two documents, unit by unit, and how grave it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.domain.diff_words import changed_share
from webapp.domain.document import (
    STATUS_UNIT,
    Document,
    Units,
    from_units,
    holders,
    is_element,
    is_order,
    locate,
    to_units,
)
from webapp.domain.facts import added_facts
from webapp.domain.fields import Field, FieldType, Group, Kind, Risk
from webapp.domain.kinds import LIFECYCLE_FIELDS, LIFECYCLE_STATUSES
from webapp.language import _

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


def diff_step(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> Edits:
    """As `diff`, looking only into groups in which anything differs: of two neighbours most is the same."""
    names = [
        field.name
        for group in kind.groups
        if any(before.get(field.name) != after.get(field.name) for field in group.fields)
        for field in group.fields
    ]
    return diff(kind, *({name: side[name] for name in names if name in side} for side in (before, after)))


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
    moved = frozenset(e.unit for e in edits if is_element(e.unit) and (e.before is None or e.after is None))
    grouped: dict[str, list[Edit]] = {}
    for edit in edits:
        grouped.setdefault(group_key(kind, edit.unit, moved), []).append(edit)
    return {key: tuple(grouped[key]) for key in _group_keys(kind.groups) if key in grouped}


def group_key(kind: Kind, unit: str, moved: Iterable[str] = ()) -> str:
    """The dotted name of the group that a unit belongs to; `moved` are added or removed elements."""
    moved = frozenset(moved)
    outermost = next((holder for holder in holders(unit) if holder in moved), unit)
    groups, _ = locate(kind, outermost)
    return ".".join(group.name for group in groups)


def _group_keys(groups: Iterable[Group], prefix: str = "") -> Iterator[str]:
    """Every dotted group name, in form order."""
    for group in groups:
        yield prefix + group.name
        yield from _group_keys(_groups_inside(group), f"{prefix}{group.name}.")


def _groups_inside(group: Group) -> tuple[Group, ...]:
    return tuple(g for f in group.fields if f.element and not f.element.atomic for g in f.element.groups)


def group_label(kind: Kind, key: str) -> str:
    """The English for a dotted group name, as histories keep it: "Places: Opening hours". KeyError for none of it."""
    return ": ".join(group.label for group in _way_to(kind, key))


def group_words(kind: Kind, key: str) -> str:
    """What `group_label` says, in the language spoken."""
    return ": ".join(_(group.label) for group in _way_to(kind, key))


def _way_to(kind: Kind, key: str) -> list[Group]:
    way: list[Group] = []
    holder: tuple[Group, ...] = kind.groups
    for name in key.split("."):
        group = next((g for g in holder if g.name == name), None)
        if group is None:
            raise KeyError(key)
        way.append(group)
        holder = _groups_inside(group)
    return way


# -- gravity: the class of a change -----------------------------------------------------------------------


def risk_of(kind: Kind, edits: Iterable[Edit]) -> Risk:
    """The highest class of what the edits touch (`RULES.md`, "Classes and thresholds"); low when none."""
    return max((_edit_risk(kind, edit) for edit in edits), key=GRAVITY.__getitem__, default=Risk.LOW)


def _edit_risk(kind: Kind, edit: Edit) -> Risk:
    groups, field = locate(kind, edit.unit)
    if is_order(edit.unit):
        return Risk.LOW
    if edit.unit == STATUS_UNIT and (_is_end(edit.before) or _is_end(edit.after)):
        return Risk.DESTRUCTIVE
    declared = (field.risk if field else None) or groups[-1].risk
    if declared is Risk.LOW and _is_weighty(field or groups[-1], edit):
        return Risk.HIGH
    return declared


def _is_end(status: Any) -> bool:
    """Whether a status group has the record closed, merged or void: closing, merging, reopening move it."""
    held: Mapping[str, Any] = status or {}
    return held.get("status") in LIFECYCLE_STATUSES or any(name in held for name in LIFECYCLE_FIELDS)


def _is_weighty(holder: Field | Group, edit: Edit) -> bool:
    """Removing more than half of a text, or adding a number, address, link or sum of money, is high.

    In a list element or atomic group only texts of several lines count as texts: a language has a name of
    one or two words, and another name is another language, which is low.
    """
    before, after = tuple(_texts(holder, edit.before)), tuple(_texts(holder, edit.after))
    if added_facts(_joined(before, FieldType), _joined(after, FieldType)):
        return True
    texts = (FieldType.LINE, FieldType.TEXT) if isinstance(edit.before, str) else (FieldType.TEXT,)
    return changed_share(_joined(before, texts), _joined(after, texts)) > 0.5


def _texts(holder: Field | Group, value: Any) -> Iterator[tuple[FieldType, str]]:
    """Every text in a unit's value with the type of its field; ids of other records say nothing to people."""
    if isinstance(value, dict):
        element = None if isinstance(holder, Group) else holder.element
        for field in holder.fields if isinstance(holder, Group) else element.fields() if element else ():
            yield from _texts(field, value.get(field.name))
    elif isinstance(value, list):
        for member in value:
            yield from _texts(holder, member)
    elif isinstance(value, str) and isinstance(holder, Field) and holder.type is not FieldType.LINK:
        yield holder.type, value


def _joined(texts: Iterable[tuple[FieldType, str]], of: Iterable[FieldType]) -> str:
    """The texts of these types in one; the stroke keeps numbers of two fields from reading as one number."""
    types = frozenset(of)
    return " | ".join(text for type_, text in texts if type_ in types)


# -- edits as stored text ---------------------------------------------------------------------------------


def edits_to_json(edits: Iterable[Edit]) -> list[list[Any]]:
    """The edits as JSON values: `[unit, before, after]` each, null for blank."""
    return [[edit.unit, edit.before, edit.after] for edit in edits]


def edits_from_json(rows: Iterable[Iterable[Any]]) -> Edits:
    """The edits that `edits_to_json` wrote."""
    return tuple(Edit(unit, before, after) for unit, before, after in rows)
