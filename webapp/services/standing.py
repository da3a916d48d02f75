"""What people have earned or lost: roles by rule, the mode of few people, pauses. Summed, never counted along."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import func, select, update

from webapp.domain.policy import Policy
from webapp.domain.roles import Role
from webapp.domain.standing import (
    WorkFacts,
    conduct,
    mode_for,
    reviewer_earned,
    taken_back_at,
    trusted_earned,
    trusted_lost,
)
from webapp.services.judge import current_mode, newest_policy
from webapp.storage import Storage
from webapp.storage.models import IS_OPEN, Change, Mode, Person, RoleGrant, Sanction
from webapp.storage.prepared import execute
from webapp.storage.queries.standing import (
    ACTIVE_REVIEWERS,
    APPROVERS,
    CLOSED_OF,
    GRANTS,
    MAY_HAVE_EARNED,
    MAY_HAVE_LOST,
    OTHER_ACTIVE_MODERATORS,
    OTHER_MODERATORS,
    OWN_ORGANIZATION,
    OWN_RECORDS,
    REVERTED_OF,
    WORK,
)
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

BY_RULE = "by the rules"  # the reason of grants that nobody made


def other_moderator_active(uow: UnitOfWork, person_id: str, policy: Policy) -> bool:
    """Whether a moderator other than this person voted or decided within the active window."""
    since = uow.now - policy.standing.active_window
    return bool(uow.value(OTHER_ACTIVE_MODERATORS, {"person": person_id, "since": since}))


def other_moderator_exists(uow: UnitOfWork, person_id: str) -> bool:
    """Whether there is a moderator other than this person at all, however long they have not been seen."""
    return bool(uow.value(OTHER_MODERATORS, {"person": person_id}))


def work_of(uow: UnitOfWork, person: Row, *, but_own: bool) -> WorkFacts:
    """A person's standing work; `but_own` leaves an own organisation's records out.

    Of somebody whose role was taken back by name, only what came after that: they begin anew.
    """
    grants = uow.run(GRANTS, {"person": person.id})
    steps = [(row.role, row.since, row.granted_by is None and row.reason == BY_RULE) for row in grants]
    return _work(uow, person, but_own=but_own, since=taken_back_at(steps))


def _work(uow: UnitOfWork, person: Row, *, but_own: bool, since: datetime | None = None) -> WorkFacts:
    rows = uow.all(WORK, {"person": person.id})
    if since is not None:
        rows = [row for row in rows if row.created_at > since]
    if but_own:
        own = {r.record_id for r in uow.run(OWN_RECORDS, {"person": person.id})}
        own |= {r.organization_id for r in uow.run(OWN_ORGANIZATION, {"person": person.id})}
        rows = [row for row in rows if row.record_id not in own]
    ids = [row.id for row in rows]
    approvers = uow.value(APPROVERS, {"changes": ids}) if ids else 0
    return WorkFacts(since or person.created_at, len(set(ids)), len({row.record_id for row in rows}), approvers)


def judge_role(uow: UnitOfWork, person_id: str) -> str:
    """Grant what a person has earned or end what they have lost; gives their role afterwards."""
    person = uow.lock_person(person_id)
    if person.role == Role.TRUSTED and has_lost_trust(uow, person_id, newest_policy(uow)):
        return grant_by_rule(uow, person, Role.REVIEWER)
    return _earned(uow, person)


def judge_earned(uow: UnitOfWork, person_id: str) -> str:
    """Grant what a person has earned, after a change of theirs applied: by that nobody loses anything."""
    return _earned(uow, uow.lock_person(person_id))


def _earned(uow: UnitOfWork, person: Row) -> str:
    if person.confirmed_at is None or person.role not in (Role.VOLUNTEER, Role.REVIEWER):
        return str(person.role)
    policy = newest_policy(uow)
    # most have not: whether what they have is of long ago, or was lost, is asked only of who would else be granted it
    if not _has_earned(_work(uow, person, but_own=person.role == Role.REVIEWER), person, policy, uow.now):
        return str(person.role)
    if not _has_earned(work_of(uow, person, but_own=person.role == Role.REVIEWER), person, policy, uow.now):
        return str(person.role)
    if person.role == Role.VOLUNTEER:
        return grant_by_rule(uow, person, Role.REVIEWER)
    if has_lost_trust(uow, person.id, policy):
        return str(person.role)  # or the next change that applies would give back what was lost
    return grant_by_rule(uow, person, Role.TRUSTED)


def _has_earned(work: WorkFacts, person: Row, policy: Policy, now: datetime) -> bool:
    return reviewer_earned(work, policy, now) if person.role == Role.VOLUNTEER else trusted_earned(work, policy)


def has_lost_trust(uow: UnitOfWork, person_id: str, policy: Policy) -> bool:
    """Whether too many of the person's changes of the last 90 days were reverted by others."""
    since = uow.now - policy.standing.lost_window
    applied = uow.value(CLOSED_OF, {"person": person_id, "state": "applied", "since": since})
    reverted = uow.value(REVERTED_OF, {"person": person_id, "since": since})
    return trusted_lost(applied, reverted, policy)


