"""Undoing an incident restores the newest value that is not in doubt, and touches nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.domain.histories import edited, every_kind, pasts, phone, place, quick, uid, versions
from tests.domain.strategies import documents
from tests.domain.undoing import PHONE, PLACE, SCHEDULE, VOID, history, listed, undone
from tests.support.profile import scaled
from webapp.domain.diff import Edit, apply_edits
from webapp.domain.document import STATUS_UNIT, Document, is_order, to_units
from webapp.domain.fields import Kind
from webapp.domain.kinds import SERVICE
from webapp.domain.merge import Clash
from webapp.domain.rollback import Past, Plan, plan_incident

BASE: Document = {"name": "A"}


def test_the_newest_value_not_written_by_the_incident_comes_back() -> None:
    past = history(
        ("g", {"name": "A", "description": "One"}),
        ("g", {"name": "A", "description": "Two"}),
        ("t", {"name": "A", "description": "Spam"}),
        ("t", {"name": "A", "description": "More spam", "email": "spam@example.org"}),
    )
    plan = plan_incident(SERVICE, past)
    assert plan == Plan((Edit("description", "More spam", "Two"), Edit("email", "spam@example.org", None)), ("name",))
    assert undone(past) == {"name": "A", "description": "Two"}


def test_a_good_value_over_a_tainted_one_is_kept_and_listed() -> None:
    past = history(("g", {"name": "A"}), ("t", {"name": "Spam"}), ("g", {"name": "Spam club"}))
    assert plan_incident(SERVICE, past) == Plan(
        (), (), (Clash("name", "Spam", "Spam club", "A"),), later=(("name", 3),)
    )
    assert undone(past) == {"name": "Spam club"}
    assert undone(past, frozenset({"name"})) == {"name": "A"}


def test_what_others_changed_elsewhere_in_the_record_since_is_told_and_nothing_of_before() -> None:
    past = history(
        ("g", {"name": "A", "email": "a@example.org"}),
        ("t", {"name": "A", "email": "a@example.org", "description": "Spam"}),
        ("g", {"name": "A", "description": "Spam", "summary": "Lunch"}),
    )
    plan = plan_incident(SERVICE, past)
    assert (plan.restored, plan.conflicts) == ((Edit("description", "Spam", None),), ())
    assert plan.later == (("email", 3), ("summary", 3))


def test_what_was_put_right_by_hand_is_no_conflict() -> None:
    past = history(("g", {"name": "A"}), ("t", {"name": "Spam"}), ("g", {"name": "A"}))
    assert plan_incident(SERVICE, past) == Plan((), ("name",), later=(("name", 3),))


def test_a_good_value_between_two_tainted_ones_comes_back() -> None:
    past = history(("g", {"name": "A"}), ("t", {"name": "B"}), ("g", {"name": "C"}), ("t", {"name": "D"}))
    assert undone(past) == {"name": "C"}


def test_a_removed_value_comes_back() -> None:
    before = {"name": "A", "phones": [phone(order=1)], "places": [place(schedules=[SCHEDULE])]}
    past = history(("g", before), ("t", {"name": "A"}))
    assert undone(past) == before


@pytest.mark.parametrize("later", [{"name": "B", "summary": "Soup"}, {"name": "A"}])
def test_a_creation_by_the_incident_becomes_void(later: Document) -> None:
    plan = plan_incident(SERVICE, history(("t", {"name": "A"}), ("t", later)))
    assert plan == Plan((Edit(STATUS_UNIT, None, VOID),), makes_void=True)
    assert apply_edits(SERVICE, later, plan.restored) == {**later, **VOID}


def test_a_creation_that_others_built_on_is_not_emptied() -> None:
    past = history(
        ("t", {"name": "A", "summary": "Spam"}),
        ("t", {"name": "A", "summary": "Spam", "phones": [phone()]}),
        ("g", {"name": "A", "summary": "Spam", "phones": [phone()], "description": "Soup"}),
    )
    plan = plan_incident(SERVICE, past)
    assert plan.does_nothing
    assert not plan.makes_void
    assert plan.conflicts == (
        Clash(PHONE, {"number": "0131 496 0123"}, {"number": "0131 496 0123"}, None),
        Clash("summary", "Spam", "Spam", None),
    )
    assert undone(past, frozenset({"summary"})) == {"name": "A", "phones": [phone()], "description": "Soup"}


def test_nobody_is_asked_to_go_without_what_is_required() -> None:
    past = history(("t", {"name": "A", "summary": "Spam"}), ("g", {"name": "B", "summary": "Spam and more"}))
    assert listed(plan_incident(SERVICE, past)) == ["summary"]
    assert undone(past, frozenset({"name"})) == past[-1].document


def test_what_others_merged_away_is_left_as_it_is() -> None:
    merged = {"status": "merged", "merged_into": uid(9)}
    made = {"name": "A", "summary": "Spam"}
    plan = plan_incident(SERVICE, history(("t", made), ("g", {**made, **merged})))
    assert plan == Plan((), (STATUS_UNIT, "name", "summary"), later=((STATUS_UNIT, 2),))
    assert undone(history(("g", BASE), ("t", {**BASE, **merged}))) == BASE


def test_what_the_incident_adds_to_its_creation_after_others_goes() -> None:
    past = history(
        ("t", {"name": "A"}),
        ("g", {"name": "B"}),
        ("t", {"name": "C", "email": "spam@example.org"}),
    )
    assert undone(past) == {"name": "B"}
    assert plan_incident(SERVICE, past).conflicts == ()


def test_a_void_record_has_nothing_more_to_undo() -> None:
    void = {"name": "A", **VOID}
    assert plan_incident(SERVICE, history(("t", {"name": "A"}), ("g", void))) == Plan(())
    assert plan_incident(SERVICE, history(("t", {"name": "A"}), ("t", void))) == Plan(())
    assert plan_incident(SERVICE, []) == Plan(())
    assert undone(history(("g", {"name": "A"}), ("t", void))) == {"name": "A"}


def place_written_in(then: Document) -> list[Past]:
    """The past of a record where the incident made a place, others described it, and then the incident wrote again."""
    return history(
        ("g", BASE),
        ("t", {**BASE, "places": [place()]}),
        ("g", {**BASE, "places": [place(description="Upstairs")]}),
        ("t", then),
    )


def test_a_place_by_the_incident_that_others_wrote_in_stays_whole() -> None:
    past = place_written_in({**BASE, "places": [place(description="Spam", schedules=[SCHEDULE])]})
    plan = plan_incident(SERVICE, past)
    assert listed(plan) == [PLACE]
    assert undone(past) == {**BASE, "places": [place(description="Upstairs")]}
    assert undone(past, frozenset({PLACE})) == BASE


def test_a_place_that_the_incident_made_and_took_away_again_does_not_come_back_in_pieces() -> None:
    past = place_written_in(BASE)
    plan = plan_incident(SERVICE, past)
    assert plan.does_nothing
    assert plan.conflicts == (Clash(f"{PLACE}/description", None, None, "Upstairs"),)


@pytest.mark.parametrize("order", [0, 3])
def test_a_phone_by_the_incident_that_others_corrected_keeps_its_place(order: int) -> None:
    past = history(
        ("g", {"name": "A"}),
        ("t", {"name": "A", "phones": [phone(order=order)]}),
        ("g", {"name": "A", "phones": [phone("116 123", order)]}),
    )
    plan = plan_incident(SERVICE, past)
    assert (plan.restored, listed(plan)) == ((), [PHONE])
    assert undone(past, frozenset({PHONE})) == {"name": "A"}


def test_a_phone_by_the_incident_goes_although_others_moved_it() -> None:
    past = history(
        ("g", {"name": "A"}),
        ("t", {"name": "A", "phones": [phone()]}),
        ("g", {"name": "A", "phones": [phone(order=2)]}),
    )
    assert plan_incident(SERVICE, past).conflicts == ()
    assert undone(past) == {"name": "A"}


def test_many_records_of_one_incident_are_each_judged_by_their_own_past() -> None:
    spam: dict[str, Any] = {"email": "spam@example.org"}
    for number in range(20):
        good: Document = {"name": f"Club {number}"}
        shapes: list[tuple[list[Past], Document]] = [
            (history(("g", good), ("t", {**good, **spam})), good),
            (
                history(("g", good), ("t", {**good, **spam}), ("g", {**good, **spam, "summary": "Soup"})),
                {**good, "summary": "Soup"},
            ),
            (history(("g", good), ("t", {**good, **spam}), ("g", good)), good),
            (history(("t", good)), {**good, **VOID}),
        ]
        past, expected = shapes[number % len(shapes)]
        assert undone(past) == expected


@every_kind
@quick
@given(st.data())
def test_undoing_the_undo_gives_the_document_as_it_was(kind: Kind, data: st.DataObject) -> None:
    past = data.draw(pasts(kind))
    before = past[-1].document
    found = plan_incident(kind, past).conflicts
    chosen = frozenset(clash.unit for clash in found if clash.proposed is None)
    plan = plan_incident(kind, past, data.draw(st.sampled_from([frozenset(), chosen])))
    assume(not plan.does_nothing)
    after = apply_edits(kind, before, plan.restored)
    again = [*(Past(p.number, p.document) for p in past), Past(len(past) + 1, after, True)]
    undo = plan_incident(kind, again)
    assert undo.conflicts == ()
    assert apply_edits(kind, after, undo.restored) == before


@every_kind
@quick
@given(st.data())
def test_a_roll_back_finds_nothing_more_to_restore(kind: Kind, data: st.DataObject) -> None:
    past = data.draw(pasts(kind))
    plan = plan_incident(kind, past)
    after = apply_edits(kind, past[-1].document, plan.restored)
    assert plan_incident(kind, [*past, Past(len(past) + 1, after)]).does_nothing


@every_kind
@quick
@given(st.data())
def test_what_the_incident_did_not_write_last_is_never_moved(kind: Kind, data: st.DataObject) -> None:
    past = data.draw(pasts(kind))
    plan = plan_incident(kind, past)
    assume(not plan.makes_void)
    now = to_units(kind, past[-1].document)
    after = to_units(kind, apply_edits(kind, past[-1].document, plan.restored))
    writers = _last_writers(kind, past)
    for unit in now.keys() | after.keys():
        if now.get(unit) != after.get(unit) and not is_order(unit):
            assert writers[unit].is_tainted
            assert _said(kind, past, unit, after.get(unit))
    assert all(now.get(clash.unit) == after.get(clash.unit) == clash.current for clash in plan.conflicts)
    assert {e.unit for e in plan.restored}.isdisjoint({*plan.kept, *listed(plan)})
    assert now.keys() <= {*plan.kept, *listed(plan), *(edit.unit for edit in plan.restored)}


def _last_writers(kind: Kind, past: list[Past]) -> dict[str, Past]:
    writers: dict[str, Past] = {}
    before: dict[str, Any] = {}
    for revision in past:
        units = to_units(kind, revision.document)
        writers |= {u: revision for u in units.keys() | before.keys() if units.get(u) != before.get(u)}
        before = units
    return writers


def _said(kind: Kind, past: list[Past], unit: str, value: Any) -> bool:
    """Whether a good revision says the value, or it is the blank of before the first."""
    return value is None or any(to_units(kind, p.document).get(unit) == value for p in past if not p.is_tainted)


@every_kind
@quick
@given(st.data())
def test_an_incident_of_everything_after_a_revision_is_a_roll_back_to_it(kind: Kind, data: st.DataObject) -> None:
    made = data.draw(versions(kind, 2, 4))
    good = data.draw(st.integers(1, len(made) - 1))
    past = [Past(number, document, number > good) for number, document in enumerate(made, 1)]
    plan = plan_incident(kind, past)
    assert plan.conflicts == ()
    assert apply_edits(kind, made[-1], plan.restored) == made[good - 1]


@every_kind
@quick
@given(st.data())
def test_an_untainted_past_has_nothing_to_undo(kind: Kind, data: st.DataObject) -> None:
    made = data.draw(documents(kind))
    past = [Past(1, made), Past(2, data.draw(edited(kind, made)))]
    plan = plan_incident(kind, past)
    assert plan.does_nothing
    assert plan.conflicts == ()


@settings(quick, max_examples=scaled(15, 100))
@given(st.data())
def test_what_came_before_the_first_tainted_revision_is_of_no_account_but_for_where_it_ended(
    data: st.DataObject,
) -> None:
    past = data.draw(pasts(SERVICE))
    first = next((place for place, one in enumerate(past) if one.is_tainted), 0)
    assert plan_incident(SERVICE, past[max(0, first - 1) :]) == plan_incident(SERVICE, past)
