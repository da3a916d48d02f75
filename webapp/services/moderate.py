"""What moderators do beside deciding: protect, hide, pause, ban, lift, grant; each is one line in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from webapp.domain.decide import reaches_threshold
from webapp.domain.errors import AlreadyClosed, NotEligible, NotFound
from webapp.domain.permissions import Subject
from webapp.domain.roles import Role
from webapp.domain.standing import hides, may_flag_again_at
from webapp.services import people
from webapp.services.judge import authors_of, current_mode, facts_of, newest_policy, policy_of, tally_of
from webapp.services.review import lock_change, settle
from webapp.services.standing import pause, set_role
from webapp.storage import Storage
from webapp.storage.models import (
    Change,
    ChangeAuthor,
    Confirmation,
    Decision,
    ModerationEntry,
    Person,
    PersonSession,
    Record,
    Report,
    Sanction,
    SpamFlag,
    Vote,
)
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

LIVE_FLAGS = select(SpamFlag).where(SpamFlag.change_id == bindparam("change"), SpamFlag.judged.is_(None))
VOTED_OPEN = (
    select(Change.id)
    .join(Vote, Vote.change_id == Change.id)
    .where(Vote.person_id == bindparam("person"), Vote.is_live == 1, Change.state == "open")
    .distinct()
)
VOTED_APPLIED = (
    select(Change)
    .join(Vote, Vote.change_id == Change.id)
    .join(Decision, Decision.change_id == Change.id)
    .where(
        Vote.person_id == bindparam("person"),
        Vote.is_live == 1,
        Change.state == "applied",
        Decision.outcome == "apply",
        Decision.actor_id.is_(None),
    )
)
OWN_OPEN = (
    select(Change.id)
    .join(ChangeAuthor, ChangeAuthor.change_id == Change.id)
    .where(ChangeAuthor.person_id == bindparam("person"), ChangeAuthor.role == "author", Change.state == "open")
)


def log(
    uow: UnitOfWork,
    actor: str,
    act: str,
    note: str,
    *,
    record_id: str | None = None,
    change_id: str | None = None,
    person_id: str | None = None,
) -> None:
    """One line of the public moderation log."""
    uow.add(
        ModerationEntry,
        id=new_id(),
        actor_id=actor,
        act=act,
        record_id=record_id,
        change_id=change_id,
        person_id=person_id,
        operation_id=None,
        note=note,
        is_self_decided=0,
        created_at=uow.now,
    )


@dataclass(frozen=True, slots=True)
class ProtectRecord:
    """Tighten who may change a record until a time; level None ends it."""

    record_id: str
    actor_id: str
    level: str | None  # trusted | moderators
    until: datetime | None
    note: str


def protect_record(storage: Storage, command: ProtectRecord, now: datetime) -> None:
    """Set or end a protection; one that is set always expires."""

    def work(uow: UnitOfWork) -> None:
        record = uow.lock_records([command.record_id])[command.record_id]
        people.require(people.load_actor(uow, command.actor_id), "protect_record")
        if command.level is not None and (command.until is None or command.until <= uow.now):
            raise NotEligible("protection_must_expire")
        uow.run(
            update(Record)
            .where(Record.id == record.id)
            .values(protection=command.level, protected_until=command.until if command.level else None)
        )
        uow.event("protection", record_id=record.id, actor_id=command.actor_id, detail={"level": command.level})
        log(uow, command.actor_id, "protect_record", command.note, record_id=record.id)

    storage.transact(work, now)


# -- spam -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlagSpam:
    """A reviewer says that a change is spam."""

    change_id: str
    person_id: str


def flag_spam(storage: Storage, command: FlagSpam, now: datetime) -> bool:
    """Flag; gives whether the change is now hidden until a moderator looks."""

    def work(uow: UnitOfWork) -> bool:
        _, change = lock_change(uow, command.change_id)
        subject = Subject(author_ids=authors_of(uow, change.id), state=change.state)
        people.require(people.load_actor(uow, command.person_id), "flag_spam", subject)
        _check_may_flag(uow, command.person_id)
        flags = uow.all(LIVE_FLAGS, {"change": change.id})
        if command.person_id not in {flag.person_id for flag in flags}:
            uow.add(
                SpamFlag,
                id=new_id(),
                change_id=change.id,
                person_id=command.person_id,
                created_at=uow.now,
                judged=None,
                judged_at=None,
            )
            flags = uow.all(LIVE_FLAGS, {"change": change.id})
        if hides(len(flags), newest_policy(uow)) and change.hidden_at is None:
            uow.run(update(Change).where(Change.id == change.id).values(hidden_at=uow.now, settle_at=None))
        return hides(len(flags), newest_policy(uow))

    return storage.transact(work, now)


def _check_may_flag(uow: UnitOfWork, person_id: str) -> None:
    lost = select(Sanction.until).where(
        Sanction.person_id == person_id,
        Sanction.type == "no_flags",
        Sanction.lifted_at.is_(None),
        Sanction.until > uow.now,
    )
    until = uow.value(lost)
    if until is not None:
        raise NotEligible("flags_lost", until=until)


@dataclass(frozen=True, slots=True)
class JudgeFlags:
    """A moderator says whether a flagged change is spam."""

    change_id: str
    actor_id: str
    is_spam: bool
    note: str = ""


def judge_flags(storage: Storage, command: JudgeFlags, now: datetime) -> None:
    """Spam: the change is rejected. Not spam: it is shown again, and who flagged it may not flag for 30 days."""

    def work(uow: UnitOfWork) -> None:
        records, change = lock_change(uow, command.change_id)
        people.require(people.load_actor(uow, command.actor_id), "judge_flags")
        flags = uow.all(LIVE_FLAGS, {"change": change.id})
        verdict = "right" if command.is_spam else "wrong"
        uow.run(
            update(SpamFlag)
            .where(SpamFlag.change_id == change.id, SpamFlag.judged.is_(None))
            .values(judged=verdict, judged_at=uow.now)
        )
        log(uow, command.actor_id, "judge_flags", command.note, record_id=change.record_id, change_id=change.id)
        uow.run(update(Change).where(Change.id == change.id).values(hidden_at=None))
        if not command.is_spam:
            until = may_flag_again_at(uow.now, newest_policy(uow))
            for flag in flags:
                uow.add(
                    Sanction,
                    id=new_id(),
                    person_id=flag.person_id,
                    type="no_flags",
                    reason="wrong spam flag",
                    actor_id=command.actor_id,
                    since=uow.now,
                    until=until,
                    lifted_at=None,
                    lifted_by=None,
                )
            settle(uow, uow.lock_changes([change.id])[change.id], records)

    storage.transact(work, now)


# -- people -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PausePerson:
    """Stop a person's new acts for some days."""

    person_id: str
    actor_id: str
    days: int
    note: str


