"""Reverting a revision and rolling a record back touch nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.histories import every_kind, phone, place, quick, versions
from tests.domain.strategies import documents
from tests.domain.undoing import PLACE, ROW, SCHEDULE, VOID, listed
from webapp.domain.diff import Edit, apply_edits
from webapp.domain.document import STATUS_UNIT, Document, to_units
from webapp.domain.fields import Kind
from webapp.domain.kinds import SERVICE
from webapp.domain.merge import Clash
from webapp.domain.rollback import Plan, plan_record, plan_revert

# -- reverting one revision -------------------------------------------------------------------------------


def test_a_revert_leaves_later_changes_alone() -> None:
    before: Document = {"name": "A", "description": "Soup"}
    bad: Document = {"name": "A", "description": "Lies", "summary": "Lies"}
    now: Document = {"name": "B", "description": "Lies", "summary": "Truth"}
    plan = plan_revert(SERVICE, before, bad, now)
    assert plan == Plan((Edit("description", "Lies", "Soup"),), (), (Clash("summary", "Lies", "Truth", None),))
    chosen = plan_revert(SERVICE, before, bad, now, frozenset({"summary", "name"}))
    assert apply_edits(SERVICE, now, chosen.restored) == {"name": "B", "description": "Soup"}
    assert chosen.conflicts == ()


def test_a_revert_of_what_was_put_right_by_hand_does_nothing() -> None:
    assert plan_revert(SERVICE, {"name": "A"}, {"name": "B"}, {"name": "A"}).does_nothing


def test_a_reverted_reorder_of_what_is_gone_does_nothing() -> None:
    first, turned, now = {"name": "A", "phones": [phone()]}, {"name": "A", "phones": [phone(order=1)]}, {"name": "A"}
    assert plan_revert(SERVICE, first, turned, now).does_nothing


def test_reverting_an_added_place_keeps_it_whole_while_somebody_wrote_in_it() -> None:
    before: Document = {"name": "A"}
    now = {**before, "places": [place(description="New", schedules=[SCHEDULE])]}
    plan = plan_revert(SERVICE, before, {**before, "places": [place(description="Old")]}, now)
    assert plan.does_nothing
    assert listed(plan) == [PLACE, f"{PLACE}/description", f"{PLACE}/location_id", ROW]
    chosen = plan_revert(SERVICE, before, {**before, "places": [place(description="Old")]}, now, frozenset({PLACE}))
    assert apply_edits(SERVICE, now, chosen.restored) == before


def test_reverting_a_removed_phone_brings_it_back_in_its_place() -> None:
    before = {"name": "A", "phones": [phone(order=2)]}
    plan = plan_revert(SERVICE, before, {"name": "A"}, {"name": "B"})
    assert apply_edits(SERVICE, {"name": "B"}, plan.restored) == {"name": "B", "phones": [phone(order=2)]}


def test_reverting_a_creation_makes_void_unless_somebody_built_on_it() -> None:
    created: Document = {"name": "A", "summary": "Soup"}
    plan = plan_revert(SERVICE, {}, created, created)
    assert plan == Plan((Edit(STATUS_UNIT, None, VOID),), makes_void=True)
    built = plan_revert(SERVICE, {}, created, {**created, "email": "a@example.org"})
    assert (built.restored, listed(built)) == ((), ["summary"])


@every_kind
@quick
@given(st.data())
def test_reverting_the_newest_revision_gives_the_one_before(kind: Kind, data: st.DataObject) -> None:
    before, after = data.draw(versions(kind, 2, 2))
    plan = plan_revert(kind, before, after, after)
    assert plan.conflicts == ()
    assert apply_edits(kind, after, plan.restored) == before


@every_kind
@quick
@given(st.data())
def test_only_chosen_conflicts_of_a_revert_are_taken(kind: Kind, data: st.DataObject) -> None:
    before, bad, now = data.draw(versions(kind, 3, 3))
    units = to_units(kind, now)
    plan = plan_revert(kind, before, bad, now)
    after = to_units(kind, apply_edits(kind, now, plan.restored))
    for clash in plan.conflicts:
        assert after.get(clash.unit) == units.get(clash.unit) == clash.current
    moved = {unit for unit in units.keys() | after.keys() if units.get(unit) != after.get(unit)}
    assert moved == {edit.unit for edit in plan.restored}
    said_then, said_before = to_units(kind, bad), to_units(kind, before)
    assert all(said_then.get(unit) != said_before.get(unit) for unit in moved)


# -- rolling back a record --------------------------------------------------------------------------------


@every_kind
@quick
@given(st.data())
def test_a_record_is_rolled_back_exactly(kind: Kind, data: st.DataObject) -> None:
    target, now = data.draw(documents(kind)), data.draw(documents(kind))
    plan = plan_record(kind, target, now)
    assert apply_edits(kind, now, plan.restored) == target
    assert plan_record(kind, target, target).does_nothing
