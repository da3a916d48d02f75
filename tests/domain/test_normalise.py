"""Values are brought to stored form, and stored form stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.histories import quick
from tests.domain.parts import A, B, schedule
from tests.domain.strategies import documents
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS, LOCATION, SERVICE
from webapp.domain.normalise import normalise


@pytest.mark.parametrize(
    ("kind", "name", "typed", "stored"),
    [
        (LOCATION, "postal_code", " eh65na", "EH6 5NA"),
        (LOCATION, "postal_code", "sw1a  1aa", "SW1A 1AA"),
        (LOCATION, "postal_code", "d02  af30", "D02 AF30"),
        (LOCATION, "latitude", 55.95, "55.950000"),
        (LOCATION, "latitude", "55.95325149", "55.953251"),
        (LOCATION, "longitude", "-0.0000001", "0.000000"),
        (LOCATION, "location_type", "Physical", "physical"),
        (SERVICE, "minimum_age", "60", 60),
        (SERVICE, "minimum_age", 60.0, 60),
        (SERVICE, "minimum_age", "sixty", "sixty"),
        (SERVICE, "url", "www.example.org/a", "https://www.example.org/a"),
        (SERVICE, "url", "HTTP://example.org", "http://example.org"),
        (SERVICE, "url", "javascript:alert(1)", "javascript:alert(1)"),
        (SERVICE, "email", "Jo@EXAMPLE.org", "Jo@example.org"),
        (SERVICE, "organization_id", A.upper(), A),
        (SERVICE, "name", " Lunch\r\n club ", "Lunch club"),
        (SERVICE, "description", "a\r\nb", "a\nb"),
        (SERVICE, "nonsense", "x", "x"),
    ],
)
def test_values_are_brought_to_stored_form(kind: Kind, name: str, typed: Any, stored: Any) -> None:
    assert normalise(kind, {name: typed}) == {name: stored}


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("opens_at", "9.30", "09:30"),
        ("opens_at", "9:30 PM", "21:30"),
        ("opens_at", "12am", "00:00"),
        ("opens_at", "12 pm", "12:00"),
        ("opens_at", "09:30:00", "09:30"),
        ("closes_at", "24:00", "00:00"),
        ("opens_at", "13pm", "13pm"),
        ("opens_at", "930", "930"),
        ("dtstart", "1/2/2026", "2026-02-01"),
        ("dtstart", "21 November 2026", "2026-11-21"),
        ("dtstart", "31/2/2026", "31/2/2026"),
        ("byday", "mo, we", "MO,WE"),
        ("freq", "weekly", "WEEKLY"),
        ("timezone", 1, "1.00"),
        ("closed", "on", True),
    ],
)
def test_opening_times_are_brought_to_stored_form(name: str, typed: Any, stored: Any) -> None:
    (row,) = normalise(SERVICE, schedule(**{name: typed}))["schedules"]
    assert row[name] == stored


def test_elements_get_their_place_and_empty_ones_go() -> None:
    typed = [{"id": B.upper(), "number": "111"}, {"id": A, "number": " "}, {"id": A, "number": "999"}]
    assert normalise(SERVICE, {"phones": typed})["phones"] == [
        {"id": B, "order": 0, "number": "111"},
        {"id": A, "order": 2, "number": "999"},
    ]


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@quick
@given(st.data())
def test_stored_form_is_a_fixed_point(kind: Kind, data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    assert normalise(kind, document) == document
