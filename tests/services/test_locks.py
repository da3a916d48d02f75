"""Waiting for one's turn: two seconds, then Busy, and nothing half-written; and what is tried again by itself."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from tests.support.model import faults_of
from tests.support.world import World
from webapp.domain.errors import Busy
from webapp.services import settle
from webapp.storage import MOST_TRIES, Storage
from webapp.storage.engine import SQLITE_PRAGMAS, WRITER_WAIT, check_pragmas
from webapp.storage.models import Change, Event, Outbox, Person, Vote
from webapp.storage.unit_of_work import Moved, UnitOfWork
from webapp.storage.writer_lock import WriterLock

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # its own locks and pragmas
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # its own errors


def one_vote_short(world: World) -> tuple[str, str]:
    """A change that one more approval applies, and who would give it."""
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    world.approve(change, "rita")
    return change, world.person("rob", "reviewer")


def counts(world: World) -> list[int]:
    """How much is stored: votes, events, promises."""
    return [world.one(select(func.count()).select_from(model))[0] for model in (Vote, Event, Outbox)]


@contextmanager
def held(world: World) -> Iterator[None]:
    """Somebody else's program holds the database (SQLite) or every change (PostgreSQL)."""
    if world.storage.engine.dialect.name == "sqlite":
        connection = sqlite3.connect(str(world.storage.engine.url.database), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.close()
        return
    with world.storage.engine.connect() as connection:
        connection.execute(select(Change.id).with_for_update())
        yield


def test_who_waits_longer_than_two_seconds_is_told_busy_and_nothing_is_half_written(world: World) -> None:
    change, rob = one_vote_short(world)
    before = counts(world)
    with held(world):
        started = time.monotonic()
        with pytest.raises(Busy):
            world.vote(rob, change)
        assert WRITER_WAIT * 0.9 < time.monotonic() - started < WRITER_WAIT * 4
    assert counts(world) == before
    assert faults_of(world.storage) == []
    world.vote(rob, change)
    assert world.change(change).state == "applied"


@on_sqlite
def test_the_turn_is_waited_for_two_seconds_too(world: World) -> None:
    change, rob = one_vote_short(world)
    lock = WriterLock(str(world.storage.engine.url.database), WRITER_WAIT)
    with lock.turn(), pytest.raises(Busy):
        world.vote(rob, change)
    lock.close()
    world.vote(rob, change)
    assert world.change(change).state == "applied"


@on_sqlite
def test_a_short_wait_is_only_a_wait(world: World) -> None:
    change, rob = one_vote_short(world)
    lock = WriterLock(str(world.storage.engine.url.database), WRITER_WAIT)
    is_held = threading.Event()

    def hold() -> None:
        with lock.turn():
            is_held.set()
            time.sleep(0.2)

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait(5)
    world.vote(rob, change)
    holder.join()
    lock.close()
    assert world.change(change).state == "applied"


@on_sqlite
def test_every_pooled_connection_has_the_pragmas(world: World) -> None:
    with ExitStack() as stack:
        connections = [stack.enter_context(world.storage.engine.connect()) for _ in range(12)]
        for connection in connections:
            for name, value in SQLITE_PRAGMAS.items():
                assert str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()) == value


@on_sqlite
def test_a_connection_without_the_pragmas_is_refused(world: World) -> None:
    bare = sqlite3.connect(str(world.storage.engine.url.database))
    with pytest.raises(RuntimeError, match="foreign_keys"):
        check_pragmas(bare)
    bare.close()


@on_postgresql
def test_every_pooled_connection_waits_two_seconds_for_a_lock(world: World) -> None:
    with world.storage.read() as one, world.storage.read() as two:
        assert [c.execute(text("SHOW lock_timeout")).scalar() for c in (one, two)] == ["2s", "2s"]


class Trouble:
    """A first statement that fails some times."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error, self.times, self.tried = error, times, 0

    def __call__(self, uow: UnitOfWork) -> int:
        self.tried += 1
        uow.run(update(Person).values(about=f"try {self.tried}"))
        if self.tried <= self.times:
            raise self.error
        return self.tried


def failed(error: Exception) -> OperationalError:
    """As SQLAlchemy wraps what the driver raises."""
    return OperationalError("UPDATE person", {}, error)


@pytest.mark.parametrize(
    "error",
    [
        failed(psycopg.errors.SerializationFailure()),
        failed(psycopg.errors.DeadlockDetected()),
        failed(psycopg.errors.UniqueViolation()),
        Moved(),
    ],
    ids=["40001", "40P01", "23505", "moved"],
)
def test_what_another_transaction_spoilt_is_tried_again(world: World, error: Exception) -> None:
    world.person("ann")
    trouble = Trouble(error, 2)
    assert world.storage.transact(trouble, world.now) == 3
    assert world.one(select(Person.about)).about == "try 3"
    hopeless = Trouble(error, 99)
    with pytest.raises(type(error)):
        world.storage.transact(hopeless, world.now)
    assert hopeless.tried == MOST_TRIES
    assert world.one(select(Person.about)).about == "try 3"


def test_other_errors_are_not_tried_again(world: World) -> None:
    world.person("ann")
    trouble = Trouble(ValueError("a bug"), 1)
    with pytest.raises(ValueError, match="a bug"):
        world.storage.transact(trouble, world.now)
    assert trouble.tried == 1
    assert world.one(select(Person.about)).about == ""


@on_postgresql
def test_a_real_deadlock_is_resolved_by_trying_again(storage: Storage) -> None:
    world = World(storage)
    ids = [world.person("ann"), world.person("ben")]
    both_hold_one = threading.Barrier(2)

    def lock_in(order: list[str]) -> None:
        tries: list[int] = []

        def work(uow: UnitOfWork) -> None:
            uow.lock_person(order[0])
            if not tries:
                both_hold_one.wait(10)
            tries.append(1)
            uow.lock_person(order[1])
            uow.run(update(Person).where(Person.id == order[1]).values(about=Person.about + "!"))

        storage.transact(work, world.now)

    threads = [threading.Thread(target=lock_in, args=(order,)) for order in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(row.about for row in world.all(select(Person.about))) == ["!", "!"]


def test_the_sweep_leaves_a_busy_change_for_next_time(world: World) -> None:
    change, _ = one_vote_short(world)
    world.passes(days=14)
    with held(world):
        assert settle.settle_due(world.storage, world.now) == 0
    row = world.change(change)
    assert (row.settle_attempts, row.escalated_at) == (0, None)
    world.sweep()
    assert world.change(change).escalated_at is not None
