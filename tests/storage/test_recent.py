"""Recent changes: narrowed, by number, and never by looking at more than a window of them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.services.moderating import described
from tests.support.queries import recorded
from tests.support.world import World
from webapp.services import history, incidents, patrol
from webapp.services.revise import Writing, start_operation, write_revision
from webapp.storage import Storage
from webapp.storage.queries import recent as queries
from webapp.storage.queries.recent import Recent, Wanted
from webapp.storage.unit_of_work import UnitOfWork


@pytest.fixture
def world(storage: Storage) -> World:
    """A world with the full rules in force."""
    made = World(storage)
    made.full_rules()
    return made


def look(world: World, limit: int = 50, before: int | None = None, viewer: str = "", **wanted: str) -> Recent:
    with world.storage.read() as connection:
        who = queries.person_called(connection, wanted["by"]) if "by" in wanted else None
        start = queries.newest_seq(connection) + 1 if before is None else before
        return queries.recent(
            connection,
            Wanted(**wanted),
            start,
            limit,
            actor_id=who.id if who else None,
            viewer_id=viewer,
        )


def told(found: Recent) -> list[str]:
    return [f"{row.name} {row.number}" for row in found.rows]


@pytest.fixture
def lively(world: World) -> World:
    """An import of two; a change of the first by Ann, applied; one by Bea of a place, applied and taken back."""
    first = world.record(name="First", description="Soup")
    place = world.record("location", name="Place", location_type="physical")
    world.approve(world.suggest(world.person("ann"), first, description="Soup and company")[0], "rita", "rob")
    (change,) = world.suggest(world.person("bea"), place, description="A hall by the sea")
    world.approve(change, "rita", "rob")
    world.town = {"first": first, "place": place, "change": change}
    take_back(world, place, 2)
    return world


def take_back(world: World, record: str, number: int) -> None:
    seen = world.row(record).newest_number
    command = history.RevertRevision(record, number, world.person("mo", "moderator"), seen, "no")
    history.revert_revision(world.storage, command, world.now)


FILTERS: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["Place 3", "Place 2", "First 2", "Place 1", "First 1"]),
    ({"kind": "location"}, ["Place 3", "Place 2", "Place 1"]),
    ({"risk": "low"}, ["Place 2", "First 2"]),
    ({"risk": "destructive"}, []),
    ({"author": "new"}, ["Place 2", "First 2"]),
    ({"reverted": "yes"}, ["Place 2"]),
    ({"reverted": "no"}, ["Place 3", "First 2", "Place 1", "First 1"]),
    ({"by": "ann"}, ["First 2"]),
    ({"imported": "yes"}, ["Place 1", "First 1"]),
    ({"imported": "no"}, ["Place 3", "Place 2", "First 2"]),
    ({"looked": "no"}, ["Place 2", "First 2"]),
    ({"looked": "yes"}, []),
    ({"kind": "location", "risk": "low", "author": "new", "reverted": "yes", "by": "bea"}, ["Place 2"]),
    ({"kind": "service", "by": "bea"}, []),
]


def test_each_filter_leaves_what_it_names_and_nothing_else(lively: World) -> None:
    assert [(wanted, told(look(lively, **wanted))) for wanted, _ in FILTERS] == FILTERS


def test_an_area_has_what_is_there_now_and_what_is_for_people_there(lively: World) -> None:
    hall = lively.record("location", name="Hall", location_type="physical", latitude="56.320000", longitude="-3.010000")
    place = {"id": "00000000-0000-4000-8000-000000000001", "order": 0, "location_id": hall}
    lively.record(name="Lunch", places=[place])
    lively.record(name="Bus", service_areas=[{"id": place["id"], "order": 0, "name": "Fife"}])
    lively.record(name="Line", service_areas=[{"id": place["id"], "order": 0, "name": "Scotland"}])
    assert told(look(lively, area="ucfife")) == ["Bus 1", "Lunch 1", "Hall 1"]
    assert told(look(lively, area="ucfife", kind="location")) == ["Hall 1"]
    assert told(look(lively, area="uchighland")) == told(look(lively, area="ucf")) == []
    with lively.storage.read() as connection:
        assert queries.newer(connection, Wanted(area="ucfife"), 0) == 3


def test_what_a_moderator_has_looked_at_is_told_from_what_nobody_has(lively: World) -> None:
    command = patrol.PatrolChange(lively.town["change"], lively.person("mo"))
    patrol.patrol_change(lively.storage, command, lively.now)
    assert told(look(lively, looked="yes")) == ["Place 2"]
    assert told(look(lively, looked="no")) == ["First 2"]
    assert [row.patroller for row in look(lively).rows] == [None, "Mo", None, None, None]


def test_what_was_taken_back_of_an_import_is_that_record_alone(world: World) -> None:
    """One operation wrote a second revision of both; one record is rolled back to its first."""
    ids = [world.record(name="First"), world.record(name="Second")]

    def write(uow: UnitOfWork) -> None:
        operation = start_operation(uow, "import", None, "test")
        for row in uow.lock_records(ids).values():
            text_ = {**world.document(row.id), "description": "Soup"}
            write_revision(uow, row, text_, Writing(operation, "import", None, "From a file"))

    world.storage.transact(write, world.now)
    command = history.RollBackRecord(ids[0], 1, world.person("mo", "moderator"), 2, "no")
    history.roll_back_record(world.storage, command, world.now)
    assert told(look(world, reverted="yes")) == ["First 2"]


def test_undoing_that_was_undone_counts_no_more(lively: World) -> None:
    undoing = look(lively).rows[0]
    with lively.storage.read() as connection:
        operation = connection.execute(
            text("SELECT operation_id FROM revision WHERE id = :id"), {"id": undoing.id}
        ).scalar()
    incident = incidents.Incident(operation_id=operation)
    incidents.roll_back_incident(
        lively.storage, incidents.RollBackIncident(incident, lively.person("mo"), "it was right"), lively.now
    )
    assert told(look(lively, reverted="yes")) == ["Place 3"]


def test_pages_follow_each_other_without_a_gap(lively: World) -> None:
    whole, seen, before = told(look(lively)), [], None
    for _ in range(5):
        page = look(lively, 1, before)
        seen += told(page)
        before = page.before
    assert (seen, before) == (whole, None)
    assert told(look(lively, 1, by="mo")) == ["Place 3"]


def test_a_page_looks_no_further_than_its_window_and_says_where_it_stopped(
    lively: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "WINDOW", 2)
    page = look(lively, imported="yes")
    pages = 1
    assert (page.rows, page.is_whole) == ((), False)
    found: list[str] = []
    while page.before is not None:
        page = look(lively, before=page.before, imported="yes")
        found += told(page)
        pages += 1
    assert found == ["Place 1", "First 1"]
    assert pages > 2


def test_the_window_of_a_person_is_of_their_own_changes(world: World) -> None:
    _, change = described(world)
    world.approve(change, "rita", "rob")
    for _ in range(3):
        world.record(name="Another")
    assert told(look(world, by="ann")) == ["Harbour Soup Lunch 2"]


def test_newer_changes_are_counted_as_they_would_be_shown(lively: World) -> None:
    def newer(after: int, **wanted: str) -> int:
        with lively.storage.read() as connection:
            return queries.newer(connection, Wanted(**wanted), after)

    assert newer(0) == 5
    assert [newer(0, by=handle) for handle in ("ann", "nobody")] == [1, 0]
    assert [newer(0, kind="location"), newer(0, reverted="yes")] == [3, 1]
    newest = look(lively).rows[0].seq
    assert (newer(newest), newer(newest - 1)) == (0, 1)


def test_what_a_newcomer_suggested_stays_so_and_what_came_after_the_first_applied_change_is_not(world: World) -> None:
    record, change = described(world)
    world.approve(change, "rita", "rob")
    (later,) = world.suggest(world.person("ann"), record, description="Soup and tea")
    world.approve(later, "rita", "rob")
    assert told(look(world)) == ["Harbour Soup Lunch 3", "Harbour Soup Lunch 2", "Harbour Soup Lunch 1"]
    assert told(look(world, author="new")) == ["Harbour Soup Lunch 2"]


def test_own_changes_are_told_from_those_of_others_whoever_had_a_part_in_them(lively: World) -> None:
    assert [bool(row.is_own) for row in look(lively, viewer=lively.person("bea")).rows] == [
        False, True, False, False, False
    ]  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_window_is_read_by_number_and_a_persons_by_their_own_index(storage: Storage, world: World) -> None:
    wanted = Wanted("service", "low", "yes", "no", "ann", "no", "no")
    plans = []
    with storage.read() as connection, recorded(storage.engine) as statements:
        queries.recent(connection, wanted, 5000, 50)
        queries.recent(connection, wanted, 5000, 50, actor_id="x")
        for statement in list(statements.seen):
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("x",) * statement.count("?"))
            plans.append([row[3] for row in rows])
    assert plans[0][0] == "SEARCH event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
    assert ["ix_event_actor_id_seq" in plan[0] for plan in plans] == [False, True, True]
    assert not [line for plan in plans for line in plan if "SCAN" in line or "TEMP B-TREE" in line]
