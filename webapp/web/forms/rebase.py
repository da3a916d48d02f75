"""What was typed against an older revision, fitted onto the record as it is now; what was typed wins in the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.diff import Edits, set_units
from webapp.domain.document import Document, Units, from_units, holders, is_order, to_units
from webapp.domain.fields import Kind
from webapp.domain.merge import fit
from webapp.web.units import unit_views

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Fitted:
    """The form's new values, and the edits whose place is gone."""

    document: Document
    lost: Edits

    def lost_words(self, connection: Connection, kind: Kind) -> list[str]:
        """What was typed and has no place any more, so that it can be typed elsewhere."""
        return [
            f"{view.label}: {view.after_text}" for view in unit_views(connection, kind, self.lost) if view.after_text
        ]


def onto(kind: Kind, current: Mapping[str, Any], edits: Edits) -> Fitted:
    """Put edits onto the current document; where they clash, the typed value stands in the form for people to judge."""
    units = to_units(kind, current)
    settled = {edit.unit for edit in fit(units, edits).already}
    wished = tuple(edit for edit in edits if edit.unit not in settled)
    set_units(units, wished)
    lost = tuple(edit for edit in wished if edit.after is not None and not _has_holders(edit.unit, units))
    placed = {unit: value for unit, value in units.items() if _has_holders(unit, units)}
    return Fitted(from_units(kind, placed), tuple(edit for edit in lost if not is_order(edit.unit)))


def _has_holders(unit: str, units: Units) -> bool:
    """Whether every list element that a unit lies in is there."""
    return all(holder in units for holder in holders(unit))
