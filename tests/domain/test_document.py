"""Canonical documents and their units: nothing is lost, nothing moves, one text a document."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.histories import every_kind, quick
from tests.domain.strategies import documents
from webapp.domain.document import canonical, from_units, is_blank, locate, normal, parse, to_units
from webapp.domain.fields import FieldType, Kind
from webapp.domain.kinds import SERVICE

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abid", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@quick
@given(st.dictionaries(st.text("abcid", max_size=3), json_values, max_size=4))
def test_canonical_is_a_fixed_point_for_anything(document: dict[str, Any]) -> None:
    text = canonical(document)
    assert canonical(parse(text)) == text


@every_kind
@quick
@given(st.data())
def test_a_document_survives_its_units(kind: Kind, data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    assert from_units(kind, to_units(kind, document)) == parse(canonical(document))


@every_kind
@quick
@given(st.data())
def test_no_unit_is_blank_and_each_can_be_located(kind: Kind, data: st.DataObject) -> None:
    for address, value in to_units(kind, data.draw(documents(kind))).items():
        assert not is_blank(value) or address.endswith("/order")
        groups, field = locate(kind, address)
        assert groups
        assert (field is None) == address.rpartition("/")[2].startswith("@")
        if address.endswith("/order"):
            assert field is not None
            assert field.type is FieldType.LIST


@every_kind
@quick
@given(st.data(), st.randoms())
def test_the_order_of_keys_and_elements_in_hand_does_not_matter(
    kind: Kind, data: st.DataObject, shuffler: random.Random
) -> None:
    document = data.draw(documents(kind))
    assert canonical(_shuffled(document, shuffler)) == canonical(document)


def _shuffled(value: Any, shuffler: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(key, _shuffled(member, shuffler)) for key, member in value.items()]
        shuffler.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        members = [_shuffled(member, shuffler) for member in value]
        shuffler.shuffle(members)
        return members
    return value


def test_blank_values_are_never_stored() -> None:
    assert canonical({"name": " ", "a": None, "b": [], "c": {"d": ""}, "e": False, "f": 0}) == '{"f":0}'


def test_texts_are_composed_trimmed_and_have_plain_line_breaks() -> None:
    assert normal(" Cafe\u0301\r\nopen\r ") == "Caf\u00e9\nopen"


def test_units_of_places_move_one_by_one() -> None:
    place, phone, row = (str(UUID(int=number)) for number in (1, 2, 3))
    schedule = {"id": row, "order": 0, "freq": "WEEKLY", "byday": "MO"}
    document = {
        "name": "Lunch club",
        "minimum_age": 60,
        "phones": [{"id": phone, "order": 0, "number": "0131 496 0123"}],
        "places": [{"id": place, "order": 0, "location_id": place, "schedules": [schedule]}],
    }
    assert to_units(SERVICE, document) == {
        "name": "Lunch club",
        "@ages": {"minimum_age": 60},
        f"phones/{phone}": {"number": "0131 496 0123"},
        f"phones/{phone}/order": 0,
        f"places/{place}": True,
        f"places/{place}/order": 0,
        f"places/{place}/location_id": place,
        f"places/{place}/schedules/{row}": {"freq": "WEEKLY", "byday": "MO"},
        f"places/{place}/schedules/{row}/order": 0,
    }


def test_a_unit_in_an_absent_element_is_an_error() -> None:
    with pytest.raises(KeyError):
        from_units(SERVICE, {f"places/{UUID(int=1)}/description": "Upstairs"})


@pytest.mark.parametrize(
    "address", ["nonsense", "@nonsense", "minimum_age/x/y", "phones/x/nonsense", "name/order"]
)
def test_an_address_that_no_kind_declares_is_an_error(address: str) -> None:
    with pytest.raises(KeyError):
        locate(SERVICE, address)
