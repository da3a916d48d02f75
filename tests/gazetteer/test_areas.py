"""Areas served, held against where somebody lives: nobody is kept from a service by an area that we don't know."""

from __future__ import annotations

import pytest

from webapp.domain.geo import Point
from webapp.gazetteer import Place, councils_near, of_postcode, places_named
from webapp.gazetteer.areas import ANYWHERE, UNKNOWN, all_areas, area_tags, areas_of, tags_at, tags_for_everybody
from webapp.gazetteer.borders import BORDER, _away, _known


def covers(areas: list[str], place: Place) -> bool:
    """Whether a service of these areas is for people there."""
    return bool(set(area_tags(areas)) & set(tags_at(place)))


def at(typed: str) -> Place:
    """A postcode or a place."""
    return of_postcode(typed) or places_named(typed)[0]


@pytest.mark.parametrize(
    ("areas", "where", "expected"),
    [
        (["Fife"], "Cupar", True),
        (["Fife Council"], "KY15 4AA", True),
        (["Fife"], "EH6 6AA", False),
        (["City of Edinburgh"], "EH6 6AA", True),
        (["Edinburgh", "Fife"], "Cupar", True),
        (["Glasgow"], "G33 4RZ", True),  # beside a border that the tables don't know
        (["North Lanarkshire"], "G33 4RZ", True),
        (["Fife"], "Edinburgh", False),
        (["Scotland"], "Cupar", True),
        (["The whole of Scotland"], "LS6 2AB", False),
        (["England and Wales"], "Cardiff", True),
        (["UK-wide"], "LS6 2AB", True),
        (["Western Isles"], "Cupar", False),
        (["Cupar"], "Saint Andrews", True),  # a town stands for its council area
        (["Cupar"], "LS6 2AB", False),
        (["Strathlinnet"], "LS6 2AB", True),  # we don't know it, so we keep it from nobody
        (["Fife", "Strathlinnet"], "LS6 2AB", True),
        ([], "LS6 2AB", True),
        ([" "], "LS6 2AB", True),
    ],
)
def test_a_service_is_for_whoever_its_areas_cover(areas: list[str], where: str, expected: bool) -> None:
    assert covers(areas, at(where)) is expected


def test_a_name_that_several_towns_have_is_no_area_that_we_know() -> None:
    assert area_tags(["Newport on the moon"]) == (UNKNOWN,)
    assert len({place.council for place in places_named("Whitchurch")}) > 1
    assert area_tags(["Whitchurch"]) == (UNKNOWN,)


def test_an_area_that_we_do_not_know_is_told_from_none() -> None:
    assert area_tags([]) == area_tags([" "]) == (ANYWHERE,)
    assert area_tags(["Strathlinnet", "Fife"]) == ("ucfife", UNKNOWN)
    assert UNKNOWN in tags_at(at("Cupar"))
    assert UNKNOWN not in tags_for_everybody(at("Cupar"))


def test_a_place_of_which_nothing_is_known_gets_what_is_for_all() -> None:
    nowhere = Place("Nowhere", "council", Point(0, 0), None, None)
    assert covers([], nowhere)
    assert not covers(["Fife"], nowhere)


def test_something_is_about_the_areas_that_it_is_in_or_may_be_in_and_those_that_it_names() -> None:
    assert areas_of((), [Point(56.32, -3.01)]) == ("ucfife",)
    assert areas_of(["Highland", "Scotland", "Nowhere"], [Point(56.32, -3.01)]) == ("ucfife", "uchighland")
    assert areas_of((), ()) == ()
    near_border = areas_of((), [at("G33 4RZ").point])
    assert {"ucglasgow", "ucnorthlanarkshire"} <= {tag.replace("glasgowcity", "glasgow") for tag in near_border}
    assert set(near_border) <= all_areas().keys()


def test_looking_around_first_finds_what_looking_everywhere_finds() -> None:
    points = [Point(50 + step / 7, -6 + step / 11) for step in range(75)]  # land and sea, from Cornwall to Shetland
    for point in points:
        away = _away(point, _known())
        likely = sorted((one for one in away if away[one] <= min(away.values()) + BORDER), key=lambda one: away[one])
        assert list(councils_near(point)) == likely
