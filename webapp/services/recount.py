"""What the rules say of many changes if somebody's votes count, or do not: asked, never done. Its law: it only reads.

What a ban or its end is going to do is told by it before anybody does it, and what it left in doubt afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from webapp.domain.decide import ChangeFacts, Decision, Outcome, decide, reaches_threshold
from webapp.domain.policy import DEFAULT, Mode, Policy
from webapp.domain.tally import Tally, tally
from webapp.services.judge import all_policies, facts_of, nobody_approved_since, vote_facts, waits_its_turn
from webapp.storage.models import Change, ChangeAuthor, ChangeRecord, PersonSession, Record, Suggestion, Vote
from webapp.storage.models import Decision as DecisionRow
from webapp.storage.prepared import LONGEST, execute, prepared
from webapp.storage.queries.review import MODE
from webapp.storage.unit_of_work import Row

LOOKED_AT = 1000
"""Applied changes, the newest first, that are looked at before a ban; afterwards the list of them goes on."""
LAST = "z"  # after every id

_VOTED = (
    select(Change)
    .join(Vote, Vote.change_id == Change.id)
    .where(Vote.person_id == bindparam("person"), Vote.is_live == 1, Change.id < bindparam("before"))
    .order_by(Change.id.desc())
    .limit(LONGEST)
)
VOTED_OPEN = prepared(_VOTED.where(Change.state == "open"))
VOTED_APPLIED = prepared(  # by votes: what a moderator decided hangs on nobody's
    _VOTED.join(DecisionRow, DecisionRow.change_id == Change.id).where(
        Change.state == "applied", DecisionRow.outcome == "apply", DecisionRow.actor_id.is_(None)
    )
)
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
VOTES = prepared(select(Vote).where(Vote.change_id.in_(_IDS)).order_by(Vote.cast_at, Vote.id))
AUTHORS = prepared(
    select(ChangeAuthor.change_id, ChangeAuthor.person_id).where(
        ChangeAuthor.change_id.in_(_IDS), ChangeAuthor.role != "supporter"
    )
)
RECORDS = prepared(
    select(ChangeRecord.change_id, Record)
    .join(Record, Record.id == ChangeRecord.record_id)
    .where(ChangeRecord.change_id.in_(_IDS))
)
REASONS = prepared(
    select(Change.id.label("change_id"), Suggestion.reason)
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .where(Change.id.in_(_IDS))
)
OWN_OPEN = prepared(
    select(func.count())
    .select_from(ChangeAuthor)
    .join(Change, Change.id == ChangeAuthor.change_id)
    .where(ChangeAuthor.person_id == bindparam("person"), ChangeAuthor.role == "author", Change.state == "open")
)
SESSIONS = prepared(
    select(func.count())
    .select_from(PersonSession)
    .where(
        PersonSession.person_id == bindparam("person"),
        PersonSession.revoked_at.is_(None),
        PersonSession.expires_at > bindparam("now"),
    )
)


@dataclass(frozen=True, slots=True)
class Follows:
    """What a ban, or its end, brings with it."""

    rejudged: int  # open changes on which votes are set aside, or given back
    escalated: int  # of these, what would apply by it, and goes to moderators instead
    rejected: int  # of these, what ends by it
    own: int  # open changes of the person's own
    sessions: int  # browsers in which they are signed in
    doubtful: int  # applied changes that would miss the threshold by it, among the newest `LOOKED_AT`


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A part of the applied changes that miss the threshold, newest first, and where the next part begins."""

    changes: tuple[Row, ...]
    next_before: str | None


@dataclass(frozen=True, slots=True)
class _Case:
    """One change with what its judgement needs, somebody's votes counted or not."""

    change: Row
    votes: tuple[Row, ...]
    authors: frozenset[str]
    facts: ChangeFacts
    policy: Policy
    mode: Mode

    def tally(self, person_id: str, *, is_voided: bool | None) -> Tally:
        """The votes counted; the person's as if they were voided or not, or as they are."""
        facts = vote_facts(self.votes, self.change.content_version)
        if is_voided is not None:
            facts = [replace(fact, voided=is_voided) if fact.person_id == person_id else fact for fact in facts]
        return tally(facts, self.authors)


def follows_ban(connection: Connection, person_id: str, now: datetime) -> Follows:
    """What a ban of this person would bring with it now."""
    return _follows(connection, person_id, now, is_ban=True)


