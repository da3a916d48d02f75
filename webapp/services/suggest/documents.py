"""The document that somebody proposes, in stored form and held to what an edit may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from webapp.domain.document import Document, canonical, parse
from webapp.domain.errors import NotFound, Refused
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS, LIFECYCLE_STATUSES
from webapp.domain.normalise import normalise
from webapp.domain.upcast import read
from webapp.domain.validate import validate
from webapp.storage import Storage
from webapp.storage.models import Record, Revision, RevisionContent

AT = (
    select(Record.kind, Revision.schema_version, RevisionContent.document)
    .select_from(Revision)
    .join(Record, Record.id == Revision.record_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Revision.record_id == bindparam("record"), Revision.number == bindparam("number"))
)


def read_base(storage: Storage, record_id: str, number: int) -> tuple[Kind, Document]:
    """A record's kind, and its document at a revision as today's schema has it; NotFound when there is none."""
    with storage.read() as connection:
        row = connection.execute(AT, {"record": record_id, "number": number}).first()
    if row is None:
        raise NotFound(what="record")
    return KINDS[row.kind], read(row.kind, row.document, row.schema_version)


def with_lifecycle_of(base: Mapping[str, Any], proposed: Document) -> Document:
    """The proposal with whether the record is closed, merged or void as it was.

    That is for `suggest_lifecycle` alone: an ordinary edit could else close or merge a record without the checks
    and the class of those changes.
    """
    gone = LIFECYCLE_STATUSES
    kept = {name: value for name, value in proposed.items() if name != "merged_into"}
    if base.get("status") in gone or proposed.get("status") in gone:
        kept.pop("status", None)
        return {**kept, **{name: base[name] for name in ("status", "merged_into") if name in base}}
    return kept


def checked(kind: Kind, document: Mapping[str, Any]) -> Document:
    """The document in stored form; Refused with every problem when it may not be stored."""
    proposed = parse(canonical(normalise(kind, document)))
    report = validate(kind, proposed)
    if report.refusals:
        raise Refused(report.refusals)  # type: ignore[arg-type]  # a document's problems, not a policy's
    return proposed
