"""All that is said of one record: by its revisions, by changes and waiting imports, and by sources; masked."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, bindparam, or_, select

from webapp.domain.chain import new_salt
from webapp.domain.document import canonical, parse
from webapp.domain.upcast import read
from webapp.services.redact.chain import Content
from webapp.services.redact.places import PAYLOADS, SOURCES, Masked, masked_row
from webapp.services.redact.values import Masking, masked_document, masked_payload
from webapp.storage.models import (
    Change,
    ChangeRecord,
    ChangeVersion,
    CheckItem,
    ImportWaiting,
    Record,
    Revision,
    RevisionContent,
    SourceItem,
)
from webapp.storage.unit_of_work import Row, UnitOfWork

HISTORY = (
    select(
        Revision.id,
        Revision.number,
        Revision.cause,
        Revision.schema_version,
        RevisionContent.document,
        RevisionContent.salt,
    )
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Revision.record_id == bindparam("record"))
    .order_by(Revision.number)
)
MOVED_AWAY = select(ChangeVersion.change_id).where(  # by a merge: about another record now, and yet of this one
    ChangeVersion.act.in_(("move", "move_back")), ChangeVersion.payload == bindparam("record", type_=String)
)
OF_RECORD = or_(
    Change.record_id == bindparam("record"),
    Change.id.in_(select(ChangeRecord.change_id).where(ChangeRecord.record_id == bindparam("record"))),
    Change.id.in_(MOVED_AWAY),
    Change.type == "create",
)
CHANGES = select(Change.id, Change.state, Change.payload).where(OF_RECORD)
VERSIONS = (
    select(ChangeVersion.change_id, ChangeVersion.content_version, ChangeVersion.payload)
    .join(Change, Change.id == ChangeVersion.change_id)
    .where(OF_RECORD)
)
MOVED_TO = select(Change.record_id).where(Change.id.in_(MOVED_AWAY), Change.record_id.is_not(None)).distinct()
WAITING = select(ImportWaiting.id, ImportWaiting.payload).where(
    or_(ImportWaiting.key.in_(bindparam("keys", expanding=True)), ImportWaiting.key.startswith("create:"))
)
CHECKS = select(CheckItem.id, CheckItem.payload).where(CheckItem.record_id == bindparam("record"))
INTO = select(Record.merged_into).where(Record.id == bindparam("id"))
SAID_BY_SOURCES = select(SourceItem.id, SourceItem.document).where(SourceItem.record_id == bindparam("record"))


def masked_contents(uow: UnitOfWork, record: Row, masking: Masking) -> Iterator[Content]:
    """What takes the place of each revision that says it."""
    for row in uow.all(HISTORY, {"record": record.id}):
        before = read(record.kind, row.document, row.schema_version)
        after = masked_document(masking, before)
        if canonical(after) != canonical(before):
            yield Content(row, before, after, new_salt(), canonical(after))


def open_changes(uow: UnitOfWork, record_id: str, masking: Masking) -> list[str]:
    """The open changes that will be another: they are to be locked."""
    rows = uow.all(CHANGES.where(Change.state == "open"), {"record": record_id})
    return [row.id for row in rows if masked_payload(masking, record_id, row.payload) != row.payload]


def masked_payloads(uow: UnitOfWork, record_id: str, masking: Masking) -> Iterator[Masked]:
    """The changes, their versions, what imports wait to suggest and the check items, where they say it."""
    wanted = {"record": record_id, "keys": [f"edit:{id_}" for id_ in _survivors(uow, record_id)]}
    for place, query in zip(PAYLOADS, (CHANGES, VERSIONS, WAITING, CHECKS), strict=True):
        for row in uow.all(query, wanted):
            found = masked_row(place, row, lambda _, text: masked_payload(masking, record_id, text))
            if found:
                yield found


def _survivors(uow: UnitOfWork, record_id: str) -> Iterator[str]:
    """The record and those that it was merged into: what its source says is suggested to the last of them."""
    at: str | None = record_id
    while at is not None:
        yield at
        at = uow.value(INTO, {"id": at})


def masked_sources(uow: UnitOfWork, record: Row, masking: Masking) -> Iterator[Masked]:
    """What sources said of the record, where they say it."""
    for row in uow.all(SAID_BY_SOURCES, {"record": record.id}):
        # what a source said has no schema version of its own
        found = masked_row(SOURCES, row, lambda _, text: canonical(masked_document(masking, parse(text))))
        if found:
            yield found
