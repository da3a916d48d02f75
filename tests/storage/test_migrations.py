"""The migrations make exactly the schema that the models, the search index and the triggers declare."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.support.first_schema import old_record
from tests.support.sql import bare
from webapp.domain.hours import packed
from webapp.storage import append_only
from webapp.storage.engine import make_engine
from webapp.storage.migrate import current, upgrade
from webapp.storage.models import (
    Affiliation,
    Base,
    Change,
    ChangeRecord,
    ChangeTag,
    Incident,
    IncidentRecord,
    Link,
    Operation,
    Person,
    Record,
    Stewardship,
    Suggestion,
)
from webapp.storage.search import ENTRY, POSTGRES_DDL, SQLITE_DDL

SQLITE_OBJECTS = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type <> 'table' OR name LIKE 'search%'"
POSTGRES_OBJECTS = (
    "SELECT 'trigger', tgname, tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    " UNION ALL SELECT 'index', indexname, tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " UNION ALL SELECT 'function', proname, '', prosrc FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace"
    " UNION ALL SELECT 'constraint', conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace"
    " UNION ALL SELECT 'sequence', sequencename, '', '' FROM pg_sequences WHERE schemaname = 'public'"
)


@pytest.fixture
def migrated(empty_database_url: str) -> Any:
    upgrade(empty_database_url)
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


def make_fresh(engine: Engine) -> None:
    """The declared schema, without Alembic."""
    dialect = engine.dialect.name
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        for statement in SQLITE_DDL if dialect == "sqlite" else POSTGRES_DDL:
            connection.exec_driver_sql(statement)
        for statement in append_only.statements(dialect):
            connection.exec_driver_sql(statement.replace("%", "%%") if dialect == "postgresql" else statement)


def everything(engine: Engine) -> dict[str, Any]:
    """Tables with their columns, keys and constraints; and every index, trigger and function as it is written."""
    look = inspect(engine)
    tables = [name for name in look.get_table_names() if name != "alembic_version"]
    found: dict[str, Any] = {name: _table(look, name) for name in tables}
    with engine.connect() as connection:
        found["objects"] = _objects(connection)
    return found


def _table(look: Any, name: str) -> Any:
    columns = {
        c["name"]: (
            str(c["type"]),
            c["nullable"],
            c.get("default"),
            bool(c["primary_key"]) if "primary_key" in c else 0,
        )
        for c in look.get_columns(name)
    }
    foreign = sorted((k["name"], k["constrained_columns"], k["referred_table"]) for k in look.get_foreign_keys(name))
    unique = sorted((k["name"], k["column_names"]) for k in look.get_unique_constraints(name))
    return columns, look.get_pk_constraint(name)["constrained_columns"], foreign, unique


def _objects(connection: Connection) -> set[tuple[str, ...]]:
    query = SQLITE_OBJECTS if connection.dialect.name == "sqlite" else POSTGRES_OBJECTS
    rows = connection.execute(text(query))
    return {
        tuple(bare(str(cell)) for cell in row)
        for row in rows
        if "alembic_version" not in str(row)
    }


def test_a_migrated_database_is_what_the_models_declare(migrated: Engine, tmp_path: Any, request: Any) -> None:
    if migrated.dialect.name == "sqlite":
        fresh, url = make_engine(f"sqlite:///{tmp_path / 'fresh.db'}"), None
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create_empty("fresh_schema")
        fresh = make_engine(url)
    make_fresh(fresh)
    try:
        assert everything(migrated) == everything(fresh)
    finally:
        fresh.dispose()
        if url:
            server.drop(url)


def test_a_migrated_database_has_every_append_only_trigger(migrated: Engine) -> None:
    with migrated.connect() as connection:
        assert append_only.missing(connection) == set()
        name = sorted(append_only.names())[0]
        on = "" if migrated.dialect.name == "sqlite" else f" ON {name.removesuffix('_no_delete')}"
        connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
        assert append_only.missing(connection) == {name}


def test_migrating_twice_changes_nothing(migrated: Engine, empty_database_url: str) -> None:
    before = everything(migrated)
    upgrade(empty_database_url)
    assert everything(migrated) == before
    at, newest = current(empty_database_url)
    assert at == newest


def test_a_database_from_before_knows_where_its_places_are(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0001")
    engine = make_engine(empty_database_url)
    document = '{"latitude":"55.975700","longitude":"-3.170000","name":"Hall"}'
    with engine.execution_options(write=True).begin() as connection:
        old_record(connection, "l", "location", document)
        old_record(connection, "n", "location", '{"name":"Nowhere"}')
        old_record(connection, "s", "service", document)
    upgrade(empty_database_url)
    with engine.connect() as connection:
        found = {id_: point for id_, point in connection.execute(select(Record.id, Record.point))}
    engine.dispose()
    assert found == {"l": "55.975700,-3.170000", "n": None, "s": None}


def test_open_changes_from_before_are_found_by_area_and_topic(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0011")
    engine = make_engine(empty_database_url)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with engine.execution_options(write=True).begin() as connection:
        for id_, kind in (("s", "service"), ("low", "taxonomy_term"), ("high", "taxonomy_term")):
            old_record(connection, id_, kind, "{}")
        for of, field, to in (("s", "taxonomy_term_id", "low"), ("low", "parent_id", "high")):
            connection.execute(insert(Link).values(record_id=of, unit=field, field=field, target_id=to))
        found = {"position": 1, "record": "s", "points": "56.320000,-3.010000", "tags": "kservice uall uchighland"}
        tokens = "''" if engine.dialect.name == "sqlite" else "CAST('' AS tsvector)"
        entry = "INSERT INTO search_entry (position, record_id, name, summary, tokens, points, tags)"
        connection.execute(text(f"{entry} VALUES (:position, :record, '', '', {tokens}, :points, :tags)"), found)
        named = {"id": "p", "handle": "p", "display_name": "P", "role": "volunteer", "state": "active", "about": ""}
        connection.execute(insert(Person).values(**named, created_at=at))
        connection.execute(insert(Suggestion).values(id="g", author_id="p", reason="", door="web", created_at=at))
        for id_, state in (("open", "open"), ("done", "applied")):
            fixed = {"type": "edit", "kind": "service", "group": "name", "risk": "low", "payload": "{}", "position": 0}
            numbers = dict.fromkeys(("base_number", "content_version", "policy_version"), 1)
            counts = dict.fromkeys(("amendments", "approvals", "rejects", "settle_attempts"), 0)
            when = {"first_opened_at": at, "opened_at": at, "is_by_newcomer": 1}
            connection.execute(
                insert(Change).values(id=id_, suggestion_id="g", state=state, **fixed, **numbers, **counts, **when)
            )
            connection.execute(insert(ChangeRecord).values(change_id=id_, record_id="s"))
    upgrade(empty_database_url)
    with engine.connect() as connection:
        tags = connection.execute(select(ChangeTag).order_by(ChangeTag.tag)).all()
        areas = connection.execute(select(ENTRY.c.areas)).scalar()
    engine.dispose()
    assert [(row.change_id, row.tag) for row in tags] == [
        ("open", tag) for tag in ("high", "low", "ucfife", "uchighland")
    ]
    assert {tuple(row)[2:] for row in tags} == {(at, "service", "low", 1)}
    assert areas == "ucfife uchighland"


def test_search_rows_from_before_know_when_they_may_be_open(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0016")
    engine = make_engine(empty_database_url)
    rows = {"a": "_h0x9 _h0x10 _hx _kservice hall", "b": "hall", "c": "_h6x23"}
    tokens = ":tokens" if engine.dialect.name == "sqlite" else "array_to_tsvector(string_to_array(:tokens, ' '))"
    entry = text(
        "INSERT INTO search_entry (position, record_id, name, summary, tokens)"
        f" VALUES (:position, :record, '', '', {tokens})"
    )
    with engine.execution_options(write=True).begin() as connection:
        for position, (record, words) in enumerate(rows.items()):
            connection.execute(entry, {"position": position, "record": record, "tokens": words})
    upgrade(empty_database_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT record_id, hours FROM search_entry ORDER BY record_id")).all()
    engine.dispose()
    assert [tuple(row) for row in found] == [
        ("a", packed({"h0x9", "h0x10", "hx"})),
        ("b", ""),
        ("c", packed({"h6x23"})),
    ]


def test_stewardships_from_before_are_kept_and_may_have_a_second_term(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0003")
    engine = make_engine(empty_database_url)
    at, later = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    tied = {"person_id": "p", "since": at, "ended_at": None}
    with engine.execution_options(write=True).begin() as connection:
        old_record(connection, "o", "organization", '{"name":"Trust"}')
        named = {"id": "p", "handle": "p", "display_name": "P", "role": "volunteer", "state": "active", "about": ""}
        connection.execute(insert(Person).values(**named, created_at=at))
        connection.execute(insert(Stewardship).values(id="s", record_id="o", is_official=1, **tied))
        connection.execute(insert(Affiliation).values(id="a", organization_id="o", **tied))
        connection.execute(insert(Affiliation).values(id="b", organization_id="o", **tied))
    upgrade(empty_database_url)
    with engine.execution_options(write=True).begin() as connection:
        ended = connection.execute(select(Affiliation.id, Affiliation.ended_at).order_by(Affiliation.id)).all()
        assert [tuple(row) for row in ended] == [("a", None), ("b", at)]
        connection.execute(update(Stewardship).values(ended_at=later))
        again = {"id": "t", "person_id": "p", "record_id": "o", "is_official": 0, "since": later, "ended_at": None}
        connection.execute(insert(Stewardship).values(again))
        assert sorted(connection.execute(select(Stewardship.id)).scalars()) == ["s", "t"]
    with pytest.raises(IntegrityError), engine.execution_options(write=True).begin() as connection:
        connection.execute(insert(Stewardship).values({**again, "id": "u"}))
    engine.dispose()


def test_a_roll_back_that_was_under_way_goes_on_from_rows(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0005")
    engine = make_engine(empty_database_url)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with engine.execution_options(write=True).begin() as connection:
        for record in ("o", "q"):
            old_record(connection, record, "organization", '{"name":"Trust"}')
        named = {"id": "p", "handle": "p", "display_name": "P", "role": "moderator", "state": "active", "about": ""}
        connection.execute(insert(Person).values(**named, created_at=at))
        plan = '[["o",["x"],[]],["q",["y","z"],["name"]]]'
        running = {"id": "r", "type": "roll_back", "actor_id": "p", "reason": "lies", "state": "running"}
        connection.execute(insert(Operation).values(**running, plan=plan, total=2, done=1, created_at=at))
    upgrade(empty_database_url)
    with engine.connect() as connection:
        assert connection.execute(select(Incident.id, Incident.operation_id, Incident.person_id)).all() == [
            ("r", "r", "p")
        ]
        rows = connection.execute(select(IncidentRecord)).all()
        assert [(row.record_id, row.tainted, row.chosen, row.state) for row in rows] == [
            ("q", '["y", "z"]', '["name"]', "waiting")
        ]
    engine.dispose()


def test_what_newcomers_have_open_from_before_is_marked(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0005")
    engine = make_engine(empty_database_url)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    people = (("new", "volunteer"), ("old", "volunteer"), ("rita", "reviewer"))
    of_new = (("a", "new", "web", "open"), ("e", "new", "import", "open"), ("f", "new", "web", "rejected"))
    of_others = (("b", "old", "web", "open"), ("c", "old", "web", "applied"), ("d", "rita", "web", "open"))
    numbers = ("position", "base_number", "content_version", "amendments", "policy_version")
    fixed = {
        **dict.fromkeys((*numbers, "approvals", "rejects", "settle_attempts"), 0),
        **{"type": "edit", "kind": "service", "group": "name", "payload": "{}", "risk": "low"},
        **{"first_opened_at": at, "opened_at": at},
    }
    with engine.execution_options(write=True).begin() as connection:
        for id_, role in people:
            named = {"id": id_, "handle": id_, "display_name": id_, "role": role, "state": "active", "about": ""}
            connection.execute(insert(Person).values(**named, created_at=at))
        for id_, author, door, state in (*of_new, *of_others):
            connection.execute(
                insert(Suggestion).values(id=id_, author_id=author, reason="", door=door, created_at=at)
            )
            connection.execute(insert(Change).values(id=id_, suggestion_id=id_, state=state, **fixed))
    upgrade(empty_database_url)
    with engine.connect() as connection:
        marked = connection.execute(select(Change.id).where(Change.is_by_newcomer == 1)).scalars().all()
    engine.dispose()
    assert marked == ["a"]
