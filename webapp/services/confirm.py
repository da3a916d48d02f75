"""Still correct: an append-only row that moves `checked_at` and changes nothing else. And problems reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, select, update

from webapp.domain.codes import HOW_KNOWN, REPORTS
from webapp.domain.errors import CapReached, NotEligible, Problem, Refused, Stale
from webapp.domain.kinds import KINDS, LIFECYCLE_STATUSES
from webapp.domain.permissions import Actor, Subject
from webapp.services import people
from webapp.services.judge import newest_policy
from webapp.storage import Storage
from webapp.storage.models import ChangeAuthor, Confirmation, Record, Report, Revision
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

TODAY = select(func.count()).where(
    Confirmation.person_id == bindparam("person"), Confirmation.created_at > bindparam("since")
)

WROTE = prepared(  # the newest revision, together with its author; nobody has looked at it since
    select(
        exists()
        .where(
            Revision.record_id == bindparam("record"),
            Revision.number == bindparam("number"),
            ChangeAuthor.change_id == Revision.change_id,
            ChangeAuthor.person_id == bindparam("person"),
            ChangeAuthor.role != "supporter",
        )
        .where(
            ~exists().where(
                Confirmation.record_id == bindparam("record"),
                Confirmation.number == bindparam("number"),
                Confirmation.group.is_(None),
            )
        )
    )
)


@dataclass(frozen=True, slots=True)
class ConfirmRecord:
    """A person says that a record (or one field group) is still correct as of revision `seen`."""

    record_id: str
    person_id: str
    seen: int
    how: str
    group: str | None = None


def confirm_record(storage: Storage, command: ConfirmRecord, now: datetime) -> str:
    """Keep the confirmation; gives its id. One needs to be another person than the last who touched the record.

    Raises NotAllowed, NotEligible (the record is closed, there is no such group or way of knowing), Stale (the record
    has moved since it was seen), CapReached (30 a day).
    """
    if command.how not in HOW_KNOWN:
        raise NotEligible("unknown_code")

    def work(uow: UnitOfWork) -> str:
        record = uow.lock_records([command.record_id])[command.record_id]
        uow.lock_people([command.person_id])  # two at once would both be the thirtieth
        actor = people.load_actor(uow, command.person_id)
        people.require(actor, "confirm_record", Subject(last_touched_by=_last_hand(uow, record, actor)))
        _check_seen(record, command)
        _check_cap(uow, command.person_id)
        id_ = _keep(uow, command)
        if command.group is None:
            _move_checked(uow, command)
        uow.event("confirmation", record_id=record.id, actor_id=command.person_id, detail={"number": command.seen})
        return id_

    return storage.transact(work, now)


def _last_hand(uow: UnitOfWork, record: Row, actor: Actor) -> str | None:
    """Who touched the record last; co-authors of what was written last have touched it as much as its author."""
    wrote = uow.value(WROTE, {"record": record.id, "number": record.newest_number, "person": actor.id})
    return actor.id if wrote else record.touched_by


def _check_seen(record: Row, command: ConfirmRecord) -> None:
    """What is confirmed is what was seen: nobody vouches for a value that came after."""
    if record.status in LIFECYCLE_STATUSES:
        raise NotEligible("record_closed")
    if command.group is not None and command.group not in {group.name for group in KINDS[record.kind].groups}:
        raise NotEligible("unknown_code")
    if command.seen != record.newest_number:
        raise Stale(seen=command.seen, present=record.newest_number)


def _check_cap(uow: UnitOfWork, person_id: str) -> None:
    cap = newest_policy(uow).caps.confirms_a_day
    if uow.value(TODAY, {"person": person_id, "since": uow.now - timedelta(days=1)}) >= cap:
        raise CapReached("confirms_a_day", limit=cap)


def _keep(uow: UnitOfWork, command: ConfirmRecord) -> str:
    """The confirmation's own row, which only a moderator sets aside; gives its id."""
    id_ = new_id()
    uow.add(
        Confirmation,
        id=id_,
        record_id=command.record_id,
        group=command.group,
        number=command.seen,
        person_id=command.person_id,
        how=command.how,
        created_at=uow.now,
        voided_at=None,
        voided_by=None,
    )
    return id_


def _move_checked(uow: UnitOfWork, command: ConfirmRecord) -> None:
    """The whole record was looked at: it is checked now, by this person, who touched it last."""
    by = command.person_id
    moved = {"checked_at": uow.now, "checked_by": by, "checked_how": command.how, "touched_by": by}
    uow.run(update(Record).where(Record.id == command.record_id).values(moved))


@dataclass(frozen=True, slots=True)
class ReportProblem:
    """Something is wrong with a record; no account needed."""

    record_id: str
    what: str  # wrong | closed | harmful | urgent | other
    text: str
    person_id: str | None = None
    contact: str | None = None


def report_problem(storage: Storage, command: ReportProblem, now: datetime) -> str:
    """Keep the report for the moderators; an urgent one comes first. Gives its id.

    Raises NotEligible (no such code), Refused (it says nothing), NotAllowed (a banned person).
    """
    if command.what not in REPORTS:
        raise NotEligible("unknown_code")
    if not command.text.strip():
        raise Refused([Problem("text", "required")])

    def work(uow: UnitOfWork) -> str:
        people.require(people.load_actor(uow, command.person_id), "report_problem")
        id_ = new_id()
        is_urgent = int(command.what == "urgent")
        uow.add(
            Report,
            id=id_,
            record_id=command.record_id,
            person_id=command.person_id,
            what=command.what,
            text=command.text,
            contact=command.contact,
            is_urgent=is_urgent,
            state="open",
            created_at=uow.now,
            closed_at=None,
            closed_by=None,
            answer="",
        )
        if is_urgent:
            uow.outbox("notice", f"report:{id_}", {"what": "urgent_report", "report": id_})
        return id_

    return storage.transact(work, now)
