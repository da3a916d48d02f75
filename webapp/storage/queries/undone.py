"""What an operation undid, and whose it was: read when its letters are about to be written. One statement for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    exists,
    literal,
    literal_column,
    or_,
    select,
    union,
    union_all,
)

from webapp.domain.newly_undone import Undid
from webapp.storage.models import ChangeAuthor, Operation, Revision, Vote
from webapp.storage.prepared import execute, in_parts, prepared
from webapp.storage.queries.notices import NamedRecord, named_record
from webapp.storage.queries.standing import STANDS, UNDOING, WROTE, undone

IS_RUNNING = prepared(
    select(Operation.id).where(Operation.id == bindparam("operation"), Operation.state == "running")
)
# Whatever is undone, then what that had undone and so came back, and so on: an odd number of steps away it is back.
# A step is what an operation was told to undo, or what a mark names that is part of it.
REACHED = (
    select(Operation.undoes_id.label("id"), literal(0).label("depth"))
    .where(
        Operation.undoes_id.is_not(None),
        or_(
            Operation.id == bindparam("by"),
            and_(Operation.type == literal_column("'undone'"), Operation.plan == bindparam("by")),
        ),
    )
    .cte("reached", recursive=True)
)
STEP = Operation.__table__.alias("step")
REACHED = REACHED.union(
    select(STEP.c.undoes_id, REACHED.c.depth + 1)
    .select_from(REACHED)
    .join(
        STEP,
        or_(
            STEP.c.id == REACHED.c.id,
            and_(STEP.c.type == literal_column("'undone'"), STEP.c.plan == REACHED.c.id),
        ),
    )
    .where(STEP.c.undoes_id.is_not(None))
)
WRITING = Revision.__table__.alias("writing")
HERE = Revision.__table__.alias("here")
IN_ITS_RECORDS = exists(  # one record alone may have been put back, of many; the list of its own is made once
    select(1)
    .select_from(WRITING)
    .where(
        WRITING.c.operation_id == Operation.id,
        WRITING.c.record_id.in_(select(HERE.c.record_id).where(HERE.c.operation_id == bindparam("by"))),
    )
)
UNDONE = (
    select(Operation.id.label("operation_id"), Operation.change_id, Operation.actor_id, REACHED.c.depth)
    .join(REACHED, REACHED.c.id == Operation.id)
    .where(or_(REACHED.c.depth == 0, IN_ITS_RECORDS))
    .cte("told")
)
UNDONE_PARTS = prepared(
    union_all(
        select(UNDONE.c.operation_id, ChangeAuthor.person_id, ChangeAuthor.role.label("part"), UNDONE.c.depth).join(
            ChangeAuthor, ChangeAuthor.change_id == UNDONE.c.change_id
        ),
        select(UNDONE.c.operation_id, Vote.person_id, literal_column("'voter'"), UNDONE.c.depth)
        .join(Vote, Vote.change_id == UNDONE.c.change_id)
        .where(Vote.is_live == 1, Vote.is_voided == 0),
        select(UNDONE.c.operation_id, UNDONE.c.actor_id, literal_column("'author'"), UNDONE.c.depth).where(
            UNDONE.c.change_id.is_(None), UNDONE.c.actor_id.is_not(None)
        ),
    )
)
WRITERS = prepared(
    select(Revision.id, Revision.operation_id).where(Revision.id.in_(bindparam("revisions", expanding=True)))
)
OTHER = Revision.__table__.alias("other")
THESE = Revision.id.in_(bindparam("revisions", expanding=True))
BY_OTHERS = and_(OTHER.c.record_id == Revision.record_id, OTHER.c.operation_id == WROTE)
OF_OTHERS = and_(OTHER.c.record_id == Revision.record_id, OTHER.c.operation_id == UNDOING.c.undoes_id)
UNDOINGS = prepared(  # who undid what of some revisions wrote, and what of their record these undid
    union(
        select(Revision.record_id, UNDOING.c.undoes_id, WROTE.label("by"), case((STANDS, 1), else_=0).label("stands"))
        .select_from(Revision)
        .join(UNDOING, UNDOING.c.undoes_id == Revision.operation_id)
        .join(OTHER, BY_OTHERS)
        .where(THESE),
        select(Revision.record_id, UNDOING.c.undoes_id, UNDOING.c.id, case((STANDS, 1), else_=0))
        .select_from(Revision)
        .join(UNDOING, and_(UNDOING.c.id == Revision.operation_id, UNDOING.c.undoes_id.is_not(None)))
        .join(OTHER, OF_OTHERS)
        .where(THESE),
        select(Revision.record_id, UNDOING.c.undoes_id, UNDOING.c.plan, case((STANDS, 1), else_=0))
        .select_from(Revision)
        .join(
            UNDOING,
            and_(UNDOING.c.type == literal_column("'undone'"), UNDOING.c.plan == Revision.operation_id),
        )
        .join(OTHER, OF_OTHERS)
        .where(THESE),
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
    """A part that somebody had in an operation that was undone, or that is back since what undid it was undone."""

    operation_id: str
    person_id: str
    part: str  # author | coauthor | supporter | voter
    is_back: bool = False


def is_running(connection: Connection, operation_id: str) -> bool:
    """Whether an operation is not through yet."""
    return execute(connection, IS_RUNNING, {"operation": operation_id}).first() is not None


def undone_parts(connection: Connection, operation_id: str) -> list[UndonePart]:
    """Who had which part in what an operation undid or brought back: one row for each part in each of these.

    What it did both to, by several ways, is as it was before, and left out.
    """
    rows = execute(connection, UNDONE_PARTS, {"by": operation_id})
    found = {(row.operation_id, row.person_id, row.part, row.depth % 2 == 1) for row in rows}
    return [UndonePart(*one) for one in sorted(found) if (*one[:3], not one[3]) not in found]


def undone_changes(connection: Connection, changes: Sequence[str]) -> set[str]:
    """Which of some changes were applied and undone, and stay so."""
    return set(execute(connection, UNDONE_CHANGES, {"changes": sorted(changes)}).scalars())


def writers(connection: Connection, revisions: Sequence[str]) -> dict[str, str]:
    """The operation that wrote each of some revisions."""
    found = (row for some in in_parts(revisions) for row in execute(connection, WRITERS, {"revisions": some}))
    return {row.id: row.operation_id for row in found}


def undoings(connection: Connection, revisions: Sequence[str]) -> dict[str, list[Undid]]:
    """By record: which of its operations undid which, as far as one of some revisions' had part in it."""
    found: dict[str, list[Undid]] = {}
    for some in in_parts(revisions):
        for row in execute(connection, UNDOINGS, {"revisions": some}):
            found.setdefault(row.record_id, []).append(Undid(row.undoes_id, row.by, bool(row.stands)))
    return found


def written_record(connection: Connection, operation_id: str) -> NamedRecord | None:
    """The record that an operation wrote, where it was one."""
    found = execute(connection, WRITTEN, {"operation": operation_id}).scalars()
    return named_record(connection, found[0]) if len(found) == 1 else None
