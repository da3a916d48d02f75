"""Keeping the database itself: reindexing, backing up, restoring, and moving from SQLite to PostgreSQL."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, make_url, select, text, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

import webapp.storage
from webapp.domain.kinds import KINDS
from webapp.domain.search_text import lent
from webapp.domain.upcast import read
from webapp.richtext import RENDERER_VERSION, render_anyway
from webapp.services import following, tagging, vocabulary
from webapp.services.doctor import Breach, doctor
from webapp.services.redact.html import html_of
from webapp.services.revise import read_document
from webapp.services.suggest import keep_html
from webapp.storage import Storage, migrate
from webapp.storage.models import Base, Comment, Person, Record, Rendered
from webapp.storage.queries.newest import NEWEST
from webapp.storage.unit_of_work import UnitOfWork

AT_ONCE = 200
"""Records that one transaction may hold (`DESIGN.md`, "Locks")."""
ROWS_AT_ONCE = 1000
STRAY = text(
    "SELECT e.record_id FROM search_entry e LEFT JOIN record r ON r.id = e.record_id"
    " WHERE r.id IS NULL OR r.status IN ('void', 'merged')"
)
Progress = Callable[[str, int], None]  # (what, how many so far)


class Unfit(Exception):
    """A command of upkeep can't be done here; the message is for the person who gave it."""


def _quiet(_what: str, _done: int) -> None:
    """Tell nobody."""


# -- reindex ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reindexed:
    """How much was made anew."""

    records: int
    comments: int


def reindex(storage: Storage, now: datetime, progress: Progress = _quiet) -> Reindexed:
    """Make every search row, link and the HTML of every present text and comment anew; the site may run meanwhile.

    HTML of an older renderer that no present text needs is forgotten: pages render it when they show it.
    """
    _lend_anew(storage, now)
    records, last = 0, ""
    while found := _next_records(storage, last):
        html = _html_of(found)
        storage.transact(lambda uow, ids=[row.id for row in found], html=html: _index_all(uow, ids, html), now)  # type: ignore[misc]  # mypy infers no lambda with defaults
        last, records = found[-1].id, records + len(found)
        progress("records", records)
    comments = _comments_anew(storage, now, progress)
    storage.transact(_tidy, now)
    vocabulary.refresh(storage, now)
    return Reindexed(records, comments)


def _lend_anew(storage: Storage, now: datetime) -> None:
    """What places lend to the services there, before any service is found by it."""
    last = ""
    while found := _next_records(storage, last, Record.kind == "location"):
        lending = {row.id: lent(KINDS[row.kind], read(row.kind, row.document, row.schema_version)) for row in found}
        storage.transact(lambda uow, lending=lending: _keep_lent(uow, lending), now)  # type: ignore[misc]  # mypy infers no lambda with defaults
        last = found[-1].id


def _keep_lent(uow: UnitOfWork, lending: Mapping[str, str | None]) -> None:
    for record in uow.lock_records(list(lending)).values():
        if record.lent != lending[record.id]:
            uow.run(update(Record).where(Record.id == record.id).values(lent=lending[record.id]))


def _next_records(storage: Storage, last: str, *among: ColumnElement[bool]) -> Sequence[Any]:
    query = NEWEST.where(Record.id > last, *among).order_by(Record.id).limit(AT_ONCE)
    with storage.read() as connection:
        return connection.execute(query).all()


def _html_of(rows: Iterable[Any]) -> dict[str, str]:
    html: dict[str, str] = {}
    for row in rows:
        html |= html_of(KINDS[row.kind], [read(row.kind, row.document, row.schema_version)])
    return html


def _index_all(uow: UnitOfWork, ids: list[str], html: Mapping[str, str]) -> None:
    outdated = delete(Rendered).where(Rendered.text_hash.in_(list(html)), Rendered.renderer_version != RENDERER_VERSION)
    uow.run(outdated)
    keep_html(uow, html)
    for record in uow.lock_records(ids).values():
        kind, document = KINDS[record.kind], read_document(uow, record)
        known, _ = following.move_links(uow, record.id, kind, document)
        following.index(uow, record.id, kind, document, known)
    tagging.follow(uow, ids)


def _comments_anew(storage: Storage, now: datetime, progress: Progress) -> int:
    outdated = select(Comment.id, Comment.text).where(Comment.renderer_version != RENDERER_VERSION).limit(AT_ONCE)
    done = 0
    while True:
        with storage.read() as connection:
            rows = connection.execute(outdated).all()
        if not rows:
            return done
        html = {row.id: render_anyway(row.text) for row in rows}
        storage.transact(lambda uow, html=html: _keep_comments(uow, html), now)  # type: ignore[misc]  # mypy infers no lambda with defaults
        done += len(rows)
        progress("comments", done)


def _keep_comments(uow: UnitOfWork, html: Mapping[str, str]) -> None:
    for id_, made in html.items():
        uow.run(update(Comment).where(Comment.id == id_).values(html=made, renderer_version=RENDERER_VERSION))


def _tidy(uow: UnitOfWork) -> None:
    for row in uow.all(STRAY):
        uow.search.delete(uow.connection, row.record_id)
    tagging.tag_new_records(uow)
    uow.run(delete(Rendered).where(Rendered.renderer_version != RENDERER_VERSION))
    if uow.connection.dialect.name == "sqlite":
        uow.run(text("INSERT INTO search_words (search_words) VALUES ('rebuild')"))
    uow.search.purge(uow.connection)


# -- backup and restore -----------------------------------------------------------------------------------


def backup(storage: Storage, file: Path) -> None:
    """Copy a SQLite database to a new file, at one moment, while the site goes on writing. Raises Unfit."""
    if storage.engine.dialect.name != "sqlite":
        name = storage.engine.url.database
        raise Unfit(f"PostgreSQL is backed up by its own tool: pg_dump --format=custom --file={file} {name}")
    _copy_file(Path(str(storage.engine.url.database)), file)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and every breach that `doctor` found in it."""

    records: int
    breaches: tuple[Breach, ...]


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
    with _opened(url) as storage:
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
def _opened(url: str) -> Any:
    storage = webapp.storage.init(url)
    try:
        yield storage
    finally:
        storage.dispose()


# -- moving to PostgreSQL ---------------------------------------------------------------------------------


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


def copy_to(storage: Storage, url: str, now: datetime, progress: Progress = _quiet) -> Copied:
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
    with _opened(url) as there:
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
