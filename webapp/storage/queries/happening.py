"""What happens at a place: the active services that name it, each with the document that says when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from webapp.domain.document import Document
from webapp.domain.upcast import read
from webapp.storage.models import Link, Record, Revision, RevisionContent
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.through import taken_in

MOST = 100
HERE = taken_in(Record.id == bindparam("record"))
HAPPENING = prepared(
    select(
        Link.unit,
        Record.kind,
        Record.slug,
        Record.name,
        Revision.schema_version,
        RevisionContent.document,
    )
    .join(Record, Record.id == Link.record_id)
    .join(Revision, Revision.id == Record.newest_revision_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(
        Link.target_id.in_(select(HERE.c.id)),
        Link.field == "location_id",  # which only services have; to ask for their kind would lead SQLite to all of them
        Record.status == "active",
    )
    .order_by(Record.name, Record.id, Link.unit)
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Happening:
    """A service at a place; `unit` is the link by which it names the place: "places/…/location_id"."""

    url: str
    name: str
    unit: str
    document: Document


def happening_at(connection: Connection, location_id: str) -> list[Happening]:
    """The active services at a place or at one that was merged into it, by name; MOST at most, in one statement."""
    return [
        Happening(url_of(row.kind, row.slug), row.name, row.unit, read(row.kind, row.document, row.schema_version))
        for row in execute(connection, HAPPENING, {"record": location_id})
    ]
