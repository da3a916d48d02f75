"""What people look for stands in the first five results, on both databases alike: held against judgements.

The table of every query: `pytest tests/relevance -rP`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

import pytest

import webapp.storage
from tests.relevance.judged import Query, fill, listed, queries, records
from tests.relevance.ndcg import dcg, ndcg
from tests.support.databases import PostgresServer, SqliteTemplate
from webapp.storage.search import ranking

FIRST = 5
FLOOR = 0.825
"""A little under what was measured last: whoever makes finding better raises it."""
COST = {100: 0.001, 50: 0.01, 20: 0.03, 10: 0.06, 5: 0.13}
"""What is lost where no more than so many of the records are ranked: a little more than was measured."""
Lists = Sequence[list[str]]  # the results of each query, in the order of `queries`


def _lists(url: str) -> Lists:
    storage = webapp.storage.init(url)
    try:
        fill(storage)
        return [listed(storage, query) for query in queries()]
    finally:
        storage.dispose()


@pytest.fixture(scope="module")
def on_sqlite(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Lists:
    return _lists(sqlite_template.copy(tmp_path_factory.mktemp("relevance") / "judged.db"))


@pytest.fixture(scope="module")
def on_postgresql(postgres_template: PostgresServer) -> Iterator[Lists]:
    url = postgres_template.create()
    yield _lists(url)
    postgres_template.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def lists(request: pytest.FixtureRequest) -> Lists:
    found: Lists = request.getfixturevalue(f"on_{request.param}")
    return found


def _scores(lists: Lists) -> list[float]:
    return [ndcg(found, query.judged, FIRST) for query, found in zip(queries(), lists, strict=True)]


def _table(lists: Lists) -> str:
    rows = sorted(zip(_scores(lists), queries(), lists, strict=True), key=lambda row: row[0])
    return "\n".join(_row(score, query, found) for score, query, found in rows)


def _row(score: float, query: Query, found: list[str]) -> str:
    first = ", ".join(f"{slug} {query.judged.get(slug, 0)}" for slug in found[:FIRST])
    return f"{score:.2f} {'*' if query.must else ' '} {query.words}  ({len(found)}: {first or 'nothing'})"


# -- what was judged --------------------------------------------------------------------------------------


def test_at_least_sixty_different_searches_are_judged_and_each_hopes_for_something() -> None:
    assert len({query.words for query in queries()}) == len(queries()) >= 60
    assert all(max(query.judged.values()) >= 2 for query in queries())
    assert {grade for query in queries() for grade in query.judged.values()} == {1, 2, 3}


def test_every_record_that_is_judged_is_there() -> None:
    slugs = [one.slug for one in records()]
    assert len(slugs) == len(set(slugs))
    assert {slug for query in queries() for slug in query.judged} <= set(slugs)


# -- what is found ----------------------------------------------------------------------------------------


def test_both_databases_find_the_same_and_agree_on_the_first_five(on_sqlite: Lists, on_postgresql: Lists) -> None:
    for query, here, there in zip(queries(), on_sqlite, on_postgresql, strict=True):
        assert here[:FIRST] == there[:FIRST], query.words
        assert sorted(here) == sorted(there), query.words


def test_the_first_five_results_are_as_good_as_they_were(lists: Lists) -> None:
    mean = fmean(_scores(lists))
    print(f"nDCG@{FIRST} of {len(queries())} searches: {mean:.3f}\n{_table(lists)}")
    assert mean >= FLOOR, f"nDCG@{FIRST} is {mean:.3f}; the worst:\n" + "\n".join(_table(lists).splitlines()[:20])


def test_what_must_never_come_up_empty_handed_does_not(on_sqlite: Lists) -> None:
    scores = zip(queries(), _scores(on_sqlite), strict=True)
    assert [query.words for query, score in scores if query.must and not score] == []


# -- what looking at only so many candidates costs ----------------------------------------------------------


def test_ranking_only_the_first_candidates_costs_little(
    sqlite_template: SqliteTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = webapp.storage.init(sqlite_template.copy(tmp_path / "capped.db"))
    fill(storage)
    means: dict[int, float] = {}
    for cap in (len(records()), *COST):
        monkeypatch.setattr(ranking, "CANDIDATES", cap)
        means[cap] = fmean(_scores([listed(storage, query) for query in queries()]))
    storage.dispose()
    print(", ".join(f"{cap} candidates: {mean:.3f}" for cap, mean in means.items()))
    whole = means[len(records())]
    assert [cap for cap, most in COST.items() if means[cap] < whole - most] == []


# -- the measure itself -----------------------------------------------------------------------------------


def test_a_shuffled_ranking_scores_lower(on_sqlite: Lists) -> None:
    chance = random.Random(5)
    shuffled = [chance.sample(found, len(found)) for found in on_sqlite]
    assert fmean(_scores(shuffled)) < fmean(_scores(on_sqlite)) - 0.05


def test_the_gain_of_a_grade_is_discounted_by_its_rank() -> None:
    assert dcg([3]) == 7
    assert dcg([0, 3]) == pytest.approx(7 / 1.584963)
    assert dcg([2, 0, 1]) == pytest.approx(3 + 1 / 2)
    assert dcg([]) == 0


def test_the_best_order_scores_one_and_every_other_less() -> None:
    judged = {"a": 3, "b": 2, "c": 1}
    assert ndcg(["a", "b", "c"], judged) == 1
    assert ndcg(["a", "b", "c", "nobody judged it"], judged) == 1
    orders = (["b", "a", "c"], ["a", "c", "b"], ["nobody judged it", "a", "b", "c"], ["a", "b"], ["c"])
    assert all(0 < ndcg(order, judged) < 1 for order in orders)
    assert ndcg([], judged) == ndcg(["nobody judged it"], judged) == 0


def test_only_the_first_results_count() -> None:
    judged = dict.fromkeys("abcdefg", 3)
    assert ndcg("abcdefg", judged, first=5) == ndcg("edcba", judged, first=5) == 1
    assert ndcg(["x"] * 5 + ["a"], judged, first=5) == 0


def test_without_a_judgement_there_is_no_score() -> None:
    with pytest.raises(ValueError, match="nothing is judged"):
        ndcg(["a"], {"a": 0})
