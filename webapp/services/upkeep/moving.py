"""Moving from SQLite to PostgreSQL: everything goes over and is compared, or nothing does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, make_url, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from webapp.services.doctor import Breach, doctor
from webapp.services.upkeep.backups import Unfit, opened
from webapp.services.upkeep.reindexing import Progress, quiet, reindex
from webapp.storage import Storage, migrate
from webapp.storage.models import Base, Person, Record

ROWS_AT_ONCE = 1000


@dataclass(slots=True)
class Copied:
    """How many rows went over by table; counts and hashes were compared. And what `doctor` says there."""

    rows: dict[str, int] = field(default_factory=dict)
    breaches: tuple[Breach, ...] = ()


@dataclass(slots=True)
class _Sum:
    """Count and hash of a table's rows, in whatever order they come."""

    rows: int = 0
    hash: int = 0

    def add(self, row: Sequence[Any]) -> None:
        """Take one row in."""
        written = json.dumps([str(cell) if isinstance(cell, datetime) else cell for cell in row])
        self.rows += 1
        self.hash = (self.hash + int.from_bytes(hashlib.sha256(written.encode()).digest(), "big")) % (1 << 256)


def copy_to(storage: Storage, url: str, now: datetime, progress: Progress = quiet) -> Copied:
    """Copy everything from SQLite to an empty PostgreSQL database, compare it, and have it checked there.

    Whole or not at all. What is written here meanwhile does not go over: stop the site first. Raises Unfit.
    """
    _check_source(storage)
    if make_url(url).get_backend_name() != "postgresql":
        raise Unfit("copy-to moves to PostgreSQL; a copy in a SQLite file is made by backup.")
    try:
        migrate.upgrade(url)
    except SQLAlchemyError as error:
        raise Unfit(f"The database there can't be made ready: {error}") from error
    with opened(url) as there:
        copied = _copy_tables(storage, there, progress)
        reindex(there, now, progress)
        copied.breaches = tuple(doctor(there))
        return copied


def _check_source(storage: Storage) -> None:
    if storage.engine.dialect.name != "sqlite":
        raise Unfit("copy-to moves a SQLite database; PostgreSQL is moved by pg_dump and pg_restore.")
    at, newest = migrate.current(str(storage.engine.url))
    if at != newest:
        raise Unfit(f"The database is at migration {at}, the newest is {newest}: run flask db upgrade first.")


def _copy_tables(storage: Storage, there: Storage, progress: Progress) -> Copied:
    copied = Copied()
    with storage.read() as old, there.engine.begin() as new:
        _check_empty(new)
        new.execute(delete(Base.metadata.tables["counter"]))  # the migration's zeros make way for the real ones
        for table in Base.metadata.sorted_tables:
            copied.rows[table.name] = _copy_table(table, old, new)
            progress(table.name, copied.rows[table.name])
    return copied


def _check_empty(connection: Connection) -> None:
    for model in (Record, Person):
        if connection.scalar(select(func.count()).select_from(model)):
            raise Unfit("The database there is not empty.")


def _copy_table(table: Table, old: Connection, new: Connection) -> int:
    here, arrived = _Sum(), _Sum()
    query = select(table).execution_options(yield_per=ROWS_AT_ONCE)
    try:
        for rows in old.execute(query).partitions():
            new.execute(insert(table), [dict(row._mapping) for row in rows])
            for row in rows:
                here.add(row)
    except DBAPIError as error:
        raise Unfit(f"Table {table.name} holds what PostgreSQL does not take: {error.orig}") from error
    with new.execute(query) as result:
        for row in result:
            arrived.add(row)
    if here != arrived:
        raise Unfit(f"Table {table.name}: {here.rows} rows were sent, {arrived.rows} arrived, and they differ.")
    return here.rows
