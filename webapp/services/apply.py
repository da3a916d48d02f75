"""What happens when a change ends: its decision row, its revisions, and the changes that it clashes with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, insert, select, update

from webapp.domain.decide import Decision, Outcome
from webapp.domain.diff import Edits, edits_from_json, group_label
from webapp.domain.document import Document, canonical, to_units
from webapp.domain.errors import NotEligible
from webapp.domain.kinds import KINDS
from webapp.domain.lifecycle import Act, move
from webapp.domain.merge import Clash, Conflict, Fit, fit, merge
from webapp.domain.validate import validate
from webapp.services import standing
from webapp.services.judge import authors_of, judge, look_again_at, protection_of
from webapp.services.revise import Writing, create_record, read_document, start_operation, write_revision
from webapp.storage.models import Change, ChangeRecord, ChangeVersion, Record, Suggestion
from webapp.storage.models import Decision as DecisionRow
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork, dump, new_id

ADD_DECISION = prepared(insert(DecisionRow))
TOUCHED = prepared(select(ChangeRecord.record_id).where(ChangeRecord.change_id == bindparam("change")))
OPEN_CHANGES = prepared(
    select(Change.id)
    .join(ChangeRecord, ChangeRecord.change_id == Change.id)
    .where(ChangeRecord.record_id == bindparam("record"), Change.state == "open")
    .order_by(Change.id)
)
CHANGE = prepared(select(Change).where(Change.id == bindparam("change")))
VERSION_ACT = prepared(
    select(ChangeVersion.act).where(
        ChangeVersion.change_id == bindparam("change"), ChangeVersion.content_version == bindparam("version")
    )
)
RECORDS = prepared(select(Record).where(Record.id.in_(bindparam("ids", expanding=True))))
AUTHOR = prepared(select(Suggestion.author_id).where(Suggestion.id == bindparam("suggestion")))
CHANGE_COLUMNS = (
    "state",
    "settle_at",
    "contested_at",
    "conflicted_at",
    "escalated_at",
    "paused_until",
    "closed_at",
    "approvals",
    "rejects",
)
MOVE_CHANGE = prepared(
    update(Change)
    .where(Change.id == bindparam("change"))
    .values({name: bindparam(f"to_{name}") for name in CHANGE_COLUMNS})
)


@dataclass(frozen=True, slots=True)
class Applied:
    """The records that a change moved, and its operation."""

    operation_id: str
    record_ids: tuple[str, ...]


def touched_records(uow: UnitOfWork, change_id: str) -> list[str]:
    """The ids of the existing records that a change touches; never changes, so it may be read before the locks."""
    return [row.record_id for row in uow.run(TOUCHED, {"change": change_id})]


def payload_edits(payload: str) -> Edits:
    """The edits of an edit change's payload."""
    return edits_from_json(json.loads(payload)["edits"])


def move_change(uow: UnitOfWork, change: Row, **moved: Any) -> None:
    """Set columns of a locked change; what is not named stays."""
    values = {name: moved.get(name, getattr(change, name)) for name in CHANGE_COLUMNS}
    uow.run(MOVE_CHANGE, {"change": change.id, **{f"to_{name}": value for name, value in values.items()}})


def carry_out(
    uow: UnitOfWork,
    change: Row,
    records: Mapping[str, Row],
    decision: Decision,
    *,
    approvals: int,
    rejects: int,
    actor_id: str | None = None,
    note: str = "",
) -> Decision:
    """Do what a decision says with a locked change. Gives the decision as it stood in the end.

    An apply that clashes with the record as it is now does not happen: the change is marked conflicted and judged
    as such. The author, the voters and those whose changes now clash are told through the outbox.
    """
    flags = {
        "contested_at": (change.contested_at or uow.now) if decision.contested else None,
        "paused_until": decision.paused_until,
        "settle_at": decision.settle_at,
        "approvals": approvals,
        "rejects": rejects,
    }
    if decision.contested and change.contested_at is None:
        _tell_first_reject(uow, change)
    if decision.outcome is Outcome.APPLY:
        return _apply(uow, change, records, decision, flags, actor_id, note)
    if decision.outcome is Outcome.HOLD:
        move_change(uow, change, **flags)
        return decision
    _record(uow, change, decision, records.values(), actor_id, note)
    _tell(uow, change, decision.outcome.value)
    if decision.outcome is Outcome.ESCALATE:
        move_change(uow, change, **flags, escalated_at=uow.now)
        return decision
    act = Act.REJECT if decision.outcome is Outcome.REJECT else Act.EXPIRE
    close_change(uow, change, act, **flags)
    if act is Act.REJECT:
        standing.judge_conduct(uow, uow.value(AUTHOR, {"suggestion": change.suggestion_id}))
    return decision


