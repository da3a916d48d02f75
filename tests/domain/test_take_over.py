"""What a record takes over from its duplicate: whole parts, never a link to itself, and nothing that was not chosen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.strategies import documents
from webapp.domain.diff import apply_edits
from webapp.domain.document import from_units, is_blank, to_units
from webapp.domain.kinds import KINDS
from webapp.domain.take_over import parts, taking

ORGANIZATION = KINDS["organization"]
SERVICE = KINDS["service"]


@pytest.mark.parametrize(("loser", "survivor", "taken", "after"), [
    ({"name": "A", "summary": "a"}, {"name": "B", "summary": "b"}, {"summary"}, {"name": "B", "summary": "a"}),
    ({"name": "A", "summary": "a"}, {"name": "B", "summary": "b"}, set(), {"name": "B", "summary": "b"}),
    ({"name": "A"}, {"name": "B", "summary": "b"}, {"summary"}, {"name": "B", "summary": "b"}),
    ({"name": "A", "status": "closed"}, {"name": "B"}, {"@status", "status"}, {"name": "B"}),
    (
        {"name": "A", "parent_organization_id": "own"},
        {"name": "B"},
        {"parent_organization_id", "@parent", "@parent_organization"},
        {"name": "B"},
    ),
])  # fmt: skip
def test_what_was_chosen_is_taken_and_nothing_else(
    loser: dict[str, Any], survivor: dict[str, Any], taken: set[str], after: dict[str, Any]
) -> None:
    edits = taking(ORGANIZATION, loser, survivor, taken, "own")
    assert apply_edits(ORGANIZATION, survivor, edits) == after


NOBODY = "0192d7b4-0000-7000-8000-0000000000ff"
"""An id that no document says."""


def _two(name: str) -> st.SearchStrategy[tuple[str, Any, Any]]:
    return st.tuples(st.just(name), documents(KINDS[name]), documents(KINDS[name]))


@given(st.sampled_from(sorted(KINDS)).flatmap(_two))
def test_taking_everything_gives_the_others_words_wherever_it_has_any(of: tuple[str, Any, Any]) -> None:
    kind, (_, loser, survivor) = KINDS[of[0]], of
    every = [(unit, fields) for unit, _label, fields in parts(kind)]
    after = apply_edits(kind, survivor, taking(kind, loser, survivor, {unit for unit, _ in every}, NOBODY))
    whole_loser, whole_survivor = (from_units(kind, to_units(kind, one)) for one in (loser, survivor))
    for _unit, fields in every:
        says = any(not is_blank(whole_loser.get(field.name)) for field in fields)
        source = whole_loser if says else whole_survivor
        assert [after.get(f.name) for f in fields] == [source.get(f.name) for f in fields]


# -- keeping both ------------------------------------------------------------------------------------------


A, B, C = (f"0192d7b4-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))


def phone(id_: str, number: str, order: int = 0) -> dict[str, Any]:
    return {"id": id_, "order": order, "number": number}


def numbers(document: dict[str, Any]) -> list[str]:
    return [element["number"] for element in document["phones"]]


def test_of_a_list_both_are_kept_the_survivors_first_and_what_both_say_once() -> None:
    loser = {"phones": [phone(A, "01632 960001"), phone(B, "01632 960002", 1)]}
    survivor = {"phones": [phone(C, "01632 960001", 4), phone(B, "01632 960003", 7)]}
    edits = taking(SERVICE, loser, survivor, (), "own", {"phones"})
    after = apply_edits(SERVICE, survivor, edits)
    assert numbers(after) == ["01632 960001", "01632 960003", "01632 960002"]
    ids = [element["id"] for element in after["phones"]]
    assert ids[:2] == [C, B]
    assert len(set(ids)) == 3  # an id that the survivor has keeps what it says there


@pytest.mark.parametrize(("unit", "loser", "survivor"), [
    ("phones", {"phones": [phone(A, "01632 960001")]}, {"phones": [phone(B, "01632 960001")]}),
    ("phones", {"phones": [phone(A, "01632 960001")]}, {}),
    ("phones", {}, {"phones": [phone(A, "01632 960001")]}),
    ("description", {"description": "Soup"}, {"description": "Bread"}),
    ("@access", {"wait_time": "a"}, {"wait_time": "b"}),
])  # fmt: skip
def test_both_are_kept_only_of_a_list_in_which_each_says_something_of_its_own(
    unit: str, loser: dict[str, Any], survivor: dict[str, Any]
) -> None:
    assert taking(SERVICE, loser, survivor, (), "own", {unit}) == ()


@given(st.sampled_from(sorted(KINDS)).flatmap(_two))
def test_keeping_both_of_everything_loses_nothing_that_the_survivor_says(of: tuple[str, Any, Any]) -> None:
    kind, (_, loser, survivor) = KINDS[of[0]], of
    every = {unit for unit, _label, _fields in parts(kind)}
    after = apply_edits(kind, survivor, taking(kind, loser, survivor, (), NOBODY, every))
    before, now = to_units(kind, survivor), to_units(kind, after)
    assert {address: now.get(address) for address in before} == before
