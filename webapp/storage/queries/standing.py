"""What standing is judged by: who reviews and moderates, whose work stands, and what others undid of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Exists, FromClause, Integer, and_, bindparam, case, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from webapp.domain.roles import Role
from webapp.storage.models import (
    Affiliation,
    Change,
    Decision,
    Link,
    Operation,
    Person,
    Revision,
    RoleGrant,
    Suggestion,
    Vote,
)
from webapp.storage.prepared import prepared

REVIEWERS = ("reviewer", "trusted", "moderator", "administrator")
ACTIVE_REVIEWERS = prepared(
    select(func.count(func.distinct(Vote.person_id)))
    .join(Person, Person.id == Vote.person_id)
    .where(Vote.cast_at > bindparam("since"), Person.role.in_(REVIEWERS), Person.state == "active")
)
MODERATORS_BESIDE = (
    select(func.count())
    .select_from(Person)
    .where(
        Person.role.in_(("moderator", "administrator")), Person.state == "active", Person.id != bindparam("person")
    )
)
OTHER_MODERATORS = prepared(MODERATORS_BESIDE)
OTHER_ACTIVE_MODERATORS = prepared(
    MODERATORS_BESIDE.where(
        exists().where(Vote.person_id == Person.id, Vote.cast_at > bindparam("since"))
        | exists().where(Decision.actor_id == Person.id, Decision.created_at > bindparam("since"))
    )
)
UNDOING = Operation.__table__.alias("undoing")
REDOING = Operation.__table__.alias("redoing")
AGAIN = Operation.__table__.alias("again")


def _wrote(undoing: FromClause) -> ColumnElement[Any]:
    """Of an operation that undoes another: which one wrote what undid it. A mark names that one as its plan; the plan
    of a roll back is long, and must not be read for nothing."""
    return case((undoing.c.type == "undone", undoing.c.plan), else_=undoing.c.id)


WROTE = _wrote(UNDOING)
IS_REDOING_UNDONE = exists(select(1).select_from(AGAIN).where(AGAIN.c.undoes_id == _wrote(REDOING)))
STANDS = ~exists(select(1).select_from(REDOING).where(REDOING.c.undoes_id == WROTE, ~IS_REDOING_UNDONE))
"""Of an operation that undoes another: nobody has undone it in its turn, or that was undone, too."""


def undone(operation_id: InstrumentedAttribute[Any]) -> Exists:
    """Whether an operation was undone, and stays so."""
    return exists(select(1).select_from(UNDOING).where(UNDOING.c.undoes_id == operation_id, STANDS))


UNDONE = undone(Operation.id)
LATER = Revision.__table__.alias("later")
# An import writes many records, of which one may have been taken back alone.
TAKEN_BACK_ALONE = exists(
    select(1)
    .select_from(LATER.join(UNDOING, LATER.c.operation_id == WROTE))
    .where(
        LATER.c.record_id == Revision.record_id,
        LATER.c.number > Revision.number,
        UNDOING.c.undoes_id == Revision.operation_id,
        STANDS,
    )
)
IS_REVERTED = case((Revision.cause == "import", TAKEN_BACK_ALONE), else_=undone(Revision.operation_id))
"""Whether what a revision wrote was undone, and stays so."""
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
GRANTS = prepared(
    select(RoleGrant.role, RoleGrant.since, RoleGrant.reason, RoleGrant.granted_by)
    .where(RoleGrant.person_id == bindparam("person"))
    .order_by(RoleGrant.since, RoleGrant.id)
)
WORK = prepared(  # what other people's votes applied, as long as nobody has undone it
    select(Change.id, Change.record_id, Decision.created_at)
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .join(Decision, and_(Decision.change_id == Change.id, Decision.outcome == "apply"))
    .join(Operation, Operation.change_id == Change.id)
    .where(
        Suggestion.author_id == bindparam("person"), Change.state == "applied", Decision.actor_id.is_(None), ~UNDONE
    )
)
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
CLOSED_OF = prepared(
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
