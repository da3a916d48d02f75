"""Undoing a merge as one act: both records say again what they said, and the open changes that moved go back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select

from webapp.domain.errors import NotEligible, NotFound
from webapp.services.incidents import Incident, RollBackIncident, roll_back_incident
from webapp.storage import Storage
from webapp.storage.models import Event, Record

HAS_GONE = or_(Event.type == "merge", and_(Event.type == "status", Event.detail.endswith('"to":"merged"}')))
MERGED_BY = (  # a merge, or the undoing of one's undoing: whichever made it go last
    select(Record.merged_into, Event.operation_id)
    .join(Event, Event.record_id == Record.id)
    .where(Record.id == bindparam("record"), HAS_GONE)
    .order_by(Event.seq.desc())
    .limit(1)
)
INTO = select(Record.merged_into).where(Record.id == bindparam("record"))


@dataclass(frozen=True, slots=True)
class UndoMerge:
    """Take a merge back; `record_id` is the record that went."""

    record_id: str
    person_id: str
    reason: str


def undo_merge(storage: Storage, command: UndoMerge, now: datetime) -> str:
    """Roll back the operation that merged it; gives that of the undoing. What changed since on either stays.

    Raises NotAllowed, NotFound (of what never was merged, too), NotEligible: not_merged any more, or does_not_fit
    where the record could not stand alone again as it was.
    """
    with storage.read() as connection:
        row = connection.execute(MERGED_BY, {"record": command.record_id}).first()
    if row is None:
        raise NotFound(what="record")
    if row.merged_into is None:
        raise NotEligible("not_merged")
    wish = RollBackIncident(Incident(operation_id=row.operation_id), command.person_id, command.reason)
    done = roll_back_incident(storage, wish, now)
    with storage.read() as connection:
        if connection.scalar(INTO, {"record": command.record_id}) is not None:
            raise NotEligible("does_not_fit")
    return done.operation_id
