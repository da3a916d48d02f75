"""What happens to a change, rule by rule; what holds of every decision is in test_decide_always."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.judging import INSTANT, OPENED, after, change, codes, judge, vote, votes
from webapp.domain.decide import ChangeFacts, reaches_threshold
from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT, Mode
from webapp.domain.tally import tally

LOW, HIGH, DESTRUCTIVE = Risk.LOW, Risk.HIGH, Risk.DESTRUCTIVE


@pytest.mark.parametrize(
    ("risk", "mode", "approvals", "outcome", "missing"),
    [
        (LOW, "full", "", "hold", {"approvals_missing"}),
        (LOW, "full", "r", "hold", {"approvals_missing"}),
        (LOW, "full", "rr", "apply", set()),
        (HIGH, "full", "rt", "hold", {"approvals_missing"}),
        (HIGH, "full", "rrr", "hold", {"trusted_missing"}),
        (HIGH, "full", "rrrrrr", "hold", {"trusted_missing"}),
        (HIGH, "full", "rrt", "apply", set()),
        (HIGH, "full", "rrm", "apply", set()),
        (DESTRUCTIVE, "full", "rrr", "hold", {"trusted_missing"}),
        (DESTRUCTIVE, "full", "rrt", "apply", set()),
        (LOW, "reduced", "r", "apply", set()),
        (HIGH, "reduced", "r", "hold", {"approvals_missing"}),
        (HIGH, "reduced", "rr", "apply", set()),
        (DESTRUCTIVE, "reduced", "tt", "hold", {"moderator_missing"}),
        (DESTRUCTIVE, "reduced", "rm", "apply", set()),
        (DESTRUCTIVE, "reduced", "m", "hold", {"approvals_missing"}),
    ],
)
def test_each_class_has_its_threshold(risk: Risk, mode: Mode, approvals: str, outcome: str, missing: set[str]) -> None:
    decision = judge(change(risk), votes(approvals), after(hours=48), mode)
    assert decision.outcome == outcome
    assert missing <= codes(decision)
    assert reaches_threshold(change(risk), tally(votes(approvals), ()), DEFAULT, mode) == (outcome == "apply")


@pytest.mark.parametrize("mode", ["full", "reduced"])
@pytest.mark.parametrize(("risk", "hours"), [(LOW, 0), (HIGH, 24), (DESTRUCTIVE, 48)])
def test_nothing_applies_a_moment_before_its_earliest_time(risk: Risk, hours: int, mode: Mode) -> None:
    due = after(hours=hours)
    early = judge(change(risk), votes("rtm"), due - INSTANT, mode)
    assert (early.outcome, codes(early), early.settle_at) == ("hold", {"too_early"}, due) or not hours
    assert judge(change(risk), votes("rtm"), due, mode).outcome == "apply"


def test_a_reason_must_be_given_for_destructive_changes() -> None:
    silent = change(DESTRUCTIVE, has_reason=False)
    decision = judge(silent, votes("rrt"), after(hours=48))
    assert (decision.outcome, codes(decision), decision.needs) == ("hold", {"reason_missing"}, ("reason",))
    assert judge(change(HIGH, has_reason=False), votes("rrt"), after(hours=24)).outcome == "apply"


def test_what_is_missing_is_told_with_its_numbers() -> None:
    decision = judge(change(HIGH), votes("r"), after(hours=2))
    told = {reason.code: reason.values for reason in decision.reasons}
    assert told == {
        "approvals_missing": {"count": 2, "of": 3},
        "trusted_missing": {},
        "too_early": {"at": after(hours=24)},
    }
    assert (decision.needed, decision.needs) == (2, ("trusted",))
    assert (decision.mode, decision.policy_version) == ("full", 1)
    assert decision.counted_ids == ("vote of for 0",)


# -- against it -----------------------------------------------------------------------------------------


def test_a_first_reject_pauses_for_72_hours_and_then_one_more_is_needed() -> None:
    at = after(hours=10)
    facts = change(LOW)
    paused = judge(facts, votes("rrrr", "r", at), at + timedelta(hours=72) - INSTANT)
    assert (paused.outcome, codes(paused), paused.paused, paused.contested) == (
        "hold",
        {"paused_by_reject"},
        True,
        True,
    )
    assert paused.settle_at == paused.earliest_at == paused.paused_until == at + timedelta(hours=72)
    assert judge(facts, votes("rrrr", "r", at), at + timedelta(hours=72)).outcome == "apply"
    close = judge(facts, votes("rrr", "r", at), at + timedelta(hours=72))
    assert (close.outcome, close.needed, codes(close)) == ("hold", 1, {"contested_margin"})


def test_withdrawing_the_reject_ends_pause_and_margin() -> None:
    decision = judge(change(LOW), votes("rr"), after(hours=2))
    assert (decision.outcome, decision.paused, decision.contested) == ("apply", False, False)
    assert decision.paused_until is None


def test_a_second_reject_does_not_prolong_the_pause() -> None:
    second = vote("zoe", "reject", first_reject_at=after(hours=70), cast_at=after(hours=70))
    cast = [*votes("rrrrr", "r", after(hours=1)), second]
    assert judge(change(LOW), cast, after(hours=73)).outcome == "apply"


@pytest.mark.parametrize(("against", "outcome"), [("rr", "hold"), ("rrr", "reject"), ("rrrr", "reject")])
def test_three_more_against_than_for_reject_after_the_pause(against: str, outcome: str) -> None:
    cast = votes("", against, OPENED)
    early = judge(change(LOW), cast, after(hours=72) - INSTANT)
    assert early.outcome == "hold"
    assert early.settle_at == (after(hours=72) if outcome == "reject" else after(days=7))
    assert judge(change(LOW), cast, after(hours=72)).outcome == outcome


def test_a_contested_change_is_escalated_after_seven_days_and_only_once() -> None:
    cast, due = votes("rr", "r", after(hours=5)), after(days=7, hours=5)
    assert judge(change(LOW), cast, due - INSTANT).outcome == "hold"
    decision = judge(change(LOW), cast, due)
    assert (decision.outcome, decision.reasons[0].code) == ("escalate", "contested_long")
    assert decision.settle_at == after(days=60)
    again = judge(change(LOW, escalated_at=due), cast, after(days=20))
    assert (again.outcome, {"escalated", "contested"} <= codes(again)) == ("hold", True)


def test_an_escalated_change_may_still_apply_unless_contested_or_objected_to() -> None:
    facts = change(HIGH, escalated_at=after(days=14))
    now = after(days=30)
    assert judge(facts, votes("rrt"), now).outcome == "apply"
    assert "contested" in codes(judge(facts, votes("rrrrrt", "r"), now))
    objection = vote("eva", "reject", "volunteer", steward=True)
    assert "objection" in codes(judge(facts, [*votes("rrt"), objection], now))
    assert "objection" in codes(judge(replace(facts, steward_objects=True), votes("rrt"), now))


@pytest.mark.parametrize(("risk", "outcome"), [(LOW, "hold"), (HIGH, "escalate"), (DESTRUCTIVE, "escalate")])
@pytest.mark.parametrize("steward", [False, True])
def test_a_reject_from_within_escalates_what_matters(risk: Risk, outcome: str, steward: bool) -> None:
    within = vote("eva", "reject", affiliated=True, steward=steward)
    decision = judge(change(risk), [within], after(hours=2))
    assert (decision.outcome, decision.paused, decision.contested) == (outcome, False, False)
    ready = judge(change(risk), [*votes("rrt"), within], after(days=3))
    assert ready.outcome == ("apply" if risk == LOW else "escalate")


def test_an_escalated_reject_from_within_that_is_no_stewards_leaves_the_votes_their_way() -> None:
    within = vote("eva", "reject", affiliated=True)
    now, cast = after(days=3), [*votes("rrt"), within]
    asked = judge(change(HIGH), cast, now)
    assert (asked.outcome, asked.settle_at) == ("escalate", now)
    assert judge(change(HIGH, escalated_at=now), cast, now).outcome == "apply"


# -- age ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("risk", list(Risk))
def test_fourteen_days_escalate_and_sixty_expire(risk: Risk) -> None:
    fresh, asked = change(risk), change(risk, escalated_at=after(days=14))
    before = judge(fresh, [], after(days=14) - INSTANT)
    assert (before.outcome, before.settle_at) == ("hold", after(days=14))
    escalated = judge(fresh, [], after(days=14))
    assert (escalated.outcome, escalated.settle_at) == ("escalate", after(days=60))
    assert escalated.reasons[0].code == "open_long"
    assert judge(asked, [], after(days=60) - INSTANT).outcome == "hold"
    expired = judge(asked, [], after(days=60))
    assert (expired.outcome, expired.settle_at, codes(expired)) == ("expire", None, {"expired"})


def test_a_change_that_waits_in_an_import_does_not_age() -> None:
    decision = judge(change(unexpiring=True), [], after(days=400))
    assert (decision.outcome, decision.settle_at) == ("hold", None)


def test_a_hidden_change_waits_for_a_moderator_whatever_its_votes_and_age() -> None:
    for cast in (votes("rrrt"), votes("", "rrrr"), []):
        decision = judge(change(hidden=True), cast, after(days=90))
        assert (decision.outcome, codes(decision), decision.settle_at) == ("hold", {"hidden"}, None)


@pytest.mark.parametrize("state", ["applied", "rejected", "withdrawn", "superseded", "expired"])
def test_an_ended_change_is_left_alone(state: str) -> None:
    decision = judge(change(state=state), votes("rrrt"), after(days=90))
    assert (decision.outcome, codes(decision), decision.settle_at) == ("hold", {"not_open"}, None)


@pytest.mark.parametrize(
    ("facts", "code"),
    [(change(LOW, conflicted=True), "conflicted"), (change(LOW, on_closed_record=True), "record_closed")],
)
def test_what_the_record_forbids_waits_but_ages(facts: ChangeFacts, code: str) -> None:
    decision = judge(facts, votes("rr"), after(days=1))
    assert (decision.outcome, codes(decision), decision.settle_at) == ("hold", {code}, after(days=14))
    assert judge(facts, votes("rr"), after(days=60)).outcome == "expire"


def test_reopening_is_what_a_closed_record_waits_for() -> None:
    facts = change(DESTRUCTIVE, on_closed_record=True, kind_of_change="reopen")
    assert judge(facts, votes("rrt"), after(days=2)).outcome == "apply"


# -- protection -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("protection", "approvals", "outcome"),
    [
        (None, "rr", "apply"),
        ("trusted", "rrrt", "hold"),
        ("trusted", "tm", "apply"),
        ("moderators", "ttm", "hold"),
        ("moderators", "ma", "apply"),
    ],
)
def test_protection_counts_the_approvals_of_its_own_people(
    protection: str | None, approvals: str, outcome: str
) -> None:
    decision = judge(change(LOW, protection=protection), votes(approvals), after(days=1))
    assert decision.outcome == outcome
    assert ("protected" in codes(decision)) == (outcome == "hold")


def test_protection_rejects_nothing_that_would_not_be_rejected_without_it() -> None:
    facts, cast = change(LOW, protection="moderators"), votes("rrr", "rrr", OPENED)
    assert judge(facts, cast, after(days=4)).outcome == "hold"


# -- a ban ----------------------------------------------------------------------------------------------


def test_what_a_ban_would_publish_is_escalated_and_then_held() -> None:
    facts, cast = change(LOW), votes("rr")
    first = judge(facts, cast, after(days=1), rejudged=True)
    assert (first.outcome, codes(first), first.settle_at) == ("escalate", {"rejudged"}, after(days=60))
    later = replace(facts, escalated_at=after(days=1))
    held = judge(later, cast, after(days=2), rejudged=True)
    assert (held.outcome, "rejudged" in codes(held)) == ("hold", True)
    assert judge(later, cast, after(days=60), rejudged=True).outcome == "expire"


def test_a_ban_does_not_keep_a_change_from_being_rejected() -> None:
    assert judge(change(LOW), votes("", "rrr", OPENED), after(days=4), rejudged=True).outcome == "reject"
