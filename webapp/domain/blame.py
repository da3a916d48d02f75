"""Which revision each thing that a record says now has stood since: a fold over its revisions, from the newest back.

Its law: a unit stands since the last revision that wrote it, even where an earlier one had said the same before it was
changed and changed back. Where that one undid something, it has put back what somebody else had written: the last
revision that wrote the same and undid nothing is looked for as well. Whoever hands the revisions over decides how far
back to go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.domain.diff import diff_step
from webapp.domain.document import is_order, to_units
from webapp.domain.fields import Kind

UNDOINGS = ("revert", "roll_back")
"""Causes of revisions that give things values which they had before."""
Step = tuple[int, Mapping[str, Any], Mapping[str, Any], bool]
"""A revision's number, the document before it (empty for the first) and its own, and whether it undid something."""


def present_units(kind: Kind, document: Mapping[str, Any]) -> dict[str, Any]:
    """The units that say something by themselves, by address: no places in a list, and no bare presences."""
    return {
        unit: value for unit, value in to_units(kind, document).items() if value is not True and not is_order(unit)
    }


@dataclass(slots=True)
class Blame:
    """What was found: the revision of each unit that has been placed, and the units that are left with what they say.

    Of what was put back, `written` has the revision that wrote it; until that is found, it is both placed and left.
    `reached` is the earliest revision that was looked at; 0 before any was.
    """

    left: dict[str, Any]
    placed: dict[str, int] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    reached: int = 0

    def go_back(self, kind: Kind, steps: Iterable[Step]) -> None:
        """Go back over neighbouring revisions, the newest first, until everything is placed or they end."""
        for number, before, after, is_undoing in steps:
            if not self.left:
                return
            self.reached = number
            if before == after:
                continue
            for edit in diff_step(kind, before, after):
                if edit.unit in self.left and edit.after == self.left[edit.unit]:
                    self._place(edit.unit, number, is_undoing)

    def _place(self, unit: str, number: int, is_undoing: bool) -> None:
        if unit not in self.placed:
            self.placed[unit] = number
        elif not is_undoing:
            self.written[unit] = number
        if not is_undoing:
            del self.left[unit]
