"""What is to become of each item of a batch, judged against the record as it is. Writes nothing.

Three ways, unit by unit: what the source said last, what the record says, what the source says now. What people
have written since is never overwritten: it becomes a suggestion.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from sqlalchemy import bindparam, select

from webapp.domain.diff import Edits, diff, set_units
from webapp.domain.document import (
    STATUS_UNIT,
    Document,
    Units,
    canonical,
    from_units,
    holders,
    is_within,
    parse,
    to_units,
)
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS, LIFECYCLE_STATUSES
from webapp.domain.merge import Fit, fit
from webapp.domain.validate import validate
from webapp.interchange.records import Item
from webapp.services.judge import protection_of
from webapp.services.redact import redacted_units
from webapp.services.revise import read_document
from webapp.storage.models import Record, SourceItem
from webapp.storage.unit_of_work import Row, UnitOfWork

SAID = select(SourceItem.external_id, SourceItem.document).where(
    SourceItem.source_id == bindparam("source"), SourceItem.external_id.in_(bindparam("ids", expanding=True))
)
RECORDS = select(Record).where(Record.id.in_(bindparam("ids", expanding=True)))
LONGEST_ID = 200

Wanted = dict[str, Any]  # unit -> the value that is to be suggested for it, None to take it out


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one item. `outcome` is a count of the Summary, or a code of LEFT_ALONE."""

    item: Item
    said: str  # the item's document in stored form, without what was redacted
    outcome: str
    is_known: bool = False
    document: Document | None = None  # to be written
    record: Row | None = None  # … onto this one; None: as a new record
    suggest_to: str | None = None  # the record that the suggestion is about
    wanted: Wanted = field(default_factory=dict)
    moved: frozenset[str] = frozenset()  # the units about which the source has changed its mind
    moves: bool = True  # whether the source's word counts as heard


def stored_id(external_id: str) -> str:
    """The source's id as it is kept: whole, or its beginning and a hash when it is longer than its column."""
    if len(external_id) <= LONGEST_ID:
        return external_id
    return external_id[:160] + "~" + blake2b(external_id.encode(), digest_size=16).hexdigest()


def without(kind: Kind, document: Document, units: Collection[str]) -> Document:
    """The document without these units and all that lies in them."""
    if not units:
        return document
    kept = {unit: value for unit, value in to_units(kind, document).items() if not is_within(unit, units)}
    return from_units(kind, kept)


class Planner:
    """Judges batches of one source."""

    def __init__(self, source_id: str | None, *, as_suggestions: bool) -> None:
        self.source_id, self.as_suggestions = source_id, as_suggestions
        self._texts: dict[str, str] = {}  # of the batch before it is locked, since making them takes its time

    def steps(self, uow: UnitOfWork, items: Sequence[Item], *, lock: bool) -> list[Step]:
        """What is to become of each; with `lock`, the records that may change are locked for it."""
        said = self._said(uow, items)
        redacted = redacted_units(uow, (item.record_id for item in items))
        if not lock:
            self._texts = {item.external_id: canonical(item.document) for item in items}
        now = {item.external_id: self._text(item, redacted.get(item.record_id, ())) for item in items}
        present = _records(uow, [item.record_id for item in items])
        moving = [item for item in items if said.get(stored_id(item.external_id)) != now[item.external_id]]
        records = _with_survivors(uow, {i.record_id: present[i.record_id] for i in moving if i.record_id in present})
        if lock and records:
            records = uow.lock_records(records)
        steps = []
        for item in items:
            before, text = said.get(stored_id(item.external_id)), now[item.external_id]
            if before == text:
                steps.append(_same(item, text, item.record_id in present))
            else:
                gone = redacted.get(item.record_id, frozenset())
                steps.append(self._step(uow, item, before, text, records, gone))
        return steps

    def _text(self, item: Item, redacted: Collection[str]) -> str:
        if redacted:
            return canonical(without(KINDS[item.kind], item.document, redacted))
        return self._texts.get(item.external_id) or canonical(item.document)

    def _said(self, uow: UnitOfWork, items: Sequence[Item]) -> dict[str, str]:
        if self.source_id is None:
            return {}
        ids = [stored_id(item.external_id) for item in items]
        rows = uow.run(SAID, {"source": self.source_id, "ids": ids})
        return {row.external_id: row.document for row in rows}

    def _step(
        self,
        uow: UnitOfWork,
        item: Item,
        before: str | None,
        text: str,
        records: Mapping[str, Row],
        gone: frozenset[str],
    ) -> Step:
        record = records.get(item.record_id)
        is_known = before is not None
        if record is None:
            outcome = "suggested" if self.as_suggestions else "created"
            return Step(item, text, outcome, is_known, parse(text))
        target = _survivor(record, records)
        if reason := _unchangeable(item, record, target):
            return Step(item, text, reason, is_known, moves=False)
        kind = KINDS[item.kind]
        edits = _edits(kind, parse(before) if before else {}, parse(text), gone)
        found = fit(to_units(kind, document := read_document(uow, target)), edits)
        moved = frozenset(edit.unit for edit in edits)
        if target.id != record.id:  # what changed on a record that is another one now: people look first
            return _suggest(item, text, is_known, target, moved, _after(found.applies))
        if self.as_suggestions or protection_of([record], uow.now):
            wanted = _wanted(kind, document, text, found, _after(found.applies))
            return _suggest(item, text, is_known, target, moved, wanted)
        return _merge(kind, item, text, is_known, record, document, found, moved)


