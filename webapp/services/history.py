"""Undoing: revert one revision, roll back a record, roll back an incident, undo an operation. Always new revisions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, bindparam, select, update

from webapp.domain.diff import Edits, apply_edits
from webapp.domain.document import Document
from webapp.domain.errors import AlreadyClosed, NotEligible, NotFound, Stale
from webapp.domain.kinds import KINDS
from webapp.domain.rollback import Past, Plan, plan_incident, plan_record, plan_revert
from webapp.domain.standing import protected_until
from webapp.domain.upcast import read
from webapp.services import people
from webapp.services.apply import Clashed, check_whole
from webapp.services.clashing import mark_clashing
from webapp.services.judge import newest_policy, protection_of
from webapp.services.merging import follow
from webapp.services.moderation_log import log
from webapp.services.revise import Writing, read_document, start_operation, write_revision
from webapp.storage import Storage
from webapp.storage.models import Change, Operation, Record, Revision, RevisionContent
from webapp.storage.unit_of_work import Row, UnitOfWork, dump

PAST = (
    select(
        Revision.number,
        Revision.id,
        Revision.operation_id,
        Revision.actor_id,
        Revision.created_at,
        Revision.schema_version,
        RevisionContent.document,
    )
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Revision.record_id == bindparam("record"))
    .order_by(Revision.number)
)
BY_ID = select(Operation.actor_id, Operation.undoes_id).where(Operation.id == bindparam("id"))
MARKS = select(Operation.undoes_id).where(Operation.type == "undone", Operation.plan == bindparam("operation"))
RUNNING = select(Operation).where(Operation.id == bindparam("id")).with_for_update(key_share=True)
AT_ONCE = 500
CHUNK = 50
REVERTS = (
    select(Revision.created_at)
    .where(
        Revision.record_id == bindparam("record"), Revision.cause == "revert", Revision.created_at > bindparam("since")
    )
    .order_by(Revision.created_at)
)


class NothingToUndo(AlreadyClosed):
    """The record stands as it would after undoing."""

    code = "nothing_to_undo"


@dataclass(frozen=True, slots=True)
class RevertRevision:
    """Undo one revision of a record; `chosen` names conflicting units to take back all the same."""

    record_id: str
    number: int
    person_id: str
    seen: int  # the newest revision that the preview showed
    reason: str
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RollBackRecord:
    """Restore a record to revision `number`."""

    record_id: str
    number: int
    person_id: str
    seen: int
    reason: str


@dataclass(frozen=True, slots=True)
class Incident:
    """What is to be undone together; every condition that is given must hold."""

    actor_id: str | None = None
    operation_id: str | None = None
    suggestion_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class RollBackIncident:
    """Undo what an incident wrote in every record that it touched."""

    incident: Incident
    person_id: str
    reason: str
    chosen: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undone:
    """The operation that undid, and the plan it followed for each record."""

    operation_id: str
    plans: dict[str, Plan]


# -- plans, for previews too ------------------------------------------------------------------------------


def past_of(connection: Connection, record_id: str, kind: str, tainted: frozenset[str] = frozenset()) -> list[Past]:
    """Every revision of a record, oldest first; those whose id is among `tainted` are to be undone."""
    return [
        Past(row.number, read(kind, row.document, row.schema_version), row.id in tainted)
        for row in connection.execute(PAST, {"record": record_id})
    ]


def preview_revert(connection: Connection, record: Row, number: int, chosen: frozenset[str] = frozenset()) -> Plan:
    """What reverting revision `number` would do; NotFound when there is none."""
    past = past_of(connection, record.id, record.kind)
    if not 1 <= number <= len(past):
        raise NotFound(what="revision")
    before: Document = past[number - 2].document if number > 1 else {}
    return plan_revert(KINDS[record.kind], before, past[number - 1].document, past[-1].document, chosen)


def preview_roll_back(connection: Connection, record: Row, number: int) -> Plan:
    """What rolling back to revision `number` would do."""
    past = past_of(connection, record.id, record.kind)
    if not 1 <= number <= len(past):
        raise NotFound(what="revision")
    return plan_record(KINDS[record.kind], past[number - 1].document, past[-1].document)


# -- commands ---------------------------------------------------------------------------------------------


def revert_revision(storage: Storage, command: RevertRevision, now: datetime) -> Undone:
    """Write the inverse of one revision onto the present. Stale when the record moved since the preview."""

    def work(uow: UnitOfWork) -> Undone:
        record = _lock_seen(uow, command.record_id, command.seen)
        people.require(people.load_actor(uow, command.person_id), "revert_revision")
        plan = preview_revert(uow.connection, record, command.number, command.chosen)
        undoes = uow.value(
            select(Revision.operation_id).where(Revision.record_id == record.id, Revision.number == command.number)
        )
        operation = start_operation(uow, "revert", command.person_id, command.reason, undoes_id=undoes)
        why = Writing(operation, "revert", command.person_id, f"Reverted revision {command.number}")
        _write_plan(uow, record, plan, why)
        log(uow, command.person_id, "revert_revision", command.reason, record_id=record.id, operation_id=operation)
        _tell_undone(uow, operation, [record.id], {undoes} if undoes else set())
        _guard_against_war(uow, record.id)
        return Undone(operation, {record.id: plan})

    return storage.transact(work, now)


def roll_back_record(storage: Storage, command: RollBackRecord, now: datetime) -> Undone:
    """Write an earlier state as the newest revision. Stale when the record moved since the preview."""

    def work(uow: UnitOfWork) -> Undone:
        record = _lock_seen(uow, command.record_id, command.seen)
        people.require(people.load_actor(uow, command.person_id), "roll_back_record")
        plan = preview_roll_back(uow.connection, record, command.number)
        operation = start_operation(uow, "roll_back", command.person_id, command.reason)
        why = Writing(operation, "roll_back", command.person_id, f"Rolled back to revision {command.number}")
        undone = {row.operation_id for row in uow.run(PAST, {"record": record.id}) if row.number > command.number}
        _write_plan(uow, record, plan, why)
        log(uow, command.person_id, "roll_back_record", command.reason, record_id=record.id, operation_id=operation)
        _tell_undone(uow, operation, [record.id], undone)
        return Undone(operation, {record.id: plan})

    return storage.transact(work, now)


def _lock_seen(uow: UnitOfWork, record_id: str, seen: int) -> Row:
    record = uow.lock_records([record_id])[record_id]
    if record.newest_number != seen:
        raise Stale(seen=seen, present=record.newest_number)
    return record


def _write_plan(uow: UnitOfWork, record: Row, plan: Plan, why: Writing) -> None:
    if plan.does_nothing:
        raise NothingToUndo(conflicts=[c.unit for c in plan.conflicts])
    document = _restored(uow, record, plan.restored)
    try:
        others = follow(uow, record, document)
    except NotEligible as error:
        raise NothingToUndo("does_not_fit", why=error.code) from error
    write_revision(uow, record, document, why)
    for record_id in sorted({record.id, *others}):
        mark_clashing(uow, record_id)


def _restored(uow: UnitOfWork, record: Row, edits: Edits) -> Document:
    """The present document with the plan's edits; what would not be valid as a whole is a conflict."""
    try:
        document = apply_edits(KINDS[record.kind], read_document(uow, record), edits)
    except KeyError as error:
        raise NothingToUndo("does_not_fit", unit=str(error)) from error
    if document.get("status") != "void":
        try:
            check_whole(record.kind, document)
        except Clashed as error:
            raise NothingToUndo("does_not_fit", units=[c.unit for c in error.clashes]) from error
    return document


