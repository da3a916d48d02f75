"""What a policy would have made of a change's own past: its dated votes and events once more, through `decide`.

Pure. A replay knows only what happened: votes stop when a change ends, so that under stricter rules nobody knows who
would have voted next; and each change is judged by itself, as if the others had ended as they did.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Literal

from webapp.domain.decide import ChangeFacts, Decision, KindOfChange, Outcome, decide
from webapp.domain.fields import Risk
from webapp.domain.policy import Mode, Policy
from webapp.domain.roles import Role, at_least
from webapp.domain.tally import VoteFact, tally

Span = tuple[datetime, datetime | None]
"""From when, and until when; None: to this day."""
ENDS = (Outcome.APPLY, Outcome.REJECT, Outcome.EXPIRE)


@dataclass(frozen=True, slots=True)
class Content:
    """What a change said, from when: its class, and whose it was."""

    opened_at: datetime
    risk: Risk
    author_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class PastVote:
    """A vote on one content version, with when it ended and when a ban kept it from counting."""

    fact: VoteFact
    version: int  # its place among the contents, from 1 on
    ended_at: datetime | None = None
    void: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """All that is dated of one change. `ended_at` is None while it is open."""

    change_id: str
    kind_of_change: KindOfChange
    policy_version: int
    first_opened_at: datetime
    contents: tuple[Content, ...]  # oldest first
    votes: tuple[PastVote, ...] = ()
    has_reason: bool = True
    hidden: tuple[Span, ...] = ()
    conflicted: tuple[Span, ...] = ()
    closed: tuple[Span, ...] = ()  # a record that it needs alive
    protected: tuple[tuple[datetime, datetime | None, str], ...] = ()
    rejudged_at: datetime | None = None
    state: str = "open"
    ended_at: datetime | None = None
    is_by_rule: bool = True  # or a moderator decided, or its author withdrew it
    is_reverted: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """How a change ends: apply, reject, expire, otherwise (by hand, withdrawn, superseded), or None: not by now."""

    outcome: Outcome | Literal["otherwise"] | None
    at: datetime | None = None
    needed: int = 0  # net approvals that are missing where it has not ended


@dataclass(frozen=True, slots=True)
class Modes:
    """When few people took part: each mode from when on, oldest first; before the first it is reduced."""

    since: tuple[tuple[datetime, Mode], ...] = ()

    def at(self, moment: datetime) -> Mode:
        """The mode in force."""
        return next((mode for since, mode in reversed(self.since) if since <= moment), "reduced")


def replay(past: Past, policy: Policy, modes: Modes, now: datetime) -> Told:
    """How a change would have ended under a policy, and when, as far as its past tells until now.

    What ended it beside the votes (a moderator, its author, another change) ends it then, if the votes have not before.
    """
    end = None if past.is_by_rule else past.ended_at
    last = end or now
    moments = sorted({moment for moment in _moments(past, modes) if past.first_opened_at <= moment <= last})
    escalated_at: datetime | None = None
    needed, at = 0, (moments[0] if moments else None)
    while at is not None and at <= last:
        decision = _judged(past, policy, modes.at(at), at, escalated_at)
        needed = decision.needed
        if decision.outcome in ENDS:
            return Told(decision.outcome, at)
        if decision.outcome is Outcome.ESCALATE:
            escalated_at = at
        at = _next(at, decision, moments)
    return Told("otherwise", end) if end else Told(None, None, needed)


def _next(at: datetime, decision: Decision, moments: Sequence[datetime]) -> datetime | None:
    """When to look again: at the next deadline or the next thing that happened; at once after an escalation."""
    is_asked = decision.outcome is Outcome.ESCALATE
    ahead = [*moments[bisect_right(moments, at) :][:1]]
    if decision.settle_at and (is_asked or decision.settle_at > at):
        ahead.append(decision.settle_at)
    return min(ahead, default=None)


def _moments(past: Past, modes: Modes) -> Iterator[datetime]:
    """Every moment at which something moved; deadlines come from the decisions themselves."""
    yield from (content.opened_at for content in past.contents)
    for vote in past.votes:
        yield vote.fact.cast_at
        if vote.ended_at:
            yield vote.ended_at
        yield from _ends(vote.void)
    for spans in (past.hidden, past.conflicted, past.closed):
        yield from _ends(spans)
    yield from _ends([(since, until) for since, until, _level in past.protected])
    yield from (since for since, _mode in modes.since)
    if past.rejudged_at:
        yield past.rejudged_at


def _ends(spans: Iterable[Span]) -> Iterator[datetime]:
    for since, until in spans:
        yield since
        if until:
            yield until


def _judged(past: Past, policy: Policy, mode: Mode, at: datetime, escalated_at: datetime | None) -> Decision:
    """What `decide` says of the change as it stood at a moment."""
    version = max(sum(content.opened_at <= at for content in past.contents), 1)
    content = past.contents[version - 1]
    live = list(_live(past.votes, version, at))
    facts = ChangeFacts(
        risk=content.risk,
        kind_of_change=past.kind_of_change,
        state="open",
        opened_at=content.opened_at,
        first_opened_at=past.first_opened_at,
        author_ids=content.author_ids,
        has_reason=past.has_reason,
        hidden=_within(past.hidden, at),
        conflicted=_within(past.conflicted, at),
        escalated_at=escalated_at,
        protection=_protection(past, at),
        on_closed_record=_within(past.closed, at),
    )
    rejudged = _is_rejudged(past.rejudged_at, live, content.author_ids, at)
    return decide(facts, tally(live, content.author_ids), policy, mode, at, rejudged=rejudged)


def _live(votes: Sequence[PastVote], version: int, at: datetime) -> Iterator[VoteFact]:
    """The votes on a content that stood at a moment, each with that person's first reject on it."""
    cast = [vote for vote in votes if vote.version == version and vote.fact.cast_at <= at]
    first: dict[str, datetime] = {}
    for vote in cast:
        if vote.fact.choice == "reject":
            first.setdefault(vote.fact.person_id, vote.fact.cast_at)
    for vote in cast:
        if vote.ended_at is None or vote.ended_at > at:
            fact, is_reject = vote.fact, vote.fact.choice == "reject"
            if is_reject or vote.void:
                began = first[fact.person_id] if is_reject else None
                fact = replace(fact, first_reject_at=began, voided=_within(vote.void, at))
            yield fact


