"""A record's revisions, newest first, each with its cause, whose votes carried it and its rule."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from webapp.domain.document import Document
from webapp.domain.upcast import read
from webapp.storage.models import (
    Change,
    Decision,
    Operation,
    Person,
    Record,
    Revision,
    RevisionContent,
    Suggestion,
    Vote,
)
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.standing import IS_REVERTED

DECIDER = Person.__table__.alias("decider")
REVISIONS = prepared(
    select(
        Revision.number,
        Revision.id,
        Revision.cause,
        Revision.summary,
        Revision.created_at,
        Revision.hash,
        Revision.record_id,
        Revision.operation_id,
        Person.display_name,
        Person.handle,
        Person.role,
        Change.suggestion_id,
        Change.risk,
        Decision.mode,
        Decision.policy_version,
        Decision.counted,
        Decision.note,
        DECIDER.c.display_name.label("decider"),
        Operation.reason,
        Suggestion.reason.label("suggested_why"),
        Operation.type.label("operation_type"),
        RevisionContent.redaction_seq,
        IS_REVERTED.label("is_reverted"),
    )
    .join(Operation, Operation.id == Revision.operation_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .outerjoin(Person, Person.id == Revision.actor_id)
    .outerjoin(Change, Change.id == Revision.change_id)
    .outerjoin(Suggestion, Suggestion.id == Change.suggestion_id)
    .outerjoin(Decision, and_(Decision.change_id == Revision.change_id, Decision.outcome == "apply"))
    .outerjoin(DECIDER, DECIDER.c.id == Decision.actor_id)
    .where(Revision.record_id == bindparam("record"))
)
PAGE = REVISIONS.where(Revision.number < bindparam("before")).order_by(Revision.number.desc()).limit(bindparam("limit"))
VOTERS = prepared(
    select(Vote.id, Vote.choice, Person.display_name)
    .join(Person, Person.id == Vote.person_id)
    .where(Vote.id.in_(bindparam("votes", expanding=True)))
    .order_by(Vote.cast_at, Vote.id)
)
ONE = REVISIONS.where(Revision.number == bindparam("number"))
DOCUMENTS = prepared(
    select(Revision.number, Revision.schema_version, RevisionContent.document)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Revision.record_id == bindparam("record"), Revision.number.in_(bindparam("numbers", expanding=True)))
)
RECORD = prepared(
    select(Record.id, Record.kind, Record.slug, Record.name, Record.newest_number).where(
        Record.id == bindparam("record")
    )
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


def voters(connection: Connection, rows: Iterable[Any]) -> dict[str, list[Any]]:
    """The votes {choice, display_name} that each decision counted, by the revision's id, in the order they were cast.

    Those that a ban voided later are among them: they counted when the change applied.
    """
    counted = {row.id: json.loads(row.counted) for row in rows if row.counted}
    ids = sorted(set().union(*counted.values()))
    cast = {vote.id: vote for vote in execute(connection, VOTERS, {"votes": ids})} if ids else {}
    return {id_: [vote for vote in cast.values() if vote.id in votes] for id_, votes in counted.items()}


def documents(connection: Connection, record_id: str, kind: str, numbers: list[int]) -> dict[int, Document]:
    """The documents of some revisions, by number."""
    wanted = {"record": record_id, "numbers": numbers}
    return {row.number: read(kind, row.document, row.schema_version) for row in execute(connection, DOCUMENTS, wanted)}


def record_of(connection: Connection, record_id: str) -> Any | None:
    """{id, kind, slug, name, newest_number} of a record; None where there is none."""
    return execute(connection, RECORD, {"record": record_id}).first()


def names_of(connection: Connection, ids: set[str]) -> dict[str, str]:
    """The names of records that values refer to."""
    return {row.id: row.name for row in execute(connection, NAMES, {"ids": sorted(ids)})} if ids else {}
