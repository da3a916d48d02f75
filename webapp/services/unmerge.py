"""Undoing a merge as one act: both records say again what they said, and the open changes that moved go back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from webapp.domain.errors import NotEligible, NotFound
from webapp.services.incidents import Incident, RollBackIncident, roll_back_incident
from webapp.storage import Storage
from webapp.storage.models import Operation, Record, Revision

MERGED_BY = (  # what is merged takes nothing in any more, so the newest merge that it was in is its own
    select(Record.merged_into, Revision.operation_id)
    .select_from(Record)
    .outerjoin(Revision, Revision.record_id == Record.id)
    .outerjoin(Operation, Operation.id == Revision.operation_id)
    .where(Record.id == bindparam("record"), Operation.type == "merge")
    .order_by(Revision.number.desc())
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
    """Roll the merge's operation back; gives that of the undoing. What changed since on either stays.

    Raises NotAllowed, NotFound, NotEligible: not_merged (any more), or does_not_fit where the record could not stand
    alone again as it was.
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
