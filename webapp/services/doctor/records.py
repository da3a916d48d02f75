"""Invariant of records: row, links and search row say what the newest revision's document says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, select

from webapp.domain.document import Document
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.services.copies import copies_of
from webapp.services.doctor.breach import Breach, batches
from webapp.services.doctor.search import disagreement, entries, targets_of
from webapp.services.following import links_of, own_of
from webapp.storage.models import Link, Record, Revision, RevisionContent, SlugHistory

NEWEST = (
    select(
        Record.id,
        Record.kind,
        Record.slug,
        Record.name,
        Record.summary,
        Record.status,
        Record.merged_into,
        Record.point,
        Record.lent,
        Revision.schema_version,
        RevisionContent.document,
        SlugHistory.record_id.label("slug_of"),
    )
    .join(Revision, (Revision.record_id == Record.id) & (Revision.number == Record.newest_number))
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .outerjoin(SlugHistory, (SlugHistory.kind == Record.kind) & (SlugHistory.slug == Record.slug))
)
LINKS = select(Link.record_id, Link.unit, Link.field, Link.target_id).where(
    Link.record_id.in_(bindparam("records", expanding=True))
)
WITHOUT_CONTENT = (
    select(Revision.record_id, Revision.number)
    .outerjoin(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(RevisionContent.revision_id.is_(None))
)


def records(connection: Connection) -> Iterator[Breach]:
    """A record equals the fold of its revisions, and so do its links and its search row."""
    for row in connection.execute(WITHOUT_CONTENT):
        yield Breach("content_missing", f"revision {row.number} has no content", f"record {row.record_id}")
    for rows in batches(connection, NEWEST, Record.id):
        ids = [row.id for row in rows]
        documents = {row.id: read(row.kind, row.document, row.schema_version) for row in rows}
        links: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
        for link in connection.execute(LINKS, {"records": ids}):
            links[link.record_id].add((link.unit, link.field, link.target_id))
        due = {row.id: set(links_of(KINDS[row.kind], documents[row.id])) for row in rows}
        targets = {id_: {target for _, _, target in found} for id_, found in due.items()}
        known = targets_of(connection, set().union(*targets.values()))
        found = entries(connection, ids)
        for row in rows:
            yield from _record(row, documents[row.id])
            yield from _links(row.id, due[row.id], links[row.id])
            words = disagreement(row.kind, documents[row.id], found.get(row.id), own_of(known, targets[row.id]))
            if words:
                yield Breach("search", words, f"record {row.id}")


def _record(row: Any, document: Document) -> Iterator[Breach]:
    for name, value in copies_of(KINDS[row.kind], document).items():
        if getattr(row, name) != value:
            yield Breach("copy", f"its {name} is not that of its newest revision", f"record {row.id}")
    if row.slug_of != row.id:
        yield Breach("slug", f"its address {row.slug} is not kept as its own", f"record {row.id}")


def _links(record_id: str, due: set[tuple[str, str, str]], found: set[tuple[str, str, str]]) -> Iterator[Breach]:
    for unit, _, target in sorted(due - found):
        yield Breach("link", f"its link {unit} to {target} is missing", f"record {record_id}")
    for unit, _, target in sorted(found - due):
        yield Breach("link", f"a link {unit} to {target} is there that it does not say", f"record {record_id}")
