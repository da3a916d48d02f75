"""What edits do to a list, row by row: which rows come, go, differ, move or stay. Pure.

A list of places, whose parts are decided one by one, has no rows here: each of their parts tells of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from webapp.domain.diff import Edit, set_units
from webapp.domain.document import is_element, is_order, locate
from webapp.domain.fields import Kind

State = Literal["same", "added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list: its unit, and what it says on either side; None where it is not there."""

    state: State
    unit: str
    before: Any
    after: Any


def list_of(kind: Kind, unit: str) -> str | None:
    """The address of the list that a unit is a row of, or the place of a row in; None for any other unit."""
    element = unit.removesuffix("/order") if is_order(unit) else unit
    if not is_element(element):
        return None
    try:
        _, field = locate(kind, element)
    except KeyError:  # of an older schema
        return None
    if field is None or field.element is None or not field.element.atomic:
        return None
    return element.rpartition("/")[0]


def list_rows(address: str, units: Mapping[str, Any], edits: Iterable[Edit]) -> list[ListRow]:
    """The rows of the list at `address`, in the order that the edits give it; what goes stands where it stood.

    `units` are those of the record as it is. Where they are not at hand, what the edits name is all there is.
    """
    edits = [edit for edit in edits if edit.unit.startswith(f"{address}/")]
    old = {unit: value for unit, value in units.items() if unit.startswith(f"{address}/")}
    set_units(old, (edit.inverse() for edit in edits if edit.unit not in units and edit.before is not None))
    new = dict(old)
    set_units(new, edits)
    before, after = _ranked(address, old), _ranked(address, new)
    wished = {edit.unit.removesuffix("/order") for edit in edits if is_order(edit.unit)}
    kept = before.keys() & after.keys()
    stood, stands = ([unit for unit in side if unit in kept] for side in (before, after))
    moved = {unit for unit, other in zip(stood, stands, strict=True) if unit != other} & wished
    places = {unit: (_order(new if unit in after else old, unit), unit in after, unit) for unit in {*before, *after}}
    return [_row(unit, old.get(unit), new.get(unit), unit in moved) for unit in sorted(places, key=places.__getitem__)]


def _row(unit: str, before: Any, after: Any, is_moved: bool) -> ListRow:
    state: State = "moved" if is_moved else "same"
    if before != after:
        state = "added" if before is None else "removed" if after is None else "changed"
    return ListRow(state, unit, before, after)


def _ranked(address: str, units: Mapping[str, Any]) -> dict[str, None]:
    """The rows that are there, in their order."""
    depth = address.count("/") + 1
    there = [unit for unit in units if unit.count("/") == depth and not is_order(unit)]
    return dict.fromkeys(sorted(there, key=lambda unit: (_order(units, unit), unit)))


def _order(units: Mapping[str, Any], unit: str) -> int:
    return int(units.get(f"{unit}/order") or 0)
