"""An engine for a URL: SQLite with its pragmas and one writer at a time, or PostgreSQL."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

WRITER_WAIT = 2.0
"""Seconds that a writer waits for its turn before it is told that the site is busy."""

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "foreign_keys": "1",
    "busy_timeout": str(int(WRITER_WAIT * 1000)),
    "synchronous": "1",
    "secure_delete": "1",
    "temp_store": "2",
    "cache_size": "-16000",
    "mmap_size": "1073741824",
}


class HintingCompiler(SQLiteCompiler):
    """Says hints such as "INDEXED BY" behind a table's name, as SQLite wants them; SQLAlchemy would leave them out.

    SQLite's planner knows nothing of how many rows an index holds. Told which one, it refuses the statement with an
    error where that could not serve it, instead of reading the whole table.
    """

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        """The hint as it was given."""
        return text


def make_engine(url: str | URL) -> Engine:
    """An engine for a SQLite or PostgreSQL address; ValueError for any other database."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise ValueError(f"Wellkept runs on SQLite and PostgreSQL, not on {parsed.get_backend_name()}.")


def one_view(engine: Engine) -> Engine:
    """The engine for readers: what a transaction has begun to read stays as it was until its end.

    SQLite's transactions are so by nature; PostgreSQL's have to be asked.
    """
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite(url: URL) -> Engine:
    arguments = {"check_same_thread": False, "cached_statements": 512}
    engine = create_engine(
        url,
        connect_args=arguments,
        hide_parameters=True,  # in errors, and so in logs
        pool_size=8,
        max_overflow=64,
        pool_timeout=WRITER_WAIT,
    )
    engine.dialect.statement_compiler = HintingCompiler

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        for name, value in SQLITE_PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")
        check_pragmas(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def check_pragmas(connection: sqlite3.Connection) -> None:
    """Raise RuntimeError unless the connection has what correctness rests on."""
    for name in ("journal_mode", "foreign_keys", "busy_timeout"):
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if str(found) != SQLITE_PRAGMAS[name] and found != "memory":
            raise RuntimeError(f"SQLite did not take {name}={SQLITE_PRAGMAS[name]} (it says {found}).")


def _postgresql(url: URL) -> Engine:
    wait = int(WRITER_WAIT * 1000)
    return create_engine(
        url,
        hide_parameters=True,  # in errors, and so in logs
        pool_size=8,
        max_overflow=64,
        pool_timeout=WRITER_WAIT,
        pool_pre_ping=True,
        connect_args={"options": f"-c lock_timeout={wait} -c timezone=UTC"},
    )
