"""Voting: who may, how often, and what a vote sets in motion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, insert, select, true, update

from webapp.domain.codes import CHOICES, REJECT_REASONS
from webapp.domain.errors import CapReached, NotEligible, NotFound, VoteEnded, WellkeptError
from webapp.domain.permissions import Actor, Subject
from webapp.domain.roles import Role, at_least
from webapp.domain.standing import author_share_ok, may_vote_today
from webapp.services import people
from webapp.services.judge import (
    Known,
    known_in,
    protection_of,
)
from webapp.services.settle import Outcomes, lock_open, lock_seen, settle
from webapp.storage import Storage
from webapp.storage.models import Change, ChangeAuthor, Person, Vote
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

ADD_VOTE = prepared(insert(Vote))

END_VOTE = prepared(
    update(Vote)
    .where(Vote.change_id == bindparam("change"), Vote.person_id == bindparam("person"), Vote.is_live == 1)
    .values(is_live=0, ended_at=bindparam("at"))
)

ENDED_VOTE = prepared(
    select(Vote.id).where(Vote.change_id == bindparam("change"), Vote.person_id == bindparam("person")).limit(1)
)

EARLIER = Vote.__table__.alias("earlier")

CAST_LATELY = (  # no fewer than the caps count, from the index alone; enough for most voters
    select(
        func.count().label("votes"), func.count(case((Vote.cast_at > bindparam("day_since"), 1))).label("today")
    )
    .where(Vote.person_id == bindparam("person"), Vote.cast_at > bindparam("oldest"))
    .subquery()
)

VOTER = prepared(  # all that is asked of a voter, in one statement
    select(
        *people.FACTS,
        *people.TIES,
        exists()
        .where(
            EARLIER.c.change_id == bindparam("change"),
            EARLIER.c.person_id == bindparam("person"),
            EARLIER.c.is_live == 1,
        )
        .label("has_voted"),
        CAST_LATELY.c.votes,
        CAST_LATELY.c.today,
    )
    .select_from(Person)
    .join(CAST_LATELY, true())
    .where(Person.id == bindparam("person"))
)

TODAY = prepared(
    select(func.count(func.distinct(Change.suggestion_id)))
    .select_from(Vote)
    .join(Change, Change.id == Vote.change_id)
    .where(
        Vote.person_id == bindparam("person"),
        Vote.cast_at > bindparam("day_since"),
        Change.suggestion_id != bindparam("suggestion"),
    )
)

AUTHORED = ChangeAuthor.__table__.alias("authored")

AUTHOR = (
    select(ChangeAuthor.person_id)
    .where(ChangeAuthor.change_id == bindparam("change"), ChangeAuthor.role == "author")
    .scalar_subquery()
)

SHARE = prepared(  # the changes voted on, and those of them that are by the author of this one
    select(
        func.count(func.distinct(Vote.change_id)).label("votes"),
        func.count(func.distinct(AUTHORED.c.change_id)).label("on_author"),
    )
    .select_from(Vote)
    .outerjoin(
        AUTHORED,
        and_(AUTHORED.c.change_id == Vote.change_id, AUTHORED.c.role == "author", AUTHORED.c.person_id == AUTHOR),
    )
    .where(
        Vote.person_id == bindparam("person"),
        Vote.cast_at > bindparam("since"),
        Vote.change_id != bindparam("change"),
    )
)


@dataclass(frozen=True, slots=True)
class CastVote:
    """A person's word on a change; `seen` is the content version that they had before them."""

    change_id: str
    person_id: str
    seen: int
    choice: str  # approve | reject | abstain
    reason: str = ""
    note: str = ""


def cast_vote(storage: Storage, command: CastVote, now: datetime) -> Outcomes:
    """Store the vote in place of the person's earlier one, and decide the change anew.

    Raises AlreadyClosed (with the end it came to), Stale (what was seen has moved), NotAllowed and CapReached.
    """
    return storage.transact(lambda uow: _cast(uow, command), now)