def pause_person(storage: Storage, command: PausePerson, now: datetime) -> None:
    """Pause; what the person has under way goes on."""

    def work(uow: UnitOfWork) -> None:
        person = _sanctioned(uow, command.person_id, command.actor_id, "pause_person")
        pause(uow, person.id, uow.now + timedelta(days=command.days), command.actor_id, command.note)
        log(uow, command.actor_id, "pause_person", command.note, person_id=person.id)

    storage.transact(work, now)


def _sanctioned(uow: UnitOfWork, person_id: str, actor_id: str, action: str) -> Row:
    person = uow.one(people.PERSON, {"id": person_id})
    if person is None:
        raise NotFound(what="person")
    subject = Subject(person_id=person.id, person_role=Role(person.role))
    people.require(people.load_actor(uow, actor_id), action, subject)
    return person


@dataclass(frozen=True, slots=True)
class BanPerson:
    """Ban, or lift a ban."""

    person_id: str
    actor_id: str
    note: str


@dataclass(frozen=True, slots=True)
class Banned:
    """What a ban touched."""

    rejudged: tuple[str, ...]  # open changes judged again
    doubtful: tuple[str, ...]  # applied changes that would now miss the threshold


def ban_person(storage: Storage, command: BanPerson, now: datetime) -> Banned:
    """Ban: votes are voided, open changes hidden, and what the person voted on is judged again, one by one.

    What would newly apply is escalated instead. Applied changes that would now miss the threshold are listed.
    """

    def mark(uow: UnitOfWork) -> None:
        person = _sanctioned(uow, command.person_id, command.actor_id, "ban_person")
        uow.lock_person(person.id)
        uow.add(
            Sanction,
            id=new_id(),
            person_id=person.id,
            type="ban",
            reason=command.note,
            actor_id=command.actor_id,
            since=uow.now,
            until=None,
            lifted_at=None,
            lifted_by=None,
        )
        uow.run(update(Person).where(Person.id == person.id).values(state="banned"))
        uow.run(
            update(PersonSession)
            .where(PersonSession.person_id == person.id, PersonSession.revoked_at.is_(None))
            .values(revoked_at=uow.now)
        )
        log(uow, command.actor_id, "ban_person", command.note, person_id=person.id)

    storage.transact(mark, now)
    return _void_votes(storage, command.person_id, 1, now)


def _void_votes(storage: Storage, person_id: str, voided: int, now: datetime) -> Banned:
    with storage.read() as connection:
        open_ids = [row.id for row in connection.execute(VOTED_OPEN, {"person": person_id})]
        own_ids = [row.id for row in connection.execute(OWN_OPEN, {"person": person_id})]
        applied = [row.id for row in connection.execute(VOTED_APPLIED, {"person": person_id})]
    for change_id in own_ids:
        storage.transact(lambda uow, id_=change_id: _hide_own(uow, id_, voided), now)  # type: ignore[misc]
    for change_id in open_ids:
        storage.transact(lambda uow, id_=change_id: _revote(uow, id_, person_id, voided), now)  # type: ignore[misc]
    doubtful = []
    for change_id in applied:
        if storage.transact(lambda uow, id_=change_id: _void_applied(uow, id_, person_id, voided), now):  # type: ignore[misc]
            doubtful.append(change_id)
    return Banned(tuple(open_ids), tuple(doubtful))


