"""Writes rows by the ten thousand, past everything that checks them: raw inserts into SQLite, COPY into PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql

from webapp.storage.models.base import Base

AT_ONCE = 20_000  # rows of one table
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


class Pouring(Protocol):
    """Where rows go."""

    def add(self, model: type[Base], row: Mapping[str, Any]) -> None:
        """Write a row, sooner or later; every row of a table names the same columns in the same order."""

    def run(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """Run a statement with each of these; a value stands as %s."""

    def read(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement gives."""


class _Rows:
    """Rows that wait to be written, by table."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {}

    def add(self, model: type[Base], row: Mapping[str, Any]) -> None:
        _, rows = self._waiting.setdefault(model.__tablename__, (tuple(row), []))
        rows.append(tuple(row.values()))
        if len(rows) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write all that waits."""
        for table, (columns, rows) in self._waiting.items():
            if rows:
                self._write(table, columns, rows)
                rows.clear()

    def _write(self, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        raise NotImplementedError


class _Sqlite(_Rows):
    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__()
        self._connection = connection

    def _write(self, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        places = ", ".join("?" * len(columns))
        self._connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)

    def run(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        self.flush()
        self._connection.executemany(statement.replace("%s", "?"), rows)

    def read(self, statement: str) -> list[tuple[Any, ...]]:
        self.flush()
        return self._connection.execute(statement).fetchall()


class _Postgres(_Rows):
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        super().__init__()
        self._connection = connection

    def _write(self, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def run(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        self.flush()
        with self._connection.cursor() as cursor:
            cursor.executemany(statement, rows)  # type: ignore[arg-type]  # the bench's own words

    def read(self, statement: str) -> list[tuple[Any, ...]]:
        self.flush()
        return self._connection.execute(statement).fetchall()  # type: ignore[arg-type]  # as above


@contextmanager
def into_sqlite(file: Path) -> Iterator[Pouring]:
    """Into a file that nobody else has open. Its indexes are made anew afterwards, which is quicker."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for name, value in {"synchronous": 0, "foreign_keys": 0, "cache_size": -400_000, "temp_store": 2}.items():
            connection.execute(f"PRAGMA {name}={value}")
        indexes = connection.execute(INDEXES).fetchall()
        connection.execute("BEGIN")
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        pouring = _Sqlite(connection)
        yield pouring
        pouring.flush()
        for _, statement in indexes:
            connection.execute(statement)
        connection.execute("COMMIT")


@contextmanager
def into_postgres(url: str) -> Iterator[Pouring]:
    """Into a database of one's own; triggers and references are not looked at meanwhile."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        pouring = _Postgres(connection)
        yield pouring
        pouring.flush()
        connection.execute("VACUUM ANALYZE")
