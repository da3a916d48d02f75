"""What the worker does of a large roll back: a chunk of each running one at a time.

Its law: one that fails keeps no other from going on, and a record that fails again and again is put aside, told on
the operation's page, and holds nothing up.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, literal_column, select, update

from webapp.domain.errors import Busy
from webapp.services.incidents.records import move_on, undo_rows
from webapp.services.incidents.stopping import LOCK_OPERATION
from webapp.services.undoing import Undoing
from webapp.storage import Storage
from webapp.storage.models import Incident, IncidentRecord, Operation
from webapp.storage.prepared import execute, prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

LOG = logging.getLogger("wellkept.undoing")
CHUNK = 50
SECONDS = 0.25  # in one transaction (`DESIGN.md`, "Locks")
MOST_ATTEMPTS = 3
"""A record that could not be written so often is put aside."""
RUNNING = prepared(  # the word spelled out, so that the index of running ones serves
    select(Operation.id, Incident.id.label("incident_id"))
    .join(Incident, Incident.operation_id == Operation.id)
    .where(Operation.state == literal_column("'running'"))
    .order_by(Operation.id)
)
IS_WAITING = (
    IncidentRecord.incident_id == bindparam("incident"),
    IncidentRecord.state == literal_column("'waiting'"),
)
NEXT = prepared(
    select(IncidentRecord)
    .where(*IS_WAITING)
    .order_by(IncidentRecord.attempts, IncidentRecord.position)
    .limit(bindparam("most"))
)
STILL_WAITING = prepared(
    select(IncidentRecord.position).where(
        *IS_WAITING, IncidentRecord.position.in_(bindparam("places", expanding=True))
    )
)
PUT_OFF = prepared(
    update(IncidentRecord)
    .where(IncidentRecord.incident_id == bindparam("incident"), IncidentRecord.position == bindparam("at"))
    .values(attempts=bindparam("tries"), state=bindparam("to"))
)


def continue_operations(storage: Storage, now: datetime) -> int:
    """One chunk of each running roll back; gives how many records were done or put aside."""
    with storage.read() as connection:
        running = execute(connection, RUNNING)
    return sum(_go_on(storage, row.id, row.incident_id, now) for row in running)


def _go_on(storage: Storage, operation_id: str, incident_id: str, now: datetime) -> int:
    """A chunk at once; where that breaks, its records one by one, so that only the one at fault is put off."""
    with storage.read() as connection:
        rows = execute(connection, NEXT, {"incident": incident_id, "most": CHUNK})
    fresh = [row for row in rows if not row.attempts]  # those come first
    if fresh or not rows:
        try:
            return _do(storage, operation_id, incident_id, fresh, now)
        except Busy:
            LOG.info("the database is busy; the roll back goes on in the next round")
            return 0
        except Exception as error:
            kind = type(error).__name__
            LOG.error("a chunk of roll back %s broke (%s); its records are tried one by one", operation_id, kind)
    return sum(_alone(storage, operation_id, incident_id, row, now) for row in fresh or rows)


def _alone(storage: Storage, operation_id: str, incident_id: str, row: Row, now: datetime) -> int:
    try:
        return _do(storage, operation_id, incident_id, [row], now)
    except Busy:
        return 0
    except Exception as error:
        return _put_off(storage, operation_id, incident_id, row, error, now)


def _do(storage: Storage, operation_id: str, incident_id: str, rows: Sequence[Row], now: datetime) -> int:
    def work(uow: UnitOfWork) -> int:
        uow.lock_records([row.record_id for row in rows])  # records before anything else, as everywhere
        operation = uow.one(LOCK_OPERATION, {"id": operation_id})
        if operation is None or operation.state != "running":
            return 0
        asked = {"incident": incident_id, "places": [row.position for row in rows]}
        waiting = set(uow.run(STILL_WAITING, asked).scalars()) if rows else set()
        mine = [row for row in rows if row.position in waiting]  # another worker may have been quicker
        by = Undoing(operation_id, operation.actor_id, operation.undoes_id, is_continued=True)
        done = undo_rows(uow, by, mine, SECONDS)
        move_on(uow, operation.id, operation.total, incident_id)
        return len(done)

    return storage.transact(work, now)


def _put_off(
    storage: Storage, operation_id: str, incident_id: str, row: Row, error: Exception, now: datetime
) -> int:
    """Try a record again later, or put it aside; gives 1 when it is put aside."""
    tries = row.attempts + 1
    is_over = tries >= MOST_ATTEMPTS
    LOG.error("record %s can't be rolled back (%s), attempt %d", row.record_id, type(error).__name__, tries)

    def work(uow: UnitOfWork) -> int:
        operation = uow.one(LOCK_OPERATION, {"id": operation_id})
        if operation is None or operation.state != "running":
            return 0
        to = "failed" if is_over else "waiting"
        uow.run(PUT_OFF, {"incident": incident_id, "at": row.position, "tries": tries, "to": to})
        move_on(uow, operation.id, operation.total, incident_id)
        return int(is_over)

    return storage.transact(work, now)
