"""What is open about a record is counted by itself, however much was ever changed on it."""

from __future__ import annotations

import pytest

from tests.support.queries import recorded
from tests.support.world import World
from webapp.services import suggest
from webapp.storage import Storage
from webapp.storage.queries.browse import find_by_id, find_record, stamp


@pytest.fixture
def world(storage: Storage) -> World:
    """A world with the full rules in force."""
    made = World(storage)
    made.full_rules()
    return made


def open_on(world: World, record: str) -> int:
    with world.storage.read() as connection:
        return int(find_by_id(connection, record).open_changes)


def test_its_own_changes_count_and_those_that_would_merge_another_into_it(world: World) -> None:
    lunch, soup, other = (world.record(name=name) for name in ("Lunch", "Soup", "Tea"))
    ann = world.person("ann")
    world.suggest(ann, lunch, description="Warm food for everybody")
    (ended,) = world.suggest(ann, lunch, summary="Warm food")
    world.withdraw(ann, ended)
    world.suggest(ann, other, description="Tea for everybody")
    merge = suggest.SuggestLifecycle(ann, soup, "merge", "the same", lunch)
    suggest.suggest_lifecycle(world.storage, merge, world.now)
    assert [open_on(world, one) for one in (lunch, soup, other)] == [2, 1, 1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_that_ended_is_read_for_it(world: World) -> None:
    world.record(name="Lunch")
    with world.storage.read() as connection, recorded(world.storage.engine) as statements:
        find_record(connection, "service", "lunch")
        stamp(connection, "service", "lunch")
        plans = [
            [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", ("x",) * one.count("?"))]
            for one in list(statements.seen)
            if "change" in one
        ]
    assert len(plans) == 2
    for plan in plans:
        told = "\n".join(plan)
        assert "ix_change_record_id_state (record_id=? AND state=?)" in told
        assert "ix_change_open_merge" in told
        assert "ix_change_record_record_id" not in told
