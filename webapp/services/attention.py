"""Who is looking at what, as a courtesy among reviewers. Its law: it is no claim, and keeps nobody from anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, or_, select

from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.storage import Storage
from webapp.storage.models import Attention, Change, ChangeAuthor, UtcTime
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import UnitOfWork

LASTS = timedelta(minutes=10)
"""How long somebody is taken to look at what they have opened."""

THEIRS = select(ChangeAuthor.change_id).where(ChangeAuthor.person_id == bindparam("person"))
OPEN_OF = prepared(
    select(Change.id).where(
        Change.suggestion_id == bindparam("suggestion"), Change.state == "open", Change.id.not_in(THEIRS)
    )
)
END = prepared(  # one's own anew, and whatever is over
    delete(Attention).where(
        or_(Attention.person_id == bindparam("person"), Attention.until <= bindparam("now", type_=UtcTime()))
    )
)
BEGIN = prepared(insert(Attention))


@dataclass(frozen=True, slots=True)
class LookAt:
    """A reviewer has opened a suggestion."""

    suggestion_id: str
    person_id: str


def look_at(storage: Storage, command: LookAt, now: datetime) -> tuple[str, ...]:
    """Note for ten minutes that the person looks at what is open of it by others, and at nothing else any more.

    Gives the ids of those changes. NotAllowed for whoever may not vote.
    """

    def work(uow: UnitOfWork) -> tuple[str, ...]:
        uow.lock_people([command.person_id])  # in two windows at once
        people.require(people.load_actor(uow, command.person_id), "cast_vote", Subject())
        wanted = {"suggestion": command.suggestion_id, "person": command.person_id}
        found = tuple(row.id for row in uow.run(OPEN_OF, wanted))
        uow.run(END, {"person": command.person_id, "now": uow.now})
        if found:
            until = uow.now + LASTS
            uow.run(BEGIN, [{"change_id": id_, "person_id": command.person_id, "until": until} for id_ in found])
        return found

    return storage.transact(work, now)