def _cast(uow: UnitOfWork, command: CastVote) -> Outcomes:
    records, change = lock_seen(uow, command.change_id, command.seen)
    known = known_in(change)
    uow.hold_people({command.person_id, *known.authors})  # a ban, or a role earned, waits its turn
    wanted = _wanted(uow, command, change, known)
    voter = uow.one(VOTER, wanted)
    if voter is None:
        raise NotFound(what="person")
    actor = people.actor_of(voter, uow.now)
    ties = people.ties_in(uow, voter, command.person_id, change.id)
    subject = Subject(
        author_ids=known.authors,
        state=change.state,
        steward_ids=frozenset({command.person_id}) if ties.is_steward else frozenset(),
        protection=protection_of(records.values(), uow.now),
    )
    if command.choice not in CHOICES or command.reason not in ("", *REJECT_REASONS):
        raise NotEligible("unknown_code")
    people.require(actor, "cast_vote", subject)
    if not at_least(actor.role, Role.MODERATOR):
        _check_caps(uow, actor, voter, wanted, known)
    if voter.has_voted:
        uow.run(END_VOTE, {"change": change.id, "person": command.person_id, "at": uow.now})
    uow.run(ADD_VOTE, _vote(command, change, actor, ties, uow.now))
    return settle(uow, change, records, known)


def _vote(command: CastVote, change: Row, actor: Actor, ties: people.Ties, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "change_id": change.id,
        "content_version": change.content_version,
        "person_id": command.person_id,
        "choice": command.choice,
        "reason": command.reason,
        "note": command.note,
        "role": actor.role,
        "is_affiliated": int(ties.is_steward or ties.is_affiliated),
        "is_steward": int(ties.is_steward),
        "is_live": 1,
        "is_voided": 0,
        "cast_at": now,
        "ended_at": None,
    }


def _wanted(uow: UnitOfWork, command: CastVote, change: Row, known: Known) -> dict[str, Any]:
    """What the statements about a voter are asked with."""
    day_since, since = uow.now - timedelta(days=1), uow.now - known.newest.caps.author_share_window
    return {
        "person": command.person_id,
        "change": change.id,
        "suggestion": change.suggestion_id,
        "day_since": day_since,
        "since": since,
        "oldest": min(day_since, since),
    }


def _check_caps(uow: UnitOfWork, actor: Actor, voter: Row, wanted: dict[str, Any], known: Known) -> None:
    """Votes a day, and the share of them that may go to one author (`RULES.md`, "People")."""
    policy = known.newest
    if not may_vote_today(voter.today, actor.role, policy):
        today = uow.value(TODAY, wanted)
        if not may_vote_today(today, actor.role, policy):
            raise CapReached("votes_a_day", limit=policy.caps.votes_a_day)
    if author_share_ok(voter.votes, voter.votes, actor.role, known.mode, policy):
        return  # whoever they were cast on
    share: Row = uow.one(SHARE, wanted)
    if not author_share_ok(share.on_author, share.votes, actor.role, known.mode, policy):
        raise CapReached("author_share", limit=policy.caps.author_share_percent)


@dataclass(frozen=True, slots=True)
class TakeBackVote:
    """A person takes their live vote back."""

    change_id: str
    person_id: str


def take_back_vote(storage: Storage, command: TakeBackVote, now: datetime) -> Outcomes:
    """End the person's live vote; taking back the only reject ends its pause. AlreadyClosed once decided.

    VoteEnded where the vote has ended already, by another tab or by new words; NotFound where there never was one.
    """

    def work(uow: UnitOfWork) -> Outcomes:
        records, change = lock_open(uow, command.change_id)
        people.require(
            people.load_actor(uow, command.person_id), "take_back_vote", Subject(person_id=command.person_id)
        )
        ended = uow.run(END_VOTE, {"change": change.id, "person": command.person_id, "at": uow.now})
        if not ended.rowcount:
            raise _no_vote_left(uow, change, command.person_id)
        return settle(uow, change, records, known_in(change))

    return storage.transact(work, now)


def _no_vote_left(uow: UnitOfWork, change: Row, person_id: str) -> WellkeptError:
    if uow.value(ENDED_VOTE, {"change": change.id, "person": person_id}) is None:
        return NotFound(what="vote")
    return VoteEnded(suggestion=change.suggestion_id)