def _same(item: Item, text: str, exists: bool) -> Step:
    return Step(item, text, "unchanged" if exists else "only_suggested", is_known=True, moves=False)


def _suggest(item: Item, text: str, is_known: bool, target: Row, moved: frozenset[str], wanted: Wanted) -> Step:
    outcome = "suggested" if wanted else "unchanged"
    return Step(item, text, outcome, is_known, suggest_to=target.id, wanted=wanted, moved=moved)


def _merge(
    kind: Kind,
    item: Item,
    text: str,
    is_known: bool,
    record: Row,
    document: Document,
    found: Fit,
    moved: frozenset[str],
) -> Step:
    wanted = _wanted(kind, document, text, found, {})
    merged = None
    if found.applies:
        units = to_units(kind, document)
        set_units(units, found.applies)
        merged = from_units(kind, units)
        if validate(kind, merged).refusals:
            return Step(item, text, "invalid", is_known, moves=False)
    outcome = "changed" if merged is not None else "unchanged"
    return Step(item, text, outcome, is_known, merged, record, record.id, wanted, moved)


def _records(uow: UnitOfWork, ids: Collection[str]) -> dict[str, Row]:
    return {row.id: row for row in uow.run(RECORDS, {"ids": sorted(ids)})} if ids else {}


def _with_survivors(uow: UnitOfWork, records: dict[str, Row]) -> dict[str, Row]:
    """The records and those that they were merged into, to the end of each chain; it has no circles."""
    found = dict(records)
    while missing := {row.merged_into for row in found.values() if row.merged_into} - found.keys():
        more = _records(uow, missing)
        if not more:
            break
        found |= more
    return found


def _survivor(record: Row, records: Mapping[str, Row]) -> Row:
    while record.merged_into and record.merged_into in records:
        record = records[record.merged_into]
    return record


def _unchangeable(item: Item, record: Row, target: Row) -> str:
    """Why nothing can be written onto the record now, as a code of LEFT_ALONE; blank when it can."""
    if record.kind != item.kind:
        return "other_kind"
    if target.status in LIFECYCLE_STATUSES or target.kind != item.kind:
        return record.status if record.status in ("void", "closed") else "merged"
    return ""


def _edits(kind: Kind, before: Document, now: Document, gone: Collection[str]) -> Edits:
    """What the source has changed its mind about. Closing and merging are people's to decide here."""
    return tuple(
        edit
        for edit in diff(kind, before, now)
        if not is_within(edit.unit, gone) and not (edit.unit == STATUS_UNIT and _is_end(edit.before, edit.after))
    )


def _is_end(*values: Any) -> bool:
    return any(value and value.get("status") in LIFECYCLE_STATUSES for value in values)


def _after(edits: Edits) -> Wanted:
    return {edit.unit: edit.after for edit in edits}


def _wanted(kind: Kind, current: Document, said: str, found: Fit, wanted: Wanted) -> Wanted:
    """What clashes, as it should be for the source; with the whole of an element that people took out."""
    wanted = wanted | {clash.unit: clash.proposed for clash in found.clashes}
    there = to_units(kind, current).keys() | wanted.keys()
    lost = {holder for unit in wanted if wanted[unit] is not None for holder in holders(unit) if holder not in there}
    if not lost:
        return wanted
    return wanted | {unit: value for unit, value in to_units(kind, parse(said)).items() if is_within(unit, lost)}


def put(units: Units, wanted: Mapping[str, Any]) -> None:
    """Write the wanted values into the units, in place; an element that goes takes along what is in it."""
    gone = {unit for unit, value in wanted.items() if value is None}
    for unit in [unit for unit in units if is_within(unit, gone)]:
        del units[unit]
    units |= {unit: value for unit, value in wanted.items() if value is not None}
