"""Places are found offline, by postcode or by name; what stands in for something narrower says so."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Transformer
from rapidfuzz.distance import OSA

from webapp.domain.geo import Point, distance
from webapp.domain.hours.holidays import nation_of
from webapp.domain.spelling import Vocabulary, corrected, errors_seen
from webapp.domain.words import fold
from webapp.gazetteer import (
    Place,
    council_at,
    nearest_names,
    of_point,
    of_postcode,
    places_named,
    words_of_names,
)
from webapp.gazetteer.abroad import ABROAD
from webapp.gazetteer.names import MOST
from webapp.gazetteer.tables import Town, councils, postcodes, towns

SCOTTISH_COUNCILS = 32


def test_the_tables_hold_great_britain() -> None:
    sectors = [code for code in postcodes() if " " in code]
    assert len(sectors) == 10_848
    assert len(postcodes()) - len(sectors) == 2_865
    assert len(towns()) > 5_900
    assert len({one.name for one in councils() if one.nation == "SCT"}) == SCOTTISH_COUNCILS
    for point in postcodes().values():
        assert 49.8 < point.latitude < 60.9
        assert -8.7 < point.longitude < 1.8


def test_every_outcode_has_a_nation_but_for_those_on_a_border() -> None:
    unknown = [code for code in postcodes() if " " not in code and nation_of(code) is None]
    assert set(unknown) <= {"TD12", "CH4", "HR3"}


@pytest.mark.parametrize(
    ("easting", "northing", "latitude", "longitude"),
    [(651409.903, 313177.270, 52.657978, 1.716052), (529090, 179645, 51.501009, -0.141588)],
)
def test_the_national_grid_is_converted_as_the_ordnance_survey_does(
    easting: float, northing: float, latitude: float, longitude: float
) -> None:
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    found = to_degrees.transform(easting, northing)
    assert found == (pytest.approx(longitude, abs=1e-5), pytest.approx(latitude, abs=1e-5))


@pytest.mark.parametrize(
    ("typed", "near", "within"),
    [
        ("LS6", Point(53.8195, -1.5700), 1.5),  # Headingley
        ("eh6 6", Point(55.9757, -3.1700), 2),  # Leith
        ("IV51", Point(57.4125, -6.1960), 15),  # Portree
        ("ZE1 0", Point(60.1530, -1.1440), 15),  # Lerwick
        ("tr21", Point(49.9140, -6.3150), 3),  # the Isles of Scilly
    ],
)
def test_a_postcode_is_where_it_is(typed: str, near: Point, within: float) -> None:
    found = of_postcode(typed)
    assert found is not None
    assert distance(found.point, near) < within
    assert not found.is_wider


def test_a_postcode_that_the_tables_lack_falls_back_to_its_sector_and_says_so() -> None:
    found = of_postcode("g334rz")
    assert found is not None
    assert (found.name, found.scale, found.asked, found.nation) == ("G33 4", "sector", "G33 4RZ", "SCT")
    assert found.is_wider


def test_a_sector_that_the_tables_lack_falls_back_to_its_outcode() -> None:
    assert "LS6 0" not in postcodes()
    found = of_postcode("LS6 0AA")
    assert found is not None
    assert (found.name, found.scale, found.asked) == ("LS6", "outcode", "LS6 0AA")


@pytest.mark.parametrize("typed", ["", "soup", "ZZ99 9ZZ", "BT1 1AA", "G33 4RZ G33", "1AA", "EH6 6ABC"])
def test_what_is_no_postcode_of_great_britain_is_nowhere(typed: str) -> None:
    assert of_postcode(typed) is None


@pytest.mark.parametrize(
    ("typed", "name", "council"),
    [
        ("Cupar", "Cupar", "Fife"),
        ("portree", "Portree", "Highland"),
        ("edinburg", "Edinburgh", "Edinburgh"),
        ("Dùn Èideann", "Edinburgh", "Edinburgh"),
        ("Caerdydd", "Cardiff", "Cardiff"),
        ("St. Andrews", "Saint Andrews", "Fife"),
        ("saint andrews", "Saint Andrews", "Fife"),
        ("Stratford upon Avon", "Stratford-upon-Avon", "Warwickshire"),
        ("fife", "Fife", "Fife"),
    ],
)
def test_a_name_is_found_however_it_is_written(typed: str, name: str, council: str) -> None:
    (found,) = places_named(typed)
    assert (found.name, found.council) == (name, council)


def test_a_name_that_several_places_have_gives_all_of_them_the_largest_first() -> None:
    found = places_named("Newport")
    assert len(found) > 3
    assert (found[0].scale, found[0].council) == ("town", "Newport")  # the city in Gwent, once
    assert [place.people for place in found] == sorted((place.people for place in found), reverse=True)
    assert Counter(place.council for place in found).most_common(1)[0][1] == 1
    assert places_named("Newcastle")[0].name == "Newcastle upon Tyne"


@pytest.mark.parametrize(
    ("typed", "middle", "reach"),
    [
        ("Leeds", Point(53.7965, -1.5478), 4),
        ("edinburg", Point(55.9521, -3.1965), 4),
        ("Manchester", Point(53.4809, -2.2374), 4),
        ("Stirling", Point(56.1190, -3.9368), 2),
        ("Conwy", Point(53.2829, -3.8295), 1),
    ],
)
def test_a_town_that_is_called_as_its_council_area_is_the_town(typed: str, middle: Point, reach: float) -> None:
    (found,) = places_named(typed)
    assert (found.scale, found.council, found.is_council_known) == ("town", found.name, True)
    assert distance(found.point, middle) < 1
    assert found.reach < reach
    assert found.area is not None
    assert (found.area.scale, found.area.name) == ("council", found.name)


def test_a_council_area_that_reaches_no_further_than_its_town_is_no_choice_beside_it() -> None:
    (derby,) = places_named("Derby")
    assert (derby.scale, derby.area) == ("town", None)


@pytest.mark.parametrize("typed", ["Leeds council area", "leeds Council", "Leeds council, Leeds"])
def test_a_council_area_is_meant_where_its_name_is_followed_by_that(typed: str) -> None:
    (found,) = places_named(typed)
    assert (found.name, found.scale, found.area) == ("Leeds", "council", None)


def test_a_council_area_stands_for_a_village_that_only_lent_its_name() -> None:
    assert [(place.scale, place.council) for place in places_named("Halton")] == [
        ("council", "Halton"),
        ("town", "Lancashire"),
    ]
    (fife,) = places_named("Fife")
    assert fife.scale == "council"


@pytest.mark.parametrize("typed", ["", "nowhere at all", "Πλατεία", "x" * 500])
def test_what_is_no_name_gives_nothing(typed: str) -> None:
    assert places_named(typed) == ()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("edinbrugh", "Edinburgh"),
        ("Endinbourgh", "Edinburgh"),
        ("glasgw", "Glasgow"),
        ("Abberdeen", "Aberdeen"),
        ("fief", "Fife"),
        ("cuper", "Cupar"),
        ("saint andrew", "Saint Andrews"),
        ("standrews", "Saint Andrews"),
        ("Stratford on Aven", "Stratford-upon-Avon"),
        ("mancester", "Manchester"),
        ("birmingahm", "Birmingham"),
    ],
)
def test_a_name_is_known_again_by_its_errors(typed: str, first: str) -> None:
    assert places_named(typed) == ()
    assert nearest_names(typed)[0].name == first


def test_of_several_near_names_the_nearest_come_first_then_those_of_most_people() -> None:
    found = nearest_names("Newpurt")
    assert 1 < len(found) <= MOST
    errors = [min(OSA.distance("newpurt", fold(name)) for name in names(place)) for place in found]
    assert errors == sorted(errors)
    first = [place.people for place, count in zip(found, errors, strict=True) if count == errors[0]]
    assert first == sorted(first, reverse=True)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("typed", "name"), [("edinbrugh", "Edinburgh"), ("edinbur", "Edinburgh"), ("mancester", "Manchester")]
)
def test_a_town_that_is_called_as_its_council_area_is_offered_once_by_any_spelling(typed: str, name: str) -> None:
    assert [place.scale for place in nearest_names(typed) if place.name == name] == ["town"]


@pytest.mark.parametrize(
    "typed",
    ["Scotland", "England", "wales", "Cymru", "Alba", "UK", "Great Britain", "Britian", "Walse", "Ireland",
     "Midlands", "the Midlands", "North East", "Tayside"],
)  # fmt: skip
def test_a_nation_or_a_region_is_no_town_that_is_called_or_spelt_much_like_it(typed: str) -> None:
    assert places_named(typed) == ()
    assert nearest_names(typed) == ()


def test_the_village_of_wales_is_meant_where_its_council_area_is_named() -> None:
    assert [(place.name, place.council) for place in places_named("Wales, Rotherham")] == [("Wales", "Rotherham")]


def names(place: Place) -> set[str]:
    """Every name that a town of this name has."""
    return {name for town in towns() if town.name == place.name for name in (town.name, *town.also)} | {place.name}


def test_a_council_behind_the_comma_is_held_against() -> None:
    assert {place.council for place in nearest_names("Newprot, Isle of Wight")} == {"Isle of Wight"}
    assert nearest_names("Newprot, Nowhere") == ()


@pytest.mark.parametrize("typed", ["", "  ", ",", "ayx", "zzzzzzzz", "G33 4RZ", "EH6", "12345678", "x" * 500, "\x00"])
def test_what_is_near_no_name_gives_nothing(typed: str) -> None:
    assert nearest_names(typed) == ()


@pytest.mark.parametrize("typed", ["Paris", "Dublin", "Berlin", "Rome", "New York", "the Hague", "Galway, Ireland"])
def test_a_well_known_place_abroad_is_no_typing_error_of_one_here(typed: str) -> None:
    assert places_named(typed) == ()
    assert nearest_names(typed) == ()


def test_every_well_known_place_abroad_stands_as_names_are_looked_up() -> None:
    assert [name for name in sorted(ABROAD) if name != fold(name).strip() or nearest_names(name)] == []
    assert {"antwerp", "sydney", "yerevan", "the hague"} <= ABROAD


@given(st.sampled_from([town for town in towns() if len(town.name) > 6]), st.data())
def test_a_name_with_one_letter_left_out_is_known_again(town: Town, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(town.name) - 1))
    typed = town.name[:at] + town.name[at + 1 :]
    assume(not places_named(typed) and "," not in typed and errors_seen(fold(typed).replace(" ", "").replace("-", "")))
    found = nearest_names(typed)
    assert {place.name for place in found} & {town.name, town.council} or len(found) == MOST


@pytest.mark.parametrize("typed", ["aint Neots", "Sant Neots", "Saint Neos", "St Neos"])
def test_a_saint_is_known_again_written_out_or_not(typed: str) -> None:
    assert [place.name for place in nearest_names(typed)][:1] == ["Saint Neots"]


def test_the_words_of_names_are_no_typing_errors() -> None:
    assert {"fife", "leeds", "andrews", "stratford", "avon", "eideann"} <= words_of_names()
    directory = Vocabulary({"five": 90, "needs": 90, "befriending": 2})
    found = corrected("befreinding Fife Leeds", directory, words_of_names())
    assert found is not None
    assert found.text == "befriending Fife Leeds"


def test_the_nearest_place_tells_the_council() -> None:
    assert council_at(Point(56.3398, -2.7967)) == "Fife"  # the links of St Andrews
    assert council_at(Point(57.4125, -6.1960)) == "Highland"
    towns_told = [town for town in towns() if town.nation == "SCT"]
    right = sum(council_at(town.point) == town.council for town in towns_told)
    assert right / len(towns_told) > 0.98


def test_every_point_is_finite() -> None:
    assert all(math.isfinite(town.point.latitude + town.point.longitude) for town in towns())


@pytest.mark.parametrize(
    ("typed", "council", "nation"), [("56.318, -3.012", "Fife", "SCT"), ("51.501,-0.142", "Greater London", "ENG")]
)
def test_a_device_says_where_it_is(typed: str, council: str, nation: str) -> None:
    found = of_point(typed)
    assert found is not None
    assert (found.council, found.nation, found.scale) == (council, nation, "postcode")


@pytest.mark.parametrize("typed", ["48.85,2.35", "56.3", "56,3", "99.9,0.1", "56.3,-3.0,1", "٥٦.٣,-٣.٠", "", "1" * 300])
def test_what_is_no_point_of_these_islands_is_nowhere(typed: str) -> None:
    assert of_point(typed) is None
