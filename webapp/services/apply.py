"""What happens when a change is decided: it is held, ended, or written as revisions of its records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select

from webapp.domain.decide import Decision, Outcome
from webapp.domain.diff import Edits, edits_from_json, group_label
from webapp.domain.document import Document, encoded
from webapp.domain.kinds import KINDS
from webapp.domain.lifecycle import Act
from webapp.domain.merge import Clash, Conflict, merge
from webapp.domain.tally import Tally
from webapp.domain.validate import validate
from webapp.services import standing
from webapp.services.clashing import mark_clashing
from webapp.services.ending import close_change, move_change, record_decision, tell, tell_first_reject
from webapp.services.judge import judge
from webapp.services.revise import Writing, create_record, read_document, start_operation, write_revision
from webapp.storage.models import Change, Record, Suggestion
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

CHANGE = prepared(select(Change).where(Change.id == bindparam("change")))

RECORDS = prepared(select(Record).where(Record.id.in_(bindparam("ids", expanding=True))))

AUTHOR = prepared(select(Suggestion.author_id).where(Suggestion.id == bindparam("suggestion")))


@dataclass(frozen=True, slots=True)
class Applied:
    """The records that a change moved, and its operation."""

    operation_id: str
    record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The decision as it stood in the end, and the state that the change is in."""

    decision: Decision
    state: str


@dataclass(frozen=True, slots=True)
class Deciding:
    """A decision on a change, the votes and authors it was made of, and by whom where it was not the votes."""

    decision: Decision
    tally: Tally
    authors: frozenset[str]
    actor_id: str | None = None
    note: str = ""


def carry_out(uow: UnitOfWork, change: Row, records: Mapping[str, Row], by: Deciding) -> Done:
    """Do what a decision says with a locked open change. Gives the decision as it stood in the end.

    An apply that clashes with the record as it is now does not happen: the change is marked conflicted and judged
    as such. The author, the voters and those whose changes now clash are told through the outbox.
    """
    decision, flags = by.decision, _flags(uow, change, by)
    if decision.contested and change.contested_at is None:
        tell_first_reject(uow, change)
    if decision.outcome is Outcome.APPLY:
        return _apply(uow, change, records, by, flags)
    if decision.outcome is Outcome.HOLD:
        move_change(uow, change, **flags)
        return Done(decision, change.state)
    _record(uow, change, records, by)
    tell(uow, change, decision.outcome.value)
    if decision.outcome is Outcome.ESCALATE:
        move_change(uow, change, **flags, escalated_at=uow.now)
        return Done(decision, change.state)
    act = Act.REJECT if decision.outcome is Outcome.REJECT else Act.EXPIRE
    state = close_change(uow, change, act, **flags)
    if act is Act.REJECT:
        standing.judge_conduct(uow, uow.value(AUTHOR, {"suggestion": change.suggestion_id}))
    return Done(decision, state)


def _flags(uow: UnitOfWork, change: Row, by: Deciding) -> dict[str, Any]:
    """The columns that every outcome brings up to date."""
    return {
        "contested_at": (change.contested_at or uow.now) if by.decision.contested else None,
        "paused_until": by.decision.paused_until,
        "settle_at": by.decision.settle_at,
        "approvals": by.tally.approvals,
        "rejects": by.tally.rejects,
    }


def _record(uow: UnitOfWork, change: Row, records: Mapping[str, Row], by: Deciding) -> None:
    record_decision(uow, change, by.decision, records.values(), by.actor_id, by.note)


def _apply(uow: UnitOfWork, change: Row, records: Mapping[str, Row], by: Deciding, flags: dict[str, Any]) -> Done:
    try:
        written = _write(uow, change, records, by.actor_id)
    except Clashed as clashed:
        return _conflicted(uow, change, records, by, clashed)
    if written is None:
        state = close_change(uow, change, Act.SUPERSEDE, **flags)
        tell(uow, change, "superseded")
        return Done(by.decision, state)
    _record(uow, change, records, by)
    state = close_change(uow, change, Act.APPLY, **flags)
    tell(uow, change, "applied")
    for record_id in sorted(written.record_ids):
        mark_clashing(uow, record_id, change.id)
    for author in sorted(by.authors):
        standing.judge_earned(uow, author)
    return Done(by.decision, state)


