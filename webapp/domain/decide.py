"""Decides what happens to a change: pure, so that the vote, the sweep, the page and a replay all agree.

The answer is codes and values; `web` words them. At exactly a deadline, the deadline has passed.
Source of every rule: `RULES.md`, "Classes and thresholds"; its numbers are the Policy's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from webapp.domain.fields import Risk
from webapp.domain.policy import Mode, Policy, Rule
from webapp.domain.tally import Tally

KindOfChange = Literal["edit", "create", "close", "reopen", "merge"]


class Outcome(StrEnum):
    """What is to be done with the change now."""

    HOLD = "hold"
    APPLY = "apply"
    REJECT = "reject"
    ESCALATE = "escalate"  # set `escalated_at`; the change stays open
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """What is known of a change when it is judged."""

    risk: Risk
    kind_of_change: KindOfChange
    state: str
    opened_at: datetime  # the clock of the earliest time; amending and rebasing start it again
    first_opened_at: datetime  # the clock of escalation and expiry, which nothing moves
    author_ids: frozenset[str]  # co-authors too
    has_reason: bool = False
    hidden: bool = False
    conflicted: bool = False
    escalated_at: datetime | None = None
    steward_objects: bool = False  # said so without voting; a steward's reject is in the tally
    protection: str | None = None  # of the record, at present: "trusted" or "moderators"
    on_closed_record: bool = False
    unexpiring: bool = False  # waits its turn in an import: neither escalated nor expired by age


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code and the values of its sentence."""

    code: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, everything that led to it, and when to look again."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    settle_at: datetime | None  # when time alone changes the outcome next; None: never
    contested: bool  # a counted reject lives: the flag as it should be from now on
    paused: bool  # by that reject, now
    needed: int  # net approvals missing
    needs: tuple[str, ...]  # besides: "trusted", "moderator", "reason"
    earliest_at: datetime  # before which it can't apply, whatever the votes
    mode: Mode
    policy_version: int
    counted_ids: tuple[str, ...]
    paused_until: datetime | None = None  # where `paused`


@dataclass(frozen=True, slots=True)
class _Case:
    """A change with its votes under the rule that holds for it."""

    change: ChangeFacts
    tally: Tally
    policy: Policy
    rule: Rule
    rejudged: bool

    @property
    def approvals(self) -> int:
        """Protection counts the approvals of its own people only; rejects count from everybody, as ever."""
        if self.change.protection is None:
            return self.tally.approvals
        protected = {"trusted": self.tally.trusted_approvals, "moderators": self.tally.moderator_approvals}
        return protected.get(self.change.protection, 0)

    @property
    def target(self) -> int:
        return self.rule.threshold + (self.policy.contested_margin if self.tally.rejects else 0)

    @property
    def missing(self) -> int:
        return max(0, self.target - (self.approvals - self.tally.rejects))

    @property
    def open_until(self) -> datetime:
        return self.change.opened_at + self.rule.earliest

    @property
    def pause_until(self) -> datetime | None:
        first = self.tally.first_reject_at
        return first and first + self.policy.first_reject_pause

    @property
    def has_objection(self) -> bool:
        return self.change.steward_objects or self.tally.steward_reject

    @property
    def is_opposed_from_within(self) -> bool:
        return self.change.risk != Risk.LOW and (self.has_objection or self.tally.affiliated_reject)

    def is_paused(self, now: datetime) -> bool:
        return self.pause_until is not None and now < self.pause_until


def decide(
    change: ChangeFacts, tally: Tally, policy: Policy, mode: Mode, now: datetime, *, rejudged: bool = False
) -> Decision:
    """Judge a change at a moment, under the policy that it carries and the mode of that moment.

    `rejudged`: votes on it were voided or given back and nobody has approved it since. What would apply is
    escalated then, and stays held, so a ban publishes nothing; hand it in for as long as that is so.
    """
    case = _Case(change, tally, policy, policy.rule(change.risk, mode), rejudged)
    outcome, reasons = _judge(case, now)
    return Decision(
        outcome=outcome,
        reasons=reasons,
        settle_at=_settle_at(case, outcome, now),
        contested=tally.rejects > 0,
        paused=case.is_paused(now),
        needed=case.missing,
        needs=tuple(reason.code.removesuffix("_missing") for reason in _people_missing(case)),
        earliest_at=max(case.open_until, case.pause_until or case.open_until),
        mode=mode,
        policy_version=policy.version,
        counted_ids=tally.counted_ids,
        paused_until=case.pause_until if case.is_paused(now) else None,
    )


def reaches_threshold(change: ChangeFacts, tally: Tally, policy: Policy, mode: Mode) -> bool:
    """Whether the votes alone would do, whatever the time and the flags.

    For applied changes whose votes a ban has voided: those that say no become the moderators' list.
    """
    case = _Case(change, tally, policy, policy.rule(change.risk, mode), rejudged=False)
    return not case.missing and not any(_people_missing(case))


# -- the judgement --------------------------------------------------------------------------------------


