"""The database: `init(url)` gives a Storage, from which come read connections and units of work."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from webapp.domain.errors import Busy
from webapp.storage.engine import WRITER_WAIT, make_engine, one_view
from webapp.storage.glance import Glances
from webapp.storage.per_process import PerProcess
from webapp.storage.search import SearchIndex, search_index
from webapp.storage.unit_of_work import Moved, UnitOfWork
from webapp.storage.writer_lock import WriterLock

__all__ = ["Connection", "Storage", "init"]

T = TypeVar("T")
MOST_TRIES = 5
RETRIED = {"40001", "40P01", "23505"}  # serialisation failure, deadlock, somebody took the same key just now
WAITED = {"55P03", "57014", "53300"}  # lock timeout, cancelled, too many connections


class Storage:
    """One database. `read()` gives a connection that never writes; `transact()` runs a unit of work.

    `glance()` asks one question, where a view of several statements would cost five times as much.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._writer = self.engine.execution_options(write=True)
        self._reader = one_view(self.engine)
        self.search: SearchIndex = search_index(self.engine.dialect.name)
        path = self.engine.url.database
        is_file = self.engine.dialect.name == "sqlite" and path and path != ":memory:"
        self._lock = WriterLock(str(path), WRITER_WAIT) if is_file else None
        self._kept = PerProcess(self._connection_to_keep)
        self._glances = Glances(self.engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection with one consistent view, for queries; nothing can be written over it on PostgreSQL."""
        with self._reader.connect() as connection:
            yield connection

    def glance(self, question: Callable[[Connection], T]) -> T:
        """What `question` reads in one prepared statement, outside any transaction. Raises what it raises."""
        return self._glances.ask(question)

    def is_ready(self) -> bool:
        """Whether the database answers and is migrated."""
        try:
            with self.read() as connection:
                return connection.execute(text("SELECT 1 FROM counter LIMIT 1")).first() is not None
        except SQLAlchemyError:
            return False

    def transact(self, work: Callable[[UnitOfWork], T], now: datetime) -> T:
        """Run `work` in one transaction and commit; run it anew after a serialisation failure.

        Raises Busy when the writer's turn does not come within two seconds, and whatever `work` raises.
        """
        for attempt in range(MOST_TRIES):
            try:
                return self._once(work, now)
            except (DBAPIError, sqlite3.OperationalError, PoolTimeout, Moved) as error:
                if _is_busy(error):
                    raise Busy from error
                if not _may_be_retried(error) or attempt == MOST_TRIES - 1:
                    raise
                time.sleep(random.uniform(0.001, 0.02) * 2**attempt)  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")

    def _once(self, work: Callable[[UnitOfWork], T], now: datetime) -> T:
        with self._writing() as connection:
            uow = UnitOfWork(connection, self.search, now)
            result = work(uow)
            uow.flush_events()
            return result

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """The connection to write over, in a transaction that the block's end commits."""
        if self._lock is None:
            with self._writer.begin() as connection:
                yield connection
        else:
            with self._lock.turn():
                connection = self._kept.get()
                driver: Any = connection.connection.dbapi_connection
                driver.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    driver.commit()
                except BaseException:
                    driver.rollback()
                    raise

    def _connection_to_keep(self) -> Connection:
        """Whoever has the only turn writes over the one connection that is kept for it: half of a turn's cost.

        It is in a transaction for ever as far as SQLAlchemy knows, which so begins and ends none of its own.
        """
        connection = self.engine.connect()
        connection.begin()
        connection.connection.rollback()  # of the driver's: what counts is begun for each turn
        return connection

    def dispose(self) -> None:
        """Give every connection back."""
        kept = self._kept.pop()
        if kept:
            kept.close()
        self._glances.close()
        self.engine.dispose()
        if self._lock:
            self._lock.close()


def _is_busy(error: Exception) -> bool:
    """Whether the writer's turn, a lock or a connection did not come in time."""
    if _code(error) in WAITED or isinstance(error, PoolTimeout):
        return True
    return "database is locked" in str(getattr(error, "orig", error))


def _may_be_retried(error: Exception) -> bool:
    """Whether the same work may well succeed when it reads anew."""
    return isinstance(error, Moved) or _code(error) in RETRIED


def _code(error: Exception) -> str | None:
    """PostgreSQL's five characters for what went wrong."""
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def init(url: str) -> Storage:
    """The storage at a database URL."""
    return Storage(url)
