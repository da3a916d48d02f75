"""Undoing in one record: revert one revision, or roll the record back to one. Always new revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from webapp.domain.document import Document
from webapp.domain.errors import NotFound, Stale
from webapp.domain.kinds import KINDS
from webapp.domain.rollback import Plan, plan_record, plan_revert
from webapp.domain.standing import protected_until
from webapp.services import people
from webapp.services.judge import newest_policy, protection_of
from webapp.services.moderation_log import log
from webapp.services.revise import Writing, start_operation
from webapp.services.undoing import Undoing, Undone, tell_undone, undone_of, write_plan
from webapp.storage import Storage
from webapp.storage.models import Record, Revision
from webapp.storage.prepared import prepared
from webapp.storage.queries.history import documents
from webapp.storage.unit_of_work import Row, UnitOfWork

REVERTS = prepared(
    select(Revision.created_at)
    .where(
        Revision.record_id == bindparam("record"), Revision.cause == "revert", Revision.created_at > bindparam("since")
    )
    .order_by(Revision.created_at)
)
OPERATION_OF = prepared(
    select(Revision.operation_id).where(
        Revision.record_id == bindparam("record"), Revision.number == bindparam("number")
    )
)
REVISIONS_SINCE = prepared(
    select(Revision.id)
    .where(Revision.record_id == bindparam("record"), Revision.number > bindparam("number"))
    .order_by(Revision.number)
)


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


def preview_revert(connection: Connection, record: Row, number: int, chosen: frozenset[str] = frozenset()) -> Plan:
    """What reverting revision `number` would do; NotFound when there is none."""
    wanted = sorted({number - 1, number, record.newest_number} - {0})
    said = documents(connection, record.id, record.kind, wanted)
    if number not in said:
        raise NotFound(what="revision")
    before: Document = said[number - 1] if number > 1 else {}
    return plan_revert(KINDS[record.kind], before, said[number], said[record.newest_number], chosen)


def preview_roll_back(connection: Connection, record: Row, number: int) -> Plan:
    """What rolling back to revision `number` would do; NotFound when there is none."""
    return _roll_back(connection, record, number).plan


@dataclass(frozen=True, slots=True)
class _RollBack:
    """What rolling back does: the plan, and the document that it ends with."""

    plan: Plan
    wanted: Document


def _roll_back(connection: Connection, record: Row, number: int) -> _RollBack:
    said = documents(connection, record.id, record.kind, sorted({number, record.newest_number}))
    if number not in said:
        raise NotFound(what="revision")
    plan = plan_record(KINDS[record.kind], said[number], said[record.newest_number])
    return _RollBack(plan, said[number])


def revert_revision(storage: Storage, command: RevertRevision, now: datetime) -> Undone:
    """Write the inverse of one revision onto the present. Stale when the record moved since the preview."""

    def work(uow: UnitOfWork) -> Undone:
        record = _lock_seen(uow, command.record_id, command.seen)
        people.require(people.load_actor(uow, command.person_id), "revert_revision")
        plan = preview_revert(uow.connection, record, command.number, command.chosen)
        undoes = uow.value(OPERATION_OF, {"record": record.id, "number": command.number})
        operation = start_operation(uow, "revert", command.person_id, command.reason, undoes_id=undoes)
        why = Writing(operation, "revert", command.person_id, f"Reverted revision {command.number}")
        write_plan(uow, record, plan, why)
        log(uow, command.person_id, "revert_revision", command.reason, record_id=record.id, operation_id=operation)
        tell_undone(uow, Undoing(operation, command.person_id, undoes), {undoes})
        _guard_against_war(uow, record.id)
        return Undone(operation, {record.id: plan})

    return storage.transact(work, now)


def roll_back_record(storage: Storage, command: RollBackRecord, now: datetime) -> Undone:
    """Write an earlier state as the newest revision. Stale when the record moved since the preview."""

    def work(uow: UnitOfWork) -> Undone:
        record = _lock_seen(uow, command.record_id, command.seen)
        people.require(people.load_actor(uow, command.person_id), "roll_back_record")
        found = _roll_back(uow.connection, record, command.number)
        since = uow.run(REVISIONS_SINCE, {"record": record.id, "number": command.number}).scalars()
        undone = undone_of(uow.connection, {record.id: since})
        operation = start_operation(uow, "roll_back", command.person_id, command.reason)
        why = Writing(operation, "roll_back", command.person_id, f"Rolled back to revision {command.number}")
        write_plan(uow, record, found.plan, why, found.wanted)
        log(uow, command.person_id, "roll_back_record", command.reason, record_id=record.id, operation_id=operation)
        tell_undone(uow, Undoing(operation, command.person_id), undone)
        return Undone(operation, {record.id: found.plan})

    return storage.transact(work, now)


def _lock_seen(uow: UnitOfWork, record_id: str, seen: int) -> Row:
    record = uow.lock_records([record_id])[record_id]
    if record.newest_number != seen:
        raise Stale(seen=seen, present=record.newest_number)
    return record


def _guard_against_war(uow: UnitOfWork, record_id: str) -> None:
    """Three reverts within a day protect a record to trusted people for a week (`RULES.md`, "History")."""
    policy = newest_policy(uow)
    since = uow.now - policy.spam.revert_window  # a war of long ago was judged when it was fought
    until = protected_until([row.created_at for row in uow.run(REVERTS, {"record": record_id, "since": since})], policy)
    if until is None or until <= uow.now:
        return
    record = uow.lock_records([record_id])[record_id]
    if record.protection is None or (record.protected_until and record.protected_until < until):
        level = protection_of([record], uow.now) or "trusted"
        uow.run(update(Record).where(Record.id == record_id).values(protection=level, protected_until=until))
        uow.event("protection", record_id=record_id, detail={"level": level, "until": until.isoformat(), "by": "rule"})