def close_change(uow: UnitOfWork, change: Row, act: Act, **flags: Any) -> None:
    """Move an open change to one of its ends."""
    move_change(
        uow,
        change,
        **{
            **flags,
            "state": str(move(change.state, act)),
            "closed_at": uow.now,
            "settle_at": None,
            "paused_until": None,
        },
    )
    uow.event(f"change_{act.value}", record_id=change.record_id, detail={"change": change.id})


def _apply(
    uow: UnitOfWork,
    change: Row,
    records: Mapping[str, Row],
    decision: Decision,
    flags: dict[str, Any],
    actor_id: str | None,
    note: str,
) -> Decision:
    try:
        written = _write(uow, change, records, actor_id)
    except Clashed as clashed:
        return _conflicted(uow, change, records, flags, clashed)
    if written is None:
        close_change(uow, change, Act.SUPERSEDE, **flags)
        _tell(uow, change, "superseded")
        return decision
    _record(uow, change, decision, records.values(), actor_id, note)
    close_change(uow, change, Act.APPLY, **flags)
    _tell(uow, change, "applied")
    for record_id in sorted(written.record_ids):
        mark_clashing(uow, record_id, change.id)
    for author in sorted(authors_of(uow, change.id)):
        standing.judge_earned(uow, author)
    return decision


def _conflicted(
    uow: UnitOfWork, change: Row, records: Mapping[str, Row], flags: Mapping[str, Any], clashed: Clashed
) -> Decision:
    """Mark a change that could not be written and judge it again, so that it still escalates and expires."""
    move_change(uow, change, conflicted_at=uow.now)
    _tell(uow, change, "conflicted")
    decision, _ = judge(uow, uow.one(CHANGE, {"change": change.id}), records.values())
    units: dict[str, object] = {"units": [c.unit for c in clashed.clashes]}
    named = tuple(replace(r, values=units) if r.code == "conflicted" else r for r in decision.reasons)
    marked = uow.one(CHANGE, {"change": change.id})
    approvals, rejects = flags["approvals"], flags["rejects"]
    return carry_out(uow, marked, records, replace(decision, reasons=named), approvals=approvals, rejects=rejects)


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
    check_whole(record.kind, merged.document)
    operation = start_operation(uow, "apply", actor_id or payload["author"], "", change_id=change.id)
    why = Writing(
        operation, "moderator" if actor_id else "suggestion", payload["author"], summary_of(change), change.id
    )
    write_revision(uow, record, merged.document, why)
    return Applied(operation, (record.id,))


def summary_of(change: Row) -> str:
    """What a change does, in the words of its kind: "Phone numbers"."""
    words = {"close": "Closed", "reopen": "Reopened", "merge": "Merged", "create": "Added"}
    return words.get(change.type) or group_label(KINDS[change.kind], change.group)


def check_whole(kind: str, document: Document) -> None:
    """Raise Clashed when a merged document is not valid as a whole."""
    problems = validate(KINDS[kind], document).refusals
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


def _record(
    uow: UnitOfWork, change: Row, decision: Decision, records: Iterable[Row], actor_id: str | None, note: str
) -> None:
    uow.run(
        ADD_DECISION,
        {
            "id": new_id(),
            "change_id": change.id,
            "content_version": change.content_version,
            "outcome": decision.outcome.value,
            "reasons": dump([[r.code, plain(r.values)] for r in decision.reasons]),
            "policy_version": decision.policy_version,
            "mode": decision.mode,
            "protection": protection_of(records, uow.now),
            "counted": dump(list(decision.counted_ids)),
            "actor_id": actor_id,
            "note": note,
            "created_at": uow.now,
        },
    )


