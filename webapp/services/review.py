"""Voting, and what follows from it at once; the sweep and moderators decide through the same functions."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, func, insert, select, update

from webapp.domain.by_hand import Ruling, by_hand
from webapp.domain.codes import CHOICES, REJECT_REASONS
from webapp.domain.decide import Decision, Outcome, Reason
from webapp.domain.errors import AlreadyClosed, Busy, CapReached, NotAllowed, NotEligible, NotFound, Stale
from webapp.domain.permissions import Actor, Subject
from webapp.domain.roles import Role, at_least
from webapp.domain.standing import author_share_ok, may_vote_today
from webapp.services import people
from webapp.services.apply import carry_out
from webapp.services.judge import (
    Known,
    authors_of,
    facts_of,
    has_reason,
    judge,
    known_of,
    newest_policy,
    policy_of,
    protection_of,
)
from webapp.services.moderation_log import log
from webapp.services.standing import other_moderator_active
from webapp.storage import Storage
from webapp.storage.models import Change, ChangeRecord, Suggestion, Vote
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Moved, Row, UnitOfWork, new_id

LOG = logging.getLogger(__name__)

ADD_VOTE = prepared(insert(Vote))
END_VOTE = prepared(
    update(Vote)
    .where(Vote.change_id == bindparam("change"), Vote.person_id == bindparam("person"), Vote.is_live == 1)
    .values(is_live=0, ended_at=bindparam("at"))
)
THIS = Suggestion.__table__.alias("this")
AUTHOR_OF_THIS = select(THIS.c.author_id).where(THIS.c.id == bindparam("suggestion")).scalar_subquery()
TODAY = and_(Vote.cast_at > bindparam("day_since"), Change.suggestion_id != bindparam("suggestion"))
SHARED = and_(Vote.cast_at > bindparam("since"), Vote.change_id != bindparam("change"))
HAS_VOTED = prepared(  # what the caps ask of a voter, in one look at their votes
    select(
        func.count(func.distinct(case((TODAY, Change.suggestion_id)))).label("today"),
        func.count(func.distinct(case((SHARED, Vote.change_id)))).label("votes"),
        func.count(func.distinct(case((and_(SHARED, Suggestion.author_id == AUTHOR_OF_THIS), Vote.change_id)))).label(
            "on_author"
        ),
    )
    .select_from(Vote)
    .join(Change, Change.id == Vote.change_id)
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .where(Vote.person_id == bindparam("person"), Vote.cast_at > bindparam("oldest"))
)
TOUCHED = prepared(
    select(ChangeRecord.record_id, Change.content_version)
    .join(Change, Change.id == ChangeRecord.change_id)
    .where(Change.id == bindparam("change"))
)
STATE = prepared(select(Change.state).where(Change.id == bindparam("change")))
DUE = prepared(
    select(Change.id)
    .where(Change.state == "open", Change.settle_at <= bindparam("now"))
    .order_by(Change.settle_at, Change.id)
    .limit(500)
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


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of a change by a command."""

    change_id: str
    suggestion_id: str
    state: str
    decision: Decision


def cast_vote(storage: Storage, command: CastVote, now: datetime) -> Outcomes:
    """Store the vote in place of the person's earlier one, and decide the change anew.

    Raises AlreadyClosed (with the end it came to), Stale (what was seen has moved), NotAllowed and CapReached.
    """
    return storage.transact(lambda uow: _cast(uow, command), now)


def _cast(uow: UnitOfWork, command: CastVote) -> Outcomes:
    records, change = lock_change(uow, command.change_id)
    known = known_of(uow, change)
    rows = uow.lock_people({command.person_id, *known.authors})  # a ban, or a role earned, waits its turn
    actor = people.actor_of(rows.get(command.person_id), uow.now)
    ties = people.ties_of(uow, command.person_id, change.id)
    subject = Subject(
        author_ids=known.authors,
        state=change.state,
        steward_ids=frozenset({command.person_id}) if ties.is_steward else frozenset(),
        protection=protection_of(records.values(), uow.now),
    )
    _check_vote(uow, actor, change, subject, command, known)
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


