"""Undoing the rows of an incident, record by record, each judged anew under its lock."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

from sqlalchemy import bindparam, func, literal_column, select, update

from webapp.domain.canonical import dump
from webapp.domain.rollback import Plan
from webapp.services.incidents.draw import drawn
from webapp.services.revise import Writing
from webapp.services.undoing import NothingToUndo, Undoing, tell_undone, undone_of, write_plan
from webapp.storage.models import IncidentRecord, Operation
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

SET_STATES = prepared(
    update(IncidentRecord)
    .where(IncidentRecord.incident_id == bindparam("incident"), IncidentRecord.position == bindparam("at"))
    .values(state=bindparam("to"))
)
END = prepared(
    update(IncidentRecord)
    .where(IncidentRecord.incident_id == bindparam("incident"), IncidentRecord.position == bindparam("at"))
    .values(state=bindparam("to"), stays=bindparam("left"))
)
LEFT = prepared(
    select(func.count())
    .select_from(IncidentRecord)
    .where(IncidentRecord.incident_id == bindparam("incident"), IncidentRecord.state == literal_column("'waiting'"))
)
MOVE_ON = prepared(
    update(Operation)
    .where(Operation.id == bindparam("operation"))
    .values(done=bindparam("count"), state=bindparam("to"), finished_at=bindparam("at"))
)


def undo_rows(uow: UnitOfWork, by: Undoing, rows: Sequence[Row], seconds: float) -> dict[str, Plan]:
    """Undo the records of these rows; gives what was done to each.

    When it has worked for so many seconds, the rest stay waiting: SQLite has one writer, and others want their turn.

    Where a record has changed since it was looked at, the rule alone decides: what was chosen for it was chosen for
    something else.
    """
    if not rows:
        return {}
    end = time.monotonic() + seconds
    records = uow.lock_records([row.record_id for row in rows])
    tainted = {row.record_id: tuple(json.loads(row.tainted)) for row in rows}
    chosen = {
        row.record_id: frozenset(json.loads(row.chosen))
        for row in rows
        if records[row.record_id].newest_number == row.seen
    }
    why = Writing(by.id, "roll_back", by.actor_id, "Rolled back")
    plans: dict[str, Plan] = {}
    stays: dict[str, str] = {}
    for one in drawn(uow.connection, tainted, chosen):
        plans[one.record_id] = _undo(uow, records[one.record_id], one.plan, why)
        stays[one.record_id] = dump(one.stays(is_over=True))
        if time.monotonic() > end:
            break
    written = [record_id for record_id, plan in plans.items() if not plan.does_nothing]
    done = [row for row in rows if row.record_id in plans]
    uow.run(END, [_end(row, plans[row.record_id], stays[row.record_id]) for row in done])
    taken_out = {record_id: tainted[record_id] for record_id in written}
    tell_undone(uow, by, undone_of(uow.connection, taken_out, by.undoes_id))
    return plans


def _undo(uow: UnitOfWork, record: Row, plan: Plan, why: Writing) -> Plan:
    """Write what the plan restores; gives the plan as it was carried out."""
    if plan.does_nothing:
        return plan
    try:
        write_plan(uow, record, plan, why)
    except NothingToUndo:
        return Plan((), plan.kept, plan.conflicts)
    return plan


def _end(row: Row, plan: Plan, stays: str) -> dict[str, object]:
    to = "kept" if plan.does_nothing else "restored"
    return {"incident": row.incident_id, "at": row.position, "to": to, "left": stays}


def move_on(uow: UnitOfWork, operation_id: str, total: int, incident_id: str) -> bool:
    """Count what is left, and end the operation when that is nothing; gives whether it ended."""
    left = uow.value(LEFT, {"incident": incident_id})
    values = {"to": "running" if left else "done", "at": None if left else uow.now}
    uow.run(MOVE_ON, {"operation": operation_id, "count": total - left, **values})
    return not left
