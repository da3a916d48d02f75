"""What an import suggests waits in a row of its own until fewer of its suggestions are open; then it is offered.

Each source suggests by a person of its own, who can't sign in. What the source says later replaces what waits,
and takes back what is open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from webapp.domain.canonical import dump
from webapp.domain.document import Document, from_units, is_within, to_units
from webapp.domain.errors import Busy, NotAllowed, NotFound, Refused
from webapp.domain.kinds import KINDS, LIFECYCLE_STATUSES
from webapp.domain.lifecycle import Act
from webapp.domain.roles import Role
from webapp.services.account import add_person
from webapp.services.ending import close_change, payload_edits
from webapp.services.following import slugify
from webapp.services.intake.plan import Step, Wanted, put
from webapp.services.judge import newest_policy
from webapp.services.redact import redacted_units
from webapp.services.revise import read_document
from webapp.services.suggest import (
    Alike,
    HowKnown,
    NewRecord,
    Nothing,
    SuggestChange,
    SuggestRecords,
    suggest_change,
    suggest_records,
)
from webapp.storage import Storage
from webapp.storage.models import Change, ImportWaiting, Person, Record, Source, Suggestion
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

BY_KEY = select(ImportWaiting).where(
    ImportWaiting.source_id == bindparam("source"), ImportWaiting.key == bindparam("key")
)
OF_SOURCE = (
    select(ImportWaiting.id, ImportWaiting.payload)
    .where(ImportWaiting.source_id == bindparam("source"))
    .order_by(ImportWaiting.id)
    .limit(bindparam("most"))
)
ADD = insert(ImportWaiting)
CHANGE = update(ImportWaiting).where(ImportWaiting.id == bindparam("of")).values(payload=bindparam("to"))
TO_THE_END = update(ImportWaiting).where(ImportWaiting.id == bindparam("of")).values(id=bindparam("to"))
DROP = delete(ImportWaiting).where(ImportWaiting.id == bindparam("of"))
SOURCES = select(Source).where(Source.id.in_(select(ImportWaiting.source_id))).order_by(Source.name)
PEOPLE = select(Person).where(Person.handle.in_(bindparam("handles", expanding=True)))
OPEN = (
    select(func.count(func.distinct(Suggestion.id)))
    .join(Change, Change.suggestion_id == Suggestion.id)
    .where(Suggestion.author_id == bindparam("person"), Suggestion.door == "import", Change.state == "open")
)
OPEN_ON = (
    select(Change.id, Change.payload)
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .where(
        Change.record_id == bindparam("record"),
        Change.state == "open",
        Change.type == "edit",
        Suggestion.author_id == bindparam("person"),
        Suggestion.door == "import",
    )
    .order_by(Change.id)
)
OPEN_NEW = (
    select(Change.payload)
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .where(Suggestion.author_id == bindparam("person"), Change.state == "open", Change.type == "create")
)
EXISTING = select(Record.id).where(Record.id.in_(bindparam("ids", expanding=True)))
RECORD = select(Record).where(Record.id == bindparam("id"))
LONGEST_HANDLE = 40
TRIED_AT_ONCE = 1000  # rows looked at in one go, so that those that can't be offered yet do not hold it up


# -- the person who suggests ------------------------------------------------------------------------------


def _handles(source: Row) -> tuple[str, str]:
    """The handle of a source's person, and another should a human have taken it."""
    handle = f"import-{slugify(source.name)}"[:LONGEST_HANDLE].rstrip("-")
    return handle, f"{handle[: LONGEST_HANDLE - 7]}-{source.id[-6:]}"


def _is_machine(person: Row) -> bool:
    """Nobody can sign in as such a person: neither address nor password. Erased people are no machines."""
    return person.email is None and person.password_hash is None and person.state != "erased"


def find_suggester(uow: UnitOfWork, source: Row) -> str | None:
    """The id of the person by whom the source suggests; None as long as it never has."""
    handles = _handles(source)
    found = {row.handle: row for row in uow.run(PEOPLE, {"handles": handles})}
    return next((found[h].id for h in handles if h in found and _is_machine(found[h])), None)


