"""Rows of records and people set as a test needs them, past every service."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from tests.support.world import World
from webapp.storage.models import Person, Record


def set_record(world: World, record: str, **values: Any) -> None:
    """Set columns of a record's row."""
    world.storage.transact(lambda uow: uow.run(update(Record).where(Record.id == record).values(**values)), world.now)


def set_person(world: World, person: str, **values: Any) -> None:
    """Set columns of a person's row."""
    world.storage.transact(lambda uow: uow.run(update(Person).where(Person.id == person).values(**values)), world.now)
