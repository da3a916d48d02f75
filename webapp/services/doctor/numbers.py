"""Invariants of numbers: revisions of a record and the streams of events and redactions have no gaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select

from webapp.services.doctor.breach import Breach
from webapp.storage.models import Counter, Event, Record, Redaction, Revision

MOST = 100
"""Gaps of one stream that are named; there may be millions."""

_HELD = (
    select(
        Revision.record_id,
        func.count().label("held"),
        func.max(Revision.number).label("newest"),
        func.min(Revision.number).label("first"),
    )
    .group_by(Revision.record_id)
    .subquery()
)
GAPS = (
    select(Record.id, Record.newest_number, _HELD.c.held, _HELD.c.newest)
    .outerjoin(_HELD, _HELD.c.record_id == Record.id)
    .where(
        or_(
            _HELD.c.held.is_(None),
            _HELD.c.held != Record.newest_number,
            _HELD.c.newest != Record.newest_number,
            _HELD.c.first != 1,
        )
    )
)
NOT_NEWEST = (
    select(Record.id, Record.newest_number)
    .outerjoin(
        Revision,
        (Revision.id == Record.newest_revision_id)
        & (Revision.record_id == Record.id)
        & (Revision.number == Record.newest_number),
    )
    .where(Revision.id.is_(None))
)
WITHOUT_EVENT = select(Revision.record_id, Revision.number).where(
    ~exists().where(Event.record_id == Revision.record_id, Event.revision_id == Revision.id, Event.type == "revision")
)


def revision_numbers(connection: Connection) -> Iterator[Breach]:
    """Revisions are numbered from 1 without gaps, and the record points at the newest."""
    for row in connection.execute(GAPS):
        words = f"it counts {row.newest_number} revisions; {row.held or 0} are there, the last is {row.newest}"
        yield Breach("revision_number", words, f"record {row.id}")
    for row in connection.execute(NOT_NEWEST):
        yield Breach("newest_revision", f"it does not point at its revision {row.newest_number}", f"record {row.id}")


def event_numbers(connection: Connection) -> Iterator[Breach]:
    """Events and redactions are numbered from 1 without gaps, up to their counter; every revision has its event."""
    yield from _stream(connection, "event", Event.seq)
    yield from _stream(connection, "redaction", Redaction.seq)
    for row in connection.execute(WITHOUT_EVENT):
        yield Breach("event_missing", f"revision {row.number} has no event", f"record {row.record_id}")


def _stream(connection: Connection, name: str, seq: Any) -> Iterator[Breach]:
    numbered = select(seq.label("seq"), func.lag(seq, 1, 0).over(order_by=seq).label("before")).subquery()
    gaps = select(numbered).where(numbered.c.seq != numbered.c.before + 1).order_by(numbered.c.seq).limit(MOST)
    for row in connection.execute(gaps):
        yield Breach(f"{name}_gap", f"after number {row.before} comes {row.seq}", f"{name} {row.seq}")
    newest = connection.scalar(select(func.max(seq))) or 0
    counter = connection.scalar(select(Counter.value).where(Counter.name == name))
    if counter != newest:
        yield Breach(f"{name}_counter", f"the counter says {counter}, the newest number is {newest}", f"counter {name}")
