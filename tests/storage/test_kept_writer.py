"""The connection that writers keep: what fails leaves nothing behind in it, and nobody else ever holds it."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from webapp.storage import Storage
from webapp.storage.models import RateCount
from webapp.storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def add(uow: UnitOfWork, key: str) -> None:
    """One row."""
    uow.run(insert(RateCount), {"key": key, "count": 1, "expires_at": NOW})


def keys(storage: Storage) -> list[str]:
    """The rows that are there."""
    with storage.read() as connection:
        return sorted(connection.scalars(select(RateCount.key)))


def test_what_fails_is_not_written_with_what_comes_next(storage: Storage) -> None:
    def fails(uow: UnitOfWork) -> None:
        add(uow, "lost")
        raise KeyError

    def breaks(uow: UnitOfWork) -> None:
        add(uow, "kept")
        add(uow, "kept")

    with pytest.raises(KeyError):
        storage.transact(fails, NOW)
    storage.transact(lambda uow: add(uow, "kept"), NOW)
    with pytest.raises(IntegrityError):
        storage.transact(breaks, NOW)
    storage.transact(lambda uow: add(uow, "last"), NOW)
    assert keys(storage) == ["kept", "last"]


def test_a_reader_never_sees_what_is_being_written(storage: Storage) -> None:
    seen: list[list[str]] = []

    def work(uow: UnitOfWork) -> None:
        add(uow, "soon")
        reader = threading.Thread(target=lambda: seen.append(keys(storage)))
        reader.start()
        reader.join()

    storage.transact(work, NOW)
    assert seen == [[]]
    assert keys(storage) == ["soon"]


def test_writers_in_threads_take_turns_over_it(storage: Storage) -> None:
    def write(name: int) -> None:
        for number in range(5):
            storage.transact(lambda uow, key=f"{name}-{number}": add(uow, key), NOW)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys(storage)) == 40


def test_a_forked_child_writes_over_one_of_its_own(sqlite_template: object, tmp_path: object) -> None:
    storage = Storage(sqlite_template.copy(tmp_path / "test.db"))  # type: ignore[attr-defined,operator] # see tests/support/databases.py
    storage.transact(lambda uow: add(uow, "parent"), NOW)
    child = os.fork()
    if child == 0:
        try:
            storage.transact(lambda uow: add(uow, "child"), NOW)
            storage.dispose()
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    storage.transact(lambda uow: add(uow, "parent again"), NOW)
    assert keys(storage) == ["child", "parent", "parent again"]
    storage.dispose()


def test_it_is_closed_with_the_storage_and_opened_anew_when_asked_again(storage: Storage) -> None:
    storage.transact(lambda uow: add(uow, "one"), NOW)
    storage.dispose()
    storage.transact(lambda uow: add(uow, "two"), NOW)
    assert keys(storage) == ["one", "two"]
