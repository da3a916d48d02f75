"""The chain of redactions: what a redaction's hash covers. Whether it was finished later lies outside."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, bindparam, select

from webapp.storage.models import RedactedContent, time_text
from webapp.storage.unit_of_work import dump

REPLACED = (
    select(RedactedContent.revision_id, RedactedContent.content_hash)
    .where(RedactedContent.redaction_seq == bindparam("seq"))
    .order_by(RedactedContent.revision_id)
)


def replaced_of(connection: Connection, seq: int) -> list[list[str]]:
    """The revisions that a redaction put content in, each with that content's hash, sorted."""
    return [[row.revision_id, row.content_hash] for row in connection.execute(REPLACED, {"seq": seq})]


def redaction_hash(row: Any, replaced: list[list[str]]) -> str:
    """SHA-256 over record, revisions, units, replacement hashes, reason, actor, time and the hash before."""
    covered = {
        "seq": row.seq,
        "record_id": row.record_id,
        "lifts": row.lifts,
        "units": row.units,
        "reason": row.reason,
        "masked_by": row.masked_by,
        "masked_at": time_text(row.masked_at),
        "replaced": sorted(replaced),
        "previous_hash": row.previous_hash,
    }
    return hashlib.sha256(dump(covered).encode()).hexdigest()
