"""Backing a SQLite database up while the site goes on writing, and restoring it. A copy is whole or not there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, make_url, select

import webapp.storage
from webapp.services.doctor import Breach, doctor
from webapp.services.upkeep.reindexing import reindex
from webapp.storage import Storage, migrate
from webapp.storage.models import Record


class Unfit(Exception):
    """A command of upkeep can't be done here; the message is for the person who gave it."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and every breach that `doctor` found in it."""

    records: int
    breaches: tuple[Breach, ...]


def backup(storage: Storage, file: Path) -> None:
    """Copy a SQLite database to a new file, at one moment, while the site goes on writing. Raises Unfit."""
    if storage.engine.dialect.name != "sqlite":
        name = storage.engine.url.database
        raise Unfit(f"PostgreSQL is backed up by its own tool: pg_dump --format=custom --file={file} {name}")
    _copy_file(Path(str(storage.engine.url.database)), file)


def restore(file: Path, url: str, now: datetime) -> Restored:
    """Copy a backup to the (new) file of a SQLite URL, migrate it, index it anew where that moved it, have it checked.

    Raises Unfit. A backup knows nothing of redactions that were made after it: whoever restores makes them again.
    """
    target = make_url(url)
    if target.get_backend_name() != "sqlite" or not target.database:
        raise Unfit("A backup is restored into a SQLite file. From there, copy-to moves it to PostgreSQL.")
    if not file.is_file():
        raise Unfit(f"There is no file {file}.")
    _copy_file(file, Path(target.database))
    try:
        before, newest = migrate.current(url)
        migrate.upgrade(url)
    except Exception as error:
        Path(target.database).unlink()
        raise Unfit(f"{file} is no backup that this version of Wellkept can read: {error}") from error
    with opened(url) as storage:
        if before != newest:
            reindex(storage, now)  # what follows from records may follow differently now
        with storage.read() as connection:
            records = connection.scalar(select(func.count()).select_from(Record)) or 0
        return Restored(records, tuple(doctor(storage)))


def _copy_file(source: Path, target: Path) -> None:
    """One consistent copy by SQLite's own backup, whole or not at all."""
    if target.exists():
        raise Unfit(f"{target} exists already; name a new file.")
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # addresses and hashes are in it
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(_new(unfinished)) as new:
            old.backup(new)  # all pages at once: one view, and in WAL mode no writer waits for it
            new.execute("PRAGMA journal_mode=DELETE")  # so that the one file is the whole database
            _check_file(new, source)
        os.replace(unfinished, target)
    except sqlite3.DatabaseError as error:
        raise Unfit(f"{source} can't be read as a SQLite database: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _new(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None)


def _check_file(connection: sqlite3.Connection, source: Path) -> None:
    (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise Unfit(f"{source} is damaged: {said}")
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'revision_content'").fetchone() is None:
        raise Unfit(f"{source} is not a database of Wellkept.")


@contextmanager
def opened(url: str) -> Iterator[Storage]:
    """The storage at a URL; its connections are closed afterwards."""
    storage = webapp.storage.init(url)
    try:
        yield storage
    finally:
        storage.dispose()
