"""Whole stories under the rules, moment by moment: what a community lives through in its first months."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.domain.judging import INSTANT, after, change, codes, judge, vote
from webapp.domain.by_hand import Ruling, by_hand, is_self_decided
from webapp.domain.decide import ChangeFacts, Decision, Outcome, reaches_threshold
from webapp.domain.fields import Risk
from webapp.domain.lifecycle import ChangeState, move, suggestion_state
from webapp.domain.permissions import Actor, Subject, may
from webapp.domain.policy import DEFAULT, Mode
from webapp.domain.roles import Role
from webapp.domain.standing import mode_for, protected_until
from webapp.domain.tally import Choice, VoteFact, tally


@dataclass
class Story:
    """One change through time: what services keep in the database, this keeps in two attributes."""

    facts: ChangeFacts
    mode: Mode = "full"
    cast: dict[str, VoteFact] = field(default_factory=dict)
    first_rejects: dict[str, datetime] = field(default_factory=dict)

    def votes(self, person: str, choice: Choice, now: datetime, role: str = "reviewer", **told: Any) -> Decision:
        if choice == "reject":
            self.first_rejects.setdefault(person, now)
        first = self.first_rejects.get(person)
        self.cast[person] = vote(person, choice, role, cast_at=now, first_reject_at=first, **told)
        return self.settles(now)

    def takes_back(self, person: str, now: datetime) -> Decision:
        del self.cast[person]
        return self.settles(now)

    def is_amended(self, now: datetime, **told: Any) -> Decision:
        """A new content version: no votes, new clocks."""
        self.cast, self.first_rejects = {}, {}
        self.facts = replace(self.facts, opened_at=now, conflicted=False, **told)
        return self.settles(now)

    def settles(self, now: datetime, rejudged: bool = False) -> Decision:
        decision = judge(self.facts, list(self.cast.values()), now, self.mode, rejudged=rejudged)
        if decision.outcome == Outcome.ESCALATE:
            self.facts = replace(self.facts, escalated_at=now)
        acts = {Outcome.APPLY: "apply", Outcome.REJECT: "reject", Outcome.EXPIRE: "expire"}
        if decision.outcome in acts:
            self.facts = replace(self.facts, state=move(self.facts.state, acts[decision.outcome]).value)
        return decision

    def runs_until(self, end: datetime, now: datetime) -> list[tuple[datetime, str]]:
        """What the sweep does, waking only when it was told to."""
        done = []
        due = self.settles(now).settle_at
        while due and due <= end:
            decision = self.settles(due)
            done.append((due, decision.outcome.value))
            due = decision.settle_at
        return done


def test_a_new_installation_with_one_administrator() -> None:
    assert mode_for(0, "full", DEFAULT) == "reduced"
    administrator = Actor("ada", Role.ADMINISTRATOR, confirmed=True, has_other_moderator_active=False)

    own = change(Risk.HIGH, author_ids=frozenset({"ada"}))
    assert may(administrator, "cast_vote", Subject(author_ids=own.author_ids)).code == "own_change"
    ruling = Ruling("ada", "apply", has_note=False, has_other_moderator_active=False)
    early = by_hand(own, tally([], own.author_ids), DEFAULT, ruling, after(hours=24) - INSTANT)
    assert [reason.code for reason in early] == ["too_early"]
    assert by_hand(own, tally([], own.author_ids), DEFAULT, ruling, after(hours=24)) == ()
    assert is_self_decided(own, "ada")
    subject = Subject(author_ids=own.author_ids, may_self_decide=True)
    assert may(administrator, "decide_change", subject)

    # The first volunteer's change: one vote is not enough for a telephone number, a decision is.
    story = Story(change(Risk.HIGH), mode="reduced")
    assert codes(story.votes("ada", "approve", after(days=2), "administrator")) == {"approvals_missing"}
    ruling = replace(ruling, has_other_moderator_active=True)
    assert by_hand(story.facts, tally(story.cast.values(), {"ann"}), DEFAULT, ruling, after(days=2)) == ()

    # A second administrator appears: now each decides the other's changes, and nobody their own.
    joined = replace(administrator, has_other_moderator_active=True)
    assert may(joined, "decide_change", subject).code == "other_moderators_decide"


def test_three_volunteers_who_are_reviewers_keep_a_directory_true() -> None:
    low = Story(change(Risk.LOW), mode="reduced")
    assert low.votes("bob", "approve", after(hours=1)).outcome == "apply"

    high = Story(change(Risk.HIGH), mode="reduced")
    high.votes("bob", "approve", after(hours=1))
    waiting = high.votes("cat", "approve", after(hours=2))
    assert (codes(waiting), waiting.settle_at) == ({"too_early"}, after(hours=24))
    assert high.runs_until(after(days=60), after(hours=2)) == [(after(hours=24), "apply")]

    closing = Story(change(Risk.DESTRUCTIVE, kind_of_change="close"), mode="reduced")
    closing.votes("bob", "approve", after(hours=1))
    closing.votes("cat", "approve", after(hours=2))
    assert codes(closing.settles(after(days=3))) == {"moderator_missing"}
    assert closing.runs_until(after(days=90), after(days=3)) == [
        (after(days=14), "escalate"),
        (after(days=60), "expire"),
    ]


def test_the_mode_that_holds_is_the_one_of_the_moment() -> None:
    story = Story(change(Risk.LOW))
    assert story.votes("bob", "approve", after(hours=1)).outcome == "hold"
    story.mode = mode_for(7, "full", DEFAULT)
    assert story.settles(after(days=1)).outcome == "apply"


def test_a_contested_phone_number_finds_its_majority() -> None:
    story = Story(change(Risk.HIGH))
    story.votes("bob", "approve", after(hours=1))
    story.votes("cat", "approve", after(hours=2), "trusted")
    against = story.votes("dan", "reject", after(hours=10))
    assert (against.paused, against.contested, against.needed) == (True, True, 3)
    for person in ("eve", "fay", "gus"):
        decision = story.votes(person, "approve", after(hours=20))
    assert (decision.outcome, codes(decision)) == ("hold", {"paused_by_reject", "too_early"})
    assert decision.settle_at == decision.earliest_at == after(hours=82)
    assert story.runs_until(after(days=60), after(hours=20)) == [(after(hours=82), "apply")]
    assert story.facts.state == "applied"


def test_a_contested_phone_number_that_stays_contested_goes_to_the_moderators() -> None:
    story = Story(change(Risk.HIGH))
    for person in ("bob", "cat", "eve"):
        story.votes(person, "approve", after(hours=1), "trusted")
    story.votes("dan", "reject", after(hours=10))
    assert story.runs_until(after(days=59), after(hours=10)) == [(after(days=7, hours=10), "escalate")]
    for person in ("fay", "gus", "hal"):
        held = story.votes(person, "approve", after(days=8))
    assert (held.outcome, held.needed, "contested" in codes(held)) == ("hold", 0, True)
    # the one who was against is convinced: nothing is contested any more
    assert story.takes_back("dan", after(days=9)).outcome == "apply"


def test_rejecting_again_does_not_start_a_new_pause() -> None:
    story = Story(change(Risk.LOW))
    story.votes("bob", "approve", after(hours=0.5))
    story.votes("dan", "reject", after(hours=1))
    story.takes_back("dan", after(hours=60))
    story.votes("dan", "reject", after(hours=70))
    for person in ("cat", "eve", "fay"):
        story.votes(person, "approve", after(hours=71))
    assert story.settles(after(hours=73) - INSTANT).outcome == "hold"
    assert story.settles(after(hours=73)).outcome == "apply"


def test_three_rejects_within_an_hour_wait_for_other_voices() -> None:
    story = Story(change(Risk.LOW))
    for person in ("bob", "cat", "dan"):
        story.votes(person, "reject", after(hours=1))
    assert story.facts.state == "open"
    story.votes("eve", "approve", after(hours=5))
    assert story.settles(after(hours=73)).outcome == "hold"
    assert story.votes("fay", "reject", after(hours=80)).outcome == "reject"


def test_two_suggestions_on_one_field() -> None:
    first, second = Story(change(Risk.LOW)), Story(change(Risk.LOW, author_ids=frozenset({"abe"})))
    for story in (first, second):
        story.votes("bob", "approve", after(hours=1))
    assert first.votes("cat", "approve", after(hours=2)).outcome == "apply"

    # The record has moved under the second: its votes stay, but it can't apply until it is fitted again.
    second.facts = replace(second.facts, conflicted=True)
    assert codes(second.votes("cat", "approve", after(hours=3))) == {"conflicted"}
    fitted = second.is_amended(after(hours=4), author_ids=frozenset({"abe", "bob"}))
    assert (fitted.outcome, fitted.needed) == ("hold", 2)
    # who has rebased it is a co-author, whose vote no longer counts
    assert second.votes("bob", "approve", after(hours=5)).needed == 2
    second.votes("dan", "approve", after(hours=6))
    assert second.votes("eve", "approve", after(hours=7)).outcome == "apply"
    assert suggestion_state([first.facts.state, ChangeState.SUPERSEDED]) == "partly applied"


def test_amending_after_the_waiting_time_starts_it_again() -> None:
    story = Story(change(Risk.HIGH))
    for person in ("bob", "cat"):
        story.votes(person, "approve", after(hours=1), "trusted")
    assert codes(story.settles(after(hours=30))) == {"approvals_missing"}
    story.is_amended(after(hours=30))
    for person in ("bob", "cat", "dan"):
        decision = story.votes(person, "approve", after(hours=31), "trusted")
    assert (codes(decision), decision.settle_at) == ({"too_early"}, after(hours=54))
    assert story.runs_until(after(days=60), after(hours=31)) == [(after(hours=54), "apply")]


def test_amending_ends_the_pause_but_not_the_age_of_a_change() -> None:
    story = Story(change(Risk.LOW))
    story.votes("dan", "reject", after(hours=1))
    assert not story.is_amended(after(days=13)).paused
    assert story.runs_until(after(days=70), after(days=13)) == [
        (after(days=14), "escalate"),
        (after(days=60), "expire"),
    ]


def test_a_protection_set_while_changes_are_open_holds_for_them() -> None:
    story = Story(change(Risk.HIGH))
    story.votes("bob", "approve", after(hours=1))
    story.votes("cat", "approve", after(hours=2))
    until = protected_until([after(hours=hour) for hour in (3, 4, 5)], DEFAULT)
    assert until == after(days=7, hours=5)
    story.facts = replace(story.facts, protection="trusted")
    story.votes("eve", "approve", after(hours=6), "trusted")
    held = story.settles(after(hours=24))
    assert (held.outcome, codes(held), held.needed) == ("hold", {"approvals_missing", "protected"}, 2)
    # a protection ends: the service tells by handing the facts in anew
    story.facts = replace(story.facts, protection=None)
    assert story.settles(until).outcome == "apply"


def test_a_banned_voters_reject_is_voided_and_publishes_nothing_by_itself() -> None:
    story = Story(change(Risk.LOW))
    story.votes("troll", "reject", after(hours=1))
    story.votes("bob", "approve", after(hours=2))
    assert story.votes("cat", "approve", after(hours=3)).outcome == "hold"
    story.cast["troll"] = replace(story.cast["troll"], voided=True)
    assert story.settles(after(hours=4), rejudged=True).outcome == "escalate"
    held = story.settles(after(days=30), rejudged=True)
    assert (held.outcome, "rejudged" in codes(held)) == ("hold", True)
    # somebody approves with the new tally before them: that is a vote's doing, no longer the ban's
    assert story.votes("dan", "approve", after(days=31)).outcome == "apply"


def test_a_banned_voters_approval_is_voided() -> None:
    story = Story(change(Risk.HIGH))
    for person in ("bob", "cat"):
        story.votes(person, "approve", after(hours=1))
    story.votes("puppet", "approve", after(hours=2), "trusted")
    before = tally(story.cast.values(), {"ann"})
    story.cast["puppet"] = replace(story.cast["puppet"], voided=True)
    assert codes(story.settles(after(hours=3), rejudged=True)) >= {"approvals_missing", "trusted_missing"}
    # had it applied already, it would stand on the moderators' list
    assert reaches_threshold(story.facts, before, DEFAULT, "full")
    assert not reaches_threshold(story.facts, tally(story.cast.values(), {"ann"}), DEFAULT, "full")


def test_the_organization_endorses_and_objects() -> None:
    story = Story(change(Risk.HIGH))
    steward = {"steward": True, "affiliated": True}
    assert story.votes("head", "approve", after(hours=1), "volunteer", **steward).needed == 2
    assert story.votes("clerk", "approve", after(hours=1), "reviewer", affiliated=True).needed == 2
    story.votes("bob", "approve", after(hours=2), "trusted")
    assert codes(story.votes("cat", "approve", after(hours=3))) == {"too_early"}
    assert story.votes("head", "reject", after(hours=4), "volunteer", **steward).outcome == "escalate"
    story.votes("dan", "approve", after(hours=5))
    assert codes(story.settles(after(hours=30))) == {"objection", "escalated"}
    assert story.takes_back("head", after(hours=31)).outcome == "apply"


def test_silence_never_publishes() -> None:
    for risk in Risk:
        story = Story(change(risk))
        story.votes("bob", "approve", after(hours=1))
        assert story.runs_until(after(days=365), after(hours=1)) == [
            (after(days=14), "escalate"),
            (after(days=60), "expire"),
        ]


@pytest.mark.parametrize(
    ("facts", "cast", "deadline", "before", "then"),
    [
        (change(Risk.LOW), {}, timedelta(days=14), "hold", "escalate"),
        (change(Risk.LOW, escalated_at=after(days=14)), {}, timedelta(days=60), "hold", "expire"),
        (change(Risk.HIGH), {"approve": "bcd"}, timedelta(hours=24), "hold", "apply"),
        (change(Risk.DESTRUCTIVE), {"approve": "bcd"}, timedelta(hours=48), "hold", "apply"),
        (change(Risk.LOW), {"approve": "bcde", "reject": "x"}, timedelta(hours=72), "hold", "apply"),
        (change(Risk.LOW), {"reject": "xyz"}, timedelta(hours=72), "hold", "reject"),
        (change(Risk.LOW), {"approve": "bcd", "reject": "x"}, timedelta(days=7), "hold", "escalate"),
    ],
)
def test_the_last_second_before_each_deadline(
    facts: ChangeFacts, cast: dict[Choice, str], deadline: timedelta, before: str, then: str
) -> None:
    start = facts.first_opened_at
    told = [
        vote(person, choice, "trusted", cast_at=start, first_reject_at=start if choice == "reject" else None)
        for choice, people in cast.items()
        for person in people
    ]
    second = judge(facts, told, start + deadline - timedelta(seconds=1))
    assert (second.outcome, second.settle_at) == (before, start + deadline)
    assert judge(facts, told, start + deadline - INSTANT).outcome == before
    assert judge(facts, told, start + deadline).outcome == then
