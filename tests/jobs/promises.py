"""What tests of the worker share: promised mails, and the rows that hold them."""

from __future__ import annotations

from sqlalchemy import select

from tests.support.world import World
from webapp.storage.models import Outbox
from webapp.storage.unit_of_work import Row


def promise(world: World, number: int = 1) -> None:
    """Promise account mails to Ann."""
    ann = world.person("ann")
    told = {"what": "already_here"}
    for place in range(number):
        world.storage.transact(lambda uow, n=place: uow.outbox("account", f"mail {n}", told, ann), world.now)


def rows(world: World) -> list[Row]:
    """The outbox, in order."""
    return world.all(select(Outbox).order_by(Outbox.id))
