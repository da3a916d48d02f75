"""Which revision each thing that a record says now has stood since: a fold over its revisions, from the newest back.

Its law: a unit stands since the last revision that wrote it, even where an earlier one had said the same before it was
changed and changed back. Whoever hands the revisions over decides how far back to go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.domain.diff import diff_step
from webapp.domain.document import is_order, to_units
from webapp.domain.fields import Kind

Step = tuple[int, Mapping[str, Any], Mapping[str, Any]]
"""A revision's number, the document before it (empty for the first) and its own."""


def present_units(kind: Kind, document: Mapping[str, Any]) -> dict[str, Any]:
    """The units that say something by themselves, by address: no places in a list, and no bare presences."""
    return {
        unit: value for unit, value in to_units(kind, document).items() if value is not True and not is_order(unit)
    }


@dataclass(slots=True)
class Blame:
    """What was found: the revision of each unit that has been placed, and the units that are left.

    `reached` is the earliest revision that was looked at; 0 before any was.
    """

    left: set[str]
    placed: dict[str, int] = field(default_factory=dict)
    reached: int = 0

    def go_back(self, kind: Kind, steps: Iterable[Step]) -> None:
        """Go back over neighbouring revisions, the newest first, until everything is placed or they end."""
        for number, before, after in steps:
            if not self.left:
                return
            self.reached = number
            if before == after:
                continue
            written = self.left & {edit.unit for edit in diff_step(kind, before, after)}
            self.placed |= dict.fromkeys(written, number)
            self.left -= written