def _suggester(uow: UnitOfWork, source: Row) -> str:
    known = find_suggester(uow, source)
    if known:
        return known
    handles = _handles(source)
    taken = {row.handle for row in uow.run(PEOPLE, {"handles": handles})}
    handle = next(h for h in handles if h not in taken)
    return add_person(uow, None, f"Import: {source.name}"[:80], None, Role.VOLUNTEER, handle, confirmed=True)


# -- making ready -----------------------------------------------------------------------------------------


def take_back(uow: UnitOfWork, source: Row, step: Step, suggester: str | None) -> None:
    """Drop what waits, and withdraw what is open, about units on which the source has changed its mind.

    The record is locked.
    """
    if step.suggest_to is None or not step.moved:
        return
    waiting = uow.one(BY_KEY, {"source": source.id, "key": f"edit:{step.suggest_to}"})
    if waiting:
        wanted = json.loads(waiting.payload)["wanted"]
        kept = {unit: value for unit, value in wanted.items() if unit not in step.moved}
        _keep(uow, waiting, kept)
    if suggester is None:
        return
    overtaken = [
        row.id
        for row in uow.all(OPEN_ON, {"record": step.suggest_to, "person": suggester})
        if step.moved & {edit.unit for edit in payload_edits(row.payload)}
    ]
    for change in uow.lock_changes(overtaken).values():
        if change.state == "open":
            close_change(uow, change, Act.WITHDRAW)


def _keep(uow: UnitOfWork, waiting: Row, wanted: Wanted) -> None:
    if wanted:
        payload = {**json.loads(waiting.payload), "wanted": wanted}
        uow.run(CHANGE, {"of": waiting.id, "to": dump(payload)})
    else:
        uow.run(DROP, {"of": waiting.id})


def wait_with_edits(uow: UnitOfWork, source: Row, step: Step) -> None:
    """Make ready to suggest the wanted values for a record."""
    if not step.wanted:
        return
    key = f"edit:{step.suggest_to}"
    waiting = uow.one(BY_KEY, {"source": source.id, "key": key})
    before = json.loads(waiting.payload)["wanted"] if waiting else {}
    payload = {"record": step.suggest_to, "wanted": before | step.wanted}
    _wait(uow, source, key, waiting, payload)


def wait_with_records(uow: UnitOfWork, source: Row, steps: Sequence[Step]) -> None:
    """Make ready to suggest new records that belong together."""
    records = [{"id": s.item.record_id, "kind": s.item.kind, "document": s.document} for s in steps]
    key = f"create:{records[0]['id']}"
    waiting = uow.one(BY_KEY, {"source": source.id, "key": key})
    _wait(uow, source, key, waiting, {"records": records})


def _wait(uow: UnitOfWork, source: Row, key: str, waiting: Row | None, payload: Mapping[str, Any]) -> None:
    if waiting:
        uow.run(CHANGE, {"of": waiting.id, "to": dump(payload)})
        return
    row = {"id": new_id(), "source_id": source.id, "key": key, "payload": dump(payload), "created_at": uow.now}
    uow.run(ADD, row)


# -- offering ---------------------------------------------------------------------------------------------


def offer_waiting(storage: Storage, now: datetime, source_name: str | None = None) -> int:
    """Open what waits, the oldest first, as far as places are free (`RULES.md`, "People"); how many were opened.

    The worker calls this now and then; an import run at its end, for its own source. A source that is paused,
    as people are after too many rejections, offers nothing until the pause is over.
    """
    with storage.read() as connection:
        sources = list(connection.execute(SOURCES))
    return sum(_offer(storage, source, now) for source in sources if source_name in (None, source.name))