def _is_rejudged(since: datetime | None, live: Iterable[VoteFact], authors: frozenset[str], at: datetime) -> bool:
    if since is None or since > at:
        return False
    return not any(
        vote.choice == "approve"
        and not vote.voided
        and vote.cast_at > since
        and vote.person_id not in authors
        and at_least(vote.role, Role.REVIEWER)
        for vote in live
    )


def _within(spans: Iterable[Span], at: datetime) -> bool:
    return any(since <= at and (until is None or at < until) for since, until in spans)


def _protection(past: Past, at: datetime) -> str | None:
    levels = {level for since, until, level in past.protected if since <= at and (until is None or at < until)}
    return next((level for level in ("moderators", "trusted") if level in levels), None)


# -- does the replay tell what was ------------------------------------------------------------------------

OUTCOMES = {"applied": Outcome.APPLY, "rejected": Outcome.REJECT, "expired": Outcome.EXPIRE}


def agrees(past: Past, told: Told) -> bool:
    """Whether a replay under the policy that was in force tells what was decided, and when.

    The sweep may have come later than the deadline, but nothing may have happened in between.
    """
    if past.ended_at is None:
        return told.outcome is None
    if not past.is_by_rule:
        return told.outcome == "otherwise"
    if told.outcome is not OUTCOMES.get(past.state) or told.at is None or told.at > past.ended_at:
        return False
    return not any(told.at < vote.fact.cast_at <= past.ended_at for vote in past.votes)


# -- two policies beside each other -------------------------------------------------------------------------


@dataclass(slots=True)
class Compared:
    """What another policy would have made of past changes, counted; hours are of those that apply under both."""

    changes: int = 0
    same: int = 0
    earlier: list[float] = field(default_factory=list)  # hours
    later: list[float] = field(default_factory=list)  # hours
    earlier_reverted: int = 0  # of those applied earlier: reverted since
    lost: int = 0  # applied in fact, and would not have by now
    lost_rejected: int = 0  # of those: rejected
    gained: int = 0  # would have applied, and did not
    gained_rejected: int = 0  # of those: rejected in fact
    other: int = 0  # not applied under either, and ended otherwise or at another time
    left_out: int = 0  # something held or moved them that is not dated

    def add(self, past: Past, was: Told, told: Told) -> None:
        """Count one change: how it ended, and how it would have."""
        self.changes += 1
        if not agrees(past, was):
            self.left_out += 1
            return
        applied, would = _applied_at(past, was), _applied_at(past, told)
        if applied and would:
            self._moved((would - applied) / timedelta(hours=1), past)
        elif applied:
            self.lost += 1
            self.lost_rejected += told.outcome is Outcome.REJECT
        elif would:
            self.gained += 1
            self.gained_rejected += past.state == "rejected"
        elif (was.outcome, was.at) == (told.outcome, told.at):
            self.same += 1
        else:
            self.other += 1

    def _moved(self, hours: float, past: Past) -> None:
        if not hours:
            self.same += 1
        elif hours > 0:
            self.later.append(hours)
        else:
            self.earlier.append(-hours)
            self.earlier_reverted += past.is_reverted


def _applied_at(past: Past, told: Told) -> datetime | None:
    """When a change applies: by the votes, or by the moderator who applied it."""
    if told.outcome is Outcome.APPLY or (told.outcome == "otherwise" and past.state == "applied"):
        return told.at
    return None


def quantile(values: Sequence[float], share: float) -> float:
    """The least of the values that at least this share of them do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def compare(pasts: Iterable[Past], under: Callable[[Past], Policy], other: Policy, modes: Modes, now: datetime,
            move: Callable[[int], object] = lambda _: None) -> Compared:  # fmt: skip
    """What another policy would have made of past changes, beside what those that they carry made of them.

    `under` gives the policy that a change carries; `move` is told how many were replayed so far.
    """
    found = Compared()
    for past in pasts:
        found.add(past, replay(past, under(past), modes, now), replay(past, other, modes, now))
        move(found.changes)
    return found
