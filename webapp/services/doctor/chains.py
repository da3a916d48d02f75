"""Invariant of the chains: every record's revisions and all redactions verify; read as a stream, record by record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from webapp.domain.chain import GENESIS, Link, Stored
from webapp.domain.chain import verify as verify_chain
from webapp.services.doctor.breach import Breach
from webapp.services.redact.chain import redaction_hash, replaced_of
from webapp.storage.models import RedactedContent, Redaction, Revision, RevisionContent, time_text

WORDS = {
    "gap": "a revision before it is missing",
    "link": "it does not follow the one before it",
    "hash": "it is not what its hash was made of",
    "content": "its content matches neither it nor its newest redaction",
}
_newer = aliased(RedactedContent)
_NEWEST = (
    select(func.max(_newer.redaction_seq))
    .where(_newer.revision_id == Revision.id)
    .correlate(Revision)
    .scalar_subquery()
)
CHAIN = (
    select(
        Revision,
        func.coalesce(RevisionContent.salt, "").label("salt"),
        func.coalesce(RevisionContent.document, "").label("document"),
        RevisionContent.redaction_seq,
        RedactedContent.redaction_seq.label("newest_redaction"),
        RedactedContent.content_hash.label("replacement_hash"),
    )
    .outerjoin(RevisionContent, RevisionContent.revision_id == Revision.id)
    .outerjoin(
        RedactedContent,
        (RedactedContent.revision_id == Revision.id) & (RedactedContent.redaction_seq == _NEWEST),
    )
    .order_by(Revision.record_id, Revision.number)
    .execution_options(yield_per=500)
)
REDACTIONS = select(Redaction).order_by(Redaction.seq)


def record_chains(connection: Connection) -> Iterator[Breach]:
    """Every record's chain of revisions verifies, with content that matches revision or newest redaction."""
    for record_id, rows in groupby(connection.execute(CHAIN.select_from(Revision)), key=lambda row: row.record_id):
        for found in verify_chain(_stored(row) for row in rows):
            yield Breach(f"chain_{found.code}", WORDS[found.code], f"record {record_id} revision {found.number}")


def _stored(row: Any) -> Stored:
    link = Link(
        row.record_id,
        row.number,
        row.operation_id,
        row.actor_id,
        row.cause,
        row.summary,
        time_text(row.created_at),
        row.schema_version,
        row.hash_version,
        row.content_hash,
        row.previous_hash,
    )
    # A redaction that was overwritten again would leave the old content's hash acceptable: hold it to the newest.
    is_newest = row.redaction_seq == row.newest_redaction
    return Stored(link, row.hash, row.salt, row.document, row.replacement_hash if is_newest else None)


def redaction_chain(connection: Connection) -> Iterator[Breach]:
    """The redactions verify along their numbers, each with the revisions and hashes that it names."""
    previous = GENESIS
    for row in connection.execute(REDACTIONS).all():
        where = f"redaction {row.seq}"
        if row.previous_hash != previous:
            yield Breach("redaction_link", "it does not follow the one before it", where)
        if redaction_hash(row, replaced_of(connection, row.seq)) != row.hash:
            yield Breach("redaction_hash", "it is not what its hash was made of", where)
        previous = row.hash