def _check_vote(uow: UnitOfWork, actor: Actor, change: Row, subject: Subject, command: CastVote, known: Known) -> None:
    if command.choice not in CHOICES or command.reason not in ("", *REJECT_REASONS):
        raise NotEligible("unknown_code")
    if change.state != "open":
        raise AlreadyClosed(state=change.state, suggestion=change.suggestion_id)
    if command.seen != change.content_version:
        raise Stale(seen=command.seen, present=change.content_version)
    people.require(actor, "cast_vote", subject)
    if not at_least(actor.role, Role.MODERATOR):
        _check_caps(uow, change, actor, known)


def _check_caps(uow: UnitOfWork, change: Row, actor: Actor, known: Known) -> None:
    """Votes a day, and the share of them that may go to one author (`RULES.md`, "People")."""
    policy = known.newest
    day_since, since = uow.now - timedelta(days=1), uow.now - policy.caps.author_share_window
    wanted = {
        "person": actor.id,
        "change": change.id,
        "suggestion": change.suggestion_id,
        "day_since": day_since,
        "since": since,
        "oldest": min(day_since, since),
    }
    found: Row = uow.one(HAS_VOTED, wanted)
    if not may_vote_today(found.today, actor.role, policy):
        raise CapReached("votes_a_day", limit=policy.caps.votes_a_day)
    if not author_share_ok(found.on_author, found.votes, actor.role, known.mode, policy):
        raise CapReached("author_share", limit=policy.caps.author_share_percent)


@dataclass(frozen=True, slots=True)
class TakeBackVote:
    """A person takes their live vote back."""

    change_id: str
    person_id: str


def take_back_vote(storage: Storage, command: TakeBackVote, now: datetime) -> Outcomes:
    """End the person's live vote; taking back the only reject ends its pause. AlreadyClosed once decided."""

    def work(uow: UnitOfWork) -> Outcomes:
        records, change = lock_change(uow, command.change_id)
        if change.state != "open":
            raise AlreadyClosed(state=change.state, suggestion=change.suggestion_id)
        people.require(
            people.load_actor(uow, command.person_id), "take_back_vote", Subject(person_id=command.person_id)
        )
        ended = uow.run(END_VOTE, {"change": change.id, "person": command.person_id, "at": uow.now})
        if not ended.rowcount:
            raise NotFound(what="vote")
        return settle(uow, change, records)

    return storage.transact(work, now)


def lock_change(uow: UnitOfWork, change_id: str) -> tuple[dict[str, Row], Row]:
    """The records of a change and the change, locked in the one order; NotFound when there is no such change.

    A merge may have moved the change to another record between looking and locking: then the transaction starts
    anew, since the other record can't be locked in its order any more.
    """
    found = uow.all(TOUCHED, {"change": change_id})
    records = uow.lock_records(row.record_id for row in found)
    change = uow.lock_changes([change_id])[change_id]
    if any(row.content_version != change.content_version for row in found):  # every move gives it a new one
        raise Moved
    return records, change


def settle(uow: UnitOfWork, change: Row, records: dict[str, Row], known: Known | None = None) -> Outcomes:
    """Judge a locked change and do what comes out. Called by every door: vote, sweep, moderator, amend.

    What has come to an end already is left as it is.
    """
    decision, tally = judge(uow, change, records.values(), known=known)
    if change.state == "open":
        decision = carry_out(uow, change, records, decision, approvals=tally.approvals, rejects=tally.rejects)
    ends = decision.outcome not in (Outcome.HOLD, Outcome.ESCALATE)
    state = _state_after(uow, change) if ends else change.state
    return Outcomes(change.id, change.suggestion_id, state, decision)


def _state_after(uow: UnitOfWork, change: Row) -> str:
    state: str = uow.value(STATE, {"change": change.id})
    return state


# -- the sweep --------------------------------------------------------------------------------------------


