"""What a batch of an import writes, in one transaction: records, what the source said, what waits to be suggested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import bindparam, insert, update

from webapp.domain.kinds import KINDS
from webapp.services.clashing import mark_clashing
from webapp.services.intake.plan import Step, stored_id
from webapp.services.intake.waiting import find_suggester, take_back, wait_with_edits, wait_with_records
from webapp.services.revise import Fresh, Writing, create_records, start_operation, write_revision
from webapp.storage.models import Operation, SourceItem
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

ADD_ITEM = insert(SourceItem)
MOVE_ITEM = (
    update(SourceItem)
    .where(SourceItem.source_id == bindparam("of_source"), SourceItem.external_id == bindparam("of"))
    .values(document=bindparam("to"), seen_at=bindparam("at"), record_id=bindparam("record"))
)
MOVE_OPERATION = (
    update(Operation)
    .where(Operation.id == bindparam("operation"))
    .values(total=bindparam("count"), done=bindparam("count"))
)


@dataclass(frozen=True, slots=True)
class Task:
    """The run that a batch belongs to, and how many records it has written before."""

    source: str
    reason: str
    actor_id: str | None
    operation_id: str | None
    written: int


def write_records(uow: UnitOfWork, steps: Sequence[Step], task: Task) -> str | None:
    """Make the new records and write the changed ones; gives the run's operation, None as long as it has none."""
    new = [step for step in steps if step.outcome == "created"]
    moved = sorted((step for step in steps if step.outcome == "changed"), key=lambda step: step.item.record_id)
    operation_id = task.operation_id
    if not new and not moved:
        return operation_id
    if operation_id is None:
        operation_id = start_operation(uow, "import", task.actor_id, task.reason, total=0, state="running")
    fresh = [Fresh(s.item.record_id, KINDS[s.item.kind], s.document or {}, s.said) for s in new]
    create_records(uow, fresh, Writing(operation_id, "import", task.actor_id, "Added"))
    why = Writing(operation_id, "import", task.actor_id, f"From {task.source}")
    for step in moved:
        write_revision(uow, step.record, step.document or {}, why)
    for step in moved:
        mark_clashing(uow, step.item.record_id)
    count = task.written + len(new) + len(moved)
    uow.run(MOVE_OPERATION, {"operation": operation_id, "count": count})
    return operation_id


def make_ready(uow: UnitOfWork, source: Row, steps: Sequence[Step]) -> None:
    """Take back what the source no longer means, and let what it suggests wait for its place."""
    suggester = find_suggester(uow, source)
    for step in steps:
        take_back(uow, source, step, suggester)
        wait_with_edits(uow, source, step)
    new = [step for step in steps if step.outcome == "suggested" and step.suggest_to is None]
    for _, together in groupby(new, key=lambda step: step.item.rows):
        wait_with_records(uow, source, list(together))


def hear(uow: UnitOfWork, source_id: str, steps: Sequence[Step]) -> None:
    """Keep what the source says now of each item."""
    new = [step for step in steps if step.moves and not step.is_known]
    known = [step for step in steps if step.moves and step.is_known]
    if new:
        uow.run(
            ADD_ITEM,
            [
                {
                    "id": new_id(),
                    "source_id": source_id,
                    "external_id": stored_id(step.item.external_id),
                    "record_id": step.item.record_id,
                    "document": step.said,
                    "seen_at": uow.now,
                }
                for step in new
            ],
        )
    for step in known:
        uow.run(
            MOVE_ITEM,
            {
                "of_source": source_id,
                "of": stored_id(step.item.external_id),
                "to": step.said,
                "at": uow.now,
                "record": step.item.record_id,
            },
        )
