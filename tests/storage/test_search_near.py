"""Searching near somewhere: near and fitting come first together, nothing is left out, on both databases alike."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import pytest

from tests.storage.indexes import Index, entry
from webapp.domain.geo import Point, cell_tag
from webapp.domain.needs import Asked, Need, understand
from webapp.domain.search_text import SearchText
from webapp.domain.words import Term, stem
from webapp.storage.search import ranking
from webapp.storage.search.port import Hit, Near
from webapp.storage.search.ranking import AT_THE_DOOR, NOWHERE, nearness

LEITH = Point(55.9757, -3.1700)


def at(found_by: SearchText, *points: Point) -> SearchText:
    """The entry of something that is at these points."""
    tags = " ".join(sorted({*found_by.tags.split(), *(cell_tag(point) for point in points)}))
    text = " ".join(f"{point.latitude:.6f},{point.longitude:.6f}" for point in points)
    return SearchText(found_by.name, found_by.summary, found_by.text, tags, text)


def north(kilometres: float) -> Point:
    """A point so many kilometres north of Leith."""
    return Point(LEITH.latitude + kilometres / 111.195, LEITH.longitude)


def look(index: Index, near: Near | None = None) -> list[Hit]:
    return index.index.query(index.connection, understand("soup"), near=near or Near(LEITH))


@pytest.fixture
def soups(index: Index) -> Index:
    """Soup at several distances, one of it by telephone."""
    index.put("far", at(entry("Soup far away"), north(400)))
    index.put("town", at(entry("Soup across town"), north(6)))
    index.put("door", at(entry("Soup next door"), north(0.3)))
    index.put("phone", entry("Soup by telephone"))
    index.put("two", at(entry("Soup in two places"), north(90), north(1)))
    return index


def test_of_equals_the_nearer_come_first_and_nothing_is_left_out(soups: Index) -> None:
    assert [hit.record_id for hit in look(soups)] == ["door", "two", "town", "phone", "far"]


def test_each_hit_says_how_far_its_nearest_place_is(soups: Index) -> None:
    away = {hit.record_id: hit.away for hit in look(soups)}
    assert away.pop("phone") is None
    expected = {"door": 0.3, "two": 1, "town": 6, "far": 400}
    assert away == {name: pytest.approx(kilometres, rel=0.01) for name, kilometres in expected.items()}


def test_without_a_place_nothing_is_said_of_distances(soups: Index) -> None:
    hits = soups.index.query(soups.connection, understand("soup"))
    assert {hit.away for hit in hits} == {None}


def test_what_fits_far_better_comes_before_what_is_a_little_nearer(index: Index) -> None:
    index.put("words", at(entry("Lunch club", body="Soup on Fridays"), north(1)))
    index.put("name", at(entry("Soup"), north(2)))
    assert [hit.record_id for hit in look(index)] == ["name", "words"]


def test_whatever_lies_within_reach_counts_as_there(index: Index) -> None:
    index.put("edge", at(entry("Soup at the edge"), north(14)))
    index.put("middle", at(entry("Soup in the middle of it"), north(0)))
    hits = look(index, near=Near(LEITH, reach=15))
    assert {hit.score for hit in hits} == {hits[0].score}


def test_a_near_one_is_found_however_many_better_ones_are_far(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "CANDIDATES", 5)
    for number in range(8):
        index.put(f"far{number}", at(entry(f"Soup {number}"), north(300 + number)), standing=0)
    index.put("near", at(entry("Soup kitchen"), north(1)), standing=9)
    hits = look(index)
    assert hits[0].record_id == "near"
    assert len(hits) == 6


def test_nearness_halves_every_four_kilometres_and_never_rises() -> None:
    assert [nearness(away) for away in (0, 4, 8, 12)] == [AT_THE_DOOR, 12, 6, 3]
    assert nearness(None) == NOWHERE
    values = [nearness(away / 10) for away in range(10_000)]
    assert values == sorted(values, reverse=True)
    assert [nearness(away) for away in (25, 50, 100, 200, 400)] == [0, -1, -2, -3, -4]


def test_of_what_is_far_the_nearer_comes_first_though_the_other_has_the_very_word(index: Index) -> None:
    chemist = Need(((Term("chemist", word="chemist"),), (Term(stem("pharmacy")),)))
    index.put("farther", at(entry("Zafash Chemist"), north(270)))
    index.put("nearer", at(entry("Adams Pharmacy"), north(50)))
    hits = index.index.query(index.connection, Asked((chemist,)), near=Near(LEITH))
    assert [hit.record_id for hit in hits] == ["nearer", "farther"]


def test_a_ranking_says_how_far_around_the_place_all_were_looked_at(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    tea = understand("tea")
    index.put("near", at(entry("Tea"), north(1)))
    assert index.index.rank(index.connection, tea, Near(LEITH)).whole_within == math.inf
    monkeypatch.setattr(ranking, "CANDIDATES", 3)
    for number in range(4):
        index.put(f"far {number}", at(entry("Tea"), north(90)))
    assert index.index.rank(index.connection, tea).whole_within == 0
    assert index.index.rank(index.connection, tea, Near(LEITH, reach=2.0)).whole_within == ranking.AROUND + 2
    for number in range(3):
        index.put(f"near {number}", at(entry("Tea"), north(1)))
    assert index.index.rank(index.connection, tea, Near(LEITH)).whole_within == 0


def test_what_a_record_is_counts_as_much_as_what_it_is_called_where_somebody_says_where(index: Index) -> None:
    index.put("called", at(entry("Lane Soup"), north(2)))
    index.put("is", at(entry("Whitlock & Daughter", summary="Soup"), north(0.5)))
    assert [hit.record_id for hit in look(index)] == ["is", "called"]
    hits = index.index.query(index.connection, understand("soup"))
    assert [hit.record_id for hit in hits] == ["called", "is"]


def test_the_place_s_name_is_liked_in_what_may_be_there_and_not_in_what_is_far(index: Index) -> None:
    index.put("called", at(entry("Leith Street Soup"), north(400)))
    index.put("nearer", at(entry("Town Soup"), north(100)))
    index.put("telephone", entry("Leith Soup by telephone"))
    asked = understand("soup", wished="Leith")
    hits = index.index.query(index.connection, asked, near=Near(LEITH))
    assert [hit.record_id for hit in hits] == ["telephone", "nearer", "called"]


def test_a_page_of_results_goes_on_where_the_one_before_ended(soups: Index) -> None:
    whole = look(soups)
    query = partial(soups.index.query, soups.connection, understand("soup"), limit=2, near=Near(LEITH))
    assert [*query(offset=0), *query(offset=2), *query(offset=4)] == whole


# -- a whole area -----------------------------------------------------------------------------------------


FIFE = Near(north(20), reach=40, here=frozenset({"ucfife"}), is_area=True)


def about(found_by: SearchText, *areas: str) -> SearchText:
    """The entry of something that lies in these areas, or near their borders."""
    return replace(found_by, areas=" ".join(areas))


def test_what_lies_in_an_area_comes_before_whatever_lies_outside_it(index: Index) -> None:
    index.put("outside", about(at(entry("Soup"), north(19)), "ucedinburgh"))
    index.put("inside", about(at(entry("Lunch", body="and soup"), north(50)), "ucfife"))
    index.put("phone", entry("Lunch by telephone", body="soup"))
    index.put("border", about(at(entry("Lunch at the border", body="soup"), north(0)), "ucedinburgh", "ucfife"))
    hits = look(index, near=FIFE)
    assert [hit.record_id for hit in hits] == ["inside", "border", "phone", "outside"]


def test_within_an_area_nothing_is_at_a_distance_but_outside_it_from_its_middle(index: Index) -> None:
    index.put("far edge", about(at(entry("Soup"), north(65)), "ucfife"))
    index.put("two", about(at(entry("Soup twice"), north(19), north(60)), "ucedinburgh", "ucfife"))
    index.put("outside", about(at(entry("Soup over the water"), north(10)), "ucedinburgh"))
    away = {hit.record_id: hit.away for hit in look(index, near=FIFE)}
    assert away == {"far edge": 0, "two": 0, "outside": pytest.approx(10, rel=0.01)}


def test_what_is_for_the_people_of_an_area_stays_with_it_wherever_its_place_is(index: Index) -> None:
    index.put("for them", about(at(entry("Soup for Fife", tags="ucfife"), north(300)), "ucangus", "ucfife"))
    index.put("outside", about(at(entry("Soup"), north(19)), "ucedinburgh"))
    hits = look(index, near=FIFE)
    assert [hit.record_id for hit in hits] == ["for them", "outside"]
    assert hits[0].away == pytest.approx(280, rel=0.01)


# -- at no place ------------------------------------------------------------------------------------------


BATH = Near(LEITH, here=frozenset({"ucbath"}), everybody=frozenset({"uall", "ugb", "uneng"}))


def test_what_is_at_no_place_and_for_nobody_known_here_comes_behind_what_is_near_or_for_everybody(
    index: Index,
) -> None:
    index.put("unknown", entry("Soup", tags="uwhere"))
    index.put("everybody", entry("Line", body="soup by telephone", tags="uall"))
    index.put("nation", entry("Line of England", body="soup", tags="uneng uwhere"))
    index.put("near", at(entry("Lunch", body="soup", tags="uwhere"), north(20)))
    index.put("here", entry("Meals", body="soup", tags="ucbath uwhere"))
    index.put("far", at(entry("Lunch in the hills", body="soup", tags="uall"), north(300)))
    found = [hit.record_id for hit in look(index, near=BATH)]
    assert found == ["here", "everybody", "nation", "near", "unknown", "far"]


def test_what_is_at_no_place_and_for_nobody_known_here_is_found_where_nothing_else_is(index: Index) -> None:
    index.put("unknown", entry("Soup", tags="uwhere"))
    assert [hit.record_id for hit in look(index, near=BATH)] == ["unknown"]
