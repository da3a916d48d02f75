"""What filters look at: free, ages, languages and getting in, as a document says them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.facets import AGES, access_of, ages_of, facets_of, is_free, people_of
from webapp.domain.kinds import KINDS
from webapp.domain.search_text import lent, search_text


@pytest.mark.parametrize(
    ("document", "free"),
    [
        ({"fees_description": "Free."}, True),
        ({"fees_description": "It’s free, and so is the tea"}, True),
        ({"fees": "No charge"}, True),
        ({"fees_description": "Nothing. Bring a cup."}, True),
        ({"cost_options": [{"amount": "0.00"}, {"amount": "0"}]}, True),
        ({"cost_options": [{"amount": "4.00"}, {"amount": "0.00"}], "fees_description": "Free for members"}, False),
        ({"fees_description": "Free for members, £5 for others"}, False),
        ({"fees_description": "Free once, then four pounds"}, False),
        ({"fees_description": "Sugar-free lunch: £3"}, False),
        ({"fees_description": "Four pounds a shop. First shop free."}, False),
        ({"fees_description": "Feel free to ask"}, False),
        ({"cost_options": [{"option": "Adults"}]}, False),
        ({"cost_options": [{"amount": "a lot"}]}, False),
        ({}, False),
    ],
)
def test_free_is_what_says_that_it_costs_nothing(document: dict[str, Any], free: bool) -> None:
    assert is_free(document) is free


@pytest.mark.parametrize(
    ("document", "bands"),
    [
        ({}, {"yall"}),
        ({"minimum_age": 18}, {"y18", "y26", "y65"}),
        ({"maximum_age": 11}, {"y0", "y5"}),
        ({"minimum_age": 16, "maximum_age": 25}, {"y12", "y18"}),
        ({"minimum_age": 55}, {"y26", "y65"}),
        ({"minimum_age": 0, "maximum_age": 0}, {"y0"}),
    ],
)
def test_ages_are_the_bands_that_have_anybody_of_them(document: dict[str, Any], bands: set[str]) -> None:
    assert {facet.tag for facet in ages_of(document)} == bands


@pytest.mark.parametrize(
    ("document", "people"),
    [
        ({"name": "Port Linnet Men’s Shed"}, {"wmen"}),
        ({"name": "Mental health drop-in", "eligibility_description": "Everybody. Children eat free."}, set()),
        ({"eligibility_description": "Women. Men are found another place, and children are welcome."}, {"wwomen"}),
        ({"eligibility_description": "Women, with or without children"}, {"wwomen", "wchildren"}),
        ({"eligibility_description": "Anybody but not children under five"}, set()),
        ({"eligibility_description": "Unpaid carers"}, {"wcarers"}),
        ({"eligibility_description": "People over 60 and whoever comes with them"}, {"wolder"}),
        ({"eligibility_description": "Families who are new to Scotland"}, {"wfamilies", "wnew"}),
        ({"eligibility_description": "People new to the area"}, {"wnew"}),
        ({"eligibility_description": "Anybody who is new to knitting"}, set()),
        ({"eligibility_description": "Immigrants"}, {"wnew"}),
        ({"name": "Elderberry jam", "eligibility_description": "Elders of the islands"}, {"wolder"}),
        ({"name": "Elderberry Court"}, set()),
        ({"name": "The Trans-Pennine walkers"}, set()),
        ({"eligibility_description": "Trans people"}, {"wlgbt"}),
        ({"name": "Blinds and curtains"}, set()),
        ({"name": "Blindness support"}, {"wdisabled"}),
        ({"eligibility_description": "Childless couples"}, set()),
        ({"minimum_age": 55}, {"wolder"}),
        ({"minimum_age": 11, "maximum_age": 17}, {"wchildren"}),
        ({"minimum_age": 18, "maximum_age": 64}, set()),
        ({}, set()),
    ],
)
def test_whom_it_is_for_is_told_by_name_first_sentence_and_ages(document: dict[str, Any], people: set[str]) -> None:
    assert {facet.tag for facet in people_of(document)} == people


@given(st.integers(0, 120))
def test_every_age_is_in_one_band(age: int) -> None:
    assert sum(lowest <= age <= highest for _, lowest, highest in AGES) == 1


@pytest.mark.parametrize(
    ("said", "tags"),
    [
        ("Ramp at the side door", {"fstep"}),
        ("Level entrance. Automatic door.", {"fstep"}),
        ("No steps anywhere", {"fstep"}),
        ("Sadly not wheelchair accessible; hearing loop in the hall", {"floop"}),
        ("There is no lift", set()),
        ("Accessible toilet on the ground floor", {"ftoilet"}),
        ("BSL welcome", {"fbsl"}),
        ("Large-print menu", {"fprint"}),
        ("Blue badge bays on Pier Brae", {"fparking"}),
        ("Quiet hour from 17:30", {"fquiet"}),
        ("Lovely windows", set()),
        ("", set()),
    ],
)
def test_what_is_there_is_told_from_what_is_not(said: str, tags: set[str]) -> None:
    assert {facet.tag for facet in access_of([{"description": said}])} == tags
    assert {facet.tag for facet in access_of([{"details": said}])} == tags


def test_languages_count_by_their_code_without_its_country() -> None:
    languages = [{"name": "English", "code": "en-GB"}, {"name": "Polski", "code": "PL"}, {"name": "Doric"}]
    assert {facet.tag for facet in facets_of("service", {"languages": languages})} == {"len", "lpl", "yall"}


def test_a_service_is_step_free_where_one_of_its_places_says_so() -> None:
    found = facets_of("service", {"places": [{}, {"accessibility": [{"description": "Step-free"}]}]})
    assert "fstep" in {facet.tag for facet in found}


def test_what_filters_look_at_is_found_by_words_too() -> None:
    entry = search_text(KINDS["service"], {"name": "Walk", "fees_description": "No charge"}, {})
    assert "pfree" in entry.tags.split()
    assert "free" in entry.text.split()


def test_a_place_lends_its_town_and_how_one_gets_in() -> None:
    place = {
        "name": "The Hall",
        "city": "Port Linnet",
        "postal_code": "LT1 2AB",
        "accessibility": [{"description": "Ramp"}],
    }
    lending = lent(KINDS["location"], place)
    assert lending is not None
    assert {"port", "linnet", "lt1", "2ab", "lt12ab", "wheelchair", "_fstep"} <= set(lending.split())
    assert "hall" not in lending.split()  # its name is known already
    entry = search_text(KINDS["service"], {"name": "Walk"}, {}, lent=[lending])
    assert "fstep" in entry.tags.split()
    assert {"linnet", "wheelchair"} <= set(entry.text.split())
    assert not any(word.startswith("_") for word in entry.text.split())


def test_nothing_but_a_place_lends_anything() -> None:
    assert lent(KINDS["service"], {"name": "Walk", "city": "Leith"}) is None
