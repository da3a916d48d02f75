"""What people have earned or lost: roles by rule, the mode of few people, pauses. Summed, never counted along."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, FromClause, Integer, Select, and_, bindparam, case, exists, func, select, update

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
from webapp.storage.models import (
    IS_OPEN,
    Affiliation,
    Change,
    Decision,
    Link,
    Mode,
    Operation,
    Person,
    RoleGrant,
    Sanction,
    Suggestion,
    Vote,
)
from webapp.storage.prepared import execute, prepared
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

BY_RULE = "by the rules"  # the reason of grants that nobody made
REVIEWERS = ("reviewer", "trusted", "moderator", "administrator")
ACTIVE_REVIEWERS = prepared(
    select(func.count(func.distinct(Vote.person_id)))
    .join(Person, Person.id == Vote.person_id)
    .where(Vote.cast_at > bindparam("since"), Person.role.in_(REVIEWERS), Person.state == "active")
)
OTHER_MODERATORS = prepared(
    select(func.count())
    .select_from(Person)
    .where(
        Person.role.in_(("moderator", "administrator")),
        Person.state == "active",
        Person.id != bindparam("person"),
        exists().where(Vote.person_id == Person.id, Vote.cast_at > bindparam("since"))
        | exists().where(Decision.actor_id == Person.id, Decision.created_at > bindparam("since")),
    )
)
MODERATORS_BESIDE = prepared(
    select(func.count())
    .select_from(Person)
    .where(
        Person.role.in_(("moderator", "administrator")), Person.state == "active", Person.id != bindparam("person")
    )
)


def _standing_undoing(alias: str) -> tuple[FromClause, ColumnElement[bool]]:
    """Operations that undo another, and the condition that they have not been undone in their turn."""
    undoing = Operation.__table__.alias(alias)
    redoing = Operation.__table__.alias(f"{alias}_undone")
    undone_again = select(1).select_from(redoing).where(redoing.c.undoes_id.in_((undoing.c.id, undoing.c.plan)))
    return undoing, ~exists(undone_again)


UNDOING, STANDS = _standing_undoing("undoing")
UNDONE = exists(select(1).select_from(UNDOING).where(UNDOING.c.undoes_id == Operation.id, STANDS))
UNDONE_BY_OTHERS = exists(
    select(1)
    .select_from(UNDOING)
    .where(
        UNDOING.c.undoes_id == Operation.id,
        UNDOING.c.created_at > bindparam("since"),
        UNDOING.c.actor_id != bindparam("person"),
        STANDS,
    )
)


def _standing_work(person: str) -> Select[str, str | None, datetime]:
    """Applied changes by other people's votes whose operation was not undone."""
    return (
        select(Change.id, Change.record_id, Decision.created_at)
        .join(Suggestion, Suggestion.id == Change.suggestion_id)
        .join(Decision, and_(Decision.change_id == Change.id, Decision.outcome == "apply"))
        .join(Operation, Operation.change_id == Change.id)
        .where(
            Suggestion.author_id == bindparam(person), Change.state == "applied", Decision.actor_id.is_(None), ~UNDONE
        )
    )


GRANTS = prepared(
    select(RoleGrant.role, RoleGrant.since, RoleGrant.reason, RoleGrant.granted_by)
    .where(RoleGrant.person_id == bindparam("person"))
    .order_by(RoleGrant.since, RoleGrant.id)
)
WORK = prepared(_standing_work("person"))
OWN_ORGANIZATION = prepared(select(Affiliation.organization_id).where(Affiliation.person_id == bindparam("person")))
OWN_RECORDS = prepared(
    select(Link.record_id).where(Link.target_id.in_(OWN_ORGANIZATION), Link.field == "organization_id")
)
APPROVERS = prepared(  # of approvals that the decision counted: those with a tie, say, only show
    select(func.count(func.distinct(Vote.person_id)))
    .join(Decision, and_(Decision.change_id == Vote.change_id, Decision.outcome == "apply"))
    .where(
        Vote.change_id.in_(bindparam("changes", expanding=True)),
        Vote.choice == "approve",
        Vote.is_live == 1,
        Vote.is_voided == 0,
        Decision.counted.contains(Vote.id),
    )
)
APPLIED_OF = prepared(
    select(func.count())
    .select_from(Change)
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .where(
        Suggestion.author_id == bindparam("person"),
        Change.state == bindparam("state"),
        Change.closed_at > bindparam("since"),
    )
)
REVERTED_OF = prepared(
    select(func.count(func.distinct(Change.id)))
    .select_from(Change)
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .join(Operation, Operation.change_id == Change.id)
    .where(Suggestion.author_id == bindparam("person"), UNDONE_BY_OTHERS)
)
MAY_HAVE_EARNED = prepared(  # by the number of changes and the account's age; what else it takes is asked one by one
    select(Person.id)
    .join(Suggestion, Suggestion.author_id == Person.id)
    .join(Change, Change.suggestion_id == Suggestion.id)
    .where(
        Person.role.in_((str(Role.VOLUNTEER), str(Role.REVIEWER))),
        Person.created_at <= bindparam("old_enough"),
        Change.state == "applied",
    )
    .group_by(Person.id, Person.role)
    .having(
        func.count()
        >= case(
            (Person.role == str(Role.VOLUNTEER), bindparam("reviewer_changes", type_=Integer)),
            else_=bindparam("trusted_changes", type_=Integer),
        )
    )
)
MAY_HAVE_LOST = prepared(  # whose changes were undone: the share of them grows, too, when older ones leave the window
    select(Person.id)
    .join(Suggestion, Suggestion.author_id == Person.id)
    .join(Change, Change.suggestion_id == Suggestion.id)
    .join(Operation, Operation.change_id == Change.id)
    .where(
        Person.role == str(Role.TRUSTED),
        Operation.id.in_(select(UNDOING.c.undoes_id).where(UNDOING.c.created_at > bindparam("since"))),
    )
    .distinct()
)


def other_moderator_active(uow: UnitOfWork, person_id: str, policy: Policy) -> bool:
    """Whether a moderator other than this person voted or decided within the active window."""
    since = uow.now - policy.standing.active_window
    return bool(uow.value(OTHER_MODERATORS, {"person": person_id, "since": since}))


def other_moderator_exists(uow: UnitOfWork, person_id: str) -> bool:
    """Whether there is a moderator other than this person at all, however long they have not been seen."""
    return bool(uow.value(MODERATORS_BESIDE, {"person": person_id}))


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
    applied = uow.value(APPLIED_OF, {"person": person_id, "state": "applied", "since": since})
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


def judge_conduct(uow: UnitOfWork, person_id: str) -> str:
    """After a rejection: warn or pause an author whose score calls for it; gives fine, warning or pause."""
    policy = newest_policy(uow)
    since = uow.now - policy.spam.score_window
    rejected = uow.value(APPLIED_OF, {"person": person_id, "state": "rejected", "since": since})
    applied = uow.value(APPLIED_OF, {"person": person_id, "state": "applied", "since": since})
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