def _hide_own(uow: UnitOfWork, change_id: str, voided: int) -> None:
    records, change = lock_change(uow, change_id)
    if change.state == "open":
        uow.run(update(Change).where(Change.id == change_id).values(hidden_at=uow.now if voided else None))
        settle(uow, uow.lock_changes([change_id])[change_id], records)


def _revote(uow: UnitOfWork, change_id: str, person_id: str, voided: int) -> None:
    records, change = lock_change(uow, change_id)
    uow.run(update(Vote).where(Vote.change_id == change_id, Vote.person_id == person_id).values(is_voided=voided))
    if change.state == "open":
        uow.run(update(Change).where(Change.id == change_id).values(rejudged_at=uow.now))
        settle(uow, uow.lock_changes([change_id])[change_id], records)


def _void_applied(uow: UnitOfWork, change_id: str, person_id: str, voided: int) -> bool:
    """Void the vote on an applied change; gives whether it would now miss its threshold."""
    records, change = lock_change(uow, change_id)
    uow.run(update(Vote).where(Vote.change_id == change_id, Vote.person_id == person_id).values(is_voided=voided))
    if not voided:
        return False
    authors = authors_of(uow, change_id)
    facts = facts_of(change, authors, records.values(), uow.now)
    return not reaches_threshold(
        facts, tally_of(uow, change, authors), policy_of(uow, change.policy_version), current_mode(uow)
    )


def lift_ban(storage: Storage, command: BanPerson, now: datetime) -> Banned:
    """Lift a ban or a pause: votes are given back, hidden changes shown, everything judged again."""

    def mark(uow: UnitOfWork) -> bool:
        person = _sanctioned(uow, command.person_id, command.actor_id, "lift_sanction")
        uow.run(
            update(Sanction)
            .where(Sanction.person_id == person.id, Sanction.lifted_at.is_(None))
            .values(lifted_at=uow.now, lifted_by=command.actor_id)
        )
        uow.run(update(Person).where(Person.id == person.id).values(state="active", paused_until=None))
        log(uow, command.actor_id, "lift_sanction", command.note, person_id=person.id)
        return bool(person.state == "banned")

    was_banned = storage.transact(mark, now)
    return _void_votes(storage, command.person_id, 0, now) if was_banned else Banned((), ())


@dataclass(frozen=True, slots=True)
class GrantRole:
    """Give a person a role, or take it back to volunteer."""

    person_id: str
    actor_id: str | None  # None: the command line
    role: str
    note: str


def grant_role(storage: Storage, command: GrantRole, now: datetime) -> None:
    """Grant a role by name; the permission table says who may grant which."""

    def work(uow: UnitOfWork) -> None:
        person = uow.one(people.PERSON, {"id": command.person_id})
        if person is None:
            raise NotFound(what="person")
        if command.actor_id is not None:
            highest = max((command.role, person.role), key=lambda role: list(Role).index(Role(role)))
            action = f"grant_{highest}" if highest != Role.VOLUNTEER else "grant_reviewer"
            subject = Subject(person_id=person.id, person_role=Role(person.role))
            people.require(people.load_actor(uow, command.actor_id), action, subject)
            log(uow, command.actor_id, "grant_role", command.note, person_id=person.id)
        set_role(uow, person.id, command.role, command.actor_id, command.note)

    storage.transact(work, now)


# -- smaller things ---------------------------------------------------------------------------------------


def void_confirmations(storage: Storage, ids: list[str], actor_id: str, note: str, now: datetime) -> int:
    """Void false confirmations, many at once; `checked_at` falls back to the newest that still stands."""

    def work(uow: UnitOfWork) -> int:
        people.require(people.load_actor(uow, actor_id), "void_confirmations")
        rows = uow.all(select(Confirmation).where(Confirmation.id.in_(ids), Confirmation.voided_at.is_(None)))
        uow.lock_records([row.record_id for row in rows])
        uow.run(
            update(Confirmation)
            .where(Confirmation.id.in_([row.id for row in rows]))
            .values(voided_at=uow.now, voided_by=actor_id)
        )
        for record_id in sorted({row.record_id for row in rows}):
            left = uow.one(
                select(Confirmation)
                .where(
                    Confirmation.record_id == record_id, Confirmation.voided_at.is_(None), Confirmation.group.is_(None)
                )
                .order_by(Confirmation.created_at.desc())
                .limit(1)
            )
            uow.run(
                update(Record)
                .where(Record.id == record_id)
                .values(
                    checked_at=left.created_at if left else None,
                    checked_by=left.person_id if left else None,
                    checked_how=left.how if left else None,
                )
            )
            log(uow, actor_id, "void_confirmations", note, record_id=record_id)
        return len(rows)

    return storage.transact(work, now)


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
