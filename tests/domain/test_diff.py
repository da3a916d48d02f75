"""Diffs say exactly what changes, who decides it together, and how grave it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.histories import edited, every_kind, phone, place, quick, uid
from tests.domain.strategies import documents
from webapp.domain.diff import (
    Edit,
    apply_edits,
    by_group,
    diff,
    edits_from_json,
    edits_to_json,
    group_key,
    group_label,
    risk_of,
)
from webapp.domain.document import to_units
from webapp.domain.fields import Kind, Risk
from webapp.domain.kinds import GUIDE, LOCATION, SERVICE

SCHEDULE = {"id": uid(4), "order": 0, "freq": "WEEKLY", "byday": "MO"}
LOW, HIGH, DESTRUCTIVE = Risk.LOW, Risk.HIGH, Risk.DESTRUCTIVE


@every_kind
@quick
@given(st.data())
def test_applying_a_diff_gives_the_target_and_its_inverse_the_source(kind: Kind, data: st.DataObject) -> None:
    before = data.draw(documents(kind))
    after = data.draw(edited(kind, before))
    edits = diff(kind, before, after)
    assert apply_edits(kind, before, edits) == after
    assert apply_edits(kind, after, [edit.inverse() for edit in edits]) == before
    assert diff(kind, after, after) == ()
    assert edits_from_json(json.loads(json.dumps(edits_to_json(edits)))) == edits


@every_kind
@quick
@given(st.data())
def test_groups_part_the_edits_and_each_has_a_label(kind: Kind, data: st.DataObject) -> None:
    before = data.draw(documents(kind))
    edits = diff(kind, before, data.draw(edited(kind, before)))
    groups = by_group(kind, edits)
    assert sorted((e for part in groups.values() for e in part), key=lambda e: e.unit) == list(edits)
    for key, part in groups.items():
        assert part
        assert group_label(kind, key)
    tops = [group.name for group in kind.groups]
    ranks = [tops.index(key.split(".")[0]) for key in groups]
    assert ranks == sorted(ranks)


def test_a_diff_names_each_unit_that_moves() -> None:
    before = {"name": "Lunch club", "minimum_age": 60, "phones": [phone()]}
    after = {"name": "Lunch club", "minimum_age": 60, "maximum_age": 90, "phones": [phone(order=2)], "email": "a@b.org"}
    assert diff(SERVICE, before, after) == (
        Edit("@ages", {"minimum_age": 60}, {"minimum_age": 60, "maximum_age": 90}),
        Edit("email", None, "a@b.org"),
        Edit(f"phones/{uid(2)}/order", 0, 2),
    )


@pytest.mark.parametrize("blank", [None, "", "  ", [], {}, False])
def test_every_blank_is_the_same_blank(blank: Any) -> None:
    assert diff(SERVICE, {"name": "A", "summary": blank}, {"name": "A"}) == ()
    assert diff(SERVICE, {"name": "A", "phones": [{"id": uid(2), "order": 0, "number": blank}]}, {"name": "A"}) == ()


@pytest.mark.parametrize(
    ("before", "after"), [([], [place(schedules=[SCHEDULE])]), ([place(schedules=[SCHEDULE])], [])]
)
def test_all_of_a_place_that_comes_or_goes_is_decided_together(before: list[Any], after: list[Any]) -> None:
    assert list(by_group(SERVICE, diff(SERVICE, {"places": before}, {"places": after}))) == ["places"]


def test_what_changes_in_a_place_that_stays_is_decided_by_its_group() -> None:
    edits = diff(
        SERVICE, {"places": [place()]}, {"name": "A", "places": [place(schedules=[SCHEDULE], description="B")]}
    )
    groups = by_group(SERVICE, edits)
    assert list(groups) == ["name", "places.description", "places.schedules"]
    assert {e.unit.split("/")[2] for e in groups["places.schedules"]} == {"schedules"}
    assert len(groups["places.schedules"]) == 2
    assert group_label(SERVICE, "places.schedules") == "Places and opening times: Opening times"


def test_the_order_of_an_element_belongs_to_its_list() -> None:
    assert group_key(SERVICE, f"phones/{uid(2)}/order") == "phones"
    assert group_key(SERVICE, f"places/{uid(1)}/schedules/{uid(4)}/order") == "places.schedules"


@pytest.mark.parametrize("key", ["nonsense", "phones.phone", "places.nonsense"])
def test_a_group_that_no_kind_declares_has_no_label(key: str) -> None:
    with pytest.raises(KeyError):
        group_label(SERVICE, key)


# -- gravity ----------------------------------------------------------------------------------------------

LONG = "Soup and company every week for anybody who likes"
ACCESS = {"id": uid(5), "order": 0, "description": "Ramp"}
LANGUAGE = {"id": uid(6), "order": 0, "name": "Gaelic", "code": "gd"}
CATEGORY = {"id": uid(7), "order": 0, "taxonomy_term_id": "01234567-0000-4000-8000-013149601230"}
ID_SHAPED = "call 0131-496-0123 any-day or-night!"


@pytest.mark.parametrize(
    ("before", "after", "risk"),
    [
        ({}, {}, LOW),
        ({}, {"description": LONG}, LOW),
        ({"description": LONG}, {"description": f"{LONG} it"}, LOW),
        ({"description": LONG}, {"description": f"{LONG}: 0131 496 0123"}, HIGH),
        ({"description": LONG}, {"description": ID_SHAPED}, HIGH),
        ({}, {"summary": "01314960-0000-4000-8000-013149601230"}, HIGH),
        ({"description": LONG}, {"description": f"{LONG} at www.example.org"}, HIGH),
        ({"description": LONG}, {"description": f"{LONG} for £5"}, HIGH),
        ({"description": LONG}, {"description": f"{LONG}, 5 Leith Walk"}, HIGH),
        ({"description": f"{LONG} for £5"}, {"description": LONG}, LOW),
        ({"description": LONG}, {"description": "Soup and company every week for"}, LOW),
        ({"description": LONG}, {"description": "Soup and company"}, HIGH),
        ({"description": LONG}, {}, HIGH),
        ({}, {"alternate_name": "Soup"}, LOW),
        ({}, {"languages": [LANGUAGE]}, LOW),
        ({"languages": [LANGUAGE]}, {}, LOW),
        ({"languages": [LANGUAGE]}, {"languages": [{**LANGUAGE, "name": "Scots"}]}, LOW),
        ({}, {"languages": [{**LANGUAGE, "note": "Ring 0131 496 0123"}]}, HIGH),
        ({}, {"categories": [CATEGORY]}, LOW),
        ({}, {"categories": [{**CATEGORY, "label": "See example.org"}]}, HIGH),
        ({"name": "A"}, {"name": "B"}, HIGH),
        ({}, {"email": "a@example.org"}, HIGH),
        ({}, {"url": "https://example.org/"}, HIGH),
        ({}, {"phones": [phone()]}, HIGH),
        ({"phones": [phone()]}, {}, HIGH),
        ({"phones": [phone()]}, {"phones": [phone("0131 496 0124")]}, HIGH),
        ({"phones": [phone()]}, {"phones": [phone(order=1)]}, LOW),
        ({}, {"schedules": [SCHEDULE]}, HIGH),
        ({}, {"places": [place()]}, HIGH),
        ({"places": [place()]}, {"places": [place(order=4)]}, LOW),
        ({"places": [place()]}, {"places": [place(description="Upstairs")]}, LOW),
        ({"places": [place()]}, {"places": [place(description="Ring 0131 496 0123")]}, HIGH),
        ({"places": [place()]}, {"places": [place(schedules=[SCHEDULE])]}, HIGH),
        ({"places": [place()]}, {"places": [place(accessibility=[ACCESS])]}, LOW),
        ({}, {"eligibility_description": "Anybody"}, HIGH),
        ({}, {"minimum_age": 60}, HIGH),
        ({}, {"fees": "Free"}, HIGH),
        ({}, {"contacts": [{"id": uid(8), "order": 0, "name": "Mo"}]}, HIGH),
        ({}, {"status": "temporarily closed"}, HIGH),
        ({}, {"status": "closed"}, DESTRUCTIVE),
        ({"status": "closed"}, {}, DESTRUCTIVE),
        ({"status": "void"}, {"status": "inactive"}, DESTRUCTIVE),
        ({}, {"status": "merged", "merged_into": uid(1)}, DESTRUCTIVE),
        ({}, {"merged_into": uid(1)}, DESTRUCTIVE),
        ({}, {"status": "closed", "description": LONG}, DESTRUCTIVE),
    ],
)
def test_the_class_of_a_change_to_a_service(before: dict[str, Any], after: dict[str, Any], risk: Risk) -> None:
    assert risk_of(SERVICE, diff(SERVICE, before, after)) is risk


DETAILS = {**ACCESS, "details": "A ramp at the back door, wide enough for two"}


@pytest.mark.parametrize(
    ("kind", "before", "after", "risk"),
    [
        (LOCATION, {}, {"address_1": "5 Leith Walk"}, HIGH),
        (LOCATION, {}, {"latitude": "55.950000", "longitude": "-3.180000"}, HIGH),
        (LOCATION, {}, {"accessibility": [ACCESS]}, LOW),
        (LOCATION, {"accessibility": [DETAILS]}, {"accessibility": [{**DETAILS, "details": "None"}]}, HIGH),
        (LOCATION, {"accessibility": [DETAILS]}, {}, HIGH),
        (LOCATION, {}, {"accessibility": [{**ACCESS, "url": "https://example.org/"}]}, HIGH),
        (GUIDE, {"name": "Where to eat?"}, {"name": "Where to eat well?"}, LOW),
        (GUIDE, {}, {"body": "Ask your neighbours."}, LOW),
        (GUIDE, {}, {"services": [{"id": uid(3), "order": 0, "service_id": uid(4)}]}, LOW),
    ],
)
def test_the_class_of_a_change_to_other_kinds(
    kind: Kind, before: dict[str, Any], after: dict[str, Any], risk: Risk
) -> None:
    assert risk_of(kind, diff(kind, before, after)) is risk


@every_kind
@quick
@given(st.data())
def test_a_change_is_as_grave_as_the_gravest_of_its_edits(kind: Kind, data: st.DataObject) -> None:
    before = data.draw(documents(kind))
    edits = diff(kind, before, data.draw(edited(kind, before)))
    gravity = [LOW, HIGH, DESTRUCTIVE].index
    assert gravity(risk_of(kind, edits)) == max((gravity(risk_of(kind, [edit])) for edit in edits), default=0)


@every_kind
@quick
@given(st.data())
def test_a_diff_from_nothing_says_every_unit(kind: Kind, data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    assert {edit.unit: edit.after for edit in diff(kind, {}, document)} == to_units(kind, document)