def plain(value: Any) -> Any:
    """Reason values as JSON: times as ISO text, durations as hours."""
    if isinstance(value, Mapping):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(member) for member in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() / 3600 if isinstance(value, timedelta) else value


def _tell(uow: UnitOfWork, change: Row, what: str) -> None:
    uow.outbox(
        "notice",
        f"{what}:{change.id}:{change.content_version}:{uow.now.isoformat()}",
        {"what": what, "change": change.id, "suggestion": change.suggestion_id},
    )


def _tell_first_reject(uow: UnitOfWork, change: Row) -> None:
    for author in sorted(authors_of(uow, change.id)):
        uow.outbox(
            "notice",
            f"first_reject:{change.id}:{change.content_version}:{author}",
            {"what": "first_reject", "change": change.id, "suggestion": change.suggestion_id},
            author,
        )


# -- other open changes of the same records ---------------------------------------------------------------


def fit_change(uow: UnitOfWork, change: Row, record: Row) -> Fit:
    """How an open edit stands against its (locked) record as it is now."""
    return fit(to_units(KINDS[record.kind], read_document(uow, record)), payload_edits(change.payload))


def mark_clashing(uow: UnitOfWork, record_id: str, but: str | None = None) -> None:
    """After a record moved: mark its open changes that clash, free those that no longer do, and end those that
    have become true by another's hand. All others are judged anew for when to look again."""
    ids = [row.id for row in uow.all(OPEN_CHANGES, {"record": record_id}) if row.id != but]
    if not ids:
        return
    record = uow.lock_records([record_id])[record_id]
    document = read_document(uow, record)
    for change_id in ids:
        change = uow.lock_changes([change_id])[change_id]
        if change.state == "open" and record_id in touched_records(uow, change_id):
            _mark(uow, change, record, document)


def _mark(uow: UnitOfWork, change: Row, record: Row, document: Document) -> None:
    now = _how_it_stands(uow, change, record, document)
    if now == "already":
        close_change(uow, change, Act.SUPERSEDE)
        _tell(uow, change, "superseded")
        return
    was = "fits" if change.conflicted_at is None else "clashes"
    if now != was:
        move_change(uow, change, conflicted_at=uow.now if now == "clashes" else None)
    if now == "clashes" and was == "fits":
        _tell(uow, change, "conflicted")
    look_again(uow, change.id)


def look_again(uow: UnitOfWork, change_id: str) -> None:
    """Judge a locked open change anew for when the sweep is to look at it; acts on nothing."""
    change = uow.one(CHANGE, {"change": change_id})
    if change is None or change.state != "open":
        return
    records = uow.all(RECORDS, {"ids": touched_records(uow, change_id)})
    decision, _ = judge(uow, change, records)
    move_change(uow, change, settle_at=look_again_at(decision, uow.now))


Stand = Literal["fits", "already", "clashes"]


def _how_it_stands(uow: UnitOfWork, change: Row, record: Row, document: Document) -> Stand:
    """Whether a change could be written onto its record as it is now.

    What a merge brought here clashes until somebody rebases it, or the merge is undone.
    """
    if change.type == "merge":
        return _how_merge_stands(uow, change)
    version = {"change": change.id, "version": change.content_version}
    if uow.value(VERSION_ACT, version) == "move":
        return "clashes"
    kind = KINDS[record.kind]
    merged = merge(kind, document, payload_edits(change.payload))
    if isinstance(merged, Conflict):
        return "clashes"
    if not merged.applied:
        return "already"
    return "clashes" if validate(kind, merged.document).refusals else "fits"


def _how_merge_stands(uow: UnitOfWork, change: Row) -> Stand:
    from webapp.services.merging import check_merge

    into = json.loads(change.payload)["into"]
    records = {row.id: row for row in uow.all(RECORDS, {"ids": [change.record_id, into]})}
    if records[change.record_id].merged_into == into:
        return "already"
    try:
        check_merge(records[change.record_id], records[into])
    except NotEligible:
        return "clashes"
    return "fits"


def same_payload(one: str, other: str) -> bool:
    """Whether two edit payloads say the same, whoever wrote them."""
    return canonical({"e": json.loads(one).get("edits")}) == canonical({"e": json.loads(other).get("edits")})
