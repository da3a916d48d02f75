"""What people do with their own account: name, password, sessions, and what they may and lack.

Whoever changes a password knows the present one: an open browser is not enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from webapp.domain.policy import Policy
from webapp.domain.roles import Role
from webapp.services.account import WrongSignIn, check_new_name, end_sessions, kill_tokens, token_hash
from webapp.services.account.entry import known_by_password
from webapp.services.judge import newest_policy
from webapp.services.passwords import hash_password
from webapp.services.people import actor_of
from webapp.services.standing import work_of
from webapp.services.suggest import open_suggestions
from webapp.storage import Storage
from webapp.storage.models import Person
from webapp.storage.unit_of_work import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class Prospects:
    """How much a person may do, and what is missing for the next role by the rules (None: there is none)."""

    open_now: int
    cap: int
    next_role: Role | None = None
    changes: int = 0
    records: int = 0
    approvers: int = 0
    earliest: datetime | None = None


def prospects(storage: Storage, person: Row, now: datetime) -> Prospects:
    """What a person may and lacks, by the newest policy. Reads only."""
    with storage.read() as connection:
        uow = UnitOfWork(connection, storage.search, now)
        policy = newest_policy(uow)
        open_now, cap = open_suggestions(uow, actor_of(person, now))
        if person.role == Role.VOLUNTEER:
            return _to_reviewer(uow, person, policy, open_now, cap)
        if person.role == Role.REVIEWER:
            return _to_trusted(uow, person, policy, open_now, cap)
        return Prospects(open_now, cap)


def _to_reviewer(uow: UnitOfWork, person: Row, policy: Policy, open_now: int, cap: int) -> Prospects:
    needs, work = policy.standing, work_of(uow, person, but_own=False)
    changes, approvers = needs.reviewer_changes - work.changes, needs.reviewer_approvers - work.approvers
    earliest = work.account_made_at + needs.reviewer_after
    is_late = earliest if earliest > uow.now else None
    return Prospects(open_now, cap, Role.REVIEWER, max(0, changes), 0, max(0, approvers), is_late)


def _to_trusted(uow: UnitOfWork, person: Row, policy: Policy, open_now: int, cap: int) -> Prospects:
    needs, work = policy.standing, work_of(uow, person, but_own=True)
    return Prospects(
        open_now,
        cap,
        Role.TRUSTED,
        max(0, needs.trusted_changes - work.changes),
        max(0, needs.trusted_records - work.records),
        max(0, needs.trusted_approvers - work.approvers),
    )


def change_profile(storage: Storage, person_id: str, display_name: str, about: str, now: datetime) -> None:
    """Another name and other words about oneself; the handle, and so every address, stays.

    NotEligible for another name that could be taken for a moderator's.
    """

    def work(uow: UnitOfWork) -> None:
        check_new_name(uow, person_id, display_name)
        uow.run(update(Person).where(Person.id == person_id).values(display_name=display_name, about=about))
        uow.shows_anew()

    storage.transact(work, now)


def change_password(storage: Storage, person_id: str, current: str, password: str, now: datetime) -> None:
    """Another password; every session and every mailed link of the person ends. WrongSignIn."""
    person = known_by_password(storage, person_id, current)
    kept = hash_password(password)

    def work(uow: UnitOfWork) -> None:
        moved = uow.run(
            update(Person)
            .where(Person.id == person_id, Person.password_hash == person.password_hash)
            .values(password_hash=kept)
        )
        if not moved.rowcount:
            raise WrongSignIn  # it was changed in the same moment elsewhere
        kill_tokens(uow, person_id)
        end_sessions(uow, person_id)

    storage.transact(work, now)


def end_other_sessions(storage: Storage, person_id: str, token: str, now: datetime) -> int:
    """End all sessions of a person but the one of this token; gives how many."""
    return storage.transact(lambda uow: end_sessions(uow, person_id, but=token_hash(token)), now)
