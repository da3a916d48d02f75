"""What moderators do with records: protect, set confirmations aside, answer reports; each is one line in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update

from webapp.domain.errors import AlreadyClosed, NotEligible, NotFound, Problem, Refused
from webapp.services import people
from webapp.services.clashing import mark_clashing
from webapp.services.moderation_log import log
from webapp.storage import Storage
from webapp.storage.models import (
    Confirmation,
    Record,
    Report,
)
from webapp.storage.unit_of_work import Row, UnitOfWork

STANDING = select(Confirmation).where(Confirmation.voided_at.is_(None))
_NUMBERED = (
    select(
        Confirmation.record_id,
        Confirmation.created_at,
        Confirmation.person_id,
        Confirmation.how,
        func.row_number()
        .over(partition_by=Confirmation.record_id, order_by=Confirmation.created_at.desc())
        .label("place"),
    )
    .where(
        Confirmation.record_id.in_(bindparam("records", expanding=True)),
        Confirmation.voided_at.is_(None),
        Confirmation.group.is_(None),
    )
    .subquery()
)
NEWEST_LEFT = select(_NUMBERED).where(_NUMBERED.c.place == 1)
CHECKED = (
    update(Record)
    .where(Record.id == bindparam("record"))
    .values(checked_at=bindparam("at"), checked_by=bindparam("by"), checked_how=bindparam("how"))
)
LEVELS = ("trusted", "moderators")
LONGEST_PROTECTION = 90  # days


@dataclass(frozen=True, slots=True)
class ProtectRecord:
    """Tighten who may change a record until a time; level None ends it."""

    record_id: str
    actor_id: str
    level: str | None  # trusted | moderators
    until: datetime | None
    note: str


def protect_record(storage: Storage, command: ProtectRecord, now: datetime) -> None:
    """Set or end a protection; one that is set always expires, within 90 days.

    NotEligible for a level that there is not, or without an end; Refused for an end too far off.
    """
    if command.level not in (None, *LEVELS):
        raise NotEligible("unknown_code")

    def work(uow: UnitOfWork) -> None:
        record = uow.lock_records([command.record_id])[command.record_id]
        people.require(people.load_actor(uow, command.actor_id), "protect_record")
        if command.level is not None:
            _check_until(command.until, uow.now)
        uow.run(
            update(Record)
            .where(Record.id == record.id)
            .values(protection=command.level, protected_until=command.until if command.level else None)
        )
        until = command.until.isoformat() if command.level and command.until else None
        detail = {"level": command.level, "until": until}
        uow.event("protection", record_id=record.id, actor_id=command.actor_id, detail=detail)
        log(uow, command.actor_id, "protect_record", command.note, record_id=record.id)
        mark_clashing(uow, record.id)  # what may apply, and when, has moved

    storage.transact(work, now)


def _check_until(until: datetime | None, now: datetime) -> None:
    if until is None or until <= now:
        raise NotEligible("protection_must_expire")
    if until > now + timedelta(days=LONGEST_PROTECTION):
        raise Refused([Problem("days", "out_of_bounds", {"low": 1, "high": LONGEST_PROTECTION})])


def void_confirmations(storage: Storage, ids: list[str], actor_id: str, note: str, now: datetime) -> int:
    """Void false confirmations, many at once; `checked_at` falls back to the newest that still stands.

    Gives how many; one that was voided already is none. Each record has its line in the log.
    """

    def work(uow: UnitOfWork) -> int:
        people.require(people.load_actor(uow, actor_id), "void_confirmations")
        rows = uow.all(STANDING.where(Confirmation.id.in_(ids)))
        records = sorted({row.record_id for row in rows})
        uow.lock_records(records)
        voided = update(Confirmation).where(Confirmation.id.in_([row.id for row in rows]))
        uow.run(voided.values(voided_at=uow.now, voided_by=actor_id))
        left = {row.record_id: row for row in uow.all(NEWEST_LEFT, {"records": records})}
        if records:
            uow.run(CHECKED, [_checked(record_id, left.get(record_id)) for record_id in records])
        for record_id in records:
            log(uow, actor_id, "void_confirmations", note, record_id=record_id)
        return len(rows)

    return storage.transact(work, now)


def _checked(record_id: str, left: Row | None) -> dict[str, object]:
    """What a record says of who checked it last."""
    return {
        "record": record_id,
        "at": left.created_at if left else None,
        "by": left.person_id if left else None,
        "how": left.how if left else None,
    }


def close_report(storage: Storage, report_id: str, actor_id: str, answer: str, now: datetime) -> None:
    """A moderator has dealt with a report."""

    def work(uow: UnitOfWork) -> None:
        people.require(people.load_actor(uow, actor_id), "handle_report")
        report = uow.one(select(Report).where(Report.id == report_id).with_for_update())
        if report is None:
            raise NotFound(what="report")
        if report.state != "open":
            raise AlreadyClosed(state=report.state)
        uow.run(
            update(Report)
            .where(Report.id == report_id)
            .values(state="done", closed_at=uow.now, closed_by=actor_id, answer=answer)
        )
        log(uow, actor_id, "handle_report", answer, record_id=report.record_id)

    storage.transact(work, now)
