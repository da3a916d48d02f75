"""Ids and locks: an id is made once in the world, in the order of time; rows are locked in the order of their ids."""

from __future__ import annotations

import os
import uuid

import pytest

from tests.support.queries import recorded
from tests.support.world import World
from webapp.domain.errors import NotFound
from webapp.storage import Storage
from webapp.storage.prepared import LONGEST
from webapp.storage.unit_of_work import UnitOfWork, new_id


def test_ids_are_uuids_of_version_7_in_the_order_of_their_making() -> None:
    ids = [new_id() for _ in range(5_000)]
    assert ids == sorted(set(ids))
    assert {uuid.UUID(id_).version for id_ in ids} == {7}


def test_a_forked_child_makes_ids_that_its_parent_never_makes() -> None:
    new_id()
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(theirs, " ".join(new_id() for _ in range(1_000)).encode())
        os._exit(0)
    own = {new_id() for _ in range(1_000)}
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        made = set(pipe.read().split())
    os.waitpid(child, 0)
    assert len(made) == 1_000
    assert not made & own


def test_any_number_of_people_is_locked_with_few_statements_and_who_is_not_there_is_left_out(storage: Storage) -> None:
    world = World(storage)
    people = [world.person(f"p{number}") for number in range(LONGEST + 5)]

    def work(uow: UnitOfWork) -> None:
        found = uow.lock_people([*reversed(people), new_id(), people[0]])
        assert list(found) == sorted(people)

    with recorded(storage.engine) as statements:
        storage.transact(work, world.now)
    assert sum("FROM person" in statement for statement in statements.seen) == 2


def test_to_lock_a_record_a_change_or_a_person_that_is_not_there_is_refused(storage: Storage) -> None:
    world = World(storage)
    record, nobody = world.record(), new_id()

    def work(uow: UnitOfWork) -> None:
        assert set(uow.lock_records([record])) == {record}
        with pytest.raises(NotFound):
            uow.lock_records([record, nobody])
        with pytest.raises(NotFound):
            uow.lock_changes([nobody])
        with pytest.raises(NotFound):
            uow.lock_person(nobody)

    storage.transact(work, world.now)
