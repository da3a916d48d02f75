"""Stopping a large roll back before its worker is through, and letting it go on from there.

Its law: what has been undone, or is being undone, never goes on. Its operation is locked for either, so that of two
people who press at the same moment the later one is told what the first did.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from webapp.domain.errors import AlreadyClosed, NotFound
from webapp.services import people
from webapp.services.moderation_log import log
from webapp.storage import Storage
from webapp.storage.models import Operation
from webapp.storage.prepared import prepared
from webapp.storage.queries.incidents import undone_by
from webapp.storage.unit_of_work import UnitOfWork, new_id

LOCK_OPERATION = prepared(select(Operation).where(Operation.id == bindparam("id")).with_for_update(key_share=True))
STOP = prepared(
    update(Operation).where(Operation.id == bindparam("id_")).values(state="stopped", finished_at=bindparam("at"))
)
GO_ON = prepared(
    update(Operation).where(Operation.id == bindparam("id_")).values(state="running", finished_at=None)
)


class CannotGoOn(AlreadyClosed):
    """The roll back is no stopped one: codes `goes_on_already`, `is_through`, `is_undone`."""

    code = "is_through"


def stop(uow: UnitOfWork, operation_id: str | None) -> bool:
    """Stop a roll back that is to be undone before its worker is through; gives whether it was running.

    An import is not the worker's, and goes on writing whatever is said of it here.
    """
    if operation_id is None:
        return False
    operation = uow.one(LOCK_OPERATION, {"id": operation_id})
    if operation is None or (operation.type, operation.state) != ("roll_back", "running"):
        return False
    uow.run(STOP, {"id_": operation_id, "at": uow.now})
    return True


def stop_operation(storage: Storage, operation_id: str, person_id: str, now: datetime) -> bool:
    """Let the worker do no more of a large roll back; gives whether it was running. NotFound."""

    def work(uow: UnitOfWork) -> bool:
        people.require(people.load_actor(uow, person_id), "undo_operation")
        if uow.one(LOCK_OPERATION, {"id": operation_id}) is None:
            raise NotFound(what="operation")
        was_running = stop(uow, operation_id)
        if was_running:
            log(uow, person_id, "stop_operation", "", operation_id=operation_id)
        return was_running

    return storage.transact(work, now)


def resume_operation(storage: Storage, operation_id: str, person_id: str, now: datetime) -> None:
    """Let the worker go on with a roll back that was stopped: the same rows, the same choices. NotFound, CannotGoOn.

    Records that have moved meanwhile are judged as in any of its chunks. Whoever had a letter when it stopped gets
    another one only where more of theirs is undone.
    """

    def work(uow: UnitOfWork) -> None:
        people.require(people.load_actor(uow, person_id), "roll_back_incident")
        operation = uow.one(LOCK_OPERATION, {"id": operation_id})
        if operation is None:
            raise NotFound(what="operation")
        if operation.state == "running":
            raise CannotGoOn("goes_on_already")
        if (operation.type, operation.state) != ("roll_back", "stopped"):
            raise CannotGoOn
        if undone_by(uow.connection, operation_id) is not None:
            raise CannotGoOn("is_undone")
        uow.run(GO_ON, {"id_": operation_id})
        log(uow, person_id, "resume_operation", "", operation_id=operation_id)
        # the letters that were promised before may have been sent when it stopped
        uow.outbox("notice", f"undone:{operation_id}:{new_id()}", {"what": "undone", "by": operation_id})

    storage.transact(work, now)
