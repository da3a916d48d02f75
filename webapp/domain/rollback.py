"""What a revert or a roll back will restore, keep, or find in conflict; always a plan first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.domain.diff import Edit, Edits, diff, diff_units
from webapp.domain.document import STATUS_UNIT, Document, Units, holders, is_element, is_order, locate, to_units
from webapp.domain.fields import Kind
from webapp.domain.merge import Clash, Fit, choose, fit


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
    later: tuple[tuple[str, int], ...] = ()  # units that others wrote last since, and in which revision

    @property
    def does_nothing(self) -> bool:
        """Whether no unit would move."""
        return not self.restored


def plan_revert(
    kind: Kind, before: Document, reverted: Document, current: Document, chosen: frozenset[str] = frozenset()
) -> Plan:
    """Undo one revision: its inverse, merged three ways onto the present.

    Units that moved since are conflicts and left alone, unless `chosen` names them. `before` is empty for the
    first revision, whose undoing is that of a creation (`plan_incident`).
    """
    if not before:
        created, now = Past(1, reverted, is_tainted=True), Past(2, current)
        return plan_incident(kind, [created] if current == reverted else [created, now], chosen)
    inverse = tuple(edit.inverse() for edit in diff(kind, before, reverted))
    units = to_units(kind, current)
    restored, left = choose(units, fit(units, inverse), chosen)
    return Plan(restored, (), left)


def plan_record(kind: Kind, target: Document, current: Document) -> Plan:
    """Roll a record back to an earlier revision: everything as it stood there."""
    return Plan(diff(kind, current, target))


# -- incidents --------------------------------------------------------------------------------------------


def plan_incident(kind: Kind, past: Iterable[Past], chosen: frozenset[str] = frozenset()) -> Plan:
    """Undo what an incident wrote in one record, unit by unit (`RULES.md`, "History"); `past` is oldest first.

    For each unit whose last writer is in the incident, the newest value not written by it is restored;
    otherwise the unit is kept, and is a conflict when a tainted write lies beneath. A creation that is undone
    with nothing good upon it makes the record void; with something good upon it nothing is emptied: what
    stood there when the first good hand came is a conflict. The same goes for an element of a list. What nobody
    can choose is no conflict: to go without what is required, or anything in a record that others merged away.
    """
    revisions = list(past)
    if not revisions:
        return Plan(())
    current = to_units(kind, revisions[-1].document)
    trails = _trails(kind, revisions)
    if _is_settled(current, trails):
        return Plan(())
    if all(revision.is_tainted for revision in revisions):
        return Plan((Edit(STATUS_UNIT, current.get(STATUS_UNIT), {"status": "void"}),), makes_void=True)
    grown = _grown(revisions, trails)
    verdicts = {unit: _judge(unit, trail, grown) for unit, trail in trails.items()}
    fitted = fit(current, (found for found in verdicts.values() if isinstance(found, Edit)))
    conflicts = {clash.unit: clash for clash in fitted.clashes}
    conflicts |= {unit: found for unit, found in verdicts.items() if isinstance(found, Clash)}
    is_gone = _is_merged_by_others(current, trails)
    open_ = [conflicts[unit] for unit in sorted(conflicts) if not is_gone and not _is_needed(kind, conflicts[unit])]
    restored, left = choose(current, Fit(fitted.applies, (), tuple(open_)), chosen)
    moved = {*(clash.unit for clash in open_), *(edit.unit for edit in restored)}
    kept = tuple(unit for unit in sorted(current) if unit not in moved)
    return Plan(restored, kept, left, later=_later(revisions, trails))


@dataclass(frozen=True, slots=True)
class _Write:
    number: int
    value: Any
    is_tainted: bool


_Trail = list[_Write]  # every value that one unit was given, oldest first; never empty


def _trails(kind: Kind, revisions: Iterable[Past]) -> dict[str, _Trail]:
    trails: dict[str, _Trail] = {}
    before: Units = {}
    for revision in revisions:
        after = to_units(kind, revision.document)
        for edit in diff_units(before, after):
            trails.setdefault(edit.unit, []).append(_Write(revision.number, edit.after, revision.is_tainted))
        before = after
    return trails


def _later(revisions: Iterable[Past], trails: Mapping[str, _Trail]) -> tuple[tuple[str, int], ...]:
    """What others wrote last in a record, and after the incident had begun there; of places in a list nothing."""
    first = min((revision.number for revision in revisions if revision.is_tainted), default=0)
    last = {unit: trail[-1] for unit, trail in sorted(trails.items()) if first and not is_order(unit)}
    return tuple((unit, w.number) for unit, w in last.items() if not w.is_tainted and w.number > first)


def _is_settled(current: Units, trails: Mapping[str, _Trail]) -> bool:
    """Whether the record is void already, by another's hand or because nothing in it is by another's hand."""
    if current.get(STATUS_UNIT) != {"status": "void"}:
        return False
    return not trails[STATUS_UNIT][-1].is_tainted or all(w.is_tainted for trail in trails.values() for w in trail)


def _is_merged_by_others(current: Units, trails: Mapping[str, _Trail]) -> bool:
    status = current.get(STATUS_UNIT) or {}
    return status.get("status") == "merged" and not trails[STATUS_UNIT][-1].is_tainted


def _is_needed(kind: Kind, clash: Clash) -> bool:
    """Whether it would take away what its record, or the element that it lies in, can't be without."""
    if clash.proposed is not None or is_element(clash.unit):
        return False
    groups, field = locate(kind, clash.unit)
    return field.required if field else any(one.required for one in groups[-1].fields)


