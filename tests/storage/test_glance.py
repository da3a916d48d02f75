"""A glance reads what is there at that moment, holds nothing, and writes nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, bindparam, func, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.support.world import World
from webapp.storage import Storage
from webapp.storage.glance import MOST, Glances
from webapp.storage.models import Person
from webapp.storage.prepared import execute, prepared

PEOPLE = prepared(select(func.count()).select_from(Person))
RENAME = prepared(update(Person).values(display_name=bindparam("to")))


@pytest.fixture
def glances(storage: Storage) -> Iterator[Glances]:
    glances = Glances(storage.engine)
    yield glances
    glances.close()


def count(connection: Connection) -> int:
    """How many people there are."""
    return int(execute(connection, PEOPLE).scalar())


def test_a_glance_sees_what_is_there_at_that_moment(storage: Storage, glances: Glances) -> None:
    world = World(storage)
    assert glances.ask(count) == 0
    for number, handle in enumerate(("ann", "bob"), 1):
        world.person(handle)
        assert glances.ask(count) == number


def test_a_glance_holds_no_view_and_no_writer_up(storage: Storage, glances: Glances) -> None:
    world = World(storage)
    glances.ask(count)
    world.person("ann")
    if storage.engine.dialect.name == "sqlite":  # a view that is held would keep the log from being emptied
        with storage.engine.connect() as connection:
            busy, log, copied = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
        assert (busy, log, copied) == (0, 0, 0)
    else:
        in_transaction = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
        )
        with storage.engine.connect() as connection:
            assert connection.scalar(in_transaction) == 0


def test_a_glance_writes_nothing(storage: Storage, glances: Glances) -> None:
    World(storage).person("ann")
    with pytest.raises(DBAPIError):
        glances.ask(lambda connection: execute(connection, RENAME, {"to": "Eve"}))
    assert glances.ask(count) == 1


def test_a_connection_is_kept_and_a_dead_one_is_replaced(glances: Glances) -> None:
    seen: list[Connection] = []

    def look(connection: Connection) -> int:
        seen.append(connection)
        return count(connection)

    glances.ask(look)
    glances.ask(look)
    assert seen[0] is seen[1]
    driver = seen[0].connection.dbapi_connection
    assert driver is not None
    driver.close()
    assert glances.ask(look) == 0
    assert seen[-1] is not seen[0]


def test_threads_never_share_a_connection_and_few_are_kept(glances: Glances) -> None:
    width = MOST + 4
    together, seen = threading.Barrier(width), set()

    def look(connection: Connection) -> None:
        count(connection)
        seen.add(id(connection))
        together.wait(timeout=20)

    threads = [threading.Thread(target=glances.ask, args=(look,)) for _ in range(width)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == width
    assert len(glances._free.get()) == MOST


def test_a_forked_child_takes_connections_of_its_own(glances: Glances) -> None:
    kept = glances.ask(lambda connection: (count(connection), connection)[1])
    child = os.fork()
    if child == 0:
        is_own = glances.ask(lambda connection: count(connection) == 0 and connection is not kept)
        os._exit(0 if is_own else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert glances.ask(count) == 0


def test_disposing_of_the_storage_closes_what_is_kept(storage: Storage) -> None:
    connection = storage.glance(lambda connection: (count(connection), connection)[1])
    storage.dispose()
    assert connection.closed
