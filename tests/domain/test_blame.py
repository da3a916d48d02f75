"""Blame: each thing stands since the last revision that wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.blame import Blame, present_units
from webapp.domain.kinds import KINDS

SERVICE = KINDS["service"]
PHONE = "0192d7b4-0000-7000-8000-00000000000a"


def blamed(*documents: dict[str, Any]) -> dict[str, int]:
    """The revision of each unit of the last document; they are the revisions from 1 on."""
    found = looked(*documents)
    assert found.left == {}
    return found.placed


def looked(*documents: dict[str, Any], undoings: tuple[int, ...] = ()) -> Blame:
    """All that is found, where some of the revisions undid something."""
    found = Blame(present_units(SERVICE, documents[-1]))
    before = ({}, *documents)
    found.go_back(SERVICE, ((n, before[n - 1], before[n], n in undoings) for n in range(len(documents), 0, -1)))
    return found


def service(**values: Any) -> dict[str, Any]:
    return {"name": "Soup", **values}


def phone(number: str, order: int = 0) -> dict[str, Any]:
    return {"phones": [{"id": PHONE, "number": number, "order": order}]}


@pytest.mark.parametrize(
    ("documents", "since"),
    [
        ([service()], {"name": 1}),
        ([service(), service()], {"name": 1}),
        ([service(), service(summary="Lunch")], {"name": 1, "summary": 2}),
        ([service(summary="Tea"), service(summary="Lunch"), service(summary="Tea")], {"name": 1, "summary": 3}),
        ([service(summary="Tea"), service(), service(summary="Tea")], {"name": 1, "summary": 3}),
        ([service(**phone("1")), service(**phone("2"))], {"name": 1, f"phones/{PHONE}": 2}),
        ([service(**phone("1")), service(**phone("1", 3))], {"name": 1, f"phones/{PHONE}": 1}),
        ([service(minimum_age=3), service(minimum_age=3, maximum_age=9)], {"name": 1, "@ages": 2}),
    ],
)
def test_a_thing_stands_since_the_last_revision_that_wrote_it(
    documents: list[dict[str, Any]], since: dict[str, int]
) -> None:
    assert blamed(*documents) == since


def test_going_back_ends_as_soon_as_everything_is_placed() -> None:
    looked: list[int] = []

    def steps() -> Any:
        for number in range(9, 1, -1):
            looked.append(number)
            yield number, service(name=f"Soup {number - 1}"), service(name=f"Soup {number}"), False

    found = Blame({"name": "Soup 9"})
    found.go_back(SERVICE, steps())
    assert (found.placed, found.reached) == ({"name": 9}, 9)
    assert len(looked) <= 2


def test_what_was_not_found_is_left_with_how_far_it_was_looked_for() -> None:
    found = Blame({"name": "Soup", "summary": "Soup"})
    steps = [(5, service(summary="Tea"), service(summary="Soup"), False), (4, service(), service(), False)]
    found.go_back(SERVICE, steps)
    assert (found.placed, found.left, found.reached) == ({"summary": 5}, {"name": "Soup"}, 4)


@pytest.mark.parametrize(
    ("said", "undoings", "since", "written"),
    [
        (("Tea", "Mud", "Tea"), (3,), 3, 1),
        (("Tea", "Mud", "Tea"), (), 3, None),  # somebody wrote it anew
        (("Tea", "Mud", "Tea", "Mud"), (3, 4), 4, 2),  # the undoing was undone
        (("Tea", "Mud", "Tea", "Mud", "Tea"), (3, 4, 5), 5, 1),
        (("Tea", "Mud", "Tea", "Mud", "Tea"), (5,), 5, 3),  # whoever wrote it last
    ],
)
def test_what_was_put_back_was_written_by_the_last_that_said_the_same_and_undid_nothing(
    said: tuple[str, ...], undoings: tuple[int, ...], since: int, written: int | None
) -> None:
    found = looked(*(service(summary=words) for words in said), undoings=undoings)
    assert (found.placed["summary"], found.written.get("summary"), found.left) == (since, written, {})


def test_what_was_put_back_and_never_written_is_placed_and_left() -> None:
    found = looked(service(summary="Tea"), service(summary="Mud"), undoings=(2,))
    assert (found.placed["summary"], found.written, found.left) == (2, {}, {"summary": "Mud"})


HISTORIES = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["Soup", "Tea"])},
        optional={"summary": st.sampled_from(["a", "b"]), "description": st.sampled_from(["c", "d"])},
    ),
    min_size=1,
    max_size=12,
)


@given(HISTORIES, st.integers(1, 12))
def test_looking_in_parts_finds_what_looking_at_once_finds(documents: list[dict[str, Any]], size: int) -> None:
    """And each unit reads the same from its revision on, and otherwise before."""
    whole = blamed(*documents)
    before = ({}, *documents)
    found = Blame(present_units(SERVICE, documents[-1]))
    for last in range(len(documents), 0, -size):
        numbers = range(last, max(last - size, 0), -1)
        found.go_back(SERVICE, [(n, before[n - 1], before[n], False) for n in numbers])
    assert found.placed == whole
    for unit, number in whole.items():
        assert {document.get(unit) for document in documents[number - 1 :]} == {documents[-1][unit]}
        assert before[number - 1].get(unit) != documents[-1][unit]
