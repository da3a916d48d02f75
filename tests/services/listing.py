"""Lists of services as their tests make them: whose they are, what stands on them."""


from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.support.world import World
from webapp.services import lists
from webapp.services.lists import Made, Maker
from webapp.storage.models import ServiceList
from webapp.storage.queries.lists import entries_of, find_list

VISITOR = Maker()


def begin(world: World, maker: Maker = VISITOR, record: str | None = None, name: str = "For Mum") -> Made:
    """A new list."""
    return lists.make_list(world.storage, maker, name, record, world.now)


def with_key(made: Made) -> Maker:
    """The browser in which it was made."""
    return Maker(None, made.key)


def names(world: World, made: Made) -> list[str]:
    """What stands on it, as its page shows it."""
    with world.storage.read() as connection:
        found = find_list(connection, made.code, world.now)
        return [] if found is None else [one.row.name for one in entries_of(connection, found.id)]


def row(world: World, made: Made) -> Any:
    """Its row."""
    return world.one(select(ServiceList).where(ServiceList.code == made.code))


def add(world: World, made: Made, record: str, maker: Maker | None = None) -> bool:
    """Put a service on it."""
    return lists.add_entry(world.storage, made.code, maker or with_key(made), record, world.now)
