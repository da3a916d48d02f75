"""Which records may be the same: kept up to date by the worker, a batch of what has changed at a time.

Its law: only records that share a key are compared, and what a moderator called two different ones stays so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, or_, select, union_all, update

from webapp.domain.canonical import dump
from webapp.domain.duplicates import COMPARED, LISTED_FROM, Likeness, Seen, keys_of, likeness, seen
from webapp.domain.errors import NotFound
from webapp.domain.kinds import KINDS, LIFECYCLE_STATUSES
from webapp.domain.upcast import read
from webapp.services import people
from webapp.services.moderation_log import log
from webapp.storage import Storage
from webapp.storage.models import (
    Counter,
    DuplicateKey,
    DuplicatePair,
    Event,
    Link,
    Record,
    Revision,
    RevisionContent,
)
from webapp.storage.prepared import in_parts, prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

AT = "duplicates"
"""The counter that says up to which event everything was compared."""
EVENTS_A_BATCH = 50  # so that other writers never wait long for their turn
MOST_ALONG = 50  # records beside those that changed that are looked at again for it
MOST_IN_BLOCK = 40  # records with one key, such as the number of a head office: more tell nothing
MOST_BESIDE = 1000

DONE = prepared(select(Counter.value).where(Counter.name == AT))
EVENTS = prepared(
    select(Event.seq, Event.record_id).where(Event.seq > bindparam("after")).order_by(Event.seq).limit(EVENTS_A_BATCH)
)
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_DOCUMENT = (
    select(Record.id, Record.kind, Record.status, Revision.schema_version, RevisionContent.document)
    .join(Revision, Revision.id == Record.newest_revision_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
)
DOCUMENTS = prepared(_DOCUMENT.where(Record.id.in_(_IDS), Record.kind.in_(COMPARED)))
_RUN = Link.__table__.alias("run")
BESIDE = prepared(  # the places of a service; what names an organisation as its own, and the places of that
    union_all(
        _DOCUMENT.add_columns(Link.record_id.label("of"))
        .join(Link, Link.target_id == Record.id)
        .where(Link.record_id.in_(_IDS), Link.field == "location_id"),
        _DOCUMENT.add_columns(Link.target_id.label("of"))
        .join(Link, Link.record_id == Record.id)
        .where(Link.target_id.in_(_IDS), Link.field == "organization_id"),
        _DOCUMENT.add_columns(_RUN.c.target_id.label("of"))
        .join(Link, Link.target_id == Record.id)
        .join(_RUN, _RUN.c.record_id == Link.record_id)
        .where(_RUN.c.target_id.in_(_IDS), _RUN.c.field == "organization_id", Link.field == "location_id"),
    ).limit(MOST_BESIDE)
)
ALONG = prepared(  # whose places or services have changed
    union_all(
        select(Link.record_id.label("id")).where(Link.target_id.in_(_IDS), Link.field == "location_id"),
        select(Link.target_id.label("id")).where(Link.record_id.in_(_IDS), Link.field == "organization_id"),
        select(_RUN.c.target_id.label("id"))
        .join(Link, Link.record_id == _RUN.c.record_id)
        .where(Link.target_id.in_(_IDS), Link.field == "location_id", _RUN.c.field == "organization_id"),
    ).limit(MOST_ALONG)
)
FORGET = prepared(delete(DuplicateKey).where(DuplicateKey.record_id.in_(_IDS)))
KEEP = prepared(insert(DuplicateKey))
_KEYS: BindParameter[str] = bindparam("keys", expanding=True)
_SHARED = (
    select(DuplicateKey.key)
    .where(DuplicateKey.key.in_(_KEYS))
    .group_by(DuplicateKey.key)
    .having(func.count().between(2, MOST_IN_BLOCK))
)
BLOCKS = prepared(select(DuplicateKey.key, DuplicateKey.record_id).where(DuplicateKey.key.in_(_SHARED)))
PAIRS = prepared(select(DuplicatePair).where(or_(DuplicatePair.first_id.in_(_IDS), DuplicatePair.second_id.in_(_IDS))))
_OF_PAIR = (DuplicatePair.first_id == bindparam("first"), DuplicatePair.second_id == bindparam("second"))
DROP = delete(DuplicatePair).where(*_OF_PAIR)
_NEW: dict[str, Any] = {"points": bindparam("new_points"), "reasons": bindparam("new_reasons")}
RESCORE = update(DuplicatePair).where(*_OF_PAIR).values(_NEW)
ADD = prepared(insert(DuplicatePair))
PAIR = select(DuplicatePair).where(*_OF_PAIR).with_for_update()

Pair = tuple[str, str]


def keep_up(storage: Storage, now: datetime) -> int:
    """Compare what has changed since the last time, one batch; gives how many events were looked at."""
    return storage.transact(_batch, now)


def _batch(uow: UnitOfWork) -> int:
    done = uow.value(DONE)
    events = uow.all(EVENTS, {"after": done or 0})
    if not events:
        return 0
    changed = {row.record_id for row in events if row.record_id}
    if changed:
        compare(uow, changed | {row.id for row in _in_parts(uow, ALONG, changed)})
    if done is None:
        uow.add(Counter, name=AT, value=events[-1].seq)
    else:
        uow.run(update(Counter).where(Counter.name == AT).values(value=events[-1].seq))
    return len(events)


def compare(uow: UnitOfWork, ids: Collection[str]) -> None:
    """Find anew what these records may be doubles of: their keys, and the pairs that they are in."""
    known = _seen(uow, ids)
    keys = {id_: keys_of(one) for id_, one in known.items()}
    forget_keys(uow, ids)
    rows = [{"key": key, "record_id": id_} for id_, own in keys.items() for key in sorted(own)]
    if rows:
        uow.run(KEEP, rows)
    wanted = _candidates(uow, keys)
    known |= _seen(uow, {id_ for pair in wanted for id_ in pair} - known.keys())
    scored = {pair: likeness(known[pair[0]], known[pair[1]]) for pair in wanted if known.keys() >= set(pair)}
    _write(uow, ids, {pair: found for pair, found in scored.items() if found.points >= LISTED_FROM}, known)


def forget_keys(uow: UnitOfWork, ids: Collection[str]) -> None:
    """Nothing is found any more by what these records said: before they are compared anew, and when they are masked."""
    _in_parts(uow, FORGET, ids)


def _in_parts(uow: UnitOfWork, statement: Any, ids: Iterable[str], name: str = "ids") -> list[Row]:
    return [row for part in in_parts(sorted(ids)) for row in uow.run(statement, {name: part})]


def _seen(uow: UnitOfWork, ids: Collection[str]) -> dict[str, Seen]:
    """What is known of those that are alive."""
    beside: dict[str, list[Row]] = defaultdict(list)
    for row in _in_parts(uow, BESIDE, ids):
        beside[row.of].append(row)
    return {
        row.id: seen(KINDS[row.kind], row.id, _said(row), _with_kinds(beside[row.id]))
        for row in _in_parts(uow, DOCUMENTS, ids)
        if row.status not in LIFECYCLE_STATUSES
    }


def _said(row: Row) -> Mapping[str, Any]:
    return read(row.kind, row.document, row.schema_version)


def _with_kinds(rows: Iterable[Row]) -> Iterator[Any]:
    return ((KINDS[row.kind], _said(row)) for row in rows)


def _candidates(uow: UnitOfWork, keys: Mapping[str, Collection[str]]) -> set[Pair]:
    """The pairs of these records with whatever shares a key with them; a key of many is no sign."""
    blocks: dict[str, set[str]] = defaultdict(set)
    for row in _in_parts(uow, BLOCKS, {key for own in keys.values() for key in own}, "keys"):
        blocks[row.key].add(row.record_id)
    return {
        (min(id_, other), max(id_, other))
        for id_, own in keys.items()
        for key in own
        for other in blocks.get(key, ())
        if other != id_
    }


def _write(uow: UnitOfWork, ids: Collection[str], found: Mapping[Pair, Likeness], known: Mapping[str, Seen]) -> None:
    before = {(row.first_id, row.second_id): row for row in _in_parts(uow, PAIRS, ids)}
    gone = [_named(pair) for pair, row in before.items() if row.state == "open" and pair not in found]
    moved = [
        {**_named(pair), "new_points": one.points, "new_reasons": dump(one.reasons)}
        for pair, one in found.items()
        if pair in before and (before[pair].points, before[pair].reasons) != (one.points, dump(one.reasons))
    ]
    new = [_row(uow, pair, one, known[pair[0]].kind) for pair, one in found.items() if pair not in before]
    for statement, rows in ((DROP, gone), (RESCORE, moved), (ADD, new)):
        if rows:
            uow.run(statement, rows)


def _named(pair: Pair) -> dict[str, Any]:
    return {"first": pair[0], "second": pair[1]}


def _row(uow: UnitOfWork, pair: Pair, one: Likeness, kind: str) -> dict[str, Any]:
    said = {"kind": kind, "points": one.points, "reasons": dump(one.reasons), "state": "open", "found_at": uow.now}
    return {"first_id": pair[0], "second_id": pair[1], **said, "judged_at": None, "judged_by": None}


@dataclass(frozen=True, slots=True)
class JudgeDifferent:
    """A moderator says that two records are not the same."""

    first_id: str
    second_id: str
    actor_id: str


def judge_different(storage: Storage, command: JudgeDifferent, now: datetime) -> bool:
    """They are two, and are not listed again; gives whether nobody had said so before. NotAllowed, NotFound."""

    def work(uow: UnitOfWork) -> bool:
        people.require(people.load_actor(uow, command.actor_id), "judge_duplicates")
        row = uow.one(PAIR, _named((command.first_id, command.second_id)))
        if row is None:
            raise NotFound(what="pair")
        if row.state != "open":
            return False
        judged = {"state": "different", "judged_at": uow.now, "judged_by": command.actor_id}
        uow.run(update(DuplicatePair).where(*_OF_PAIR).values(judged), _named((row.first_id, row.second_id)))
        log(uow, command.actor_id, "judge_duplicates", "", record_id=row.first_id)
        return True

    return storage.transact(work, now)
