"""All that is said of one record: by its revisions, by changes and waiting imports, and by sources; masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import String, and_, bindparam, exists, or_, select

from webapp.domain.chain import new_salt
from webapp.domain.document import canonical, parse
from webapp.domain.upcast import read
from webapp.services.redact.chain import Content
from webapp.services.redact.places import PAYLOADS, SOURCES, Masked, Place, masked_row
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
    Suggestion,
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
RECORD = bindparam("record", type_=String)


def _moved(act: str) -> Any:
    """The changes that a merge moved away from the record, or that its undoing moved back from it."""
    return select(ChangeVersion.change_id).where(ChangeVersion.act == act, ChangeVersion.payload == RECORD)


def _merged_into() -> Any:
    """The record, and every one that it was ever merged into, and those in their turn."""
    merged, touched = Change.__table__.alias("merged"), ChangeRecord.__table__.alias("touched")
    walk = select(RECORD.label("id")).cte("merged_into", recursive=True)
    step = select(touched.c.record_id).join(merged, merged.c.id == touched.c.change_id)
    is_its = and_(merged.c.type == "merge", merged.c.state == "applied", merged.c.record_id == walk.c.id)
    return walk.union(step.join(walk, is_its).where(touched.c.record_id != walk.c.id))


OF_RECORD = or_(
    Change.record_id == RECORD,
    Change.id.in_(select(ChangeRecord.change_id).where(ChangeRecord.record_id == RECORD)),
    Change.id.in_(_moved("move")),  # about another record now, and yet of this one
    Change.type == "create",
)
IS_IMPORTED = exists().where(Suggestion.id == Change.suggestion_id, Suggestion.door == "import")
ELSEWHERE = and_(
    or_(
        Change.id.in_(_moved("move_back")),  # was about this one for a while
        # What the source of a merged record says is suggested to the one that it went into.
        and_(Change.record_id.in_(select(_merged_into().c.id)), IS_IMPORTED),
    ),
    ~OF_RECORD,
)
"""Changes of other records that may say it: what these are about is theirs, only the values are taken out."""
PAYLOAD = (Change.id, Change.state, Change.payload)
VERSION = (ChangeVersion.change_id, ChangeVersion.content_version, ChangeVersion.payload)
CHANGES, CHANGES_ELSEWHERE = (select(*PAYLOAD).where(whose) for whose in (OF_RECORD, ELSEWHERE))
VERSIONS, VERSIONS_ELSEWHERE = (
    select(*VERSION).join(Change, Change.id == ChangeVersion.change_id).where(whose) for whose in (OF_RECORD, ELSEWHERE)
)
MOVED_TO = (
    select(Change.record_id)
    .where(or_(Change.id.in_(_moved("move")), ELSEWHERE), Change.record_id.is_not(None))
    .distinct()
)
WAITING = select(ImportWaiting.id, ImportWaiting.payload).where(
    or_(ImportWaiting.key.in_(bindparam("keys", expanding=True)), ImportWaiting.key.startswith("create:"))
)
WAITING_ELSEWHERE = select(ImportWaiting.id, ImportWaiting.payload).where(
    ImportWaiting.key.in_(select("edit:" + _merged_into().c.id)),
    ImportWaiting.key.not_in(bindparam("keys", expanding=True)),
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
    return [
        row.id
        for query, what in ((CHANGES, masking), (CHANGES_ELSEWHERE, replace(masking, units=())))
        for row in uow.all(query.where(Change.state == "open"), {"record": record_id})
        if masked_payload(what, record_id, row.payload) != row.payload
    ]


def masked_payloads(uow: UnitOfWork, record_id: str, masking: Masking) -> Iterator[Masked]:
    """The changes, their versions, what imports wait to suggest and the check items, where they say it."""
    wanted = {"record": record_id, "keys": [f"edit:{id_}" for id_ in _survivors(uow, record_id)]}
    of_record = zip(PAYLOADS, (CHANGES, VERSIONS, WAITING, CHECKS), strict=True)
    yield from _masked(uow, of_record, wanted, masking)
    elsewhere = zip(PAYLOADS, (CHANGES_ELSEWHERE, VERSIONS_ELSEWHERE, WAITING_ELSEWHERE), strict=False)
    yield from _masked(uow, elsewhere, wanted, replace(masking, units=()))


def _masked(
    uow: UnitOfWork, asked: Iterable[tuple[Place, Any]], wanted: dict[str, Any], masking: Masking
) -> Iterator[Masked]:
    for place, query in asked:
        for row in uow.all(query, wanted):
            found = masked_row(place, row, lambda _, text: masked_payload(masking, wanted["record"], text))
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
