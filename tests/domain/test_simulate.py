"""A simulated year is the same for the same seed, and comes out as its people are and as the rules ask."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from webapp.domain import decide as deciding
from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT, Policy
from webapp.domain.replay import compare
from webapp.domain.simulate import (
    ASSUMPTIONS,
    Knobs,
    Result,
    Year,
    modes_of,
    out_of_bounds,
    pasts_of,
    simulate,
)
from webapp.domain.simulate.change import Change
from webapp.domain.simulate.people import Person, gather
from webapp.domain.simulate.year import BEGIN

SMALL = Knobs(people=80, changes=800, days=40, seed=3, puppets=6, ring=3)


def told(result: Result) -> dict[str, Any]:
    return {spec.name: getattr(result, spec.name) for spec in fields(result)}


def ruled(threshold: int, **moved: Any) -> Policy:
    """One threshold for every class, whoever takes part; nobody trusted is asked for, and nobody waits."""
    rule = replace(DEFAULT.rules.low, threshold=threshold)
    rules = replace(DEFAULT.rules, low=rule, high=rule, destructive=rule)
    few = replace(DEFAULT.reduced.low, threshold=threshold)
    reduced = replace(DEFAULT.reduced, low=few, high=few, destructive=few)
    return replace(DEFAULT, rules=rules, reduced=reduced, **moved)


def test_the_same_seed_gives_the_same_year_and_another_another() -> None:
    first = told(simulate(SMALL, DEFAULT))
    assert told(simulate(SMALL, DEFAULT)) == first
    assert told(simulate(replace(SMALL, seed=4), DEFAULT)) != first


def test_two_policies_are_given_the_same_suggestions() -> None:
    peaceful = replace(SMALL, vandals=0, puppets=0)  # nobody is paused, so that everybody suggests
    one, two = simulate(peaceful, DEFAULT), simulate(peaceful, ruled(1))
    assert (one.suggested, one.wrong) == (two.suggested, two.wrong)
    assert one.median > two.median


def test_sock_puppets_get_their_way_when_thresholds_are_lowered() -> None:
    ring = replace(SMALL, vandals=0, mistaken=0, bad_changes=0.05)
    held, lowered = simulate(ring, ruled(4)), simulate(ring, ruled(1))
    assert lowered.wrong_by_puppets == lowered.wrong_applied
    assert lowered.wrong_by_puppets > 3 * held.wrong_by_puppets
    assert lowered.harm_hours > held.harm_hours


def test_where_nobody_means_harm_or_errs_nothing_wrong_applies() -> None:
    honest = replace(SMALL, vandals=0, puppets=0, mistaken=0)
    result = simulate(honest, ruled(1))
    assert (result.wrong, result.wrong_applied, result.harm_hours) == (0, 0, 0)
    assert result.applied > 600


def test_where_everybody_stays_away_the_backlog_grows_and_expires() -> None:
    left = replace(SMALL, absent=1, moderators=0, days=120)
    result = simulate(left, DEFAULT)
    assert result.backlog > simulate(replace(left, absent=0), DEFAULT).backlog
    assert result.expired > 0
    assert result.days_reduced > 0


def test_higher_thresholds_take_longer() -> None:
    waits = [simulate(SMALL, ruled(threshold)).median for threshold in (1, 2, 4)]
    assert waits == sorted(waits)
    assert waits[0] < waits[2]


def test_nothing_applies_before_its_earliest_time() -> None:
    slow = ruled(1)
    rules = {risk.value: replace(slow.rules[risk], earliest=timedelta(hours=48)) for risk in Risk}
    result = simulate(replace(SMALL, moderators=0), replace(slow, rules=replace(slow.rules, **rules)))
    assert min(result.waits_right) >= 48


def test_every_change_ends_or_is_open_and_is_judged_by_the_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def counted(*given: Any, **named: Any) -> Any:
        nonlocal asked
        asked += 1
        return deciding.decide(*given, **named)

    monkeypatch.setattr("webapp.domain.simulate.change.decide", counted)
    result = simulate(replace(SMALL, vandals=0, puppets=0), DEFAULT)
    assert asked == result.decisions > result.suggested
    assert result.applied + result.rejected + result.expired + result.backlog == result.suggested == SMALL.changes


@pytest.mark.parametrize("policy", [DEFAULT, ruled(1)])
def test_a_played_year_is_told_by_a_replay_as_it_was(policy: Policy) -> None:
    for knobs in (SMALL, replace(SMALL, absent=1, days=90, changes=400)):  # the other: few people, and much expires
        year = Year(knobs, policy, keeps=True)
        result = year.play()
        found = compare(pasts_of(year), lambda _, own=policy: own, policy, modes_of(year), year.end)
        assert (found.changes, found.same, found.left_out) == (result.suggested, result.suggested, 0)


def test_a_played_year_is_replayed_under_other_rules() -> None:
    year = Year(SMALL, ruled(2), keeps=True)
    result = year.play()
    found = compare(pasts_of(year), lambda _: year.policy, ruled(1), modes_of(year), year.end)
    assert len(found.earlier) > result.applied / 2
    assert 0 < found.earlier_reverted <= result.wrong_applied


def test_the_limit_on_one_author_holds_back_a_ring() -> None:
    person, now = Person("p"), BEGIN
    for _ in range(DEFAULT.caps.author_share_from - 1):
        assert person.may_vote("friend", "full", DEFAULT, now)
        person.voted("friend", now)
    assert not person.may_vote("friend", "full", DEFAULT, now)
    assert person.may_vote("friend", "reduced", DEFAULT, now)
    assert person.may_vote("friend", "full", DEFAULT, now + DEFAULT.caps.author_share_window)


def test_a_vote_of_the_author_is_never_counted() -> None:
    now = BEGIN
    author = Person("a")
    change = Change("1", author, Risk.LOW, False, now)
    change.cast(author, "approve", now)
    assert change.judge(ruled(1), "full", now).needed == 1


def test_a_community_is_as_its_knobs_say() -> None:
    knobs = Knobs(people=100, puppets=8, ring=4, vandals=0.1, reviewers=0.5, moderators=3)
    made = gather(knobs, Random(1))
    assert len(made.everybody()) == 100
    assert [len(ring) for ring in made.rings] == [4, 4]
    assert sum(person.is_vandal for person in made.bad) == 10
    assert sum(person.role == "moderator" for person in made.reviewers) == 3
    assert len(made.reviewers) == 41


def test_knobs_that_no_community_has_are_told() -> None:
    assert out_of_bounds(Knobs()) == []
    assert out_of_bounds(Knobs(people=0, sees_wrong=2)) == ["people: from 2 to 20,000", "sees_wrong: from 0 to 1"]
    assert len(ASSUMPTIONS) > 5


@pytest.mark.slow
def test_a_year_of_five_hundred_people_and_a_hundred_thousand_changes_takes_less_than_two_minutes() -> None:
    began = time.process_time()
    result = simulate(Knobs(), DEFAULT)
    assert result.suggested + result.held_back == 100_000
    assert time.process_time() - began < 120
