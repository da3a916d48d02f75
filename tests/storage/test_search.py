"""The search index does and says the same on both databases, and forgets what is taken out."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.storage.indexes import Index, create, entry
from tests.support.databases import PostgresServer
from tests.support.sql import bare
from webapp.domain.needs import CANDIDATES, COUNTED, understand
from webapp.domain.words import query_terms
from webapp.storage.engine import make_engine
from webapp.storage.search import SQLITE_DDL, search_index


def test_a_word_in_the_name_comes_before_the_summary_and_the_text(index: Index) -> None:
    index.put("text", entry("Centre", "A place", "with a choir"))
    index.put("summary", entry("Centre", "A choir"))
    index.put("name", entry("Leith choir group"))
    index.put("whole", entry("Choirs"))
    index.put("none", entry("Tea"))
    assert index.ids("choir") == ["whole", "name", "summary", "text"]


def test_a_record_must_have_every_word(index: Index) -> None:
    index.put("both", entry("Running club"))
    index.put("one", entry("Running shop"))
    assert index.ids("clubs runs") == ["both"]


def test_a_half_typed_last_word_finds_records_already(index: Index) -> None:
    index.put("run", entry("Leith running club"))
    assert index.ids("leith runni") == ["run"]
    assert index.ids("runni leith") == []


def test_accents_case_and_apostrophes_make_no_difference(index: Index) -> None:
    index.put("cafe", entry("Parkinson’s Café"))
    assert index.ids("PARKINSONS cafe") == ["cafe"]


def test_a_newer_entry_takes_the_place_of_the_older_one(index: Index) -> None:
    index.put("a", entry("Old name", tags="c1"))
    index.put("a", entry("New title", tags="c2"))
    assert index.ids("old") == []
    assert index.ids("", "c1") == []
    assert index.ids("new title", "c2") == ["a"]


def test_what_is_deleted_is_not_found_and_deleting_twice_is_fine(index: Index) -> None:
    index.put("a", entry("Tea"))
    index.put("b", entry("Tea"))
    index.index.delete(index.connection, "a")
    index.index.delete(index.connection, "a")
    assert index.ids("tea") == ["b"]
    assert index.ids("") == ["b"]


def test_all_tags_must_hold_and_one_of_each_choice(index: Index) -> None:
    index.put("a", entry("Tea", tags="c1 g88x21"))
    index.put("b", entry("Tea", tags="c1 g88x22"))
    index.put("c", entry("Tea", tags="c2 g88x21"))
    assert index.ids("tea", "c1") == ["a", "b"]
    assert index.ids("tea", "c1", "g88x21") == ["a"]
    assert index.ids("", ("g88x21", "g88x22"), "c1") == ["a", "b"]
    assert index.ids("tea", ()) == []


def test_a_tag_is_never_found_as_a_word_nor_stemmed(index: Index) -> None:
    index.put("a", entry("Tea", tags="running"))
    assert index.ids("running") == []
    assert index.ids("", "run") == []
    assert index.ids("", "running") == ["a"]


SIGNS = [
    *[
        '"',
        "'",
        "tea AND",
        "NEAR(tea cake)",
        "-tea",
        "name:tea",
        "tea*",
        "a:b",
        "(",
        "tea & | !",
        "\\",
        "^tea",
        "{tea}",
        "%",
    ],
    *[
        "_c1",
        "tea'); DROP TABLE search_entry; --",
        "\x00",
        "\u200b",
        "tea\x00cake",
        "𞤀𞤁",
        "日本語",
        "",
        "😀",
        "ﷺ" * 60,
    ],
]


def test_signs_that_people_type_are_harmless(index: Index) -> None:
    index.put("a", entry("Tea and cake", "日本語"))
    for asked in SIGNS:
        assert index.ids(asked) in ([], ["a"]), asked
    assert index.ids("tea") == ["a"]


def test_signs_without_words_find_nothing_and_a_blank_finds_all(index: Index) -> None:
    index.put("a", entry("Tea"))
    assert index.ids("!?!") == []
    assert index.ids("  ") == ["a"]


def test_equals_come_in_standing_order_and_keep_their_place(index: Index) -> None:
    index.put("stale", entry("Tea"), standing=9)
    index.put("first", entry("Tea"), standing=3)
    index.put("second", entry("Tea"), standing=3)
    index.put("fresh", entry("Tea"), standing=0)
    index.put("first", entry("Tea", "with cake"), standing=3)
    assert index.ids("tea") == ["fresh", "first", "second", "stale"]
    index.put("fresh", entry("Tea"), standing=9)
    assert index.ids("tea") == ["first", "second", "stale", "fresh"]
    assert index.ids("", limit=2) == ["first", "second"]


@pytest.mark.parametrize("standing", [-1, 65536])
def test_a_standing_out_of_range_is_refused(index: Index, standing: int) -> None:
    with pytest.raises(ValueError, match="standing"):
        index.put("a", entry("Tea"), standing=standing)


def test_only_the_first_thousand_are_ranked_and_the_ranking_says_so(index: Index) -> None:
    for number in range(CANDIDATES + 30):
        index.put(f"r{number:04}", entry("Hall", body="tea", tags="kservice"))
    index.put("last", entry("Tea", tags="kservice"))
    index.put("other", entry("Cake"))
    for asked, count in {"tea": CANDIDATES, "": CANDIDATES, "cake": 1}.items():
        ranking = index.index.rank(index.connection, understand(asked))
        assert (len(ranking.hits), ranking.is_capped) == (count, count == CANDIDATES), asked
    assert index.ids("tea", limit=2) == ["r0000", "r0001"]
    gathered = index.index.gather(index.connection, understand("tea"))
    assert gathered.is_capped
    assert [hit.record_id for hit in gathered.hits] == [f"r{number:04}" for number in range(COUNTED)]


def test_pages_follow_one_another_without_gap_or_repeat(index: Index) -> None:
    for number in range(25):
        index.put(f"r{number:02}", entry("Tea" if number % 3 else "Tea room"))
    pages = [index.ids("tea", limit=10, offset=offset) for offset in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert [record_id for page in pages for record_id in page] == index.ids("tea", limit=100)


def test_rolling_back_takes_the_index_along(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    create(engine)
    found = search_index(engine.dialect.name)
    with engine.connect() as connection:
        found.upsert(connection, "a", entry("Tea"))
        connection.rollback()
        assert found.query(connection, understand("tea")) == []
    engine.dispose()


def test_purging_leaves_the_index_as_it_was(index: Index) -> None:
    index.put("a", entry("Tea"))
    index.put("b", entry("Secret"))
    index.index.delete(index.connection, "b")
    index.index.purge(index.connection)
    assert index.ids("tea") == ["a"]
    assert index.ids("secret") == []


def test_after_a_purge_the_file_does_not_hold_the_deleted_word(tmp_path: Path) -> None:
    file = tmp_path / "search.db"
    engine = make_engine(f"sqlite:///{file}")
    create(engine)
    found = search_index("sqlite")
    with engine.begin() as connection:
        for number in range(50):
            found.upsert(connection, f"r{number}", entry(f"Tea {number}"))
        found.upsert(connection, "secret", entry("Zyxwvutsrq"))
    with engine.begin() as connection:
        found.delete(connection, "secret")
    assert b"zyxwvutsrq" in _bytes(file)  # or this test proves nothing
    with engine.begin() as connection:
        found.purge(connection)
    engine.dispose()
    assert b"zyxwvutsrq" not in _bytes(file)


def _bytes(file: Path) -> bytes:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file.read_bytes()


VOCABULARY = [
    *[
        "tea",
        "teas",
        "running",
        "runner",
        "run",
        "club",
        "clubs",
        "choir",
        "café",
        "Mòd",
        "news",
        "new",
        "dying",
        "die",
    ],
    *[
        "parkinson's",
        "elderly",
        "generously",
        "0131",
        "EH6",
        "6AA",
        "日本",
        "привет",
        "straße",
        "naïve",
        "the",
        "of",
    ],
]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Iterator[list[Connection]]:
    urls = [
        f"sqlite:///{tmp_path_factory.mktemp('search') / 's.db'}",
        postgres_server.create_empty("search_pair"),
    ]
    engines = [make_engine(url) for url in urls]
    for engine in engines:
        create(engine)
    connections = [engine.connect() for engine in engines]
    yield connections
    for connection, engine in zip(connections, engines, strict=True):
        connection.close()
        engine.dispose()


@pytest.mark.parametrize("seed", range(12))
def test_both_databases_find_the_same_in_the_same_order(pair: list[Connection], seed: int) -> None:
    rng = random.Random(seed)

    def words(most: int) -> str:
        return " ".join(rng.choices(VOCABULARY, k=rng.randint(1, most)))

    for _ in range(60):
        record_id, standing = f"r{rng.randrange(80)}", rng.randrange(3)
        found_by = entry(words(3), words(4), words(8), rng.choice(["c1", "c2", "c1 c2"]))
        is_deleted = rng.random() < 0.2
        for connection in pair:
            index = search_index(connection.dialect.name)
            if is_deleted:
                index.delete(connection, record_id)
            else:
                index.upsert(connection, record_id, found_by, standing)
    for _ in range(40):
        asked = words(3)[: rng.randint(0, 25)]
        tags = rng.choice([(), ("c1",), (("c1", "c2"),)])
        lite, postgres = (search_index(c.dialect.name).query(c, understand(asked, tags), 100) for c in pair)
        assert lite == postgres
        assert query_terms(asked) or not asked.strip() or not lite


def test_the_migrated_schema_has_the_search_tables(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        index = Index(connection)
        index.put("a", entry("Tea", tags="c1"))
        assert index.ids("te", "c1") == ["a"]
        if engine.dialect.name == "sqlite":
            asked = "SELECT sql FROM sqlite_master WHERE name IN ('search_entry', 'search_words')"
            assert {bare(sql) for sql in connection.execute(text(asked)).scalars()} == {
                bare(sql) for sql in SQLITE_DDL
            }
        else:
            asked = "SELECT indexdef FROM pg_indexes WHERE indexname = 'search_entry_tokens'"
            assert "USING gin (tokens)" in connection.execute(text(asked)).scalar_one()
    engine.dispose()
