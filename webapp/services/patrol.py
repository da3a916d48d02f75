"""Patrol: a moderator has looked at an applied change. A mark and no more: it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from webapp.domain.errors import NotEligible
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.services.judge import authors_of
from webapp.services.moderation_log import log
from webapp.storage import Storage
from webapp.storage.models import Patrol
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import UnitOfWork

MARK = prepared(select(Patrol.person_id).where(Patrol.change_id == bindparam("change")))


@dataclass(frozen=True, slots=True)
class PatrolChange:
    """A moderator has looked at an applied change, and leaves it as it is."""

    change_id: str
    actor_id: str
    note: str = ""


def patrol_change(storage: Storage, command: PatrolChange, now: datetime) -> bool:
    """Mark an applied change as looked at; gives whether nobody had before.

    Raises NotAllowed (an own change, too), NotFound, NotEligible (it was not applied).
    """

    def work(uow: UnitOfWork) -> bool:
        change = uow.lock_changes([command.change_id])[command.change_id]
        subject = Subject(author_ids=authors_of(uow, change.id), state=change.state)
        people.require(people.load_actor(uow, command.actor_id), "patrol_change", subject)
        if change.state != "applied":
            raise NotEligible("not_applied")
        if uow.one(MARK, {"change": change.id}):
            return False
        uow.add(Patrol, change_id=change.id, person_id=command.actor_id, created_at=uow.now)
        log(uow, command.actor_id, "patrol_change", command.note, record_id=change.record_id, change_id=change.id)
        return True

    return storage.transact(work, now)