def grant_by_rule(uow: UnitOfWork, person: Row, role: Role) -> str:
    """Set a role that the rules give; earlier grants end."""
    set_role(uow, person.id, role, None, BY_RULE)
    uow.outbox(
        "notice", f"role:{person.id}:{role}:{uow.now.isoformat()}", {"what": "role", "role": str(role)}, person.id
    )
    return str(role)


def set_role(uow: UnitOfWork, person_id: str, role: str, by: str | None, reason: str) -> None:
    """End the present grant and add another; the person's row keeps a copy of the role."""
    uow.run(
        update(RoleGrant)
        .where(RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
        .values(ended_at=uow.now, ended_by=by)
    )
    uow.add(
        RoleGrant,
        id=new_id(),
        person_id=person_id,
        role=str(role),
        granted_by=by,
        reason=reason,
        since=uow.now,
        ended_at=None,
        ended_by=None,
    )
    uow.run(update(Person).where(Person.id == person_id).values(role=str(role)))
    uow.shows_anew()


def judge_conduct(uow: UnitOfWork, person_id: str) -> str:
    """After a rejection: warn or pause an author whose score calls for it; gives fine, warning or pause."""
    policy = newest_policy(uow)
    since = uow.now - policy.spam.score_window
    rejected = uow.value(CLOSED_OF, {"person": person_id, "state": "rejected", "since": since})
    applied = uow.value(CLOSED_OF, {"person": person_id, "state": "applied", "since": since})
    found = conduct(rejected, applied, policy)
    if found == "pause":
        pause(uow, person_id, uow.now + policy.spam.pause_for, None, "too many rejected suggestions")
    if found != "fine":
        uow.outbox("notice", f"{found}:{person_id}:{uow.now.date()}", {"what": found}, person_id)
    return found


def pause(uow: UnitOfWork, person_id: str, until: datetime, by: str | None, reason: str) -> None:
    """Stop a person's new acts until a time; what they have under way goes on."""
    person = uow.lock_person(person_id)
    if person.paused_until and person.paused_until >= until:
        return
    uow.add(
        Sanction,
        id=new_id(),
        person_id=person_id,
        type="pause",
        reason=reason,
        actor_id=by,
        since=uow.now,
        until=until,
        lifted_at=None,
        lifted_by=None,
    )
    uow.run(update(Person).where(Person.id == person_id).values(paused_until=until))


def judge_mode(storage: Storage, now: datetime) -> str:
    """Daily: whether the full or the reduced rules are in force, kept as a dated row when it changes."""

    def work(uow: UnitOfWork) -> str:
        policy = newest_policy(uow)
        active = uow.value(ACTIVE_REVIEWERS, {"since": uow.now - policy.standing.active_window})
        present = current_mode(uow)
        found = mode_for(active, present, policy)
        has_row = uow.value(select(func.count()).select_from(Mode))
        if found != present or not has_row:
            uow.add(Mode, id=new_id(), mode=found, active_reviewers=active, since=uow.now)
        if found != present:  # other thresholds hold now: the sweep is to look at every open change
            uow.run(update(Change).where(IS_OPEN).values(settle_at=uow.now))
        return found

    return storage.transact(work, now)


def judge_everybody(storage: Storage, now: datetime) -> None:
    """Daily: the mode, and the roles of everybody whose work or time may have earned or lost them one."""
    judge_mode(storage, now)
    with storage.read() as connection:
        needs = newest_policy(UnitOfWork(connection, storage.search, now)).standing
        values = {
            "old_enough": now - needs.reviewer_after,
            "reviewer_changes": needs.reviewer_changes,
            "trusted_changes": needs.trusted_changes,
        }
        people = set(execute(connection, MAY_HAVE_EARNED, values).scalars())
        people |= set(execute(connection, MAY_HAVE_LOST, {"since": now - needs.lost_window}).scalars())
    for person_id in sorted(people):
        storage.transact(partial(judge_role, person_id=person_id), now)
