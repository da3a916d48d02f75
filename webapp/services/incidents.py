"""Undoing an incident: what somebody, an operation or a suggestion wrote in many records, at once or by the worker.

What is undone is frozen as the operation's plan; each record is judged anew under its lock. An undoing can be undone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, select, update

from webapp.domain.canonical import dump
from webapp.domain.errors import NotFound
from webapp.domain.kinds import KINDS
from webapp.domain.rollback import Plan, plan_incident
from webapp.services import people
from webapp.services.moderation_log import log
from webapp.services.revise import Writing, start_operation
from webapp.services.undoing import NothingToUndo, Undoing, Undone, past_of, tell_undone, write_plan
from webapp.storage import Storage
from webapp.storage.models import Change, Operation, Record, Revision, RevisionContent
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import UnitOfWork

RUNNING = select(Operation).where(Operation.id == bindparam("id")).with_for_update(key_share=True)
OPERATIONS = prepared(
    select(Revision.operation_id).where(Revision.id.in_(bindparam("revisions", expanding=True))).distinct()
)
AT_ONCE = 500  # records that one transaction undoes; of more, the worker undoes a chunk at a time
CHUNK = 50


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
        by = Undoing(operation, command.person_id, command.incident.operation_id)
        return Undone(operation, _undo_rows(uow, by, json.loads(plan)))

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


def _undo_rows(uow: UnitOfWork, by: Undoing, rows: list[tuple[str, list[str], list[str]]]) -> dict[str, Plan]:
    """Undo record by record, judging each anew under its lock. A row names a record, its revisions that are to be
    undone, and the units that are to be taken back even where they conflict.
    """
    records = uow.lock_records([row[0] for row in rows])
    why = Writing(by.id, "roll_back", by.actor_id, "Rolled back")
    plans: dict[str, Plan] = {}
    undone: set[str] = set()
    for record_id, tainted, chosen in rows:
        plan = _plan_one(uow.connection, record_id, frozenset(tainted), frozenset(chosen))
        plans[record_id] = plan
        if plan.does_nothing:
            continue
        try:
            write_plan(uow, records[record_id], plan, why)
        except NothingToUndo:
            plans[record_id] = Plan((), plan.kept, plan.conflicts)
            continue
        undone |= {row.operation_id for row in uow.run(OPERATIONS, {"revisions": tainted})}
    tell_undone(uow, by, list(plans), undone)
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
    _undo_rows(uow, Undoing(operation_id, operation.actor_id, operation.undoes_id, is_continued=True), rows)
    done = operation.done + len(rows)
    is_over = done >= operation.total
    uow.run(
        update(Operation)
        .where(Operation.id == operation_id)
        .values(done=done, state="done" if is_over else "running", finished_at=uow.now if is_over else None)
    )
    return len(rows)
