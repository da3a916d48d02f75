"""The figures of reviewing, from votes and decisions made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.insights import WEEK, WEEKS, Began, Cast, Decided, Figures, begins, from_text, to_text, weeks

NOW = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
FOUR_WEEKS = timedelta(days=28)
ALWAYS_FULL = [Began(False, NOW - timedelta(days=900))]


def decided(hours: float, *, days_ago: float = 1, applied: bool = True, reverted: bool = False) -> Decided:
    at = NOW - timedelta(days=days_ago)
    return Decided(at - timedelta(hours=hours), at, applied, reverted)


def test_half_are_quicker_than_the_median_and_nine_of_ten_than_the_ninth() -> None:
    (*_, last) = weeks([decided(hours) for hours in range(1, 11)], [], ALWAYS_FULL, FOUR_WEEKS, NOW)
    assert (last.decided, last.median, last.ninth) == (10, 5.5, 9.0)
    (*_, last) = weeks([decided(8)], [], ALWAYS_FULL, FOUR_WEEKS, NOW)
    assert (last.median, last.ninth) == (8.0, 8.0)


def test_a_week_without_decisions_has_no_spans() -> None:
    found = weeks([], [], ALWAYS_FULL, FOUR_WEEKS, NOW)
    assert len(found) == WEEKS
    assert {(week.decided, week.median, week.ninth) for week in found} == {(0, None, None)}


def test_every_moment_of_the_quarter_lies_in_one_week() -> None:
    ends = [NOW - WEEK * back for back in range(WEEKS + 1)]
    found = weeks([decided(1, days_ago=(NOW - end).days) for end in ends], [], ALWAYS_FULL, FOUR_WEEKS, NOW)
    assert [week.decided for week in found] == [1] * WEEKS
    assert ends[-1] == begins(NOW)


def test_what_was_reverted_counts_in_the_week_in_which_it_applied_and_only_of_what_applied() -> None:
    made = [decided(1, days_ago=9, reverted=True), decided(1, days_ago=9), decided(1, applied=False, reverted=True)]
    found = weeks(made, [], ALWAYS_FULL, FOUR_WEEKS, NOW)
    assert [(week.applied, week.reverted) for week in found[-2:]] == [(2, 1), (0, 0)]


def test_who_voted_within_the_active_window_is_active_once() -> None:
    cast = [Cast("ann", NOW - timedelta(days=days)) for days in (1, 2, 20)]
    cast += [Cast("bea", NOW - FOUR_WEEKS), Cast("cal", NOW - FOUR_WEEKS + timedelta(seconds=1))]
    found = weeks([], cast, ALWAYS_FULL, FOUR_WEEKS, NOW)
    assert [week.active for week in found[-2:]] == [3, 2]


@pytest.mark.parametrize(
    ("modes", "days"),
    [
        ([], [7, 7]),  # nothing was ever judged: few people
        ([(900, False)], [0, 0]),
        ([(900, True)], [7, 7]),
        ([(900, False), (3, True)], [0, 3]),
        ([(900, False), (10, True), (6, False)], [3, 1]),
        ([(5, False)], [7, 2]),
    ],
)
def test_the_days_under_the_rules_for_few_people_are_summed(modes: list[tuple[int, bool]], days: list[float]) -> None:
    began = [Began(is_reduced, NOW - timedelta(days=ago)) for ago, is_reduced in modes]
    assert [week.reduced for week in weeks([], [], reversed(began), FOUR_WEEKS, NOW)[-2:]] == days


@pytest.mark.parametrize(("hours", "is_slow"), [(71.9, False), (72.0, False), (72.1, True), (500, True)])
def test_a_median_is_slow_that_passes_seventy_two_hours(hours: float, is_slow: bool) -> None:
    figures = Figures(NOW, weeks([decided(hours)], [], ALWAYS_FULL, FOUR_WEEKS, NOW), (0,) * 5)
    assert figures.is_slow is is_slow


def test_only_the_last_seven_days_are_slow_or_not() -> None:
    old = weeks([decided(500, days_ago=8)], [], ALWAYS_FULL, FOUR_WEEKS, NOW)
    assert not Figures(NOW, old, (0,) * 5).is_slow


def test_figures_are_read_as_they_were_kept_and_others_not_at_all() -> None:
    figures = Figures(NOW, weeks([decided(3)], [], ALWAYS_FULL, FOUR_WEEKS, NOW), (1, 0, 2, 0, 4))
    assert from_text(to_text(figures)) == figures
    for other in ("", "no", "[]", "{}", '{"weeks": [{"decided": 1}], "backlog": [], "counted_at": "2026-01-01"}'):
        assert from_text(other) is None
