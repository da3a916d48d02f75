"""A replay tells past changes once more: as they were under their own rules, otherwise under others, and only by what
is dated."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.domain.judging import OPENED, after
from webapp.domain.decide import Outcome
from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT, Policy
from webapp.domain.replay import Compared, Content, Modes, Past, PastVote, Told, agrees, quantile, replay
from webapp.domain.tally import Choice, VoteFact

FULL = Modes(((OPENED - timedelta(days=1), "full"),))
NOW = after(days=90)
ONE = replace(DEFAULT, rules=replace(DEFAULT.rules, low=replace(DEFAULT.rules.low, threshold=1)))
THREE = replace(DEFAULT, rules=replace(DEFAULT.rules, low=replace(DEFAULT.rules.low, threshold=3)))


def voted(
    person: str, hours: float, choice: Choice = "approve", role: str = "reviewer", version: int = 1, **told: Any
) -> PastVote:
    """A vote so long after the change was opened."""
    fact = VoteFact(f"{hours:08} {person}", person, choice, after(hours=hours), role)
    return PastVote(fact, version, **told)


def past(*votes: PastVote, risk: Risk = Risk.LOW, applied: float | None = None, **told: Any) -> Past:
    """A change by Ann; with `applied`, one that applied so many hours after it was opened."""
    made = Past("c", "edit", 1, OPENED, (Content(OPENED, risk, frozenset({"ann"})),), votes)
    if applied is not None:
        made = replace(made, state="applied", ended_at=after(hours=applied))
    return replace(made, **told)


def told(one: Past, policy: Policy = DEFAULT, modes: Modes = FULL, now: datetime = NOW) -> tuple[str | None, float]:
    """How it ends, and after how many hours."""
    found = replay(one, policy, modes, now)
    return found.outcome, (found.at - OPENED) / timedelta(hours=1) if found.at else -1


# -- one change -------------------------------------------------------------------------------------------


def test_the_vote_that_reaches_the_threshold_applies_and_a_lower_one_would_have_before() -> None:
    one = past(voted("rita", 5), voted("rob", 30), applied=30)
    assert told(one) == ("apply", 30)
    assert told(one, ONE) == ("apply", 5)


def test_stricter_rules_leave_open_what_nobody_voted_on_any_more() -> None:
    one = past(voted("rita", 5), voted("rob", 30), applied=30)
    assert replay(one, THREE, FULL, after(days=13)) == Told(None, None, 1)
    assert told(one, THREE) == ("expire", 60 * 24)


def test_time_alone_decides_at_the_very_deadline() -> None:
    cast = [voted(name, 2, role="trusted") for name in ("tea", "tom", "ted")]
    assert told(past(*cast, risk=Risk.HIGH)) == ("apply", 24)
    high = replace(DEFAULT.rules.high, earliest=timedelta(days=2))
    longer = replace(DEFAULT, rules=replace(DEFAULT.rules, high=high))
    assert told(past(*cast, risk=Risk.HIGH), longer) == ("apply", 48)


def test_a_vote_taken_back_counts_for_as_long_as_it_stood() -> None:
    rita = voted("rita", 5, ended_at=after(hours=6))
    assert told(past(rita, voted("rob", 10)))[0] == "expire"
    assert told(past(rita, voted("rob", 10)), ONE) == ("apply", 5)
    again = voted("rita", 20)
    assert told(past(rita, voted("rob", 10), again)) == ("apply", 20)


def test_new_content_begins_anew_with_its_own_class_and_authors() -> None:
    contents = (
        Content(OPENED, Risk.HIGH, frozenset({"ann"})),
        Content(after(hours=10), Risk.LOW, frozenset({"ann", "rob"})),
    )
    cast = (
        voted("rita", 1, ended_at=after(hours=10)),
        voted("ray", 1, ended_at=after(hours=10)),
        voted("rob", 11, version=2),  # a co-author by now
        voted("rita", 12, version=2),
        voted("rex", 14, version=2),
    )
    assert told(past(*cast, contents=contents)) == ("apply", 14)
    assert told(past(*cast, contents=contents), ONE) == ("apply", 12)


def test_a_reject_pauses_asks_moderators_and_rejects() -> None:
    against = [voted(name, 2 + n, "reject") for n, name in enumerate(("ray", "rex", "rose"))]
    assert told(past(*against)) == ("reject", 2 + 72)
    for_it = [voted(name, 5) for name in ("rita", "rob", "ruth", "rik")]
    assert told(past(against[0], *for_it)) == ("apply", 2 + 72)
    shorter = replace(DEFAULT, first_reject_pause=timedelta(hours=24))
    assert told(past(against[0], *for_it), shorter) == ("apply", 2 + 24)
    assert told(past(against[0], *for_it[:2]))[0] == "expire"  # contested when moderators were asked


def test_the_mode_of_the_moment_holds() -> None:
    modes = Modes(((OPENED - timedelta(days=9), "full"), (after(hours=8), "reduced"), (after(hours=20), "full")))
    assert told(past(voted("rita", 5)), modes=modes) == ("apply", 8)
    assert told(past(voted("rita", 21)), modes=modes)[0] == "expire"
    assert told(past(voted("rita", 5)), modes=Modes()) == ("apply", 5)  # a new installation begins reduced


@pytest.mark.parametrize(
    ("held", "hours"),
    [
        ({"hidden": ((after(hours=1), after(hours=40)),)}, 40),
        ({"conflicted": ((after(hours=1), after(hours=40)),)}, 40),
        ({"closed": ((after(hours=1), after(hours=40)),)}, 40),
        ({"protected": ((after(hours=1), after(hours=40), "trusted"),)}, 40),
        ({"protected": ((after(hours=31), None, "trusted"),)}, 30),
        ({"conflicted": ((after(hours=1), None),)}, 60 * 24),
    ],
)
def test_what_held_it_holds_it_for_that_long(held: dict[str, Any], hours: float) -> None:
    assert told(past(voted("rita", 5), voted("rob", 30), **held))[1] == hours


def test_a_vote_does_not_count_while_its_voter_is_banned() -> None:
    banned = (after(hours=20), after(hours=50))
    one = past(voted("rita", 5, void=(banned,)), voted("rob", 30))
    assert told(one) == ("apply", 50)
    assert told(replace(one, rejudged_at=after(hours=50)))[0] == "expire"  # a ban that ends publishes nothing


def test_what_ended_it_beside_the_votes_ends_it_then() -> None:
    one = past(voted("rita", 5), state="withdrawn", ended_at=after(hours=9), is_by_rule=False)
    assert told(one) == ("otherwise", 9)
    assert told(one, ONE) == ("apply", 5)
    assert told(replace(one, ended_at=after(hours=4)), ONE) == ("otherwise", 4)


# -- does it tell what was --------------------------------------------------------------------------------


def test_a_replay_agrees_when_outcome_and_time_are_those_that_were() -> None:
    one = past(voted("rita", 5), voted("rob", 30), applied=30)
    assert agrees(one, replay(one, DEFAULT, FULL, NOW))
    assert not agrees(one, replay(one, ONE, FULL, NOW))
    assert not agrees(replace(one, state="rejected"), replay(one, DEFAULT, FULL, NOW))
    assert not agrees(replace(one, state="open", ended_at=None), replay(one, DEFAULT, FULL, NOW))


def test_the_sweep_may_come_late_but_no_vote_in_between() -> None:
    cast = [voted(name, 2, role="trusted") for name in ("tea", "tom", "ted")]
    late = past(*cast, risk=Risk.HIGH, applied=25)
    assert agrees(late, replay(late, DEFAULT, FULL, NOW))
    voted_on = replace(late, votes=(*late.votes, voted("rita", 24.5)))
    assert not agrees(voted_on, replay(voted_on, DEFAULT, FULL, NOW))


# -- two policies beside each other -----------------------------------------------------------------------


def compared(policy: Policy, *all_: Past) -> Compared:
    found = Compared()
    for one in all_:
        found.add(one, replay(one, DEFAULT, FULL, NOW), replay(one, policy, FULL, NOW))
    return found


def test_a_hand_made_history_is_counted_as_it_should_be() -> None:
    soon = past(voted("rita", 5), voted("rob", 30), applied=30)
    slow = past(voted("rita", 5), voted("rob", 105), applied=105, is_reverted=True)
    same = past(voted("rita", 5), voted("rob", 5), applied=5)
    lone = past(voted("rita", 5), state="expired", ended_at=after(days=60))
    gone = past(voted("rita", 5), state="withdrawn", ended_at=after(hours=9), is_by_rule=False)
    odd = past(voted("rita", 5), voted("rob", 30))  # something that is not dated keeps it open
    found = compared(ONE, soon, slow, same, lone, gone, odd)
    assert (found.changes, found.same, found.left_out) == (6, 1, 1)
    assert (found.earlier, found.earlier_reverted, found.later) == ([25.0, 100.0], 1, [])
    assert (found.gained, found.lost) == (2, 0)
    stricter = compared(THREE, soon, slow, same, lone, gone)
    assert (stricter.lost, stricter.gained, stricter.earlier) == (3, 0, [])


def test_what_a_moderator_applied_counts_as_applied() -> None:
    by_hand = past(voted("rita", 5), applied=50, is_by_rule=False)
    assert compared(ONE, by_hand).earlier == [45.0]
    assert compared(THREE, by_hand).same == 1


def test_outcomes_that_differ_without_applying_are_counted_too() -> None:
    against = [voted(name, 2, "reject") for name in ("ray", "rex", "rose")]
    one = past(*against, state="rejected", ended_at=after(hours=74))
    found = compared(replace(DEFAULT, reject_at=-4), one)
    assert (found.other, found.lost, found.gained) == (1, 0, 0)
    lone = past(voted("rita", 1), *against, state="rejected", ended_at=after(days=60))
    assert Outcome.REJECT in {replay(lone, replace(DEFAULT, reject_at=-2), FULL, NOW).outcome}


def test_quantiles_are_values_that_there_are() -> None:
    values = [5.0, 1.0, 3.0, 2.0, 4.0, 10.0, 6.0, 7.0, 8.0, 9.0]
    assert (quantile(values, 0.5), quantile(values, 0.9), quantile([], 0.5)) == (5.0, 9.0, 0.0)
