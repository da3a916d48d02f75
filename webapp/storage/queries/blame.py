"""Since when each thing that a record says has stood, by whom and on which evidence; a page reads so many documents."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from webapp.domain.blame import UNDOINGS, Blame, Step
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.storage.models import Evidence, Revision, RevisionContent
from webapp.storage.prepared import execute, in_parts, prepared
from webapp.storage.queries.history import REVISIONS

BATCH = 100
MOST = 500
"""Revisions that one page goes back over; a multiple of BATCH."""
SPAN = prepared(
    select(Revision.number, Revision.cause, Revision.schema_version, RevisionContent.document)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(
        Revision.record_id == bindparam("record"),
        Revision.number >= bindparam("first"),
        Revision.number <= bindparam("last"),
    )
    .order_by(Revision.number.desc())
)
NUMBERED = prepared(REVISIONS.where(Revision.number.in_(bindparam("numbers", expanding=True))))
EVIDENCE = prepared(
    select(Evidence.suggestion_id, Evidence.how, Evidence.detail)
    .where(Evidence.suggestion_id.in_(bindparam("suggestions", expanding=True)))
    .order_by(Evidence.created_at, Evidence.id)
)


def blame(
    connection: Connection, record: Any, units: Mapping[str, Any], start: int, put_back: Mapping[str, int]
) -> Blame:
    """Go back from revision `start` until the units, given with what they say now, are placed: MOST at most.

    They read so at `start` as well, but for those of which is known which revision put them back.
    """
    found = Blame(dict(units), dict(put_back))
    for last in range(start, max(start - MOST, 0), -BATCH):
        if found.left:
            found.go_back(KINDS[record.kind], _steps(connection, record, last))
    return found


def _steps(connection: Connection, record: Any, last: int) -> Iterator[Step]:
    """A batch of revisions from the last down, each with the one before it."""
    asked = {"record": record.id, "first": last - BATCH, "last": last}
    rows = execute(connection, SPAN, asked)
    documents = {row.number: read(record.kind, row.document, row.schema_version) for row in rows}
    undoing = {row.number for row in rows if row.cause in UNDOINGS}
    for number in range(last, max(last - BATCH, 0), -1):
        if number in documents:
            yield number, documents.get(number - 1, {}), documents[number], number in undoing


def revisions_numbered(connection: Connection, record_id: str, numbers: Collection[int]) -> dict[int, Any]:
    """Some revisions of a record, by number, as the history shows them."""
    rows = (
        row
        for part in in_parts(sorted(numbers))
        for row in execute(connection, NUMBERED, {"record": record_id, "numbers": part})
    )
    return {row.number: row for row in rows}


def evidence_of(connection: Connection, suggestion_ids: Collection[str]) -> Mapping[str, list[Any]]:
    """How it is known, by the suggestion: {how, detail} each, the oldest first."""
    found: dict[str, list[Any]] = {}
    for part in in_parts(sorted(suggestion_ids)):
        for row in execute(connection, EVIDENCE, {"suggestions": part}):
            found.setdefault(row.suggestion_id, []).append(row)
    return found
