"""Upkeep: the index is made anew, copies are whole, and what is moved or restored is sound."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

import webapp.storage
from tests.support.first_schema import old_record
from tests.support.world import START, World
from webapp.domain.geo import Point
from webapp.domain.needs import understand
from webapp.richtext import RENDERER_VERSION
from webapp.services import redact, upkeep, vocabulary
from webapp.services.doctor import doctor
from webapp.services.suggest import keep_html, text_hash
from webapp.storage import Storage, migrate
from webapp.storage.engine import make_engine
from webapp.storage.models import Base, Comment, Counter, Event, Person, Record, Rendered
from webapp.storage.search import Near
from webapp.storage.unit_of_work import new_id

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL has its own tools
ONLY_POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # and is refused politely


@pytest.fixture
def town(world: World) -> World:
    """A world with records, a decided change, a redaction and one that waits."""
    organization = world.record("organization", name="Harbour Trust")
    record = world.record(description="Soup **today**, ask Jane Smith", organization_id=organization)
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company, ask Jane Smith")
    world.approve(change, "rita", "rob")
    command = redact.Mask(record, world.person("mo", "moderator"), "A private name", value="Jane Smith")
    redact.mask(world.storage, command, world.now)
    world.suggest(world.person("ann"), record, summary="Lunch")
    vocabulary.refresh(world.storage, world.now)
    return world


def found(storage: Storage, words: str) -> list[str]:
    with storage.read() as connection:
        return [hit.record_id for hit in storage.search.query(connection, understand(words))]


# -- reindex ----------------------------------------------------------------------------------------------


def test_reindexing_mends_search_rows_and_html(town: World) -> None:
    (record,) = found(town.storage, "soup lunch")

    def spoil(uow: Any) -> None:
        uow.run(text("UPDATE search_entry SET name = 'nothing', summary = ''"))
        uow.search.delete(uow.connection, record)
        uow.search.upsert(uow.connection, new_id(), _entry())
        uow.run(update(Rendered).values(renderer_version=0, html="old"))
        uow.run(delete(Rendered).where(Rendered.renderer_version == RENDERER_VERSION))

    town.storage.transact(spoil, town.now)
    assert doctor(town.storage) != []
    told: list[tuple[str, int]] = []
    done = upkeep.reindex(town.storage, town.now, lambda what, count: told.append((what, count)))
    assert done.records == 2
    assert told == [("records", 2)]
    assert doctor(town.storage) == []
    assert found(town.storage, "soup lunch") == [record]
    html = town.all(select(Rendered.html).where(Rendered.text_hash == text_hash(town.document(record)["description"])))
    assert [row.html for row in html] == ["<p>Soup and company, ask [redacted]</p>"]


def _entry() -> Any:
    from webapp.domain.search_text import SearchText

    return SearchText("stray")


@ONLY_SQLITE
def test_reindexing_mends_a_full_text_index_that_forgot(town: World) -> None:
    town.storage.transact(
        lambda uow: uow.run(text("INSERT INTO search_words (search_words) VALUES ('delete-all')")), town.now
    )
    assert found(town.storage, "soup") == []
    upkeep.reindex(town.storage, town.now)
    assert len(found(town.storage, "soup")) == 1
    assert doctor(town.storage) == []


def test_reindexing_renders_old_comments_anew(town: World) -> None:
    def comment(uow: Any) -> None:
        suggestion = uow.value(text("SELECT id FROM suggestion LIMIT 1"))
        words = {"text": "so *true*", "html": "old", "renderer_version": 0}
        other = {"created_at": uow.now, "hidden_at": None, "hidden_by": None}
        uow.add(Comment, id=new_id(), suggestion_id=suggestion, person_id=town.person("ann"), **words, **other)
        keep_html(uow, {"a" * 64: "kept"})

    town.storage.transact(comment, town.now)
    assert upkeep.reindex(town.storage, town.now).comments == 1
    assert town.one(select(Comment.html)).html == "<p>so <em>true</em></p>"
    assert upkeep.reindex(town.storage, town.now).comments == 0


# -- backup and restore -----------------------------------------------------------------------------------


@ONLY_SQLITE
def test_a_backup_restores_to_the_same_directory(town: World, tmp_path: Path) -> None:
    upkeep.backup(town.storage, tmp_path / "b.db")
    assert stat.S_IMODE((tmp_path / "b.db").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.glob("b.db*")] == ["b.db"]
    url = f"sqlite:///{tmp_path / 'new.db'}"
    restored = upkeep.restore(tmp_path / "b.db", url, town.now)
    assert restored == upkeep.Restored(2, ())
    there = webapp.storage.init(url)
    assert rows_of(there) == rows_of(town.storage)
    there.dispose()


@ONLY_SQLITE
def test_a_backup_of_an_older_schema_is_found_by_what_the_newest_knows(town: World, tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'old.db'}", "0001")
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.execution_options(write=True).begin() as connection:
        old_record(connection, "l", "location", '{"latitude":"55.975700","longitude":"-3.170000","name":"Hall"}')
    engine.dispose()
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert upkeep.restore(tmp_path / "old.db", url, town.now).records == 1
    there = webapp.storage.init(url)
    with there.read() as connection:
        (hit,) = there.search.query(connection, understand("hall"), near=Near(Point(55.9757, -3.17)))
    assert hit.away == 0
    there.dispose()


@ONLY_SQLITE
def test_a_backup_under_writes_is_of_one_moment(town: World, tmp_path: Path) -> None:
    stop = threading.Event()

    def keep_writing() -> None:
        while not stop.is_set():
            town.record(name="Another lunch club")

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        for number in range(3):
            upkeep.backup(town.storage, tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    counts = []
    for number in range(3):
        restored = upkeep.restore(tmp_path / f"{number}.db", f"sqlite:///{tmp_path / f'r{number}.db'}", town.now)
        assert restored.breaches == ()
        counts.append(restored.records)
    assert counts == sorted(counts)
    assert counts[-1] <= len(town.all(select(Record.id)))


@ONLY_SQLITE
def test_a_damaged_history_is_named_when_it_is_restored(town: World, tmp_path: Path) -> None:
    upkeep.backup(town.storage, tmp_path / "b.db")
    connection = sqlite3.connect(tmp_path / "b.db")
    connection.execute("DROP TRIGGER revision_no_update")
    connection.execute("UPDATE revision SET summary = 'nothing to see'")
    connection.commit()
    connection.close()
    codes = {b.code for b in upkeep.restore(tmp_path / "b.db", f"sqlite:///{tmp_path / 'n.db'}", town.now).breaches}
    assert codes == {"chain_hash", "trigger"}


@ONLY_SQLITE
def test_nothing_is_overwritten(town: World, tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("mine")
    with pytest.raises(upkeep.Unfit, match="exists already"):
        upkeep.backup(town.storage, tmp_path / "b.db")
    assert (tmp_path / "b.db").read_text() == "mine"


@pytest.mark.parametrize("held", [b"not a database at all " * 100, None, b""])
def test_what_is_no_backup_is_refused_and_leaves_nothing(tmp_path: Path, held: bytes | None) -> None:
    file = tmp_path / "b.db"
    if held is not None:
        file.write_bytes(held)
    with pytest.raises(upkeep.Unfit):
        upkeep.restore(file, f"sqlite:///{tmp_path / 'new.db'}", START)
    assert list(tmp_path.glob("new*")) == []


@ONLY_POSTGRES
def test_postgresql_is_backed_up_by_its_own_tool(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(upkeep.Unfit, match="pg_dump"):
        upkeep.backup(storage, tmp_path / "b.dump")
    with pytest.raises(upkeep.Unfit, match="SQLite"):
        upkeep.restore(tmp_path / "b.dump", str(storage.url), START)


# -- moving to PostgreSQL ---------------------------------------------------------------------------------


@pytest.fixture
def there(postgres_server: Any) -> Iterator[str]:
    """The URL of a PostgreSQL database without tables."""
    url = postgres_server.create_empty("moved_here")
    yield url
    postgres_server.drop(url)


def rows_of(storage: Storage) -> dict[str, list[str]]:
    """Every row of every table, sorted; but for the count of what pages show, which an index made anew moves."""
    with storage.read() as connection:
        tables = Base.metadata.sorted_tables
        rows = {t.name: sorted(str(tuple(row)) for row in connection.execute(select(t))) for t in tables}
    return {**rows, "counter": [row for row in rows["counter"] if "shown" not in row]}


@ONLY_SQLITE
def test_everything_moves_to_postgresql_and_goes_on_there(town: World, there: str) -> None:
    copied = upkeep.copy_to(town.storage, there, town.now)
    assert copied.breaches == ()
    assert (copied.rows["record"], copied.rows["redaction"]) == (2, 1)
    moved = webapp.storage.init(there)
    try:
        assert rows_of(moved) == rows_of(town.storage)
        world = World(moved)
        world.now, world.people = town.now, town.people
        before = world.one(select(Counter.value).where(Counter.name == "event")).value
        (record,) = found(moved, "soup lunch")
        (change,) = world.suggest(world.person("ann"), record, description="Soup and good company, ask [redacted]")
        assert world.approve(change, "rita", "rob") == "applied"
        assert world.all(select(Event.seq).where(Event.seq == before + 1)) != []
        assert doctor(moved) == []
        with pytest.raises(upkeep.Unfit, match="not empty"):
            upkeep.copy_to(town.storage, there, town.now)
    finally:
        moved.dispose()


@ONLY_SQLITE
def test_what_postgresql_does_not_take_moves_nothing(town: World, there: str) -> None:
    town.storage.transact(lambda uow: uow.run(update(Person).values(about="a\x00b")), town.now)
    with pytest.raises(upkeep.Unfit, match="person"):
        upkeep.copy_to(town.storage, there, town.now)
    moved = webapp.storage.init(there)
    assert {name for name, rows in rows_of(moved).items() if rows} == {"counter"}
    moved.dispose()


@ONLY_SQLITE
def test_only_postgresql_is_moved_to(town: World, tmp_path: Path) -> None:
    with pytest.raises(upkeep.Unfit, match="backup"):
        upkeep.copy_to(town.storage, f"sqlite:///{tmp_path / 'x.db'}", town.now)


@ONLY_POSTGRES
def test_postgresql_is_not_moved_from(storage: Storage, there: str) -> None:
    with pytest.raises(upkeep.Unfit, match="pg_dump"):
        upkeep.copy_to(storage, there, World(storage).now)
