"""After a record moved: what becomes of the other open changes that touch it."""

from __future__ import annotations

import json
from typing import Literal

from sqlalchemy import bindparam, select, union

from webapp.domain.diff import edits_from_json
from webapp.domain.document import Document
from webapp.domain.errors import NotEligible
from webapp.domain.kinds import KINDS
from webapp.domain.lifecycle import Act
from webapp.domain.merge import Conflict, merge
from webapp.domain.validate import validate
from webapp.services.ending import close_change, move_change, payload_edits, tell, touched_records
from webapp.services.judge import judge, look_again_at
from webapp.services.revise import read_document
from webapp.storage.models import IS_OPEN_MERGE, Change, ChangeVersion, Record, touches
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

OPEN_CHANGES = prepared(  # its own, and the merges of others into it
    union(
        select(Change.id).where(Change.record_id == bindparam("record"), Change.state == "open"),
        select(Change.id).where(IS_OPEN_MERGE, touches([bindparam("record")])),
    ).order_by("id")
)

CHANGE = prepared(select(Change).where(Change.id == bindparam("change")))

VERSION_ACT = prepared(
    select(ChangeVersion.act).where(
        ChangeVersion.change_id == bindparam("change"), ChangeVersion.content_version == bindparam("version")
    )
)

RECORDS = prepared(select(Record).where(Record.id.in_(bindparam("ids", expanding=True))))


def mark_clashing(uow: UnitOfWork, record_id: str, but: str | None = None) -> None:
    """After a record moved: mark its open changes that clash, free those that no longer do, and end those that
    have become true by another's hand. All others are judged anew for when to look again."""
    ids = [row.id for row in uow.all(OPEN_CHANGES, {"record": record_id}) if row.id != but]
    if not ids:
        return
    record = uow.lock_records([record_id])[record_id]
    document = read_document(uow, record)
    for change_id in ids:
        change = uow.lock_changes([change_id])[change_id]
        if change.state == "open" and record_id in touched_records(uow, change_id):
            _mark(uow, change, record, document)


def _mark(uow: UnitOfWork, change: Row, record: Row, document: Document) -> None:
    now = _how_it_stands(uow, change, record, document)
    if now == "already":
        close_change(uow, change, Act.SUPERSEDE)
        tell(uow, change, "superseded")
        return
    was = "fits" if change.conflicted_at is None else "clashes"
    if now != was:
        move_change(uow, change, conflicted_at=uow.now if now == "clashes" else None)
    if now == "clashes" and was == "fits":
        tell(uow, change, "conflicted")
    look_again(uow, change.id)


def look_again(uow: UnitOfWork, change_id: str) -> None:
    """Judge a locked open change anew for when the sweep is to look at it; acts on nothing."""
    change = uow.one(CHANGE, {"change": change_id})
    if change is None or change.state != "open":
        return
    records = uow.all(RECORDS, {"ids": touched_records(uow, change_id)})
    decision, _ = judge(uow, change, records)
    move_change(uow, change, settle_at=look_again_at(decision, uow.now))


Stand = Literal["fits", "already", "clashes"]


def _how_it_stands(uow: UnitOfWork, change: Row, record: Row, document: Document) -> Stand:
    """Whether a change could be written onto its record as it is now.

    What a merge brought here clashes until somebody rebases it, or the merge is undone.
    """
    merges = _how_merge_stands(uow, change) if change.type == "merge" else None
    if merges in ("already", "clashes"):
        return merges
    version = {"change": change.id, "version": change.content_version}
    if uow.value(VERSION_ACT, version) == "move":
        return "clashes"
    if merges:
        return merges
    kind = KINDS[record.kind]
    merged = merge(kind, document, payload_edits(change.payload))
    if isinstance(merged, Conflict):
        return "clashes"
    if not merged.applied:
        return "already"
    return "clashes" if validate(kind, merged.document).refusals else "fits"


def _how_merge_stands(uow: UnitOfWork, change: Row) -> Stand:
    from webapp.services.merging import check_merge

    into = json.loads(change.payload)["into"]
    records = {row.id: row for row in uow.all(RECORDS, {"ids": [change.record_id, into]})}
    if records[change.record_id].merged_into == into:
        return "already"
    try:
        check_merge(records[change.record_id], records[into])
    except NotEligible:
        return "clashes"
    return _how_it_takes_over(uow, change, records[into])


def _how_it_takes_over(uow: UnitOfWork, change: Row, survivor: Row) -> Stand:
    edits = edits_from_json(json.loads(change.payload).get("edits", ()))
    if not edits:
        return "fits"
    kind = KINDS[survivor.kind]
    merged = merge(kind, read_document(uow, survivor), edits)
    if isinstance(merged, Conflict):
        return "clashes"
    return "clashes" if validate(kind, merged.document).refusals else "fits"