def settle_due(storage: Storage, now: datetime) -> int:
    """Judge every change whose time has come, item by item; gives how many were judged.

    One that fails stays for the next sweep, an hour later for each attempt, and never stalls the rest.
    """
    with storage.read() as connection:
        due = [row.id for row in connection.execute(DUE, {"now": now})]
    for place, change_id in enumerate(due):
        try:
            _settle_one(storage, change_id, now)
        except Busy:
            LOG.warning("busy: %d changes wait for the next sweep", len(due) - place)
            return place
    return len(due)


def _settle_one(storage: Storage, change_id: str, now: datetime) -> None:
    try:
        storage.transact(lambda uow: _look(uow, change_id), now)
    except Busy:
        raise
    except Exception:  # whatever is wrong with one change, the others have their turn
        LOG.exception("change %s could not be judged", change_id)
        storage.transact(lambda uow: _put_off(uow, change_id), now)


def _look(uow: UnitOfWork, change_id: str) -> None:
    records, change = lock_change(uow, change_id)
    settle(uow, change, records)


def _put_off(uow: UnitOfWork, change_id: str) -> None:
    change = uow.lock_changes([change_id])[change_id]
    if change.state != "open":
        return
    later = uow.now + timedelta(hours=1 + change.settle_attempts)
    uow.run(
        update(Change).where(Change.id == change_id).values(settle_at=later, settle_attempts=change.settle_attempts + 1)
    )


# -- a moderator decides ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DecideChange:
    """A moderator applies or rejects a change alone; always logged."""

    change_id: str
    person_id: str
    outcome: str  # apply | reject
    note: str = ""


def decide_change(storage: Storage, command: DecideChange, now: datetime) -> Outcomes:
    """Decide a change at once (`RULES.md`, "Classes and thresholds").

    A note is needed where an opposing vote exists. A moderator's own change waits for its time and for every
    reject, and may be self-decided only while no other moderator is active.
    """
    return storage.transact(lambda uow: _decide(uow, command), now)


def _decide(uow: UnitOfWork, command: DecideChange) -> Outcomes:
    records, change = lock_change(uow, command.change_id)
    if change.state != "open":
        raise AlreadyClosed(state=change.state, suggestion=change.suggestion_id)
    actor = people.load_actor(uow, command.person_id)
    authors = authors_of(uow, change.id)
    is_own = command.person_id in authors
    others = other_moderator_active(uow, command.person_id, newest_policy(uow))
    actor = replace(actor, has_other_moderator_active=others)
    people.require(actor, "decide_change", Subject(author_ids=authors, may_self_decide=is_own))
    decision, tally = judge(uow, change, records.values())
    facts = facts_of(change, authors, records.values(), uow.now, has_reason=has_reason(uow, change))
    ruling = Ruling(
        command.person_id, "apply" if command.outcome == "apply" else "reject", bool(command.note.strip()), others
    )
    missing = by_hand(facts, tally, policy_of(uow, change.policy_version), ruling, uow.now)
    if missing:
        raise NotAllowed(missing[0].code, **missing[0].values)
    reason = "self_decided" if is_own else "moderator_decided"
    outcome = Outcome.APPLY if command.outcome == "apply" else Outcome.REJECT
    done = carry_out(
        uow,
        change,
        records,
        forced(decision, outcome, reason),
        approvals=tally.approvals,
        rejects=tally.rejects,
        actor_id=command.person_id,
        note=command.note,
    )
    if done.outcome is outcome:
        _log_decided(uow, change, command, is_own)
    return Outcomes(change.id, change.suggestion_id, _state_after(uow, change), done)


def forced(decision: Decision, outcome: Outcome, reason: str) -> Decision:
    """The decision as a moderator makes it, whatever the votes say; who was counted stays written in it."""
    return replace(
        decision, outcome=outcome, reasons=(Reason(reason),), settle_at=None, paused=False, paused_until=None
    )


def _log_decided(uow: UnitOfWork, change: Row, command: DecideChange, is_own: bool) -> None:
    log(
        uow,
        command.person_id,
        f"{command.outcome}_change",
        command.note,
        record_id=change.record_id,
        change_id=change.id,
        is_self_decided=is_own,
    )
