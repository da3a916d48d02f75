"""Merging one record into another: two revisions, open changes move along, and all of it can be undone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from webapp.domain.diff import edits_from_json
from webapp.domain.document import Document
from webapp.domain.errors import NotEligible
from webapp.domain.kinds import GONE_STATUSES, KINDS
from webapp.domain.merge import Clash, Conflict, merge
from webapp.services.apply import Applied, Clashed, check_whole
from webapp.services.revise import Writing, read_document, start_operation, write_revision
from webapp.services.tagging import tag
from webapp.storage.models import IS_OPEN, Change, ChangeRecord, ChangeVersion, Record, Vote
from webapp.storage.unit_of_work import Row, UnitOfWork

INTO = select(Record.merged_into).where(Record.id == bindparam("id"))
OPEN_CHANGES = (
    select(Change).where(Change.record_id == bindparam("record"), Change.state == "open").order_by(Change.id)
)
MOVE = (
    update(Change)
    .where(Change.id == bindparam("change"))
    .values(
        record_id=bindparam("to_record"),
        base_number=bindparam("to_base"),
        conflicted_at=bindparam("at"),
        content_version=Change.content_version + 1,
        settle_at=None,
        approvals=0,
        rejects=0,
        contested_at=None,
        paused_until=None,
    )
)
VOID_VOTES = (
    update(Vote)
    .where(Vote.change_id == bindparam("change"), Vote.is_live == 1)
    .values(is_live=0, ended_at=bindparam("at"))
)
MOVED_HERE = (
    select(ChangeVersion.change_id)
    .join(Change, Change.id == ChangeVersion.change_id)
    .where(
        ChangeVersion.act == "move",
        Change.record_id == bindparam("into"),
        IS_OPEN,
        ChangeVersion.payload == bindparam("loser"),
    )
    .distinct()
    .order_by(ChangeVersion.change_id)
)


def check_merge(loser: Row, survivor: Row) -> None:
    """Raise NotEligible for a merge into itself, across kinds, or with a record that is merged or void."""
    if loser.id == survivor.id:
        raise NotEligible("merge_into_itself")
    if loser.kind != survivor.kind:
        raise NotEligible("merge_across_kinds")
    if survivor.status in GONE_STATUSES or loser.status in GONE_STATUSES:
        raise NotEligible("merge_with_gone")


def apply_merge(
    uow: UnitOfWork, change: Row, records: Mapping[str, Row], payload: dict[str, Any], actor_id: str | None
) -> Applied:
    """Write both revisions of a merge and move the loser's open changes, as conflicted, to the survivor.

    The survivor's has what the change says that it takes over. Raises Clashed, also where it has moved there since.
    """
    loser, survivor = records[change.record_id], records[payload["into"]]
    try:
        check_merge(loser, survivor)
        _check_circle(uow, loser.id, survivor.id)
    except NotEligible as error:
        raise Clashed((Clash("@status", None, None, error.code),)) from error
    kept = _kept(uow, survivor, payload)
    operation = start_operation(uow, "merge", actor_id or payload["author"], "", change_id=change.id, total=2)
    cause = "moderator" if actor_id else "suggestion"
    gone = {**read_document(uow, loser), "status": "merged", "merged_into": survivor.id}
    write_revision(uow, loser, gone, Writing(operation, cause, payload["author"], "Merged", change.id))
    write_revision(uow, survivor, kept, Writing(operation, cause, payload["author"], "Took in a duplicate", change.id))
    uow.event("merge", record_id=loser.id, operation_id=operation, detail={"into": survivor.id})
    _move_changes(uow, loser, survivor, but=change.id)
    return Applied(operation, (loser.id, survivor.id))


def _kept(uow: UnitOfWork, survivor: Row, payload: Mapping[str, Any]) -> Document:
    """The survivor's document with what it takes over from the loser."""
    document = read_document(uow, survivor)
    merged = merge(KINDS[survivor.kind], document, edits_from_json(payload.get("edits", ())))
    if isinstance(merged, Conflict):
        raise Clashed(merged.clashes)
    if merged.applied:
        check_whole(survivor.kind, merged.document, merged.applied)
    return merged.document


def _check_circle(uow: UnitOfWork, loser_id: str, survivor_id: str) -> None:
    at: str | None = survivor_id
    while at is not None:
        if at == loser_id:
            raise NotEligible("merge_circle")
        at = uow.value(INTO, {"id": at})


def _move_changes(uow: UnitOfWork, loser: Row, survivor: Row, but: str | None) -> None:
    """Whatever it asks for, ending the loser too; only a second merge of the two stays, to be superseded."""
    for row in uow.all(OPEN_CHANGES, {"record": loser.id}):
        if row.id == but or _into(row) == survivor.id:
            continue
        move_to(uow, row, survivor.id, survivor.newest_number + 1, loser.id)


def _into(change: Row) -> str | None:
    """The other record of a merge."""
    return json.loads(change.payload)["into"] if change.type == "merge" else None


def move_to(uow: UnitOfWork, change: Row, record_id: str, base: int, from_id: str, act: str = "move") -> None:
    """Move an open change to another record: conflicted, its votes void, its author told.

    `act` is move, or move_back when the merge is undone. When to look at it again, `mark_clashing` says.
    """
    locked = uow.lock_changes([change.id])[change.id]
    uow.run(VOID_VOTES, {"change": locked.id, "at": uow.now})
    uow.run(MOVE, {"change": locked.id, "to_record": record_id, "to_base": base, "at": uow.now})
    uow.add(
        ChangeVersion,
        change_id=locked.id,
        content_version=locked.content_version + 1,
        base_number=base,
        payload=from_id,
        act=act,
        actor_id="",
        created_at=uow.now,
    )
    uow.run(delete(ChangeRecord).where(ChangeRecord.change_id == locked.id))
    touched = [record_id, into] if (into := _into(locked)) else [record_id]
    uow.run(insert(ChangeRecord), [{"change_id": locked.id, "record_id": record} for record in touched])
    tag(uow, [locked.id])
    uow.outbox(
        "notice",
        f"moved:{locked.id}:{locked.content_version}",
        {"what": "moved", "change": locked.id, "suggestion": locked.suggestion_id},
    )


def move_back(uow: UnitOfWork, loser: Row, survivor_id: str) -> None:
    """After a merge was undone: the changes that it moved and that are still open go back."""
    for row in uow.all(MOVED_HERE, {"into": survivor_id, "loser": loser.id}):
        change = uow.lock_changes([row.change_id])[row.change_id]
        move_to(uow, change, loser.id, loser.newest_number + 1, survivor_id, "move_back")


def follow(uow: UnitOfWork, record: Row, document: Mapping[str, Any]) -> tuple[str, ...]:
    """Before a roll back writes `document`: open changes follow what it says of a merge.

    Gives the other records whose open changes moved. NotEligible when the merge can't be had again.
    """
    into, was = document.get("merged_into"), record.merged_into
    if into == was:
        return ()
    if was is not None:
        uow.lock_records([was])
        move_back(uow, record, was)
    if into is None:
        return (was,)
    survivor = uow.lock_records([into])[into]
    check_merge(uow.lock_records([record.id])[record.id], survivor)
    _check_circle(uow, record.id, survivor.id)
    _move_changes(uow, record, survivor, but=None)
    return (survivor.id,) if was is None else (was, survivor.id)