def _grown(revisions: Sequence[Past], trails: Mapping[str, _Trail]) -> dict[str, int]:
    """What the incident made and others built upon: the number of the first revision by another's hand.

    The record itself is the empty address, the others are elements.
    """
    grown = {"": next(r.number for r in revisions if not r.is_tainted)} if revisions[0].is_tainted else {}
    good: dict[str, list[int]] = {}
    for unit, trail in trails.items():
        if not is_order(unit):
            for element in (*holders(unit), unit):
                good.setdefault(element, []).extend(write.number for write in trail if not write.is_tainted)
    for unit in filter(is_element, trails):
        birth = _birth(trails[unit])
        since = [number for number in good[unit] if number > birth.number]
        if birth.is_tainted and since:
            grown[unit] = min(since)
    return grown


def _birth(trail: _Trail) -> _Write:
    """The write that last brought an element about."""
    blank_before = [True, *(write.value is None for write in trail[:-1])]
    return [write for write, was in zip(trail, blank_before, strict=True) if was and write.value is not None][-1]


def _judge(unit: str, trail: _Trail, grown: Mapping[str, int]) -> Edit | Clash | None:
    """What to restore in a unit, or why it is doubtful, or None when it stays as it is."""
    last = trail[-1]
    if not last.is_tainted:
        return _beneath(unit, trail)
    good = _newest_good(trail)
    if last.value == good:
        return None
    upheld = any(_stood(trail, grown[held]) for held in ("", *holders(unit), unit) if held in grown)
    if good is None and upheld:
        return None if is_order(unit) else Clash(unit, last.value, last.value, None)
    return Edit(unit, last.value, good)


def _newest_good(trail: Iterable[_Write]) -> Any:
    return next((write.value for write in reversed(list(trail)) if not write.is_tainted), None)


def _beneath(unit: str, trail: _Trail) -> Clash | None:
    """The conflict of a good last value with the newest tainted one beneath it; an order never has one."""
    tainted = [place for place, write in enumerate(trail) if write.is_tainted]
    if not tainted or is_order(unit):
        return None
    good = _newest_good(trail[: tainted[-1]])
    return None if good == trail[-1].value else Clash(unit, trail[tainted[-1]].value, trail[-1].value, good)


def _stood(trail: _Trail, number: int) -> bool:
    """Whether the unit said something when revision `number` was written, and only the incident wrote it since."""
    before = [write.value for write in trail if write.number < number]
    return bool(before) and before[-1] is not None and all(w.is_tainted for w in trail if w.number >= number)
