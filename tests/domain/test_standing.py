"""What earns and loses a role, how much one may do, who stops, and the mode."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tests.domain.judging import INSTANT, OPENED, after
from webapp.domain.policy import DEFAULT, Mode
from webapp.domain.standing import (
    WorkFacts,
    author_share_ok,
    conduct,
    hides,
    is_active,
    may_flag_again_at,
    may_vote_today,
    mode_for,
    open_cap,
    pause_score,
    protected_until,
    reviewer_earned,
    taken_back_at,
    trusted_earned,
    trusted_lost,
)

REVIEWER = WorkFacts(account_made_at=OPENED, changes=5, records=1, approvers=3)
TRUSTED = WorkFacts(account_made_at=OPENED, changes=30, records=10, approvers=8)


def test_a_reviewer_is_earned_in_seven_days_by_five_changes_from_three_approvers() -> None:
    assert reviewer_earned(REVIEWER, DEFAULT, after(days=7))
    assert not reviewer_earned(REVIEWER, DEFAULT, after(days=7) - INSTANT)
    assert not reviewer_earned(replace(REVIEWER, changes=4), DEFAULT, after(days=7))
    assert not reviewer_earned(replace(REVIEWER, approvers=2), DEFAULT, after(days=7))


def test_trust_is_earned_by_thirty_changes_on_ten_records_from_eight_approvers() -> None:
    assert trusted_earned(TRUSTED, DEFAULT)
    for short in ({"changes": 29}, {"records": 9}, {"approvers": 7}):
        assert not trusted_earned(replace(TRUSTED, **short), DEFAULT)


@pytest.mark.parametrize(
    ("applied", "reverted", "lost"),
    [(10, 2, False), (10, 3, True), (60, 3, False), (59, 3, True), (100, 5, False), (100, 6, True)],
)
def test_trust_is_lost_by_share_and_number_of_reverts(applied: int, reverted: int, lost: bool) -> None:
    assert trusted_lost(applied, reverted, DEFAULT) == lost


@pytest.mark.parametrize(
    ("steps", "taken"),
    [
        ([], None),
        ([("volunteer", False), ("reviewer", True), ("trusted", True)], None),
        ([("volunteer", False), ("trusted", False), ("reviewer", True)], None),  # lost by rule
        ([("volunteer", False), ("reviewer", True), ("volunteer", False)], 2),
        ([("volunteer", False), ("trusted", True), ("reviewer", False), ("trusted", False)], 2),
        ([("reviewer", True), ("volunteer", False), ("reviewer", True), ("volunteer", False)], 3),
        ([("reviewer", False), ("reviewer", False)], None),
    ],
)
def test_a_role_is_taken_back_by_name_and_not_by_rule(steps: list[tuple[str, bool]], taken: int | None) -> None:
    dated = [(role, after(days=day), by_rule) for day, (role, by_rule) in enumerate(steps)]
    assert taken_back_at(dated) == (None if taken is None else after(days=taken))


@pytest.mark.parametrize(
    ("role", "has_applied", "cap"),
    [
        ("guest", False, 5),
        ("volunteer", False, 5),
        ("volunteer", True, 15),
        ("reviewer", False, 25),
        ("trusted", True, 100),
        ("administrator", False, 100),
    ],
)
def test_open_suggestions_are_capped_by_role(role: str, has_applied: bool, cap: int) -> None:
    assert open_cap(role, has_applied, DEFAULT) == cap


@pytest.mark.parametrize(
    ("role", "voted_on", "may"), [("reviewer", 99, True), ("trusted", 100, False), ("moderator", 100, True)]
)
def test_a_hundred_suggestions_are_voted_on_a_day(role: str, voted_on: int, may: bool) -> None:
    assert may_vote_today(voted_on, role, DEFAULT) == may


@pytest.mark.parametrize(
    ("on_author", "others", "ok"),
    [
        (18, 18, True),  # the 19th vote is not looked at
        (4, 19, True),  # 5 of 20
        (5, 19, False),  # 6 of 20
        (9, 39, True),  # 10 of 40
        (10, 39, False),
    ],
)
def test_a_quarter_of_the_votes_may_go_to_one_author(on_author: int, others: int, ok: bool) -> None:
    assert author_share_ok(on_author, others, "reviewer", "full", DEFAULT) == ok
    assert author_share_ok(on_author, others, "moderator", "full", DEFAULT)
    assert author_share_ok(on_author, others, "reviewer", "reduced", DEFAULT)


@pytest.mark.parametrize(
    ("rejected", "applied", "expected"),
    [
        (2, 0, "fine"),
        (3, 0, "warning"),
        (3, 1, "fine"),
        (4, 3, "warning"),
        (5, 1, "warning"),
        (5, 0, "pause"),
        (6, 3, "pause"),
        (6, 4, "warning"),
        (100, 300, "fine"),
    ],
)
def test_many_rejections_warn_and_then_pause(rejected: int, applied: int, expected: str) -> None:
    assert conduct(rejected, applied, DEFAULT) == expected


def test_three_applied_weigh_as_much_as_one_rejected() -> None:
    assert pause_score(5, 6) == 3


def test_two_flags_hide_and_a_wrong_one_costs_thirty_days() -> None:
    assert not hides(1, DEFAULT)
    assert hides(2, DEFAULT)
    assert may_flag_again_at(OPENED, DEFAULT) == after(days=30)


@pytest.mark.parametrize(
    ("hours", "until"),
    [
        ([], None),
        ([0, 1], None),
        ([0, 12, 23.9], after(days=7, hours=23.9)),
        ([0, 12, 24], None),
        ([23, 0, 1], after(days=7, hours=23)),
        ([0, 1, 2, 90], after(days=7, hours=2)),
        ([0, 1, 2, 3], after(days=7, hours=3)),
        ([0, 30, 40, 50], after(days=7, hours=50)),
    ],
)
def test_three_reverts_in_a_day_protect_for_a_week(hours: list[float], until: datetime | None) -> None:
    assert protected_until([after(hours=hour) for hour in hours], DEFAULT) == until


def test_active_is_a_vote_within_twenty_eight_days() -> None:
    assert is_active(OPENED, DEFAULT, after(days=28) - INSTANT)
    assert not is_active(OPENED, DEFAULT, after(days=28))
    assert not is_active(None, DEFAULT, OPENED)


@pytest.mark.parametrize(
    ("active", "present", "expected"),
    [
        (0, "full", "reduced"),
        (7, "full", "reduced"),
        (8, "full", "full"),
        (9, "full", "full"),
        (8, "reduced", "reduced"),
        (9, "reduced", "reduced"),
        (10, "reduced", "full"),
    ],
)
def test_the_mode_does_not_flicker_between_eight_and_ten(active: int, present: Mode, expected: Mode) -> None:
    assert mode_for(active, present, DEFAULT) == expected
