"""Databases to measure on, filled once and kept in `bench/data`; what writes gets a copy of its own.

Its law: both sizes hold the same people and the same open suggestions; only the number of records differs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench import country as country_of
from bench import town
from webapp.config import Settings
from webapp.domain.roles import Role
from webapp.services import suggest, vocabulary
from webapp.services.account import add_person
from webapp.services.revise import Fresh, Writing, create_records, start_operation
from webapp.storage import Storage, init, migrate
from webapp.storage.models import Mode, Person
from webapp.storage.unit_of_work import UnitOfWork, new_id

ROOT = Path(__file__).resolve().parents[1]
TOWN = Path(town.__file__)
DATA = Path(__file__).resolve().parent / "data"
NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
FILLED = NOW - timedelta(days=30)
SUGGESTED = NOW - timedelta(days=1)
AUTHORS, REVIEWERS, MODERATORS = 10, 40, 10
AT_ONCE = 200  # records of one transaction
LAYOUT = 1  # raised when what this module writes changes: databases that are kept are made anew then


@dataclass(frozen=True, slots=True)
class Filled:
    """One filled database file."""

    file: Path
    records: int

    def open(self) -> Storage:
        """Its storage; to be disposed of."""
        return init(url_of(self.file))

    @contextmanager
    def copy(self) -> Iterator[Path]:
        """A copy that may be written to, gone after the block.

        It is on the disk before anything is measured: the first checkpoint would else wait for half a gigabyte of the
        copying's own.
        """
        with tempfile.TemporaryDirectory(dir=self.file.parent, prefix="copy-") as folder:
            copy = Path(folder) / "bench.db"
            shutil.copyfile(self.file, copy)
            with copy.open("rb+") as written:
                os.fsync(written.fileno())
            yield copy


def url_of(file: Path) -> str:
    """The database URL of a file."""
    return f"sqlite:///{file}"


def settings_for(file: Path) -> Settings:
    """Settings of an installation on a database file."""
    return settings_at(url_of(file))


def settings_at(url: str) -> Settings:
    """Settings of an installation on a database."""
    environ = {
        "WELLKEPT_DATABASE_URL": url,
        "WELLKEPT_INSTANCE": str(DATA / "instance"),
        "WELLKEPT_PUBLIC_URL": "http://localhost",
        "WELLKEPT_SECRET_KEY": "bench-" * 8,
    }
    return Settings.from_environ(environ, ROOT)


def filled(records: int, suggestions: int) -> Filled:
    """The database with so many records and open suggestions, made now if it is not kept."""
    file = kept(f"{records}-{suggestions}", [TOWN])
    if not file.exists():
        make(file, town.records(records), records, suggestions)
    return Filled(file, records)


def country(services: int) -> Filled:
    """The database of a country with so many services, made now if it is not kept: 1,000,000 take half an hour."""
    file = kept(f"country-{services}", [Path(country_of.__file__)])
    if not file.exists():
        records = services + country_of.organizations_of(services) + country_of.places_of(services)
        make(file, country_of.records(services), records, 0)
    return Filled(file, services)


def kept(name: str, sources: Sequence[Path]) -> Path:
    """Where a database is kept that these files make; those of its name that were made otherwise are thrown away."""
    DATA.mkdir(exist_ok=True)
    file = DATA / f"{name}-{_fingerprint(sources)}.db"
    for old in DATA.glob(f"{name}-*"):
        if not old.name.startswith(file.stem):
            old.unlink()
    return file


def _fingerprint(sources: Sequence[Path]) -> str:
    digest = hashlib.sha256(str(LAYOUT).encode())
    for path in (*sources, *sorted((ROOT / "migrations" / "versions").glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def make(
    file: Path,
    records: Iterator[Fresh],
    count: int,
    suggestions: int,
    then: Callable[[Path], None] = lambda _file: None,
) -> None:
    """Fill a new database with records and open suggestions, and let `then` add to it before it counts as made."""
    half = file.with_suffix(".half")
    for rest in file.parent.glob(half.name + "*"):
        rest.unlink()
    migrate.upgrade(url_of(half))
    storage = init(url_of(half))
    try:
        made = begin(storage, records, count, bool(suggestions))
        if suggestions:
            _suggestions(storage, made, suggestions)
        vocabulary.refresh(storage, NOW)
    finally:
        storage.dispose()
    then(half)
    with closing(sqlite3.connect(half)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=wal")
    half.rename(file)
    for rest in file.parent.glob(half.name + "*"):
        rest.unlink()


def begin(storage: Storage, records: Iterator[Fresh], count: int, is_to_change: bool = False) -> list[Fresh]:
    """The people and the records of a new directory; gives the services where they are to be changed."""
    _people(storage)
    return _records(storage, records, count, is_to_change)


def _people(storage: Storage) -> None:
    def work(uow: UnitOfWork) -> None:
        uow.add(Mode, id=new_id(), mode="full", active_reviewers=REVIEWERS, since=uow.now)
        for role, count in ((Role.TRUSTED, AUTHORS), (Role.REVIEWER, REVIEWERS), (Role.MODERATOR, MODERATORS)):
            for number in range(count):
                handle = f"{role.value}-{number}"
                add_person(uow, f"{handle}@people.example", handle.title(), None, role, handle, True)

    storage.transact(work, FILLED)


def _records(storage: Storage, source: Iterator[Fresh], count: int, is_to_change: bool) -> list[Fresh]:
    """Write the records; gives services that may be changed, spread over all of them."""
    done, services = 0, []
    while chunk := list(islice(source, AT_ONCE)):
        html: dict[str, str] = {}
        for one in chunk:
            html |= suggest.rendered_texts(one.kind, [one.document]) if len(one.document) > 12 else {}

        def work(uow: UnitOfWork, chunk: list[Fresh] = chunk, html: dict[str, str] = html) -> None:
            suggest.keep_html(uow, html)
            operation = start_operation(uow, "import", None, "bench", total=len(chunk))
            documents = [Fresh(one.id, one.kind, suggest.checked(one.kind, one.document)) for one in chunk]
            create_records(uow, documents, Writing(operation, "import", None, "Added"))

        storage.transact(work, FILLED)
        if is_to_change:
            services += [one for one in chunk if one.kind.name == "service" and one.document["name"] != town.BIG]
        done += len(chunk)
        if sys.stderr.isatty():
            print(f"\r  filling: {done:,} of {count:,} records", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    return services


def _suggestions(storage: Storage, services: list[Fresh], count: int) -> None:
    """Open suggestions, each on a service of its own: a low-risk change that two reviewers apply."""
    authors = [id_ for _, id_ in people_of(storage, Role.TRUSTED)]
    step = len(services) // count
    assert step, "more suggestions than services"
    for number in range(count):
        one = services[number * step]
        document = {**one.document, "summary": f"Changed for the better, number {number}."}
        author = authors[number % len(authors)]
        command = suggest.SuggestChange(author, one.id, 1, document, "they told me", door="web")
        suggest.suggest_change(storage, command, SUGGESTED + timedelta(seconds=number))


def people_of(storage: Storage, role: Role) -> list[tuple[str, str]]:
    """(handle, id) of everybody of a role."""
    table = Person.__table__
    with storage.read() as connection:
        query = table.select().where(table.c.role == role.value).order_by(table.c.handle)
        return [(row.handle, row.id) for row in connection.execute(query)]
