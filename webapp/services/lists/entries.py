"""What stands on a list: put there, taken away, noted, moved. Law: one service stands there once, merged or not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from webapp.domain.errors import NotEligible, NotFound
from webapp.domain.lists import MOST_ENTRIES, NOTE_LENGTH
from webapp.services.lists.access import Maker, change, worded
from webapp.storage import Storage
from webapp.storage.models import Record, ServiceListEntry
from webapp.storage.prepared import prepared
from webapp.storage.queries.lists import ENTRIES, LISTS_WITH, once_each
from webapp.storage.queries.through import taken_in
from webapp.storage.unit_of_work import Row, UnitOfWork

SIZE = prepared(
    select(func.count(), func.max(ServiceListEntry.position)).where(ServiceListEntry.list_id == bindparam("list"))
)
RECORD = prepared(select(Record).where(Record.id == bindparam("record")))
_STEPS = select(Record.id, Record.merged_into).where(Record.id == bindparam("record")).cte("steps", recursive=True)
_STEPS = _STEPS.union(select(Record.id, Record.merged_into).join(_STEPS, Record.id == _STEPS.c.merged_into))
SURVIVOR = prepared(select(_STEPS.c.id).where(_STEPS.c.merged_into.is_(None)))
_ENTRY = (ServiceListEntry.list_id == bindparam("list"), ServiceListEntry.record_id == bindparam("record"))
PLACE = prepared(update(ServiceListEntry).where(*_ENTRY).values(position=bindparam("to_place")))
NOTE = prepared(update(ServiceListEntry).where(*_ENTRY).values(note=bindparam("to_note")))
SAME = taken_in(Record.id == bindparam("record"))
REMOVE = prepared(
    delete(ServiceListEntry).where(
        ServiceListEntry.list_id == bindparam("list"), ServiceListEntry.record_id.in_(select(SAME.c.id))
    )
)


def add_entry(storage: Storage, code: str, maker: Maker, record_id: str, now: datetime) -> bool:
    """Put a service at a list's end; gives whether it did not stand there yet. What was merged is what took it in.

    Raises NotAllowed, NotFound, NotEligible (`list_full`, `not_a_service`, `record_gone`).
    """
    return change(storage, code, maker, lambda uow, found: add(uow, found.id, record_id), now)


def remove_entry(storage: Storage, code: str, maker: Maker, record_id: str, now: datetime) -> bool:
    """Take a service off a list; gives whether it stood there. Raises NotAllowed, NotFound (the list)."""

    def work(uow: UnitOfWork, found: Row) -> bool:
        survivor = uow.value(SURVIVOR, {"record": record_id}) or record_id
        return bool(uow.run(REMOVE, {"list": found.id, "record": survivor}).rowcount)

    return change(storage, code, maker, work, now)


def note_entry(storage: Storage, code: str, maker: Maker, record_id: str, note: str, now: datetime) -> None:
    """Words beside one service of a list. Raises NotAllowed, NotFound, Refused."""
    words = worded("note", note, NOTE_LENGTH)

    def work(uow: UnitOfWork, found: Row) -> None:
        if not uow.run(NOTE, {"list": found.id, "record": record_id, "to_note": words}).rowcount:
            raise NotFound(what="entry")

    change(storage, code, maker, work, now)


def move_entry(storage: Storage, code: str, maker: Maker, record_id: str, *, up: bool, now: datetime) -> bool:
    """Move a service one place up or down; gives whether there was such a place. Raises NotAllowed, NotFound."""

    def work(uow: UnitOfWork, found: Row) -> bool:
        rows = once_each(uow.all(ENTRIES, {"list": found.id}))
        here = next((at for at, row in enumerate(rows) if row.own == record_id), None)
        if here is None:
            raise NotFound(what="entry")
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rows):
            return False
        moved, other = rows[here], rows[there]
        uow.run(PLACE, {"list": found.id, "record": moved.own, "to_place": other.position})
        uow.run(PLACE, {"list": found.id, "record": other.own, "to_place": moved.position})
        return True

    return change(storage, code, maker, work, now)


def add(uow: UnitOfWork, list_id: str, record_id: str) -> bool:
    """Within a transaction that has the list locked: see `add_entry`."""
    survivor = uow.value(SURVIVOR, {"record": record_id})
    record = uow.one(RECORD, {"record": survivor}) if survivor else None
    if record is None:
        raise NotFound(what="record")
    if record.kind != "service":
        raise NotEligible("not_a_service")
    if record.status == "void":
        raise NotEligible("record_gone")
    if uow.one(LISTS_WITH, {"record": record.id, "lists": [list_id]}):
        return False
    count, last = uow.run(SIZE, {"list": list_id})[0]
    if count >= MOST_ENTRIES:
        raise NotEligible("list_full", limit=MOST_ENTRIES)
    place = 1 if last is None else last + 1
    uow.add(
        ServiceListEntry, list_id=list_id, record_id=record.id, position=place, note="", added_at=uow.now
    )
    return True
