"""A record's revisions, newest first, each with its cause, its votes and its rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from webapp.domain.document import Document
from webapp.domain.upcast import read
from webapp.storage.models import Change, Decision, Operation, Person, Record, Revision, RevisionContent, Vote
from webapp.storage.prepared import execute, prepared

VOTES = (
    select(func.count())
    .select_from(Vote)
    .where(Vote.change_id == Revision.change_id, Vote.is_live == 1, Vote.choice == "approve")
    .scalar_subquery()
)
REVISIONS = prepared(
    select(
        Revision.number,
        Revision.id,
        Revision.cause,
        Revision.summary,
        Revision.created_at,
        Revision.hash,
        Revision.record_id,
        Person.display_name,
        Person.handle,
        Person.role,
        Change.suggestion_id,
        Change.risk,
        Decision.mode,
        Decision.policy_version,
        Decision.counted,
        Decision.actor_id.label("decider_id"),
        Operation.reason,
        Operation.type.label("operation_type"),
        VOTES.label("approvals"),
        RevisionContent.redaction_seq,
    )
    .join(Operation, Operation.id == Revision.operation_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .outerjoin(Person, Person.id == Revision.actor_id)
    .outerjoin(Change, Change.id == Revision.change_id)
    .outerjoin(Decision, and_(Decision.change_id == Revision.change_id, Decision.outcome == "apply"))
    .where(Revision.record_id == bindparam("record"))
)
PAGE = REVISIONS.where(Revision.number < bindparam("before")).order_by(Revision.number.desc()).limit(bindparam("limit"))
ONE = REVISIONS.where(Revision.number == bindparam("number"))
DOCUMENTS = prepared(
    select(Revision.number, Revision.schema_version, RevisionContent.document)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Revision.record_id == bindparam("record"), Revision.number.in_(bindparam("numbers", expanding=True)))
)
NAMES = prepared(select(Record.id, Record.name).where(Record.id.in_(bindparam("ids", expanding=True))))


@dataclass(frozen=True, slots=True)
class Revisions:
    """A page of revisions, and whether there are older ones."""

    rows: tuple[Any, ...]
    next_before: int | None


def revisions(connection: Connection, record_id: str, before: int, limit: int = 30) -> Revisions:
    """The revisions with numbers below `before`."""
    rows = list(execute(connection, PAGE, {"record": record_id, "before": before, "limit": limit + 1}))
    return Revisions(tuple(rows[:limit]), rows[limit - 1].number if len(rows) > limit else None)


def revision(connection: Connection, record_id: str, number: int) -> Any | None:
    """One revision's row."""
    return execute(connection, ONE, {"record": record_id, "number": number}).first()


def documents(connection: Connection, record_id: str, kind: str, numbers: list[int]) -> dict[int, Document]:
    """The documents of some revisions, by number."""
    wanted = {"record": record_id, "numbers": numbers}
    return {row.number: read(kind, row.document, row.schema_version) for row in execute(connection, DOCUMENTS, wanted)}


def names_of(connection: Connection, ids: set[str]) -> dict[str, str]:
    """The names of records that values refer to."""
    return {row.id: row.name for row in execute(connection, NAMES, {"ids": sorted(ids)})} if ids else {}
