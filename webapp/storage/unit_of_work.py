"""One transaction and its locks, always taken in one order: records, suggestions, people, the counter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Insert, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute
from uuid_utils import uuid7

from webapp.domain.canonical import dump
from webapp.domain.errors import NotFound
from webapp.storage.models import Base, Change, ChangeRecord, Counter, Event, Outbox, Person, Record
from webapp.storage.prepared import Parameters, Rows, Sender, in_parts, prepared
from webapp.storage.queries.judging import JUDGED_CHANGE
from webapp.storage.search import SearchIndex

Row = Any
T = TypeVar("T")

# FOR NO KEY UPDATE (`key_share`): a plain FOR UPDATE would also wait for everybody who only refers to the row, such
# as a vote to its voter, and two voters who judge each other's changes would wait for each other.
# Rows are locked in the order in which they are given, so that two who want the same ones never wait for each other.
def _locking(id_: InstrumentedAttribute[str], what: Any) -> Any:
    wanted = id_.in_(bindparam("ids", expanding=True))
    return prepared(select(what).where(wanted).order_by(id_).with_for_update(key_share=True))


LOCK_RECORDS, LOCK_CHANGES, LOCK_PEOPLE = (_locking(model.id, model) for model in (Record, Change, Person))
HOLD_CHANGES, HOLD_PEOPLE = (_locking(id_, id_) for id_ in (Change.id, Person.id))  # where another statement reads
SEEN = select(Change.content_version).where(Change.id == bindparam("change")).scalar_subquery()
LOCK_TOUCHED = prepared(  # with the version that the change had when this looked for what it touches
    select(Record, SEEN.label("seen"))
    .where(Record.id.in_(select(ChangeRecord.record_id).where(ChangeRecord.change_id == bindparam("change"))))
    .order_by(Record.id)
    .with_for_update(key_share=True, of=Record)
)
TAKE = prepared(
    update(Counter)
    .where(Counter.name == bindparam("counter"))
    .values(value=Counter.value + bindparam("by"))
    .returning(Counter.value)
)
ADD_EVENT = prepared(insert(Event))
SHOWN = {"name": "shown", "value": 1}
_ONE_MORE: dict[str, Any] = {"index_elements": [Counter.name], "set_": {"value": Counter.value + 1}}
COUNT_SHOWN = {
    "sqlite": prepared(sqlite.insert(Counter).on_conflict_do_update(**_ONE_MORE)),
    "postgresql": prepared(postgresql.insert(Counter).on_conflict_do_update(**_ONE_MORE)),
}
PROMISE = {  # what was promised under a key already is left as it is
    "sqlite": prepared(sqlite.insert(Outbox).on_conflict_do_nothing(index_elements=[Outbox.key])),
    "postgresql": prepared(postgresql.insert(Outbox).on_conflict_do_nothing(index_elements=[Outbox.key])),
}


def new_id() -> str:
    """A fresh uuid7, as text."""
    return str(uuid7())


@cache
def _adding(model: type[Base]) -> Insert:
    return prepared(insert(model))


def _whole(rows: dict[str, Row], ids: Collection[str], what: str) -> dict[str, Row]:
    if any(id_ not in rows for id_ in ids):
        raise NotFound(what=what)
    return rows


class Moved(Exception):
    """What was to be locked has moved meanwhile; `Storage.transact` runs the work anew."""


class UnitOfWork:
    """The open transaction of one service call. Services commit by returning, and roll back by raising."""

    def __init__(self, connection: Connection, search: SearchIndex, now: datetime) -> None:
        self.connection = connection
        self.search = search
        self.now = now
        self._sender = Sender(connection)
        self._events: list[dict[str, Any]] = []
        self._shows_anew = False

    def not_before(self, moments: Iterable[datetime]) -> None:
        """Move the transaction's time on to the latest of these, which have passed.

        A command has the time of its arrival. Whoever came earlier but had to wait for a lock would else decide at a
        time before that of the votes which it counts.
        """
        self.now = max((self.now, *moments))

    # -- statements -------------------------------------------------------------------------------------

    def run(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Execute a statement; gives its rows, and how many rows a write touched."""
        return self._sender.run(statement, parameters)

    def one(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Row | None:
        """The first row, or None."""
        return self.run(statement, parameters).first()

    def all(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Every row."""
        return self.run(statement, parameters)

    def value(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        return self.run(statement, parameters).scalar()

    def add(self, model: type[Base], **values: Any) -> None:
        """Insert one row."""
        self.run(_adding(model), values)

    # -- locks ------------------------------------------------------------------------------------------

    def lock_records(self, ids: Collection[str]) -> dict[str, Row]:
        """Lock the records in the order of their ids; NotFound when one is missing."""
        return _whole(self._lock(LOCK_RECORDS, ids), ids, "record")

    def lock_change_and_records(self, change_id: str) -> tuple[dict[str, Row], Row]:
        """Lock the records that a change touches, then the change; NotFound when there is no such change.

        A merge may have moved the change to another record while this waited for its turn: then the transaction
        starts anew, since the other record can't be locked in its order any more. The change comes with what its
        judgement asks (`queries/judging.py`).
        """
        records = self.all(LOCK_TOUCHED, {"change": change_id})
        self._hold(HOLD_CHANGES, [change_id])
        change = self.one(JUDGED_CHANGE, {"change": change_id})
        if change is None:
            raise NotFound(what="suggestion")
        if any(row.seen != change.content_version for row in records):  # every move gives it a new one
            raise Moved
        return {row.id: row for row in records}, change

    def lock_changes(self, ids: Collection[str]) -> dict[str, Row]:
        """Lock the changes in the order of their ids, after all records."""
        return _whole(self._lock(LOCK_CHANGES, ids), ids, "suggestion")

    def lock_person(self, id_: str) -> Row:
        """Lock one person, after records and changes."""
        return _whole(self._lock(LOCK_PEOPLE, [id_]), [id_], "person")[id_]

    def lock_people(self, ids: Iterable[str]) -> dict[str, Row]:
        """Lock several people in the order of their ids; who does not exist is left out."""
        return self._lock(LOCK_PEOPLE, ids)

    def hold_people(self, ids: Iterable[str]) -> None:
        """Lock several people whose rows another statement reads, in the order of their ids."""
        self._hold(HOLD_PEOPLE, ids)

    def _hold(self, statement: Executable, ids: Iterable[str]) -> None:
        if self.connection.dialect.name != "sqlite":  # whose writer has the only turn: there is nothing else to lock
            self._lock(statement, ids)

    def _lock(self, statement: Executable, ids: Iterable[str]) -> dict[str, Row]:
        return {row.id: row for part in in_parts(sorted(set(ids))) for row in self.run(statement, {"ids": part})}

    # -- what goes along with the change ----------------------------------------------------------------

    def event(self, type_: str, **values: Any) -> None:
        """Promise an event; it gets its number when the transaction is about to commit."""
        detail = dump(values.pop("detail", {}))
        row = {"record_id": None, "revision_id": None, "actor_id": None, "operation_id": None, **values}
        self._events.append({**row, "type": type_, "detail": detail, "created_at": self.now})

    def shows_anew(self) -> None:
        """Promise that pages for everybody move by something that has no event: a name, a line of the log, synonyms.

        It is counted, so that who keeps a page can tell (`queries/shown.py`).
        """
        self._shows_anew = True

    def outbox(
        self,
        type_: str,
        key: str,
        payload: Mapping[str, Any],
        person_id: str | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """Promise a side effect, once for each key."""
        self.run(
            PROMISE[self.connection.dialect.name],
            {
                "id": new_id(),
                "key": key,
                "type": type_,
                "person_id": person_id,
                "payload": dump(payload),
                "due_at": due_at or self.now,
                "attempts": 0,
                "leased_until": None,
                "done_at": None,
                "error": None,
                "created_at": self.now,
            },
        )

    def take_numbers(self, counter: str, count: int) -> int:
        """Take `count` numbers from a gapless stream and give the first; locks the counter row."""
        last: int = self.value(TAKE, {"counter": counter, "by": count})
        return last - count + 1

    def flush_events(self) -> None:
        """Number and write the promised events, or count what has none: the last thing before the commit."""
        if self._events:
            first = self.take_numbers("event", len(self._events))
            self.run(ADD_EVENT, [{**row, "seq": first + place} for place, row in enumerate(self._events)])
            self._events.clear()
        elif self._shows_anew:  # events move what is kept anyway
            self.run(COUNT_SHOWN[self.connection.dialect.name], SHOWN)
