"""The hours in which something may be open are never too few: whatever is open at a moment has one of its tags."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain import schedules
from webapp.domain.hours import LONDON, count_with, packed, parse_rows, slot_tags, status, tags_at


def weekly(byday: str, opens: str, closes: str, **more: str) -> dict[str, str]:
    """A row of every week."""
    return {"freq": "WEEKLY", "byday": byday, "opens_at": opens, "closes_at": closes, **more}


@pytest.mark.parametrize(
    ("row", "tags"),
    [
        (weekly("MO", "09:00", "11:00"), {"h0x9", "h0x10"}),
        (weekly("MO,SU", "09:30", "10:15"), {"h0x9", "h0x10", "h6x9", "h6x10"}),
        (weekly("SU", "22:00", "01:30"), {"h6x22", "h6x23", "h0x0", "h0x1"}),
        (weekly("SA", "22:00", "00:00"), {"h5x22", "h5x23"}),
        (weekly("1SA", "10:00", "11:00", freq="MONTHLY"), {"hx"}),
        ({"dtstart": "2026-12-01", "opens_at": "10:00", "closes_at": "11:00"}, {"hx"}),
        (weekly("MO", "09:00", "11:00", closed="true"), set()),
        ({"description": "By appointment"}, set()),
    ],
)
def test_a_row_gives_the_hours_that_it_touches(row: dict[str, str], tags: set[str]) -> None:
    assert slot_tags(parse_rows([row])) == tags


def test_what_is_open_all_day_has_every_hour_of_it() -> None:
    assert len(slot_tags(parse_rows([{"freq": "WEEKLY", "byday": "MO"}]))) == 24


quarters = st.integers(0, 52_000)  # of an hour, from the first day on
BEGINNING = datetime(2025, 10, 2, tzinfo=UTC)


@given(schedules.schedules, quarters)
def test_whatever_is_open_at_a_moment_has_one_of_its_tags(rows: list[dict[str, Any]], later: int) -> None:
    moment = BEGINNING + timedelta(minutes=15 * later)
    parsed = parse_rows(rows)
    if status(parsed, moment, "SCT").open_now:
        assert slot_tags(parsed) & set(tags_at(moment))


def test_the_rest_of_an_evening_has_the_tags_of_each_of_its_hours() -> None:
    evening = [datetime(2026, 11, 18, hour, minute, tzinfo=LONDON) for hour, minute in ((20, 0), (23, 59))]
    assert tags_at(*evening) == ("h2x20", "h2x21", "h2x22", "h2x23", "hx")


A_WEEK = [f"h{day}x{hour}" for day in range(7) for hour in range(24)]
tags_of_hours = st.sets(st.sampled_from([*A_WEEK, "hx"]), max_size=30)


@given(st.lists(tags_of_hours, max_size=5), tags_of_hours)
def test_packed_hours_are_counted_as_the_tags_themselves(some: list[set[str]], wanted: set[str]) -> None:
    assert count_with(wanted, map(packed, some)) == sum(not tags.isdisjoint(wanted) for tags in some)


def test_packed_hours_take_little_room_and_none_take_no_room() -> None:
    assert packed(()) == ""
    assert len(packed([*A_WEEK, "hx"])) == 43
    with pytest.raises(KeyError):
        packed(["h7x0"])