def _guard_against_war(uow: UnitOfWork, record_id: str) -> None:
    """Three reverts within a day protect a record to trusted people for a week (`RULES.md`, "History")."""
    policy = newest_policy(uow)
    since = uow.now - timedelta(days=30)
    until = protected_until([row.created_at for row in uow.run(REVERTS, {"record": record_id, "since": since})], policy)
    if until is None or until <= uow.now:
        return
    record = uow.lock_records([record_id])[record_id]
    if record.protection is None or (record.protected_until and record.protected_until < until):
        level = protection_of([record], uow.now) or "trusted"
        uow.run(update(Record).where(Record.id == record_id).values(protection=level, protected_until=until))
        uow.event("protection", record_id=record_id, detail={"level": level, "until": until.isoformat(), "by": "rule"})


# -- incidents --------------------------------------------------------------------------------------------


def tainted_revisions(connection: Connection, incident: Incident) -> dict[str, frozenset[str]]:
    """The revisions in an incident: ids of revisions by id of record. Empty when no condition is given."""
    query = select(Revision.id, Revision.record_id)
    conditions = []
    if incident.actor_id:
        conditions.append(Revision.actor_id == incident.actor_id)
    if incident.operation_id:
        conditions.append(Revision.operation_id == incident.operation_id)
    if incident.suggestion_id:
        changes = select(Change.id).where(Change.suggestion_id == incident.suggestion_id)
        conditions.append(Revision.change_id.in_(changes))
    if incident.since:
        conditions.append(Revision.created_at >= incident.since)
    if incident.until:
        conditions.append(Revision.created_at <= incident.until)
    if incident.text:
        query = query.join(RevisionContent, RevisionContent.revision_id == Revision.id)
        conditions.append(RevisionContent.document.contains(incident.text, autoescape=True))
    found: dict[str, set[str]] = {}
    for row in connection.execute(query.where(*conditions)) if conditions else ():
        found.setdefault(row.record_id, set()).add(row.id)
    return {record_id: frozenset(ids) for record_id, ids in sorted(found.items())}


def preview_incident(
    connection: Connection, incident: Incident, chosen: dict[str, frozenset[str]] | None = None
) -> dict[str, Plan]:
    """What rolling an incident back would do, by record."""
    tainted = tainted_revisions(connection, incident)
    return {id_: _plan_one(connection, id_, ids, (chosen or {}).get(id_, frozenset())) for id_, ids in tainted.items()}


