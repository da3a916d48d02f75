"""Merging three ways: everything that both sides said is kept, or the clash is named; never overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.histories import edited, every_kind, phone, place, quick, uid
from tests.domain.strategies import documents
from webapp.domain.diff import Edit, apply_edits, diff
from webapp.domain.document import Document, holders, is_order, to_units
from webapp.domain.fields import Kind
from webapp.domain.kinds import SERVICE
from webapp.domain.merge import Clash, Conflict, Merged, choose, fit, merge, three_way
from webapp.domain.validate import validate

PHONE, PLACE = f"phones/{uid(2)}", f"places/{uid(1)}"
SCHEDULE = {"id": uid(4), "order": 0, "freq": "WEEKLY", "byday": "MO"}
ROW = f"{PLACE}/schedules/{uid(4)}"


def merged(base: Document, current: Document, proposed: Document) -> Document:
    result = three_way(SERVICE, base, current, proposed)
    assert isinstance(result, Merged), result
    return result.document


def clashes(base: Document, current: Document, proposed: Document) -> list[str]:
    result = three_way(SERVICE, base, current, proposed)
    assert isinstance(result, Conflict), result
    return [clash.unit for clash in result.clashes]


# -- properties -------------------------------------------------------------------------------------------


@every_kind
@quick
@given(st.data())
def test_an_unmoved_base_gives_the_proposal(kind: Kind, data: st.DataObject) -> None:
    base = data.draw(documents(kind))
    proposed = data.draw(edited(kind, base))
    assert three_way(kind, base, base, proposed) == Merged(proposed, diff(kind, base, proposed))


@every_kind
@quick
@given(st.data())
def test_some_edits_of_many_give_what_writing_their_units_gives(kind: Kind, data: st.DataObject) -> None:
    base = data.draw(documents(kind))
    edits = diff(kind, base, data.draw(edited(kind, base)))
    some = [edit for edit in edits if "/" not in edit.unit]
    assert merge(kind, base, some) == Merged(apply_edits(kind, base, some), tuple(some))


@every_kind
@quick
@given(st.data())
def test_what_is_already_true_changes_nothing(kind: Kind, data: st.DataObject) -> None:
    base = data.draw(documents(kind))
    proposed = data.draw(edited(kind, base))
    assert three_way(kind, base, proposed, proposed) == Merged(proposed, ())
    assert three_way(kind, base, proposed, base) == Merged(proposed, ())
    assert fit(to_units(kind, proposed), diff(kind, base, proposed)).is_already_true


@every_kind
@quick
@given(st.data())
def test_disjoint_changes_commute_and_others_clash_both_ways(kind: Kind, data: st.DataObject) -> None:
    base = data.draw(documents(kind))
    one, other = data.draw(edited(kind, base)), data.draw(edited(kind, base))
    there, back = three_way(kind, base, one, other), three_way(kind, base, other, one)
    assert type(there) is type(back)
    if isinstance(there, Merged) and isinstance(back, Merged):
        assert _without_orders(kind, there.document) == _without_orders(kind, back.document)
        ours, theirs = diff(kind, base, one), diff(kind, base, other)
        if not {e.unit for e in ours} & {e.unit for e in theirs}:
            assert there.document == back.document
        for edit in (*ours, *theirs):
            if not is_order(edit.unit):
                assert to_units(kind, there.document).get(edit.unit) == edit.after


@pytest.mark.parametrize("unit", ["about", "@about"])
def test_what_the_kind_no_longer_declares_is_written_for_validation_to_refuse(unit: str) -> None:
    said = {"text": "Soup"} if unit == "@about" else "Soup"
    merged = merge(SERVICE, {"name": "A"}, [Edit(unit, None, said)])
    assert isinstance(merged, Merged)
    assert merged.document == {"name": "A", **(said if isinstance(said, dict) else {unit: said})}
    assert validate(SERVICE, merged.document).refusals


def _without_orders(kind: Kind, document: Document) -> dict[str, Any]:
    return {unit: value for unit, value in to_units(kind, document).items() if not is_order(unit)}


@every_kind
@quick
@given(st.data())
def test_each_edit_fits_in_one_way_and_the_rest_can_be_written(kind: Kind, data: st.DataObject) -> None:
    base = data.draw(documents(kind))
    current, proposed = data.draw(edited(kind, base)), data.draw(edited(kind, base))
    edits = diff(kind, base, proposed)
    units = to_units(kind, current)
    found = fit(units, edits)
    parts = [e.unit for e in (*found.applies, *found.already)] + [c.unit for c in found.clashes]
    assert len(parts) == len(set(parts))
    assert {e.unit for e in edits} <= set(parts)
    assert not any(is_order(clash.unit) for clash in found.clashes)
    for clash in found.clashes:
        assert clash.current == units.get(clash.unit)
    after = to_units(kind, apply_edits(kind, current, found.applies))
    for edit in found.applies:
        assert after.get(edit.unit) == edit.after
    for clash in found.clashes:
        assert after.get(clash.unit) == clash.current


@every_kind
@quick
@given(st.data())
def test_taking_every_clash_gives_the_wish_and_taking_none_leaves_them(kind: Kind, data: st.DataObject) -> None:
    base = data.draw(documents(kind))
    current, proposed = data.draw(edited(kind, base)), data.draw(edited(kind, base))
    units, found = to_units(kind, current), fit(to_units(kind, current), diff(kind, base, proposed))
    assert choose(units, found, frozenset()) == (found.applies, found.clashes)
    assume(all(h in units for clash in found.clashes for h in holders(clash.unit)))
    edits, left = choose(units, found, {clash.unit for clash in found.clashes})
    assert left == ()
    after = to_units(kind, apply_edits(kind, current, edits))
    for clash in found.clashes:
        assert after.get(clash.unit) == clash.proposed


# -- examples ---------------------------------------------------------------------------------------------


def test_changes_of_different_units_both_hold() -> None:
    base = {"name": "A", "description": "B", "phones": [phone()]}
    current = {"name": "A", "description": "C", "phones": [phone(), phone("116 123", 1, 3)]}
    proposed = {"name": "D", "description": "B", "phones": [phone("111")]}
    assert merged(base, current, proposed) == {
        "name": "D",
        "description": "C",
        "phones": [phone("111"), phone("116 123", 1, 3)],
    }


@pytest.mark.parametrize(
    ("base", "current", "proposed", "unit"),
    [
        ({"name": "A"}, {"name": "B"}, {"name": "C"}, "name"),
        ({"name": "A"}, {}, {"name": "C"}, "name"),
        ({"name": "A"}, {"name": "B"}, {}, "name"),
        ({}, {"summary": "Soup"}, {"summary": "Bread"}, "summary"),  # the same blank, filled twice
        ({"minimum_age": 5}, {"minimum_age": 6}, {"minimum_age": 5, "maximum_age": 9}, "@ages"),
        ({"phones": [phone()]}, {"phones": [phone("111")]}, {"phones": [phone("116 123")]}, PHONE),
        ({"phones": [phone()]}, {"phones": []}, {"phones": [phone("116 123")]}, PHONE),
        ({"phones": [phone()]}, {"phones": [phone("111")]}, {"phones": []}, PHONE),
        ({}, {"phones": [phone()]}, {"phones": [phone("111")]}, PHONE),  # one import, run twice at once
    ],
)
def test_one_unit_moved_on_both_sides_clashes(base: Document, current: Document, proposed: Document, unit: str) -> None:
    assert clashes(base, current, proposed) == [unit]


def test_a_clash_says_what_was_is_and_should_be() -> None:
    assert three_way(SERVICE, {}, {"name": "A"}, {"name": "B"}) == Conflict((Clash("name", None, "A", "B"),))


@pytest.mark.parametrize(
    "inside",
    [place(description="New"), place(description="Old", schedules=[SCHEDULE])],
    ids=["changed", "added"],
)
def test_a_place_removed_here_and_written_in_there_clashes_both_ways(inside: dict[str, Any]) -> None:
    base, gone, changed = {"places": [place(description="Old")]}, {"name": "A"}, {"places": [inside]}
    assert clashes(base, gone, changed)
    assert {PLACE, f"{PLACE}/location_id"} < set(clashes(base, changed, gone))


def test_a_place_removed_here_and_emptied_there_is_gone_both_ways() -> None:
    base, gone, emptied = {"name": "A", "places": [place(description="Old")]}, {"name": "A"}, {"places": [place()]}
    assert merged(base, gone, {"name": "A", **emptied}) == gone
    assert merged(base, {"name": "A", **emptied}, gone) == gone


def test_removing_what_somebody_added_to_clashes_as_a_whole_and_once() -> None:
    base, current = {"places": [place(description="Old")]}, {"places": [place(description="New", schedules=[SCHEDULE])]}
    found = fit(to_units(SERVICE, current), diff(SERVICE, base, {"name": "A"}))
    assert [edit.unit for edit in found.applies] == ["name"]
    assert found.clashes == (
        Clash(PLACE, True, True, None),
        Clash(f"{PLACE}/description", "Old", "New", None),
        Clash(f"{PLACE}/location_id", uid(9), uid(9), None),
        Clash(ROW, None, {"freq": "WEEKLY", "byday": "MO"}, None),
    )
    edits, left = choose(to_units(SERVICE, current), found, {PLACE})
    assert left == ()
    assert apply_edits(SERVICE, current, edits) == {"name": "A"}


def test_adding_to_a_place_that_went_clashes() -> None:
    base = {"name": "A", "places": [place()]}
    assert clashes(base, {"name": "A"}, {"name": "A", "places": [place(schedules=[SCHEDULE])]}) == [ROW]


def test_the_later_order_wins_and_says_nothing_of_what_is_gone() -> None:
    base = {"name": "A", "phones": [phone()]}
    assert merged(base, {"name": "A", "phones": [phone(order=3)]}, {"name": "A", "phones": [phone(order=2)]}) == {
        "name": "A",
        "phones": [phone(order=2)],
    }
    assert three_way(SERVICE, base, {"name": "A"}, {"name": "A", "phones": [phone(order=2)]}) == Merged(
        {"name": "A"}, ()
    )
    assert merged(base, {"name": "A", "phones": [phone(order=3)]}, {"name": "A"}) == {"name": "A"}


def test_a_lonely_order_vanishes_and_a_missing_one_is_the_first() -> None:
    assert merge(SERVICE, {"name": "A"}, [Edit(f"{PHONE}/order", 0, 1)]) == Merged({"name": "A"}, ())
    assert apply_edits(SERVICE, {"name": "A"}, [Edit(f"{PHONE}/order", 0, 1)]) == {"name": "A"}
    assert apply_edits(SERVICE, {"phones": [phone()]}, [Edit(PHONE, {}, None)]) == {}
    added = apply_edits(SERVICE, {}, [Edit(PHONE, None, {"number": "111"})])
    assert added == {"phones": [phone("111", 0)]}


def test_a_clash_leaves_everything_as_it_was() -> None:
    current = {"name": "B", "summary": "Soup"}
    result = merge(SERVICE, current, [Edit("name", "A", "C"), Edit("summary", "Soup", "Bread")])
    assert result == Conflict((Clash("name", "A", "B", "C"),))
    assert current == {"name": "B", "summary": "Soup"}
