"""Two policies beside each other: which is tighter, what holds at once, and what nobody here could meet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.ruling import ruled
from webapp.domain.policy import DEFAULT
from webapp.domain.policy_compare import Census, census_of, differences, holds_at_once, is_tightened, out_of_reach


def test_tightening_is_told_from_loosening() -> None:
    tightened = ruled(rules__low__threshold=3, rules__low__needs_trusted=True)
    assert is_tightened(tightened, from_=DEFAULT)
    assert not is_tightened(DEFAULT, from_=tightened)
    assert is_tightened(replace(DEFAULT, version=2), from_=DEFAULT)


@pytest.mark.parametrize(
    ("path", "looser"),
    [
        ("rules.low.threshold", 1),
        ("rules.high.earliest", "12h"),
        ("rules.destructive.needs_reason", False),
        ("rules.high.needs_trusted", False),
        ("reduced.high.threshold", 1),
        ("reduced.destructive.needs_moderator", False),
        ("contested_margin", 0),
        ("first_reject_pause", "24h"),
        ("reject_at", -4),
        ("self_decision.low", "1h"),
        ("escalate_contested_after", "8d"),
        ("escalate_after", "15d"),
        ("expire_after", "61d"),
    ],
)
def test_what_lets_more_through_is_no_tightening(path: str, looser: object) -> None:
    other = ruled(**{path: looser})
    assert not is_tightened(other, from_=DEFAULT)
    assert is_tightened(DEFAULT, from_=other)
    assert differences(other, DEFAULT) == (path,)
    assert not holds_at_once(other, from_=DEFAULT)


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("caps.votes_a_day", 500),
        ("spam.flags_to_hide", 3),
        ("standing.trusted_changes", 50),
        ("redact_alone_after", "1h"),
        ("hides_votes", False),
    ],
)
def test_what_no_judgement_asks_for_has_no_part_in_tightening_and_holds_at_once(path: str, other: object) -> None:
    moved = ruled(**{path: other})
    assert is_tightened(moved, from_=DEFAULT)
    assert holds_at_once(moved, from_=DEFAULT)


@pytest.mark.parametrize(
    ("moved", "people", "told"),
    [
        ({"rules__destructive__threshold": 13}, Census(12, 3, 1), ["rules.destructive.threshold"]),
        ({"rules__destructive__threshold": 12}, Census(12, 3, 1), []),
        ({"rules__destructive__threshold": 8}, Census(1, 1, 1), []),  # holds from eight active ones on only
        ({"rules__destructive__threshold": 9}, Census(1, 1, 1), ["rules.destructive.threshold"]),
        ({"reduced__destructive__threshold": 3}, Census(2, 1, 1), ["reduced.destructive.threshold"]),
        ({"reduced__destructive__threshold": 3}, Census(3, 1, 1), []),
        ({"rules__low__needs_trusted": True}, Census(12, 0, 0), ["rules.low.needs_trusted"]),
        ({"rules__low__needs_moderator": True}, Census(12, 3, 0), ["rules.low.needs_moderator"]),
        ({"reduced__low__needs_moderator": True}, Census(12, 3, 0), ["reduced.low.needs_moderator"]),
        ({"contested_margin": 2}, Census(1, 1, 1), []),  # what was out of reach before is no fault of this
    ],
)
def test_rules_that_nobody_here_could_meet_are_told(moved: dict[str, object], people: Census, told: list[str]) -> None:
    assert [problem.where for problem in out_of_reach(ruled(**moved), DEFAULT, people)] == told


def test_a_census_counts_each_role_among_those_below_it() -> None:
    assert census_of({"volunteer": 40, "reviewer": 6, "trusted": 3, "administrator": 1}) == Census(10, 4, 1)