def _plan_one(connection: Connection, record_id: str, tainted: frozenset[str], chosen: frozenset[str]) -> Plan:
    kind = connection.scalar(select(Record.kind).where(Record.id == record_id))
    if kind is None:
        raise NotFound(what="record")
    return plan_incident(KINDS[kind], past_of(connection, record_id, kind, tainted), chosen)


def roll_back_incident(storage: Storage, command: RollBackIncident, now: datetime) -> Undone:
    """Undo an incident: up to 500 records at once, beyond that from a frozen plan in chunks by the worker."""

    def work(uow: UnitOfWork) -> Undone:
        people.require(people.load_actor(uow, command.person_id), "roll_back_incident")
        was_running = _stop(uow, command.incident.operation_id)
        tainted = tainted_revisions(uow.connection, command.incident)
        if not tainted and not was_running:
            raise NothingToUndo
        at_once = len(tainted) <= AT_ONCE
        plan = dump([[id_, sorted(ids), sorted(command.chosen.get(id_, ()))] for id_, ids in tainted.items()])
        operation = start_operation(
            uow,
            "roll_back",
            command.person_id,
            command.reason,
            undoes_id=command.incident.operation_id,
            total=len(tainted),
            state="done" if at_once else "running",
            plan=plan,
        )
        log(uow, command.person_id, "roll_back_incident", command.reason, operation_id=operation)
        if not at_once:
            return Undone(operation, {})
        return Undone(operation, _undo_rows(uow, operation, command.person_id, json.loads(plan)))

    return storage.transact(work, now)


def _stop(uow: UnitOfWork, operation_id: str | None) -> bool:
    """Stop an operation that is to be undone before its worker is through; gives whether it was running."""
    if operation_id is None:
        return False
    operation = uow.one(RUNNING, {"id": operation_id})
    if operation is None or operation.state != "running":
        return False
    uow.run(update(Operation).where(Operation.id == operation_id).values(state="stopped", finished_at=uow.now))
    return True


def _undo_rows(
    uow: UnitOfWork, operation: str, person_id: str | None, rows: Iterable[tuple[str, list[str], list[str]]]
) -> dict[str, Plan]:
    """Undo record by record, judging each anew under its lock."""
    rows = list(rows)
    records = uow.lock_records([row[0] for row in rows])
    plans: dict[str, Plan] = {}
    undone: set[str] = set()
    for record_id, tainted, chosen in rows:
        plan = _plan_one(uow.connection, record_id, frozenset(tainted), frozenset(chosen))
        plans[record_id] = plan
        if plan.does_nothing:
            continue
        try:
            _write_plan(uow, records[record_id], plan, Writing(operation, "roll_back", person_id, "Rolled back"))
        except NothingToUndo:
            plans[record_id] = Plan((), plan.kept, plan.conflicts)
            continue
        undone |= {row.operation_id for row in uow.run(PAST, {"record": record_id}) if row.id in set(tainted)}
    _tell_undone(uow, operation, list(plans), undone)
    return plans


def continue_operations(storage: Storage, now: datetime) -> int:
    """The worker's part of a large roll back: one chunk of each running operation; gives records done."""
    with storage.read() as connection:
        running = connection.execute(select(Operation.id).where(Operation.state == "running")).scalars().all()
    return sum(storage.transact(partial(_chunk, operation_id=id_), now) for id_ in running)


def _chunk(uow: UnitOfWork, operation_id: str) -> int:
    operation = uow.one(RUNNING, {"id": operation_id})
    if operation is None or operation.state != "running":
        return 0
    rows = json.loads(operation.plan or "[]")[operation.done : operation.done + CHUNK]
    _undo_rows(uow, operation_id, operation.actor_id, rows)
    done = operation.done + len(rows)
    is_over = done >= operation.total
    uow.run(
        update(Operation)
        .where(Operation.id == operation_id)
        .values(done=done, state="done" if is_over else "running", finished_at=uow.now if is_over else None)
    )
    return len(rows)


def _tell_undone(uow: UnitOfWork, operation: str, record_ids: list[str], undone: set[str]) -> None:
    """Author and voters of what was undone are told, and each operation undone is marked so, for trust goes by it.

    The mark is an operation of type `undone` that names what it undoes and, as its plan, the one it is part of.
    """
    whole = uow.one(BY_ID, {"id": operation})
    marked = {row.undoes_id for row in uow.run(MARKS, {"operation": operation})}
    for undone_id in sorted(undone):
        uow.outbox(
            "notice",
            f"undone:{operation}:{undone_id}",
            {"what": "undone", "operation": undone_id, "by": operation, "records": record_ids[:20]},
        )
        if whole and undone_id != whole.undoes_id and undone_id not in marked:
            start_operation(uow, "undone", whole.actor_id, "", undoes_id=undone_id, total=0, plan=operation)
