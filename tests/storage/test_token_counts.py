"""How many records have each token: the same on both databases, at any moment, and of nothing that is gone."""

from __future__ import annotations

from sqlalchemy import text

from tests.storage.indexes import Index, entry
from tests.support.world import START
from webapp.storage import Storage
from webapp.storage.unit_of_work import UnitOfWork


def counts(index: Index) -> dict[str, int]:
    return index.index.token_counts(index.connection)


def test_an_empty_index_has_no_tokens(index: Index) -> None:
    assert counts(index) == {}


def test_each_token_is_counted_once_a_record_wherever_it_stands(index: Index) -> None:
    index.put("a", entry("Walks", "walks and walking", tags="kservice"))
    index.put("b", entry("Café", "0131 walk", tags="kservice c1"))
    assert counts(index) == {
        "walk": 2,
        "walks": 1,
        "walking": 1,
        "and": 1,
        "cafe": 1,
        "0131": 1,
        "_kservice": 2,
        "_c1": 1,
    }


def test_what_is_changed_or_taken_out_is_not_counted(index: Index) -> None:
    index.put("a", entry("Secret tea"))
    index.put("b", entry("Tea"))
    index.put("a", entry("Public tea"))
    assert counts(index) == {"public": 1, "tea": 2}
    index.index.delete(index.connection, "a")
    assert counts(index) == {"tea": 1}


def test_words_of_every_script_are_counted(index: Index) -> None:
    index.put("a", entry("Здоровье øl مرحبا"))
    assert counts(index).keys() >= {"здоровье", "ol", "مرحبا"}


def test_counting_again_over_a_reader_gives_the_same_and_leaves_nothing_behind(storage: Storage) -> None:
    def put(uow: UnitOfWork) -> None:
        uow.search.upsert(uow.connection, "a", entry("Tea"))

    storage.transact(put, START)
    for _ in range(2):
        with storage.read() as connection:
            assert storage.search.token_counts(connection) == {"tea": 1}
            assert storage.search.token_counts(connection) == {"tea": 1}
            if connection.dialect.name == "sqlite":
                assert connection.execute(text("SELECT count(*) FROM temp.sqlite_master")).scalar() == 0
