"""The chain of redactions: its only writer, and what a hash covers. Whether one was finished later lies outside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from webapp.domain.canonical import dump
from webapp.domain.chain import GENESIS, content_hash
from webapp.domain.document import Document
from webapp.storage.models import RedactedContent, Redaction, RevisionContent, time_text
from webapp.storage.unit_of_work import Row, UnitOfWork

REPLACED = (
    select(RedactedContent.revision_id, RedactedContent.content_hash)
    .where(RedactedContent.redaction_seq == bindparam("seq"))
    .order_by(RedactedContent.revision_id)
)
REDACTED = select(Redaction.record_id, Redaction.units).where(
    Redaction.record_id.in_(bindparam("ids", expanding=True)),
    Redaction.lifts.is_(None),
    Redaction.seq.not_in(select(Redaction.lifts).where(Redaction.lifts.is_not(None))),
)
PREVIOUS = select(Redaction.hash).where(Redaction.seq == bindparam("seq"))
SET_CONTENT = update(RevisionContent).where(RevisionContent.revision_id == bindparam("revision"))


@dataclass(frozen=True, slots=True)
class Content:
    """The content that takes a revision's place."""

    row: Row
    before: Document
    after: Document
    salt: str
    text: str

    @property
    def hash(self) -> str:
        """What the redaction's chained row promises of it."""
        return content_hash(self.salt, self.text)


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


def add_redaction(
    uow: UnitOfWork,
    record_id: str,
    units: list[str],
    reason: str,
    actor_id: str,
    contents: list[Content],
    lifts: int | None = None,
) -> int:
    """Write the chained row of a redaction (or of what lifts one) and what it promises; gives its number."""
    seq = uow.take_numbers("redaction", 1)
    row: dict[str, Any] = {
        "seq": seq,
        "record_id": record_id,
        "lifts": lifts,
        "units": dump(units),
        "reason": reason,
        "masked_by": actor_id,
        "masked_at": uow.now,
        "previous_hash": uow.value(PREVIOUS, {"seq": seq - 1}) or GENESIS,
    }
    replaced = [[content.row.id, content.hash] for content in contents]
    ended = {"finished_by": actor_id if lifts else None, "finished_at": uow.now if lifts else None}
    uow.add(Redaction, **row, **ended, hash=redaction_hash(SimpleNamespace(**row), replaced))
    for content in contents:
        uow.add(RedactedContent, redaction_seq=seq, revision_id=content.row.id, content_hash=content.hash)
    return seq


def replace_content(uow: UnitOfWork, seq: int, content: Content) -> None:
    """Put the content in the revision's place; its redaction must have promised it."""
    uow.run(
        SET_CONTENT.values(salt=content.salt, document=content.text, redaction_seq=seq), {"revision": content.row.id}
    )


def redacted_units(uow: UnitOfWork, record_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """The units that were redacted in each of these records and are still: they must not come back."""
    found: dict[str, frozenset[str]] = {}
    for row in uow.run(REDACTED, {"ids": sorted(set(record_ids))}):
        found[row.record_id] = found.get(row.record_id, frozenset()) | frozenset(json.loads(row.units))
    return found
