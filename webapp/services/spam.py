"""Spam: reviewers flag, two flags hide, a moderator judges the flags."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from webapp.domain.by_hand import Ruling
from webapp.domain.errors import NotEligible
from webapp.domain.permissions import Subject
from webapp.domain.standing import hides, may_flag_again_at
from webapp.services import people
from webapp.services.judge import known_in, known_of, newest_policy
from webapp.services.moderation_log import log
from webapp.services.ruling import rule
from webapp.services.settle import settle
from webapp.storage import Storage
from webapp.storage.models import (
    Change,
    Sanction,
    SpamFlag,
)
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

LIVE_FLAGS = select(SpamFlag).where(SpamFlag.change_id == bindparam("change"), SpamFlag.judged.is_(None))
JUDGED_FLAG = select(SpamFlag.judged).where(
    SpamFlag.change_id == bindparam("change"), SpamFlag.person_id == bindparam("person"), SpamFlag.judged.is_not(None)
)


@dataclass(frozen=True, slots=True)
class FlagSpam:
    """A reviewer says that a change is spam."""

    change_id: str
    person_id: str


def flag_spam(storage: Storage, command: FlagSpam, now: datetime) -> bool:
    """Flag; gives whether the change is now hidden until a moderator looks."""

    def work(uow: UnitOfWork) -> bool:
        _, change = uow.lock_change_and_records(command.change_id)
        subject = Subject(author_ids=known_in(change).authors, state=change.state)
        people.require(people.load_actor(uow, command.person_id), "flag_spam", subject)
        _check_may_flag(uow, command.person_id)
        flags = uow.all(LIVE_FLAGS, {"change": change.id})
        if uow.value(JUDGED_FLAG, {"change": change.id, "person": command.person_id}) is not None:
            raise NotEligible("flag_judged")
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
    """Spam: the change is rejected. Not spam: it is shown again, and who flagged it may not flag for 30 days.

    NotEligible where nobody flagged it and nothing hides it; NotAllowed where spam was approved by somebody and there
    is no note for them.
    """

    def work(uow: UnitOfWork) -> None:
        records, change = uow.lock_change_and_records(command.change_id)
        subject = Subject(author_ids=known_in(change).authors)
        people.require(people.load_actor(uow, command.actor_id), "judge_flags", subject)
        flags = uow.all(LIVE_FLAGS, {"change": change.id})
        if not flags and (change.hidden_at is None or change.state != "open"):
            raise NotEligible("not_flagged")
        verdict = "right" if command.is_spam else "wrong"
        uow.run(
            update(SpamFlag)
            .where(SpamFlag.change_id == change.id, SpamFlag.judged.is_(None))
            .values(judged=verdict, judged_at=uow.now)
        )
        log(uow, command.actor_id, "judge_flags", command.note, record_id=change.record_id, change_id=change.id)
        if not command.is_spam:
            _take_flags_away(uow, flags, command.actor_id)
        if change.state != "open":
            return
        uow.run(update(Change).where(Change.id == change.id).values(hidden_at=None))
        shown = uow.lock_changes([change.id])[change.id]
        if command.is_spam:
            _reject(uow, shown, records, command)
        else:
            settle(uow, shown, records)

    storage.transact(work, now)


def _reject(uow: UnitOfWork, change: Row, records: dict[str, Row], command: JudgeFlags) -> None:
    """Reject as a moderator does alone, who owes those who approved a note."""
    ruling = Ruling(command.actor_id, "reject", bool(command.note.strip()), has_other_moderator_active=True)
    rule(uow, change, records, known_of(uow, change), ruling, "spam", command.note)


def _take_flags_away(uow: UnitOfWork, flags: list[Row], actor_id: str) -> None:
    until = may_flag_again_at(uow.now, newest_policy(uow))
    for flag in flags:
        uow.add(
            Sanction,
            id=new_id(),
            person_id=flag.person_id,
            type="no_flags",
            reason="wrong spam flag",
            actor_id=actor_id,
            since=uow.now,
            until=until,
            lifted_at=None,
            lifted_by=None,
        )
