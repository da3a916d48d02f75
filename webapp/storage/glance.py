"""Questions of one statement each, over connections kept open outside any transaction; its law: nothing is written.

A view of several statements must begin and end, and be fetched from the pool and given back: five times the cost of a
statement that is its own view, as every single statement is. Nothing that is read here stays held.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from webapp.storage.per_process import PerProcess

T = TypeVar("T")
MOST = 8
"""Connections kept: as many as a process has threads."""
READ_ONLY = {"sqlite": "PRAGMA query_only=1", "postgresql": "SET default_transaction_read_only = on"}


class Glances:
    """Connections for one question at a time each; safe for threads and after a fork."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._failures = (DBAPIError, engine.dialect.loaded_dbapi.Error)  # the latter where no cursor can be had
        self._free: PerProcess[list[Connection]] = PerProcess(list)

    def ask(self, question: Callable[[Connection], T]) -> T:
        """What `question` reads in one prepared statement. Raises what it raises.

        A kept connection may have died with its server meanwhile: then the question is asked once more over a new one.
        """
        kept = self._kept()
        if kept is not None:
            try:
                return self._asked(kept, question)
            except self._failures:
                self.close()
        return self._asked(self._opened(), question)

    def close(self) -> None:
        """Close the connections that wait for a question."""
        while (connection := self._kept()) is not None:
            self._shut(connection)

    def _asked(self, connection: Connection, question: Callable[[Connection], T]) -> T:
        try:
            answer = question(connection)
        except BaseException:
            self._shut(connection)
            raise
        if len(self._free.get()) < MOST:
            self._free.get().append(connection)
        else:
            self._shut(connection)
        return answer

    def _shut(self, connection: Connection) -> None:
        with suppress(*self._failures):  # one that is dead already
            connection.close()

    def _kept(self) -> Connection | None:
        try:
            return self._free.get().pop()
        except IndexError:  # all are busy, or none was opened yet
            return None

    def _opened(self) -> Connection:
        connection = self._engine.connect()
        if self._engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # from the pool: closing it closes it
        connection.begin()  # for SQLAlchemy only, which would begin one with the first statement
        driver: Any = connection.connection.dbapi_connection
        driver.rollback()  # for the database: from now on each statement stands alone
        driver.cursor().execute(READ_ONLY[self._engine.dialect.name])
        return connection