def follows_lift(connection: Connection, person_id: str, now: datetime) -> Follows:
    """What the end of this person's ban would bring with it now."""
    return _follows(connection, person_id, now, is_ban=False)


def _follows(connection: Connection, person_id: str, now: datetime, *, is_ban: bool) -> Follows:
    judged = [
        _judged(case, person_id, now, is_ban=is_ban)
        for batch in _batches(connection, VOTED_OPEN, person_id)
        for case in _cases(connection, batch, now)
    ]
    doubtful = 0
    if is_ban:
        for batch in islice(_batches(connection, VOTED_APPLIED, person_id), LOOKED_AT // LONGEST):
            doubtful += sum(_misses(case, person_id, is_voided=True) for case in _cases(connection, batch, now))
    who = {"person": person_id}
    return Follows(
        len(judged),
        sum(any(reason.code == "rejudged" for reason in one.reasons) for one in judged),
        sum(one.outcome is Outcome.REJECT for one in judged),
        execute(connection, OWN_OPEN, who).scalar(),
        execute(connection, SESSIONS, {**who, "now": now}).scalar(),
        doubtful,
    )


def _judged(case: _Case, person_id: str, now: datetime, *, is_ban: bool) -> Decision:
    """As the ban's own judgement will be; only a reject that goes, or an approval that comes back, helps to apply."""
    own = next(vote for vote in case.votes if vote.person_id == person_id and vote.is_live)
    helped = own.choice == ("reject" if is_ban else "approve")
    rejudged = helped or nobody_approved_since(case.votes, case.change, case.authors)
    counted = case.tally(person_id, is_voided=is_ban)
    return decide(case.facts, counted, case.policy, case.mode, now, rejudged=rejudged)


def _misses(case: _Case, person_id: str, *, is_voided: bool | None) -> bool:
    return not reaches_threshold(case.facts, case.tally(person_id, is_voided=is_voided), case.policy, case.mode)


def doubtful_part(connection: Connection, person_id: str, now: datetime, before: str | None = None) -> Doubtful:
    """The moderators' list, a part at a time: applied changes that a person voted on and that miss the threshold now.

    Empty unless the person is banned, or another ban has taken votes from the same changes. Each part looks at as
    many changes, so that a part may be empty and yet not the last.
    """
    batch = execute(connection, VOTED_APPLIED, {"person": person_id, "before": before or LAST})
    missing = tuple(c.change for c in _cases(connection, batch, now) if _misses(c, person_id, is_voided=None))
    return Doubtful(missing, batch[-1].id if len(batch) == LONGEST else None)


def all_doubtful(connection: Connection, person_id: str, now: datetime) -> Iterator[str]:
    """The ids of all of them."""
    for batch in _batches(connection, VOTED_APPLIED, person_id):
        yield from (c.change.id for c in _cases(connection, batch, now) if _misses(c, person_id, is_voided=None))


def _batches(connection: Connection, query: Any, person_id: str) -> Iterator[Sequence[Row]]:
    """All that somebody voted on, so many at a time, each found by its key."""
    before = LAST
    while batch := execute(connection, query, {"person": person_id, "before": before}):
        yield batch
        if len(batch) < LONGEST:
            return
        before = batch[-1].id


def _cases(connection: Connection, changes: Sequence[Row], now: datetime) -> Iterator[_Case]:
    """The changes of one batch with all that is known of them: as many statements for one as for a hundred."""
    if not changes:
        return
    ids = {"ids": [change.id for change in changes]}
    votes, authors, records, reasons = (
        _by_change(execute(connection, query, ids)) for query in (VOTES, AUTHORS, RECORDS, REASONS)
    )
    mode: Mode = execute(connection, MODE).scalar() or "reduced"
    policies = all_policies(connection)
    for change in changes:
        by = frozenset(row.person_id for row in authors[change.id])
        facts = facts_of(
            change,
            by,
            records[change.id],
            now,
            has_reason=bool(reasons[change.id][0].reason.strip()),
            unexpiring=waits_its_turn(change, now),
        )
        policy = policies.get(change.policy_version, DEFAULT)
        yield _Case(change, tuple(votes[change.id]), by, facts, policy, mode)


def _by_change(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.change_id].append(row)
    return found
