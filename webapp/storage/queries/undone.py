"""What an operation undid, and whose it was: read when its letters are about to be written. One statement for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, literal_column, select, union, union_all

from webapp.storage.models import ChangeAuthor, Operation, Revision, Vote
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.notices import NamedRecord, named_record
from webapp.storage.queries.standing import undone

IS_RUNNING = prepared(
    select(Operation.id).where(Operation.id == bindparam("operation"), Operation.state == "running")
)
UNDONE_BY = union(  # what is marked as undone by an operation, and what it was told to undo
    select(Operation.undoes_id.label("id")).where(
        Operation.type == literal_column("'undone'"), Operation.plan == bindparam("by")
    ),
    select(Operation.undoes_id.label("id")).where(Operation.id == bindparam("by"), Operation.undoes_id.is_not(None)),
).subquery()
UNDONE = (
    select(Operation.id.label("operation_id"), Operation.change_id, Operation.actor_id)
    .where(Operation.id.in_(select(UNDONE_BY.c.id)))
    .subquery()
)
UNDONE_PARTS = prepared(
    union_all(
        select(UNDONE.c.operation_id, ChangeAuthor.person_id, ChangeAuthor.role.label("part")).join(
            ChangeAuthor, ChangeAuthor.change_id == UNDONE.c.change_id
        ),
        select(UNDONE.c.operation_id, Vote.person_id, literal_column("'voter'"))
        .join(Vote, Vote.change_id == UNDONE.c.change_id)
        .where(Vote.is_live == 1, Vote.is_voided == 0),
        select(UNDONE.c.operation_id, UNDONE.c.actor_id, literal_column("'author'")).where(
            UNDONE.c.change_id.is_(None), UNDONE.c.actor_id.is_not(None)
        ),
    )
)
UNDONE_CHANGES = prepared(
    select(Operation.change_id).where(
        Operation.change_id.in_(bindparam("changes", expanding=True)), undone(Operation.id)
    )
)
WRITTEN = prepared(
    select(Revision.record_id).where(Revision.operation_id == bindparam("operation")).distinct().limit(2)
)


@dataclass(frozen=True, slots=True)
class UndonePart:
    """A part that somebody had in an operation that was undone."""

    operation_id: str
    person_id: str
    part: str  # author | coauthor | supporter | voter


def is_running(connection: Connection, operation_id: str) -> bool:
    """Whether an operation is not through yet."""
    return execute(connection, IS_RUNNING, {"operation": operation_id}).first() is not None


def undone_parts(connection: Connection, operation_id: str) -> list[UndonePart]:
    """Who had which part in what an operation undid: one row for each part in each thing undone."""
    rows = execute(connection, UNDONE_PARTS, {"by": operation_id})
    return [UndonePart(row.operation_id, row.person_id, row.part) for row in rows]


def undone_changes(connection: Connection, changes: Sequence[str]) -> set[str]:
    """Which of some changes were applied and undone, and stay so."""
    return set(execute(connection, UNDONE_CHANGES, {"changes": sorted(changes)}).scalars())


def written_record(connection: Connection, operation_id: str) -> NamedRecord | None:
    """The record that an operation wrote, where it was one."""
    found = execute(connection, WRITTEN, {"operation": operation_id}).scalars()
    return named_record(connection, found[0]) if len(found) == 1 else None