def _conflicted(uow: UnitOfWork, change: Row, records: Mapping[str, Row], by: Deciding, clashed: Clashed) -> Done:
    """Mark a change that could not be written and judge it again, so that it still escalates and expires."""
    move_change(uow, change, conflicted_at=uow.now)
    tell(uow, change, "conflicted")
    decision, _ = judge(uow, uow.one(CHANGE, {"change": change.id}), records.values())
    units: dict[str, object] = {"units": [c.unit for c in clashed.clashes]}
    named = tuple(replace(r, values=units) if r.code == "conflicted" else r for r in decision.reasons)
    marked = uow.one(CHANGE, {"change": change.id})
    return carry_out(uow, marked, records, Deciding(replace(decision, reasons=named), by.tally, by.authors))


class Clashed(Exception):
    """The record moved under the change, or the merged document would not be valid."""

    def __init__(self, clashes: tuple[Clash, ...]) -> None:
        self.clashes = clashes
        super().__init__(clashes)


def _write(uow: UnitOfWork, change: Row, records: Mapping[str, Row], actor_id: str | None) -> Applied | None:
    """The revisions of a change that applies; None when everything is already true."""
    payload = json.loads(change.payload)
    if change.type == "create":
        return _create_all(uow, change, payload, actor_id)
    if change.type == "merge":
        from webapp.services.merging import apply_merge

        return apply_merge(uow, change, records, payload, actor_id)
    record = records[change.record_id]
    kind = KINDS[record.kind]
    document = read_document(uow, record)
    merged = merge(kind, document, edits_from_json(payload["edits"]))
    if isinstance(merged, Conflict):
        raise Clashed(merged.clashes)
    if not merged.applied:
        return None
    check_whole(record.kind, merged.document, merged.applied)
    operation = start_operation(uow, "apply", actor_id or payload["author"], "", change_id=change.id)
    why = Writing(
        operation, "moderator" if actor_id else "suggestion", payload["author"], summary_of(change), change.id
    )
    write_revision(uow, record, merged.document, why, encoded(merged.document))
    return Applied(operation, (record.id,))


def summary_of(change: Row) -> str:
    """What a change does, in the words of its kind: "Phone numbers"."""
    words = {"close": "Closed", "reopen": "Reopened", "merge": "Merged", "create": "Added"}
    return words.get(change.type) or group_label(KINDS[change.kind], change.group)


def check_whole(kind: str, document: Document, edits: Edits | None = None) -> None:
    """Raise Clashed when a merged document is not valid as a whole.

    With the edits that made it of one that was valid, only what they moved is looked at, and what depends on it.
    """
    moved = None if edits is None else [edit.unit for edit in edits]
    problems = validate(KINDS[kind], document, moved).refusals
    if problems:
        raise Clashed(tuple(Clash(p.address, None, None, None) for p in problems))


def _create_all(uow: UnitOfWork, change: Row, payload: dict[str, Any], actor_id: str | None) -> Applied:
    taken = uow.all(RECORDS, {"ids": [entry["id"] for entry in payload["records"]]})
    if taken:
        raise Clashed(tuple(Clash(record.id, None, record.name, None) for record in taken))
    operation = start_operation(
        uow, "apply", actor_id or payload["author"], "", change_id=change.id, total=len(payload["records"])
    )
    why = Writing(operation, "moderator" if actor_id else "suggestion", payload["author"], "Added", change.id)
    for entry in payload["records"]:
        create_record(uow, entry["id"], KINDS[entry["kind"]], entry["document"], why)
    return Applied(operation, tuple(entry["id"] for entry in payload["records"]))