def _judge(case: _Case, now: datetime) -> tuple[Outcome, tuple[Reason, ...]]:
    stopped = _stopped(case.change)
    if stopped:
        return Outcome.HOLD, (stopped,)
    if _is_rejected(case, now):
        return Outcome.REJECT, (Reason("rejected", {"net": case.tally.net, "at": case.policy.reject_at}),)
    missing = tuple(_missing(case, now))
    if not missing and not _is_for_moderators(case):
        return Outcome.APPLY, (Reason("threshold_reached", {"approvals": case.approvals, "of": case.target}),)
    if _is_expired(case, now):
        return Outcome.EXPIRE, (Reason("expired", {"since": case.change.first_opened_at}),)
    if case.change.escalated_at:
        asked = Reason("escalated", {"since": case.change.escalated_at})
        return Outcome.HOLD, (*missing, *_rejudged(case), asked)
    escalations = (*_escalations(case, now), *(_rejudged(case) if not missing else ()))
    if escalations:
        return Outcome.ESCALATE, (*escalations, *missing)
    return Outcome.HOLD, missing


def _stopped(change: ChangeFacts) -> Reason | None:
    """What keeps a change from being judged at all."""
    if change.state != "open":
        return Reason("not_open", {"state": change.state})
    return Reason("hidden") if change.hidden else None


def _is_rejected(case: _Case, now: datetime) -> bool:
    """By the plain net, which protection does not lower, and only once the first reject's pause is over."""
    return case.tally.net <= case.policy.reject_at and not case.is_paused(now)


def _is_for_moderators(case: _Case) -> bool:
    """Whether moderators are to be asked first though nothing is missing."""
    return case.rejudged or (case.is_opposed_from_within and not case.change.escalated_at)


def _is_expired(case: _Case, now: datetime) -> bool:
    return not case.change.unexpiring and now >= case.change.first_opened_at + case.policy.expire_after


def _rejudged(case: _Case) -> tuple[Reason, ...]:
    return (Reason("rejudged"),) if case.rejudged else ()


def _escalations(case: _Case, now: datetime) -> Iterator[Reason]:
    first_reject_at, policy = case.tally.first_reject_at, case.policy
    if case.is_opposed_from_within:
        yield Reason("opposed_from_within")
    if first_reject_at and now >= first_reject_at + policy.escalate_contested_after:
        yield Reason("contested_long", {"since": first_reject_at})
    if not case.change.unexpiring and now >= case.change.first_opened_at + policy.escalate_after:
        yield Reason("open_long", {"since": case.change.first_opened_at})


# -- what is missing ------------------------------------------------------------------------------------


def _missing(case: _Case, now: datetime) -> Iterator[Reason]:
    """Everything that keeps a change from applying: votes, people, time, and the state of things."""
    yield from _votes_missing(case)
    yield from _people_missing(case)
    yield from _time_missing(case, now)
    yield from _obstacles(case)


def _votes_missing(case: _Case) -> Iterator[Reason]:
    if not case.missing:
        return
    code = "contested_margin" if case.tally.rejects else "approvals_missing"
    yield Reason(code, {"count": case.missing, "of": case.target})
    if case.change.protection:
        yield Reason("protected", {"level": case.change.protection})


def _people_missing(case: _Case) -> Iterator[Reason]:
    if case.rule.needs_trusted and not case.tally.trusted_approvals:
        yield Reason("trusted_missing")
    if case.rule.needs_moderator and not case.tally.moderator_approvals:
        yield Reason("moderator_missing")
    if case.rule.needs_reason and not case.change.has_reason:
        yield Reason("reason_missing")


def _time_missing(case: _Case, now: datetime) -> Iterator[Reason]:
    if now < case.open_until:
        yield Reason("too_early", {"at": case.open_until})
    if case.is_paused(now):
        yield Reason("paused_by_reject", {"until": case.pause_until})


def _obstacles(case: _Case) -> Iterator[Reason]:
    change = case.change
    if change.conflicted:
        yield Reason("conflicted")
    if change.on_closed_record and change.kind_of_change != "reopen":
        yield Reason("record_closed")
    if change.escalated_at and case.tally.rejects:
        yield Reason("contested")
    if change.escalated_at and case.has_objection:
        yield Reason("objection")


# -- time -----------------------------------------------------------------------------------------------


def _settle_at(case: _Case, outcome: Outcome, now: datetime) -> datetime | None:
    """When time alone changes the outcome next: the first deadline ahead at which the judgement differs.

    An escalation is taken to be done: what is asked is when to look again after it.
    """
    if outcome not in (Outcome.HOLD, Outcome.ESCALATE):
        return None
    moments = [at for at in sorted(_deadlines(case)) if at > now]
    if outcome == Outcome.ESCALATE:
        case = replace(case, change=replace(case.change, escalated_at=now))
        moments.insert(0, now)
    return next((at for at in moments if _judge(case, at)[0] != Outcome.HOLD), None)


def _deadlines(case: _Case) -> Iterator[datetime]:
    yield case.open_until
    yield case.change.first_opened_at + case.policy.escalate_after
    yield case.change.first_opened_at + case.policy.expire_after
    if case.tally.first_reject_at:
        yield case.tally.first_reject_at + case.policy.first_reject_pause
        yield case.tally.first_reject_at + case.policy.escalate_contested_after
