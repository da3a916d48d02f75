"""Suggesting that a record ends, runs again, or is the same as another: destructive, so a reason is insisted on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from webapp.domain.diff import Edits, apply_edits, edits_to_json
from webapp.domain.document import STATUS_UNIT
from webapp.domain.errors import NotFound, Stale
from webapp.domain.fields import Risk
from webapp.domain.kinds import GONE_STATUSES, KINDS
from webapp.domain.permissions import Subject
from webapp.domain.take_over import taking
from webapp.services import people
from webapp.services.judge import protection_of
from webapp.services.merging import check_merge
from webapp.services.revise import read_document
from webapp.services.suggest import alike
from webapp.services.suggest.commands import Draft, First, Nothing, Suggested, SuggestLifecycle
from webapp.services.suggest.documents import checked
from webapp.services.suggest.store import begin, store
from webapp.storage import Storage
from webapp.storage.unit_of_work import Row, UnitOfWork


def suggest_lifecycle(storage: Storage, command: SuggestLifecycle, now: datetime, first: First = None) -> Suggested:
    """Suggest to close, reopen or merge a record.

    Raises Refused (no reason), Nothing (it is so already), Alike, CapReached, NotAllowed, NotFound, Stale (one of the
    two has moved since it was looked at), and NotEligible for a merge that makes no sense.
    """

    def work(uow: UnitOfWork) -> Suggested:
        begin(uow, first)
        ids = {command.record_id} | ({command.into} if command.into else set())
        records = uow.lock_records(ids)
        actor = people.load_actor(uow, command.person_id)
        people.require(actor, f"suggest_{command.type}", Subject(protection=protection_of(records.values(), uow.now)))
        fresh, _ = alike.part(uow, [_draft(uow, command, records)])
        return store(uow, actor, fresh, command)

    return storage.transact(work, now)


def _draft(uow: UnitOfWork, command: SuggestLifecycle, records: Mapping[str, Row]) -> Draft:
    record = records[command.record_id]
    return Draft(
        type=command.type,
        record_id=record.id,
        kind=record.kind,
        group="status",
        base_number=record.newest_number,
        payload=_payload(uow, command, record, records) | {"author": command.person_id},
        risk=Risk.DESTRUCTIVE,
        records=tuple(sorted(records)),
    )


def _payload(
    uow: UnitOfWork, command: SuggestLifecycle, record: Row, records: Mapping[str, Row]
) -> dict[str, Any]:
    if command.type == "merge":
        if command.into is None:
            raise NotFound(what="record")
        check_merge(record, records[command.into])
        edits = _taken(uow, command, record, records[command.into])
        return {"into": command.into} | ({"edits": edits_to_json(edits)} if edits else {})
    closes = command.type == "close"
    if closes == (record.status == "closed") or record.status in GONE_STATUSES:
        raise Nothing(status=record.status)
    before = None if record.status == "active" else {"status": record.status}
    return {"edits": [[STATUS_UNIT, before, {"status": "closed"} if closes else None]]}


def _taken(uow: UnitOfWork, command: SuggestLifecycle, loser: Row, survivor: Row) -> Edits:
    """What the survivor takes over, as edits of its document; they have to leave it a valid one."""
    present = (loser.newest_number, survivor.newest_number)
    if command.seen is not None and command.seen != present:
        raise Stale(seen=command.seen, present=present)
    if not (command.taken or command.joined):
        return ()
    kind, stays = KINDS[loser.kind], read_document(uow, survivor)
    edits = taking(kind, read_document(uow, loser), stays, command.taken, survivor.id, command.joined)
    checked(kind, apply_edits(kind, stays, edits))
    return edits
