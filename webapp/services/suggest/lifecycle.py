"""Suggesting that a record ends, runs again, or is the same as another: destructive, so a reason is insisted on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from webapp.domain.document import STATUS_UNIT
from webapp.domain.errors import NotFound
from webapp.domain.fields import Risk
from webapp.domain.kinds import GONE_STATUSES
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.services.judge import protection_of
from webapp.services.merging import check_merge
from webapp.services.suggest import alike
from webapp.services.suggest.commands import Draft, First, Nothing, Suggested, SuggestLifecycle
from webapp.services.suggest.store import begin, store
from webapp.storage import Storage
from webapp.storage.unit_of_work import Row, UnitOfWork


def suggest_lifecycle(storage: Storage, command: SuggestLifecycle, now: datetime, first: First = None) -> Suggested:
    """Suggest to close, reopen or merge a record.

    Raises Refused (no reason), Nothing (it is so already), Alike, CapReached, NotAllowed, NotFound, and NotEligible
    for a merge that makes no sense.
    """

    def work(uow: UnitOfWork) -> Suggested:
        begin(uow, first)
        ids = {command.record_id} | ({command.into} if command.into else set())
        records = uow.lock_records(ids)
        actor = people.load_actor(uow, command.person_id)
        people.require(actor, f"suggest_{command.type}", Subject(protection=protection_of(records.values(), uow.now)))
        fresh, _ = alike.part(uow, [_draft(command, records)])
        return store(uow, actor, fresh, command)

    return storage.transact(work, now)


def _draft(command: SuggestLifecycle, records: Mapping[str, Row]) -> Draft:
    record = records[command.record_id]
    return Draft(
        type=command.type,
        record_id=record.id,
        kind=record.kind,
        group="status",
        base_number=record.newest_number,
        payload=_payload(command, record, records) | {"author": command.person_id},
        risk=Risk.DESTRUCTIVE,
        records=tuple(sorted(records)),
    )


def _payload(command: SuggestLifecycle, record: Row, records: Mapping[str, Row]) -> dict[str, Any]:
    if command.type == "merge":
        if command.into is None:
            raise NotFound(what="record")
        check_merge(record, records[command.into])
        return {"into": command.into}
    closes = command.type == "close"
    if closes == (record.status == "closed") or record.status in GONE_STATUSES:
        raise Nothing(status=record.status)
    before = None if record.status == "active" else {"status": record.status}
    return {"edits": [[STATUS_UNIT, before, {"status": "closed"} if closes else None]]}
