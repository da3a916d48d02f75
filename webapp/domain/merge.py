"""Fitting edits onto a record that may have moved: three ways, by unit, never a silent overwrite."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.domain.diff import Edit, Edits, diff, set_units
from webapp.domain.document import (
    Document,
    Units,
    from_units,
    holders,
    is_blank,
    is_element,
    is_order,
    is_within,
    normal,
    split,
)
from webapp.domain.fields import Kind


@dataclass(frozen=True, slots=True)
class Clash:
    """A unit that moved under an edit: what it was, is now, and should become."""

    unit: str
    base: Any
    current: Any
    proposed: Any


@dataclass(frozen=True, slots=True)
class Fit:
    """How edits stand against a document: each edit applies, is already true, or clashes.

    A clash can also name a unit that no edit names: what somebody put into an element that the edits remove.
    """

    applies: Edits
    already: Edits
    clashes: tuple[Clash, ...]

    @property
    def is_already_true(self) -> bool:
        """Whether the document says everything already."""
        return not self.applies and not self.clashes


@dataclass(frozen=True, slots=True)
class Merged:
    """The document that came out of a merge without a clash, and the edits that did something."""

    document: Document
    applied: Edits


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why nothing was merged."""

    clashes: tuple[Clash, ...]


def three_way(
    kind: Kind, base: Mapping[str, Any], current: Mapping[str, Any], proposed: Mapping[str, Any]
) -> Merged | Conflict:
    """Merge what `proposed` changed since `base` into `current`; blank counts as a value."""
    return merge(kind, normal(current), diff(kind, base, proposed))


def merge(kind: Kind, current: Document, edits: Iterable[Edit]) -> Merged | Conflict:
    """Put edits onto the current document, which is in stored form, or say what clashes; all or nothing."""
    units = split(kind, current)
    found = fit(units, edits)
    if found.clashes:
        return Conflict(found.clashes)
    return Merged(_written(kind, current, units, found.applies), found.applies)


def _written(kind: Kind, current: Document, units: Units, edits: Edits) -> Document:
    """The current document, whose units these are, with the edits on it; most edit nothing inside a list."""
    if any(_is_inside_list(edit) for edit in edits):
        set_units(units, edits)
        return from_units(kind, units)
    document = dict(current)
    for edit in edits:
        is_group = edit.unit.startswith("@")
        for name in (edit.before or ()) if is_group else (edit.unit,):  # declared or not: validation looks at that
            document.pop(name, None)
        after = normal(edit.after)
        if not is_blank(after):
            document |= after if is_group else {edit.unit: after}
    return document


def fit(current: Units, edits: Iterable[Edit]) -> Fit:
    """Compare each edit with the units as they are now; each part of the answer is sorted by unit.

    An element that one side removed and the other wrote in clashes with all its edits: it goes or stays
    whole. An element's order never clashes: the later wish wins, and what it says of an element that is
    gone, or of one that stays although it was to go, is nothing and counts as already true.
    """
    wished = sorted(edits, key=_unit)
    values = [edit for edit in wished if not is_order(edit.unit)]
    true = {edit.unit for edit in values if current.get(edit.unit) == edit.after}
    fitting = [e for e in values if e.unit not in true and current.get(e.unit) == e.before]
    torn = _torn(current, fitting)
    applies = [edit for edit in fitting if not is_within(edit.unit, torn)]
    free = true.union(edit.unit for edit in applies)
    clashes = [Clash(e.unit, e.before, current.get(e.unit), e.after) for e in values if e.unit not in free]
    clashes += _unforeseen(current, torn, {edit.unit for edit in values})
    applies += _moving_orders(current, applies, wished)
    settled = {*map(_unit, applies), *map(_unit, clashes)}
    already = tuple(edit for edit in wished if edit.unit not in settled)
    return Fit(tuple(sorted(applies, key=_unit)), already, tuple(sorted(clashes, key=_unit)))


def choose(current: Units, found: Fit, chosen: Collection[str]) -> tuple[Edits, tuple[Clash, ...]]:
    """The edits to write when of the clashes only the chosen units are taken, and the clashes that are left.

    An element that a choice takes away goes with everything in it.
    """
    taken = {c.unit: Edit(c.unit, c.current, c.proposed) for c in found.clashes if c.unit in chosen}
    gone = {unit for unit, edit in taken.items() if is_element(unit) and edit.after is None}
    taken |= {unit: Edit(unit, value, None) for unit, value in current.items() if is_within(unit, gone)}
    edits = [edit for edit in found.applies if not is_within(edit.unit, gone)]
    left = tuple(c for c in found.clashes if c.unit not in taken and not is_within(c.unit, gone))
    return tuple(sorted((*edits, *taken.values()), key=_unit)), left


def _is_inside_list(edit: Edit) -> bool:
    return "/" in edit.unit


def _unit(moved: Edit | Clash) -> str:
    return moved.unit


def _torn(current: Units, edits: Iterable[Edit]) -> set[str]:
    """The elements that would not be there although something else would be in them."""
    if not any(_is_inside_list(edit) for edit in edits):
        return set()
    after = _after(current, edits)
    return {holder for unit in after if not is_order(unit) for holder in holders(unit) if holder not in after}


def _after(current: Units, edits: Iterable[Edit]) -> Units:
    after = dict(current)
    set_units(after, edits)
    return after


def _unforeseen(current: Units, torn: Collection[str], wished: Collection[str]) -> list[Clash]:
    """What stands in an element that was to go and was not there when that was wished."""
    if not torn:
        return []
    return [
        Clash(unit, None, value, None)
        for unit, value in current.items()
        if unit not in wished and not is_order(unit) and is_within(unit, torn)
    ]


def _moving_orders(current: Units, applies: Iterable[Edit], wished: Iterable[Edit]) -> list[Edit]:
    """The edits of order that still say something: of an element that is there, or goes."""
    moving = [edit for edit in wished if is_order(edit.unit) and current.get(edit.unit) != edit.after]
    if not moving:
        return []
    after = _after(current, applies)
    return [edit for edit in moving if (holders(edit.unit)[-1] in after) == (edit.after is not None)]
