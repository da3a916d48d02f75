"""What holds of every decision, whatever the change, its votes, the moment and the policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.judging import INSTANT, after, change, judge, vote
from webapp.domain.decide import ChangeFacts, Outcome, reaches_threshold
from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT, Mode, Policy
from webapp.domain.policy_compare import is_tightened
from webapp.domain.tally import VoteFact, tally

moments = st.integers(0, 70 * 24 * 2).map(lambda halves: after(hours=halves / 2))
facts_of_changes = st.builds(
    change,
    st.sampled_from(list(Risk)),
    opened_at=st.integers(0, 40).map(lambda days: after(days=days)),
    has_reason=st.booleans(),
    hidden=st.sampled_from([False, False, False, True]),
    conflicted=st.sampled_from([False, False, True]),
    escalated_at=st.sampled_from([None, after(days=8)]),
    steward_objects=st.sampled_from([False, False, True]),
    protection=st.sampled_from([None, None, "trusted", "moderators"]),
    on_closed_record=st.sampled_from([False, False, True]),
    unexpiring=st.sampled_from([False, False, True]),
)
single_votes = st.builds(
    lambda person, choice, role, day, own: vote(
        f"person {person}",
        choice,
        role,
        cast_at=after(days=day),
        first_reject_at=after(days=day) if choice == "reject" else None,
        affiliated=own == "affiliated",
        steward=own == "steward",
    ),
    st.integers(0, 30),
    st.sampled_from(["approve", "approve", "approve", "reject", "abstain"]),
    st.sampled_from(["reviewer", "trusted", "moderator"]),
    st.integers(0, 40),
    st.sampled_from(["no", "no", "no", "no", "affiliated", "steward"]),
)
casts = st.lists(single_votes, max_size=8, unique_by=lambda one: one.person_id)
modes = st.sampled_from(["full", "reduced"])


@given(facts_of_changes, casts, moments, modes, st.randoms(use_true_random=False))
def test_the_order_of_votes_changes_no_decision(
    facts: ChangeFacts, cast: list[VoteFact], now: datetime, mode: Mode, chance: object
) -> None:
    shuffled = list(cast)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis names no type for its chance
    assert judge(facts, shuffled, now, mode) == judge(facts, cast, now, mode)


# Plain enough that many of them apply, or the next property would hold for want of cases.
ready_changes = st.builds(
    change,
    st.sampled_from(list(Risk)),
    protection=st.sampled_from([None, None, "trusted"]),
    escalated_at=st.sampled_from([None, after(days=3)]),
)
ready_casts = st.lists(single_votes, min_size=4, max_size=9, unique_by=lambda one: one.person_id)


@given(ready_changes, ready_casts, st.sampled_from(["reviewer", "administrator"]), modes, st.booleans())
def test_one_more_approval_never_undoes_an_apply(
    facts: ChangeFacts, cast: list[VoteFact], role: str, mode: Mode, steward: bool
) -> None:
    now = after(days=45)
    assume(judge(facts, cast, now, mode).outcome == Outcome.APPLY)
    more = [*cast, vote("yet another", role=role, steward=steward)]
    assert judge(facts, more, now, mode).outcome == Outcome.APPLY


@given(facts_of_changes, casts, moments, modes)
def test_time_publishes_nothing_that_the_votes_do_not_carry(
    facts: ChangeFacts, cast: list[VoteFact], now: datetime, mode: Mode
) -> None:
    applies = judge(facts, cast, now, mode).outcome == Outcome.APPLY
    carried = reaches_threshold(facts, tally(cast, facts.author_ids), DEFAULT, mode)
    assert carried or not applies
    assert not applies or len(judge(facts, cast, now, mode).counted_ids) >= 1


@given(facts_of_changes, casts, moments, modes, st.booleans(), st.integers(1, 999))
def test_the_outcome_stays_until_settle_at_and_changes_then(
    facts: ChangeFacts, cast: list[VoteFact], now: datetime, mode: Mode, rejudged: bool, part: int
) -> None:
    decision = judge(facts, cast, now, mode, rejudged=rejudged)
    if decision.outcome == Outcome.ESCALATE:
        facts = replace(facts, escalated_at=now)
    elif decision.outcome != Outcome.HOLD:
        assert decision.settle_at is None
        return
    until = decision.settle_at or after(days=400)
    inside = now + (until - now) * part / 1000
    for moment in {now, inside, until - INSTANT} if until > now else set():
        assert judge(facts, cast, moment, mode, rejudged=rejudged).outcome == Outcome.HOLD
    if decision.settle_at:
        assert judge(facts, cast, until, mode, rejudged=rejudged).outcome != Outcome.HOLD


@given(facts_of_changes, casts, moments, modes)
def test_a_change_is_escalated_once_and_each_hold_says_why(
    facts: ChangeFacts, cast: list[VoteFact], now: datetime, mode: Mode
) -> None:
    decision = judge(facts, cast, now, mode)
    assert decision.reasons
    assert not (facts.escalated_at and decision.outcome == Outcome.ESCALATE)
    assert decision.outcome not in (Outcome.APPLY, Outcome.EXPIRE) or not facts.hidden


more = st.integers(0, 1)
longer = st.sampled_from([timedelta(0), timedelta(hours=12), timedelta(days=3)])


@st.composite
def tightened(draw: st.DrawFn) -> Policy:
    """The default, tightened here and there."""
    rules = {
        risk.value: replace(
            DEFAULT.rules[risk],
            threshold=DEFAULT.rules[risk].threshold + draw(more),
            needs_trusted=DEFAULT.rules[risk].needs_trusted or draw(st.booleans()),
            earliest=DEFAULT.rules[risk].earliest + draw(longer),
        )
        for risk in Risk
    }
    return replace(
        DEFAULT,
        rules=replace(DEFAULT.rules, **rules),
        contested_margin=DEFAULT.contested_margin + draw(more),
        first_reject_pause=DEFAULT.first_reject_pause + draw(longer),
        reject_at=DEFAULT.reject_at + draw(more),
    )


@given(ready_changes, ready_casts, st.integers(0, 45), modes, tightened())
def test_a_tightened_policy_applies_nothing_that_the_earlier_one_would_not(
    facts: ChangeFacts, cast: list[VoteFact], days: int, mode: Mode, tight: Policy
) -> None:
    assert is_tightened(tight, from_=DEFAULT)
    now = after(days=days)
    if judge(facts, cast, now, mode, tight).outcome == Outcome.APPLY:
        assert judge(facts, cast, now, mode).outcome == Outcome.APPLY
