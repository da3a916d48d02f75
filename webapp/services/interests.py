"""The areas and topics that people look after in the queue, for themselves alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from webapp.domain.errors import CapReached
from webapp.domain.permissions import Subject
from webapp.gazetteer.areas import all_areas
from webapp.services import people
from webapp.storage import Storage
from webapp.storage.models import Interest, Record
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import UnitOfWork

MOST = 10
"""Areas that one person chooses, and topics: the queue asks for each by itself."""
FORGET = prepared(delete(Interest).where(Interest.person_id == bindparam("person")))
ADD = prepared(insert(Interest))
TERMS = prepared(
    select(Record.id).where(
        Record.id.in_(bindparam("ids", expanding=True)),
        Record.kind == "taxonomy_term",
        Record.status == "active",
    )
)


@dataclass(frozen=True, slots=True)
class ChooseInterests:
    """A person looks after these areas (by their tags) and topics (by the ids of their categories), and no others."""

    person_id: str
    areas: frozenset[str]
    topics: frozenset[str]


def choose_interests(storage: Storage, command: ChooseInterests, now: datetime) -> None:
    """Keep them in place of those before; what nobody knows is left out.

    Raises NotAllowed, and CapReached for more than MOST of either.
    """

    def work(uow: UnitOfWork) -> None:
        who = command.person_id
        uow.lock_people([who])  # or two sent at once would both add theirs
        people.require(people.load_actor(uow, who), "use_account", Subject(person_id=who))
        areas = command.areas & all_areas().keys()
        for chosen in (areas, command.topics):
            if len(chosen) > MOST:
                raise CapReached("interests_full", limit=MOST)
        topics = {row.id for row in uow.run(TERMS, {"ids": sorted(command.topics)})} if command.topics else set()
        uow.run(FORGET, {"person": who})
        rows = [(tag, 0) for tag in sorted(areas)] + [(id_, 1) for id_ in sorted(topics)]
        if rows:
            uow.run(ADD, [{"person_id": who, "tag": tag, "is_topic": is_topic} for tag, is_topic in rows])

    storage.transact(work, now)
