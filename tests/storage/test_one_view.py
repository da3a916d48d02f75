"""What one reading sees is one moment of the database, whatever is written meanwhile; and it writes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.support.world import World
from webapp.storage import Storage
from webapp.storage.models import Person, Record

PEOPLE = select(func.count()).select_from(Person)
NAMES = select(Record.name)


def test_a_reading_sees_one_moment(storage: Storage) -> None:
    world = World(storage)
    world.person("ann")
    record = world.record(name="Soup")
    with storage.read() as connection:
        first = (connection.scalar(PEOPLE), connection.scalar(NAMES))
        world.person("bob")
        renamed = update(Record).where(Record.id == record).values(name="Bread")
        storage.transact(lambda uow: uow.run(renamed), world.now)
        assert (connection.scalar(PEOPLE), connection.scalar(NAMES)) == first == (1, "Soup")
    with storage.read() as connection:
        assert (connection.scalar(PEOPLE), connection.scalar(NAMES)) == (2, "Bread")


def test_a_reading_keeps_no_writer_waiting(storage: Storage) -> None:
    world = World(storage)
    with storage.read() as connection:
        assert connection.scalar(PEOPLE) == 0
        for handle in ("ann", "bob"):
            world.person(handle)  # raises Busy if it had to wait
        assert connection.scalar(PEOPLE) == 0


def test_a_reading_leaves_nothing_behind_for_the_next_writer(storage: Storage) -> None:
    world = World(storage)
    for handle in ("ann", "bob", "cy"):
        with storage.read() as connection:
            connection.scalar(PEOPLE)
        world.person(handle)
    with storage.read() as connection:
        assert connection.scalar(PEOPLE) == 3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no such transactions
def test_a_reading_is_repeatable_and_refuses_to_write(storage: Storage) -> None:
    with storage.read() as connection:
        assert connection.scalar(text("SHOW transaction_isolation")) == "repeatable read"
        with pytest.raises(DBAPIError):
            connection.execute(text("UPDATE counter SET value = value"))
