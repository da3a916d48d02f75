"""What every undoing does: it writes a plan as a new revision, and tells who is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from webapp.domain.diff import Edits, apply_edits
from webapp.domain.document import Document
from webapp.domain.errors import AlreadyClosed, NotEligible
from webapp.domain.kinds import KINDS
from webapp.domain.newly_undone import newly_undone
from webapp.domain.rollback import Plan
from webapp.services.apply import Clashed, check_whole
from webapp.services.clashing import mark_clashing
from webapp.services.merging import follow
from webapp.services.revise import Writing, read_document, start_operation, write_revision
from webapp.storage.models import Operation
from webapp.storage.prepared import prepared
from webapp.storage.queries import undone as queries
from webapp.storage.unit_of_work import Row, UnitOfWork

MARKS = prepared(  # found by what they undo, which has an index
    select(Operation.undoes_id).where(
        Operation.undoes_id.in_(bindparam("undone", expanding=True)),
        Operation.type == "undone",
        Operation.plan == bindparam("operation"),
    )
)


class NothingToUndo(AlreadyClosed):
    """The record stands as it would after undoing."""

    code = "nothing_to_undo"


@dataclass(frozen=True, slots=True)
class Undone:
    """The operation that undid, and the plan it followed for each record."""

    operation_id: str
    plans: dict[str, Plan]


@dataclass(frozen=True, slots=True)
class Undoing:
    """The operation that undoes: whose it is, which one it was told to undo, and whether parts of it were written."""

    id: str
    actor_id: str | None
    undoes_id: str | None = None
    is_continued: bool = False


def write_plan(uow: UnitOfWork, record: Row, plan: Plan, why: Writing, document: Document | None = None) -> None:
    """Write what a plan restores, as one revision. NothingToUndo when it restores nothing, or what does not fit.

    `document` is what the plan makes of the record, where that is known.
    """
    if plan.does_nothing:
        raise NothingToUndo(conflicts=[c.unit for c in plan.conflicts])
    if document is None:
        document = _restored(uow, record, plan.restored)
    _check(record, document)
    try:
        others = follow(uow, record, document)
    except NotEligible as error:
        raise NothingToUndo("does_not_fit", why=error.code) from error
    write_revision(uow, record, document, why)
    for record_id in sorted({record.id, *others}):
        mark_clashing(uow, record_id)


def _restored(uow: UnitOfWork, record: Row, edits: Edits) -> Document:
    """The present document with the plan's edits."""
    try:
        return apply_edits(KINDS[record.kind], read_document(uow, record), edits)
    except KeyError as error:
        raise NothingToUndo("does_not_fit", unit=str(error)) from error


def _check(record: Row, document: Document) -> None:
    """What would not be valid as a whole is a conflict."""
    if document.get("status") != "void":
        try:
            check_whole(record.kind, document)
        except Clashed as error:
            raise NothingToUndo("does_not_fit", units=[c.unit for c in error.clashes]) from error


def undone_of(
    connection: Connection, taken_out: Mapping[str, Sequence[str]], told: str | None = None
) -> set[str]:
    """The operations that are undone with some revisions, given by record and oldest first.

    What was undone before is not among them, so that nobody is told of it again or loses trust by it twice. `told`,
    where an operation itself was to be undone, is always, if it wrote one of the revisions.
    """
    wrote = queries.writers(connection, [id_ for revisions in taken_out.values() for id_ in revisions])
    others = [id_ for id_, operation in wrote.items() if operation != told]  # it may have undone hundreds
    past = queries.undoings(connection, others)
    found = {operation for operation in wrote.values() if operation == told}
    for record_id, revisions in taken_out.items():
        operations = dict.fromkeys(wrote[id_] for id_ in reversed(revisions) if wrote[id_] != told)
        found |= newly_undone(list(operations), past.get(record_id, ()))
    return found


def tell_undone(uow: UnitOfWork, by: Undoing, undone: set[str]) -> None:
    """Authors and voters of what was undone are told, and each operation undone is marked so, for trust goes by it.

    One notice tells of all that an operation undid. The mark is an operation of type `undone` that names what it
    undoes and, as its plan, the one it is part of.
    """
    if not undone:
        return
    uow.outbox("notice", f"undone:{by.id}", {"what": "undone", "by": by.id})
    marked = {by.undoes_id}
    if by.is_continued:
        marked |= {row.undoes_id for row in uow.run(MARKS, {"operation": by.id, "undone": sorted(undone)})}
    for undone_id in sorted(undone - marked):
        start_operation(uow, "undone", by.actor_id, "", undoes_id=undone_id, total=0, plan=by.id)