def _offer(storage: Storage, source: Row, now: datetime) -> int:
    def prepare(uow: UnitOfWork) -> tuple[str, int, list[Row]]:
        person = _suggester(uow, source)
        free = newest_policy(uow).caps.open_import - int(uow.value(OPEN, {"person": person}))
        rows = uow.all(OF_SOURCE, {"source": source.id, "most": TRIED_AT_ONCE}) if free > 0 else []
        return person, free, rows

    person, free, rows = storage.transact(prepare, now)
    offer = _Offer(storage, source, person, now)
    opened = 0
    for row in rows:
        if opened >= free:
            break
        try:
            opened += offer.one(row)
        except NotAllowed as error:
            if error.code != "protected":
                break
            offer.put_off(row)
        except Busy:  # others write a lot just now; the rest keeps until the next time
            break
    return opened


class _Offer:
    """Opens one suggestion after the other."""

    def __init__(self, storage: Storage, source: Row, person: str, now: datetime) -> None:
        self.storage, self.source, self.person, self.now = storage, source, person, now
        self.evidence = HowKnown("other", f"{source.name}, as read on {now:%Y-%m-%d}")

    def one(self, waiting: Row) -> bool:
        """Open a suggestion and drop its row; whether one was opened. Should it break off in between, the next
        offer finds the same suggestion open, and only drops the row."""
        payload = json.loads(waiting.payload)
        try:
            opened: bool | None = self._edits(waiting, payload) if "wanted" in payload else self._records(payload)
        except (Alike, Nothing, NotFound):
            opened = False  # somebody suggests it already, or it is true already
        except Refused:  # not valid together with what the record says now
            self.put_off(waiting)
            opened = None
        if opened is not None:
            self.storage.transact(lambda uow: uow.run(DROP, {"of": waiting.id}), self.now)
        return bool(opened)

    def put_off(self, waiting: Row) -> None:
        """Let the others go first."""
        self.storage.transact(lambda uow: uow.run(TO_THE_END, {"of": waiting.id, "to": new_id()}), self.now)

    def _edits(self, waiting: Row, payload: Mapping[str, Any]) -> bool | None:
        record, document = self._proposed(payload)
        if record is None:
            raise NotFound(what="record")
        if record.status in LIFECYCLE_STATUSES:
            self.put_off(waiting)
            return None
        reason = f"“{self.source.name}” says something else here than the record."
        command = SuggestChange(self.person, record.id, record.newest_number, document, reason, self.evidence, "import")
        suggest_change(self.storage, command, self.now)
        return True

    def _proposed(self, payload: Mapping[str, Any]) -> tuple[Row | None, Document]:
        """The record as it is now, and its document with the wanted values put in."""
        with self.storage.read() as connection:
            uow = UnitOfWork(connection, self.storage.search, self.now)
            record = uow.one(RECORD, {"id": payload["record"]})
            if record is None:
                return None, {}
            redacted = redacted_units(uow, [record.id]).get(record.id, frozenset())
            kind = KINDS[record.kind]
            units = to_units(kind, read_document(uow, record))
        put(units, {unit: v for unit, v in payload["wanted"].items() if not is_within(unit, redacted)})
        try:
            return record, from_units(kind, units)
        except KeyError:  # people have taken out the element that it lies in
            raise Nothing from None

    def _records(self, payload: Mapping[str, Any]) -> bool:
        with self.storage.read() as connection:
            uow = UnitOfWork(connection, self.storage.search, self.now)
            taken = {row.id for row in uow.run(EXISTING, {"ids": [one["id"] for one in payload["records"]]})}
            for row in uow.run(OPEN_NEW, {"person": self.person}):
                taken |= {one["id"] for one in json.loads(row.payload)["records"]}
        records = tuple(
            NewRecord(one["id"], one["kind"], one["document"]) for one in payload["records"] if one["id"] not in taken
        )
        if not records:
            return False
        reason = f"“{self.source.name}” has this, and the directory has not."
        suggest_records(self.storage, SuggestRecords(self.person, records, reason, self.evidence, "import"), self.now)
        return True
