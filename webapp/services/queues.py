"""Choices of the queue that people keep by name, for themselves alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from webapp.domain.errors import CapReached, NotEligible, NotFound
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.storage import Storage
from webapp.storage.models import SavedQueue
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import UnitOfWork, new_id

MOST = 12
"""Choices that one person keeps: as many as fit beside the tabs that everybody has."""
LONGEST_NAME = 40

FORGET = prepared(
    delete(SavedQueue).where(SavedQueue.person_id == bindparam("person"), SavedQueue.id == bindparam("queue"))
)
FORGET_NAME = prepared(
    delete(SavedQueue).where(SavedQueue.person_id == bindparam("person"), SavedQueue.name == bindparam("name"))
)
COUNT = prepared(select(func.count()).select_from(SavedQueue).where(SavedQueue.person_id == bindparam("person")))


@dataclass(frozen=True, slots=True)
class SaveQueue:
    """A person keeps a choice of the queue by a name; `query` is that of its address, in one spelling."""

    person_id: str
    name: str
    query: str


def save_queue(storage: Storage, command: SaveQueue, now: datetime) -> None:
    """Keep it, in place of what the person kept by that name.

    Raises NotAllowed, NotEligible (a name that is blank or longer than LONGEST_NAME), CapReached (MOST others).
    """

    def work(uow: UnitOfWork) -> None:
        name = " ".join(command.name.split())
        uow.lock_people([command.person_id])  # or two sent at once would both find room for one
        _require(uow, command.person_id)
        if not 1 <= len(name) <= LONGEST_NAME:
            raise NotEligible("queue_name")
        uow.run(FORGET_NAME, {"person": command.person_id, "name": name})
        if uow.value(COUNT, {"person": command.person_id}) >= MOST:
            raise CapReached("queues_full", limit=MOST)
        values = {"person_id": command.person_id, "name": name, "query": command.query}
        uow.add(SavedQueue, id=new_id(), created_at=uow.now, **values)

    storage.transact(work, now)


def forget_queue(storage: Storage, person_id: str, queue_id: str, now: datetime) -> None:
    """Keep it no longer. NotFound where the person keeps no such choice."""

    def work(uow: UnitOfWork) -> None:
        _require(uow, person_id)
        if not uow.run(FORGET, {"person": person_id, "queue": queue_id}).rowcount:
            raise NotFound(what="queue")

    storage.transact(work, now)


def _require(uow: UnitOfWork, person_id: str) -> None:
    people.require(people.load_actor(uow, person_id), "use_account", Subject(person_id=person_id))
