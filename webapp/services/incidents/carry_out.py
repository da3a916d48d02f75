"""Carrying an incident out: at once where few records are touched, else begun for the worker to go on with."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, update

from webapp.domain.errors import AlreadyClosed, Busy, WellkeptError
from webapp.services import people
from webapp.services.incidents.choose import Incident, from_json, tainted_revisions
from webapp.services.incidents.draw import ROWS, Moved, drawn, head_of, lock_draft, store
from webapp.services.incidents.records import SET_STATES, move_on, undo_rows
from webapp.services.incidents.stopping import LOCK_OPERATION, stop
from webapp.services.moderation_log import log
from webapp.services.revise import start_operation
from webapp.services.undoing import NothingToUndo, Undoing, Undone
from webapp.storage import Storage
from webapp.storage.models import Incident as Row_
from webapp.storage.models import IncidentRecord, Record
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

LOG = logging.getLogger("wellkept.undoing")
AT_ONCE = 500  # records that one transaction undoes; of more, the worker undoes a chunk at a time
SECONDS = 1.0  # in that one transaction, half of what others wait; the worker goes on with what is left then
BEGUN = prepared(
    update(Row_)
    .where(Row_.id == bindparam("incident"))
    .values(operation_id=bindparam("operation"), reason=bindparam("why"), person_id=bindparam("by"))
)
HAVE_MOVED = prepared(
    select(func.count())
    .select_from(IncidentRecord)
    .join(Record, Record.id == IncidentRecord.record_id)
    .where(
        IncidentRecord.incident_id == bindparam("incident"),
        Record.newest_number != IncidentRecord.seen,
        or_(IncidentRecord.restored > 0, IncidentRecord.chosen != "[]"),  # in the others nothing happens
    )
)


class NothingChosen(WellkeptError):
    """The preview puts nothing back by itself, and of what it leaves to choose nothing is chosen."""

    code = "nothing_chosen"


class GoesOn(AlreadyClosed):
    """What is to be undone is under way, and writes more than the preview shows; values: `operation`."""

    code = "goes_on"


@dataclass(frozen=True, slots=True)
class ApplyIncident:
    """Do what a preview says."""

    incident_id: str
    person_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RollBackIncident:
    """Undo what an incident wrote in every record that it touched, as it stands at this moment."""

    incident: Incident
    person_id: str
    reason: str
    chosen: dict[str, frozenset[str]] = field(default_factory=dict)


def apply_incident(storage: Storage, command: ApplyIncident, now: datetime) -> Undone:
    """Undo what a preview shows: up to 500 records at once, beyond that in chunks by the worker.

    Moved when records have changed since; NothingChosen when all is left to choose, and nothing chosen; NothingToUndo
    when no record would change; AlreadyClosed when it was applied; GoesOn when it would undo a roll back that somebody
    has let go on since.
    """

    def work(uow: UnitOfWork, *, is_at_once: bool = True) -> Undone:
        people.require(people.load_actor(uow, command.person_id), "roll_back_incident")
        rows = uow.all(ROWS, {"incident": command.incident_id})
        if is_at_once and _touched(rows) <= AT_ONCE:
            uow.lock_records([row.record_id for row in rows if _is_touched(row)])
        head = lock_draft(uow, command.incident_id)
        moved = uow.value(HAVE_MOVED, {"incident": head.id}) or _written_since(uow, head, rows)
        if moved:
            raise Moved(count=moved)
        try:
            return _begin(uow, head, command, is_at_once=is_at_once)
        except NothingToUndo as error:
            if not _touched(rows) and any(row.conflicts for row in rows):
                raise NothingChosen from error
            raise

    try:
        return storage.transact(work, now)
    except (WellkeptError, Busy):
        raise
    except Exception as error:  # one record that can't be written must not keep all others from being undone
        LOG.error("a roll back broke (%s); the worker goes on with it", type(error).__name__)
        return storage.transact(lambda uow: work(uow, is_at_once=False), now)


def _written_since(uow: UnitOfWork, head: Row, rows: list[Row]) -> int:
    """How many more records a roll back that is to be undone wrote, where it went on after the preview. GoesOn."""
    incident = from_json(head.conditions)
    operation = uow.one(LOCK_OPERATION, {"id": incident.operation_id}) if incident.operation_id else None
    if operation is None or operation.type != "roll_back":
        return 0
    if operation.state == "running":
        raise GoesOn(operation=operation.id)
    return len(tainted_revisions(uow.connection, incident).keys() - {row.record_id for row in rows})


def roll_back_incident(storage: Storage, command: RollBackIncident, now: datetime) -> Undone:
    """Undo an incident without a preview, as it stands now. NothingToUndo when that would change nothing."""

    def work(uow: UnitOfWork) -> Undone:
        people.require(people.load_actor(uow, command.person_id), "roll_back_incident")
        tainted = tainted_revisions(uow.connection, command.incident)
        uow.lock_records(list(tainted))
        found = list(drawn(uow.connection, tainted, command.chosen))
        id_ = store(uow, command.incident, command.person_id, command.reason, found)
        done = _begin(uow, head_of(uow.connection, id_), ApplyIncident(id_, command.person_id, command.reason))
        idle = {one.record_id: one.plan for one in found if one.plan.does_nothing}
        return Undone(done.operation_id, idle | done.plans)

    return storage.transact(work, now)


def _begin(uow: UnitOfWork, head: Row, command: ApplyIncident, *, is_at_once: bool = True) -> Undone:
    """Make the operation, and carry it out where that is soon done. Rows in which nothing happens are done with."""
    incident = from_json(head.conditions)
    was_running = stop(uow, incident.operation_id)
    rows = uow.all(ROWS, {"incident": head.id})
    touched = [row for row in rows if _is_touched(row)]
    if not touched and not was_running:
        raise NothingToUndo
    is_now = is_at_once and len(touched) <= AT_ONCE
    operation = start_operation(
        uow,
        "roll_back",
        command.person_id,
        command.reason,
        undoes_id=incident.operation_id,
        total=len(touched),
        state="running",
    )
    uow.run(BEGUN, {"incident": head.id, "operation": operation, "why": command.reason, "by": command.person_id})
    log(uow, command.person_id, "roll_back_incident", command.reason, operation_id=operation)
    idle = [{"incident": head.id, "at": row.position, "to": "kept"} for row in rows if not _is_touched(row)]
    if idle:
        uow.run(SET_STATES, idle)
    by = Undoing(operation, command.person_id, incident.operation_id)
    plans = undo_rows(uow, by, touched, SECONDS) if is_now else {}
    is_over = move_on(uow, operation, len(touched), head.id)
    if not is_over:
        return Undone(operation, plans)
    if all(plan.does_nothing for plan in plans.values()) and not was_running:
        raise NothingToUndo
    return Undone(operation, plans)


def _is_touched(row: Row) -> bool:
    return bool(row.restored or json.loads(row.chosen))


def _touched(rows: list[Row]) -> int:
    return sum(map(_is_touched, rows))
