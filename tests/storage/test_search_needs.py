"""Finding by what means the same, counting by tags, and one thing found once; on both databases alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.storage.indexes import Index, entry
from webapp.domain.geo import Point, cell_tag
from webapp.domain.hours import packed
from webapp.domain.needs import Asked, Need, understand
from webapp.domain.words import Term
from webapp.storage.search import Near, ranking
from webapp.storage.search.scoring import IN_NAME

CHEMIST = Need(((Term("chemist"),), (Term("pharmaci"),), (Term("drug"), Term("store"))))


def ids(index: Index, asked: Asked) -> list[str]:
    return [hit.record_id for hit in index.index.query(index.connection, asked)]


def test_whatever_means_the_same_is_found_and_fits_as_well(index: Index) -> None:
    index.put("a", entry("Leith Pharmacy"))
    index.put("b", entry("Leith Chemist"))
    index.put("c", entry("The drug store"))
    index.put("d", entry("The drug advice line"))
    hits = index.index.query(index.connection, Asked((CHEMIST,)))
    assert {hit.record_id for hit in hits} == {"a", "b", "c"}
    assert {hit.score for hit in hits if hit.record_id != "c"} == {IN_NAME}


def test_a_name_with_the_words_of_a_phrase_apart_comes_behind_one_that_says_it(index: Index) -> None:
    walks = Need(((Term("walk"), Term("group")), (Term("health"), Term("walk"))), weight=2)
    index.put("a", entry("Health Centre (Walk-in Centre)"))
    index.put("b", entry("Flatt Walks: Mental Health"))
    index.put("c", entry("Leith Health Walks"))
    index.put("d", entry("Group for walking", "no phrase that was typed needs to stand as it was typed"))
    hits = index.index.query(index.connection, Asked((walks,)))
    assert {hit.record_id for hit in hits[:2]} == {"c", "d"}
    assert {hit.score for hit in hits[:2]} == {2 * IN_NAME}
    assert [hit.score < IN_NAME * 2 for hit in hits[2:]] == [True, True]


def test_synonyms_and_further_words_must_all_fit(index: Index) -> None:
    index.put("a", entry("Leith Pharmacy"))
    index.put("b", entry("Gorgie Pharmacy"))
    leith = Need(((Term("leith"),),))
    assert ids(index, Asked((CHEMIST, leith))) == ["a"]


def test_words_that_are_liked_come_first_and_leave_nothing_out(index: Index) -> None:
    index.put("a", entry("Book club"))
    index.put("b", entry("Book club of Reading"))
    index.put("c", entry("Book club", "in Reading"))
    assert ids(index, understand("book")) == ["a", "b", "c"]
    assert ids(index, understand("book", wished="reading")) == ["b", "c", "a"]


def test_known_words_stand_in_for_whatever_begins_so(index: Index) -> None:
    for name in ("Befriending by telephone", "Befriend Fife", "Befrienders", "Friends"):
        index.put(name, entry(name))
    begun = {"befri": ("befriending", "befriend", "befrienders")}.get
    assert ids(index, understand("befri")) == ids(index, understand("befri", begun=lambda start: begun(start, ())))
    assert ids(index, understand("befri", begun=lambda _: ("befriending",))) == ["Befriending by telephone"]


def test_the_stem_of_a_word_is_looked_for_beside_those_that_it_begins(index: Index) -> None:
    index.put("a", entry("Cooking"))
    index.put("b", entry("Cook"))
    assert ids(index, understand("cooking", begun=lambda _: ("cookings",))) == ["a", "b"]


@pytest.fixture
def pharmacy(index: Index) -> Index:
    """A pharmacy, its building, and a hall of the same name elsewhere."""
    here, there = "55.975700,-3.170000", "56.000000,-3.170000"
    index.put("service", replace(entry("Leith Pharmacy", tags="kservice"), points=here))
    index.put("place", replace(entry("Leith Pharmacy", tags="klocation"), points=here))
    index.put("other", replace(entry("Leith Pharmacy", tags="klocation"), points=there))
    index.put("online", entry("Leith Pharmacy", tags="kservice"))
    index.put("nowhere", entry("Leith Pharmacy", tags="klocation"))
    return index


def test_a_place_of_a_service_s_very_name_is_not_found_beside_it(pharmacy: Index) -> None:
    assert set(ids(pharmacy, understand("pharmacy"))) == {"service", "other", "online", "nowhere"}


def test_a_place_is_found_where_only_places_are_asked_for(pharmacy: Index) -> None:
    assert set(ids(pharmacy, understand("pharmacy", ("klocation",)))) == {"place", "other", "nowhere"}


def test_an_organisation_is_not_found_beside_a_service_of_its_very_name(index: Index) -> None:
    index.put("service", entry("Leith Pharmacy", tags="kservice"))
    index.put("runs it", entry("Leith Pharmacy", tags="korganization"))
    index.put("runs more", entry("Leith Pharmacies", "Every pharmacy in Leith", tags="korganization"))
    assert ids(index, understand("leith pharmacy")) == ["service", "runs more"]
    assert ids(index, understand("leith pharmacy", ("korganization",))) == ["runs it", "runs more"]


def test_tags_and_hours_are_told_of_what_matches(index: Index) -> None:
    index.put("a", replace(entry("Tea", tags="c1 kservice"), hours="h0x9 hx"))
    index.put("b", entry("Tea", tags="c1 c2 kservice"))
    index.put("c", entry("Soup", tags="c1 kservice"))
    for ranked in (index.index.gather, index.index.rank):
        found = ranked(index.connection, understand("tea"))
        assert [(hit.tags, hit.hours) for hit in found.hits] == [
            ("c1 kservice", packed({"h0x9", "hx"})),
            ("c1 c2 kservice", ""),
        ]
        assert not found.is_capped
        assert ranked(index.connection, understand("!?!")).hits == []


def test_what_is_gathered_around_a_point_is_what_is_ranked_there(pharmacy: Index) -> None:
    near = Near(Point(55.98, -3.17), 1.0)
    ranked = pharmacy.index.rank(pharmacy.connection, understand("pharmacy"), near).hits
    gathered = pharmacy.index.gather(pharmacy.connection, understand("pharmacy"), near).hits
    assert {(hit.record_id, hit.away) for hit in gathered} == {(hit.record_id, hit.away) for hit in ranked}
    assert len(gathered) == 4


def test_among_many_what_is_near_is_gathered_beside_the_first(
    pharmacy: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "COUNTED", 1)
    pharmacy.put("first", entry("Pharmacy online", tags="kservice"), standing=0)
    for record_id in ("service", "place", "other", "online", "nowhere"):
        pharmacy.index.delete(pharmacy.connection, record_id)
    point = Point(55.9757, -3.17)
    tags = f"{cell_tag(point)} kservice"
    pharmacy.put("near", replace(entry("Pharmacy", tags=tags), points="55.975700,-3.170000"), standing=9)
    gathered = pharmacy.index.gather(pharmacy.connection, understand("pharmacy"), Near(point, 1.0))
    assert {hit.record_id for hit in gathered.hits} == {"first", "near"}
    assert gathered.is_capped


def test_a_ranking_says_whether_more_match_than_were_looked_at(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "CANDIDATES", 3)
    for number in range(3):
        index.put(f"r{number}", entry("Tea"))
    assert not index.index.rank(index.connection, understand("tea")).is_capped
    index.put("r3", entry("Tea"))
    ranked = index.index.rank(index.connection, understand("tea"))
    assert ranked.is_capped
    assert len(ranked.hits) == 3


def test_a_search_row_whose_tags_alone_have_changed_is_written_anew(index: Index) -> None:
    index.put("a", entry("Tea", tags="c1"))
    index.put("a", entry("Tea", tags="c2"))
    assert ids(index, understand("tea", ("c1",))) == []
    (hit,) = index.index.rank(index.connection, understand("tea", ("c2",))).hits
    assert hit.tags == "c2"
