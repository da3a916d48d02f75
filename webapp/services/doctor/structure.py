"""Invariants of the database itself: triggers are there, no outbox row is twice, no permit to redact stayed open."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from webapp.services.doctor.breach import Breach
from webapp.storage import append_only
from webapp.storage.models import Outbox, RedactedRow

TWICE = select(Outbox.key, func.count().label("rows")).group_by(Outbox.key).having(func.count() > 1)
OPEN = select(RedactedRow).where(RedactedRow.is_open == 1)


def triggers(connection: Connection) -> Iterator[Breach]:
    """The append-only triggers exist."""
    for name in sorted(append_only.missing(connection)):
        yield Breach("trigger", "it is missing: history could be changed unseen", f"trigger {name}")


def outbox_once(connection: Connection) -> Iterator[Breach]:
    """No outbox row is there twice."""
    for row in connection.execute(TWICE):
        yield Breach("outbox", f"it is there {row.rows} times", f"outbox {row.key}")


def open_permits(connection: Connection) -> Iterator[Breach]:
    """A permit to redact an append-only row ends with the transaction that redacts it."""
    for row in connection.execute(OPEN):
        where = f"redaction {row.redaction_seq}"
        yield Breach("permit", f"{row.place} {row.row_key} may still be changed", where)
