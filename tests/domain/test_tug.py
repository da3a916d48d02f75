"""A tug of war: the same part comes back to what it said, by several people; edits that lead on are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.kinds import KINDS
from webapp.domain.tug import RETURNS, Written, tugs

START = datetime(2026, 3, 2, tzinfo=UTC)
SERVICE = KINDS["service"]


def written(*steps: tuple[str, dict[str, Any]]) -> list[Written]:
    """Revisions one hour after the other; of each, who wrote it and what it says."""
    return [
        Written(number, who or None, START + timedelta(hours=number), {"name": "Soup", **said})
        for number, (who, said) in enumerate(steps, start=1)
    ]


def summaries(people: str, texts: str) -> list[Written]:
    return written(*((who, {"summary": text}) for who, text in zip(people, texts, strict=True)))


@pytest.mark.parametrize(("people", "texts", "steps"), [
    ("0abab", "xyxyx", [2, 3, 4, 5]),
    ("0aba", "xyxy", [2, 3, 4]),  # back twice: to what it was at first, and to what was made of it
    ("0abc", "xyzx", None),  # back once
    ("0abcd", "xyzwv", None),  # ever further
    ("0aaaa", "xyxyx", None),  # by one person alone
    ("0abb", "xyyx", None),  # nothing changed in between
    ("0", "x", None),
    ("", "", None),
])  # fmt: skip
def test_the_same_part_that_several_people_turn_back_is_a_tug(
    people: str, texts: str, steps: list[int] | None
) -> None:
    found = tugs(SERVICE, summaries(people, texts))
    assert [(tug.unit, [step.number for step in tug.steps]) for tug in found] == (
        [] if steps is None else [("summary", steps)]
    )


def test_rolling_back_is_no_pulling() -> None:
    def rolled_back(people: str, texts: str, roll_backs: set[int]) -> list[Written]:
        return [replace(one, is_roll_back=one.number in roll_backs) for one in summaries(people, texts)]

    assert tugs(SERVICE, rolled_back("0ammm", "xyxyx", {3, 4, 5})) == []  # rolled back, that undone, and rolled back
    assert tugs(SERVICE, rolled_back("0amam", "xyxyx", {3, 5})) == []  # one person against those who put it right
    assert tugs(SERVICE, rolled_back("0ambm", "xyxyx", {3, 5})) == []  # back by hand once alone
    (tug,) = tugs(SERVICE, rolled_back("0ambab", "xyxyxy", {3}))
    assert ([step.number for step in tug.steps], tug.people) == ([2, 3, 4, 5, 6], {"a", "b"})


def test_a_number_that_goes_and_comes_back_is_one_though_it_has_another_id() -> None:
    def phones(id_: str, number: str) -> dict[str, Any]:
        return {"phones": [{"id": id_, "order": 0, "number": number}] if number else []}

    steps = (("", phones("1", "111")), ("ann", phones("", "")), ("ben", phones("2", "111")), ("ann", phones("", "")))
    (tug,) = tugs(SERVICE, written(*steps))
    assert (tug.unit, sorted(tug.people)) == ("phones", ["ann", "ben"])


def test_two_parts_are_told_apart() -> None:
    steps = [("", {"summary": "x", "alert": "1"}), ("ann", {"summary": "y", "alert": "2"})]
    steps += [("ben", {"summary": "x", "alert": "3"}), ("ann", {"summary": "y", "alert": "4"})]
    assert [tug.unit for tug in tugs(SERVICE, written(*steps))] == ["summary"]


@given(st.lists(st.tuples(st.sampled_from(["ann", "ben", ""]), st.sampled_from("xyz")), max_size=12))
def test_whatever_is_found_was_moved_by_two_and_came_back_often_enough(steps: list[tuple[str, str]]) -> None:
    for tug in tugs(SERVICE, written(*((who, {"summary": text}) for who, text in steps))):
        said = [step.document["summary"] for step in tug.steps]
        assert len(tug.people) >= 2
        assert len(tug.steps) > RETURNS
        assert all(a != b for a, b in pairwise(said))
