"""How alike two records are, why, and by what they find each other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.duplicates import LISTED_FROM, Likeness, Seen, keys_of, likeness, seen
from webapp.domain.kinds import KINDS

NAMES = st.lists(st.sampled_from(["harbour pharmacy", "boots", "pharmacy", "harbor pharmacie", ""]), max_size=2)
SETS = st.frozensets(st.sampled_from(["01314960777", "01314960778", "EH65NA", "EH65NB"]))
RECORDS = st.builds(Seen, st.uuids().map(str), st.just("service"), NAMES.map(tuple), SETS, SETS)


def record(name: str = "", phones: str = "", postcodes: str = "", id_: str = "a") -> Seen:
    document: dict[str, Any] = {"name": name, "phones": [{"number": number} for number in phones.split(",") if number]}
    places = ((KINDS["location"], {"postal_code": code}) for code in postcodes.split(",") if code)
    return seen(KINDS["service"], id_, document, places)


@pytest.mark.parametrize(("one", "other", "points", "reasons"), [
    (("Harbour Pharmacy", "0131 496 0777", "EH6 5NA"), ("Harbour Pharmacy", "0131 496 0777", "EH6 5NA"), 100,
     (("phone", 0), ("postcode", 0), ("names", 100))),
    (("Harbour Pharmacy", "0131 496 0777"), ("The Harbour Pharmacie", "+44 131 496 0777"), None, None),
    (("Boots", "0131 496 0777", "EH6 5NA"), ("Boots", "0131 496 0778", "EH7 5NB"), 60, (("names", 100),)),
    (("Pharmacy Harbour", "0131 496 0777"), ("Harbour Pharmacy", "01314960777"), 100, (("phone", 0), ("names", 100))),
    (("Soup", "0131 496 0777", "EH6 5NA"), ("Bread", "0131 496 0777", "eh65na"), 65, (("phone", 0), ("postcode", 0))),
    (("Harbour Soup",), ("Harbour Soup", "0131 496 0777"), 75, (("names", 100), ("nothing_else", 0))),
    (("Soup",), ("Bread",), 0, ()),
    (("Ring", "999"), ("Emergency", "999"), 0, ()),
    (("",), ("",), 0, ()),
])  # fmt: skip
def test_two_records_have_points_and_reasons(
    one: tuple[str, ...], other: tuple[str, ...], points: int | None, reasons: Any
) -> None:
    found = likeness(record(*one), record(*other))
    if points is None:
        assert found.points >= LISTED_FROM
    else:
        assert found == Likeness(points, reasons)


@given(RECORDS, RECORDS)
def test_likeness_is_the_same_whichever_comes_first_and_within_its_bounds(one: Seen, other: Seen) -> None:
    found = likeness(one, other)
    assert found == likeness(other, one)
    assert 0 <= found.points <= 100


@given(RECORDS, RECORDS)
def test_whatever_is_listed_shares_a_key_unless_nothing_but_like_names_tells(one: Seen, other: Seen) -> None:
    found = likeness(one, other)
    by_names_alone = {code for code, _ in found.reasons} == {"names", "nothing_else"}
    if found.points >= LISTED_FROM and not by_names_alone:
        assert keys_of(one) & keys_of(other)


def test_a_key_tells_no_number_and_is_of_one_kind() -> None:
    document = {"name": "Soup", "phones": [{"number": "0131 496 0777"}]}
    here, there = (keys_of(seen(KINDS[kind], "a", document, iter(()))) for kind in ("service", "organization"))
    assert len(here) == 2
    assert not here & there
    assert not any("0777" in key for key in here)
