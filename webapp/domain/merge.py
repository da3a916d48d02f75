"""Fitting edits onto a record that may have moved: three ways, by unit, never a silent overwrite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.domain.diff import Edit, Edits, diff, set_units
from webapp.domain.document import Document, Units, from_units, to_units
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
    """How edits stand against a document: each edit applies, is already true, or clashes."""

    applies: Edits
    already: Edits
    clashes: tuple[Clash, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing clashes."""
        return not self.clashes

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
    return merge(kind, current, diff(kind, base, proposed))


def merge(kind: Kind, current: Mapping[str, Any], edits: Iterable[Edit]) -> Merged | Conflict:
    """Put edits onto the current document, or say what clashes; all or nothing."""
    units = to_units(kind, current)
    found = fit(units, edits)
    if found.clashes:
        return Conflict(found.clashes)
    set_units(units, found.applies)
    _drop_lonely_orders(units)
    return Merged(from_units(kind, units), found.applies)


def fit(current: Units, edits: Iterable[Edit]) -> Fit:
    """Compare each edit with the units as they are now.

    An element's order never clashes: the later wish wins, and it says nothing once the element is gone.
    """
    applies: list[Edit] = []
    already: list[Edit] = []
    clashes: list[Clash] = []
    for edit in edits:
        now = current.get(edit.unit)
        if now == edit.after:
            already.append(edit)
        elif now == edit.before or edit.unit.endswith("/order"):
            applies.append(edit)
        else:
            clashes.append(Clash(edit.unit, edit.before, now, edit.after))
    clashes.extend(_orphans(current, applies))
    return Fit(tuple(applies), tuple(already), tuple(clashes))


def _orphans(current: Units, applies: list[Edit]) -> list[Clash]:
    """Units that would be left inside an element that one side removed."""
    after = dict(current)
    set_units(after, applies)
    wished = {edit.unit: edit for edit in applies}
    clashes = []
    for unit in sorted(after):
        if unit.endswith("/order") or _holder(unit) is None or _holder(unit) in after:
            continue
        edit = wished.pop(unit, None)
        if edit is not None:
            applies.remove(edit)
        clashes.append(
            Clash(unit, edit.before if edit else current.get(unit), current.get(unit), edit.after if edit else None)
        )
    return clashes


def _holder(unit: str) -> str | None:
    """The element that a unit lies in, or None at the top of the document."""
    parts = unit.split("/")
    depth = (len(parts) - 1) // 2 * 2
    return "/".join(parts[:depth]) if depth else None


def _drop_lonely_orders(units: Units) -> None:
    for unit in [u for u in units if u.endswith("/order") and u.rpartition("/")[0] not in units]:
        del units[unit]
