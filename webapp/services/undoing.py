"""What every undoing does: it looks at a record's past, writes a plan as a new revision, and tells who is undone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from webapp.domain.diff import Edits, apply_edits
from webapp.domain.document import Document
from webapp.domain.errors import AlreadyClosed, NotEligible, NotFound
from webapp.domain.kinds import KINDS
from webapp.domain.rollback import Past, Plan
from webapp.domain.upcast import read
from webapp.services.apply import Clashed, check_whole
from webapp.services.clashing import mark_clashing
from webapp.services.merging import follow
from webapp.services.revise import Writing, read_document, start_operation, write_revision
from webapp.storage.models import Operation, Revision, RevisionContent
from webapp.storage.prepared import execute, prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

PAST = prepared(
    select(
        Revision.number, Revision.id, Revision.operation_id, Revision.schema_version, RevisionContent.document
    )
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Revision.record_id == bindparam("record"), Revision.number >= bindparam("first"))
    .order_by(Revision.number)
)
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


def past_of(connection: Connection, record_id: str, kind: str, tainted: frozenset[str] = frozenset()) -> list[Past]:
    """Every revision of a record, oldest first; those whose id is among `tainted` are to be undone."""
    return [
        Past(row.number, read(kind, row.document, row.schema_version), row.id in tainted)
        for row in execute(connection, PAST, {"record": record_id, "first": 1})
    ]


def revisions_from(connection: Connection, record: Row, number: int) -> list[Row]:
    """The revisions of a record from `number` to the newest, oldest first; NotFound when there is no such revision."""
    found = execute(connection, PAST, {"record": record.id, "first": number}) if number > 0 else []
    if not found:
        raise NotFound(what="revision")
    return found


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


def tell_undone(uow: UnitOfWork, by: Undoing, record_ids: list[str], undone: set[str]) -> None:
    """Author and voters of what was undone are told, and each operation undone is marked so, for trust goes by it.

    The mark is an operation of type `undone` that names what it undoes and, as its plan, the one it is part of.
    """
    marked = {by.undoes_id}
    if by.is_continued:
        marked |= {row.undoes_id for row in uow.run(MARKS, {"operation": by.id, "undone": sorted(undone)})}
    for undone_id in sorted(undone):
        uow.outbox(
            "notice",
            f"undone:{by.id}:{undone_id}",
            {"what": "undone", "operation": undone_id, "by": by.id, "records": record_ids[:20]},
        )
        if undone_id not in marked:
            start_operation(uow, "undone", by.actor_id, "", undoes_id=undone_id, total=0, plan=by.id)
