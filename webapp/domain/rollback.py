"""What a revert or a roll back will restore, keep, or find in conflict; always a plan first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.domain.diff import Edit, Edits, diff, diff_units
from webapp.domain.document import Document, Units, to_units
from webapp.domain.fields import Kind
from webapp.domain.merge import Clash, fit

STATUS_UNIT = "@status"
VOID: dict[str, str] = {"status": "void"}


@dataclass(frozen=True, slots=True)
class Past:
    """One revision of a record, as far as undoing needs it."""

    number: int
    document: Document
    is_tainted: bool = False  # written by what is to be undone


@dataclass(frozen=True, slots=True)
class Plan:
    """What undoing does to one record. `restored` is written; `kept` and `conflicts` are only listed."""

    restored: Edits
    kept: tuple[str, ...] = ()
    conflicts: tuple[Clash, ...] = ()
    makes_void: bool = False

    @property
    def does_nothing(self) -> bool:
        """Whether no unit would move."""
        return not self.restored


def plan_revert(
    kind: Kind, before: Document, reverted: Document, current: Document, chosen: frozenset[str] = frozenset()
) -> Plan:
    """Undo one revision: its inverse, merged three ways onto the present.

    Units that moved since are conflicts and left alone, unless `chosen` names them.
    """
    inverse = tuple(edit.inverse() for edit in diff(kind, before, reverted))
    found = fit(to_units(kind, current), inverse)
    return _choose(found.applies, found.clashes, chosen)


def _choose(restored: Edits, clashes: Sequence[Clash], chosen: frozenset[str]) -> Plan:
    forced = tuple(Edit(c.unit, c.current, c.proposed) for c in clashes if c.unit in chosen)
    left = tuple(c for c in clashes if c.unit not in chosen)
    return Plan(tuple(sorted((*restored, *forced), key=lambda e: e.unit)), (), left)


def plan_record(kind: Kind, target: Document, current: Document) -> Plan:
    """Roll a record back to an earlier revision: everything as it stood there."""
    return Plan(diff(kind, current, target))


@dataclass(frozen=True, slots=True)
class _Write:
    number: int
    value: Any
    is_tainted: bool


def plan_incident(kind: Kind, past: Iterable[Past], chosen: frozenset[str] = frozenset()) -> Plan:
    """Undo what an incident wrote in one record, unit by unit (`RULES.md`, "History").

    For each unit whose last writer is in the incident, the newest value not written by it is restored;
    otherwise the unit is kept, and is a conflict when a tainted write lies beneath. A creation that is undone
    with nothing good upon it makes the record void.
    """
    revisions = list(past)
    writes = _writes(kind, revisions)
    if revisions and revisions[0].is_tainted and all(r.is_tainted for r in revisions):
        current = to_units(kind, revisions[-1].document)
        return Plan((Edit(STATUS_UNIT, current.get(STATUS_UNIT), VOID),), makes_void=True)
    restored: list[Edit] = []
    conflicts: list[Clash] = []
    kept: list[str] = []
    for unit, trail in sorted(writes.items()):
        last = trail[-1]
        good = next((w.value for w in reversed(trail) if not w.is_tainted), None)
        if last.is_tainted and last.value != good:
            restored.append(Edit(unit, last.value, good))
        elif not last.is_tainted and any(w.is_tainted for w in trail):
            beneath = _before_taint(trail)
            conflicts.append(Clash(unit, beneath, last.value, beneath))
        elif not last.is_tainted and last.value is not None:
            kept.append(unit)
    if revisions and revisions[0].is_tainted:
        return _created_by_incident(restored, conflicts, kept)
    plan = _choose(tuple(restored), conflicts, chosen)
    return Plan(plan.restored, tuple(kept), plan.conflicts)


def _created_by_incident(restored: list[Edit], conflicts: list[Clash], kept: list[str]) -> Plan:
    """A creation with good changes upon it is not emptied: every tainted unit becomes a conflict to look at."""
    doubtful = [Clash(e.unit, None, e.before, None) for e in restored]
    return Plan((), tuple(kept), tuple(sorted((*conflicts, *doubtful), key=lambda c: c.unit)))


def _before_taint(trail: Sequence[_Write]) -> Any:
    first = next(place for place, write in enumerate(trail) if write.is_tainted)
    return trail[first - 1].value if first else None


def _writes(kind: Kind, revisions: Sequence[Past]) -> dict[str, list[_Write]]:
    writes: dict[str, list[_Write]] = {}
    before: Units = {}
    for revision in revisions:
        after = to_units(kind, revision.document)
        for edit in diff_units(before, after):
            writes.setdefault(edit.unit, []).append(_Write(revision.number, edit.after, revision.is_tainted))
        before = after
    return writes
