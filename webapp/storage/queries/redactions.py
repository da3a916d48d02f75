"""What moderators read of redactions: which wait for a second person, are final or were lifted. Never a value."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from webapp.storage.models import Person, Record, RedactedContent, Redaction
from webapp.storage.prepared import execute, prepared

PAGE = 30
LAST = 2**31 - 1  # after every number
_MASKER, _FINISHER, _LIFTER = (Person.__table__.alias(name) for name in ("masker", "finisher", "lifter"))
_LIFT = Redaction.__table__.alias("lift")
_REVISIONS = (
    select(func.count())
    .select_from(RedactedContent)
    .where(RedactedContent.redaction_seq == Redaction.seq)
    .correlate(Redaction)
    .scalar_subquery()
)
REDACTIONS = (
    select(
        *(Redaction.seq, Redaction.units, Redaction.reason, Redaction.masked_by, Redaction.masked_at),
        *(Redaction.finished_at, Record.kind, Record.slug, Record.name),
        _REVISIONS.label("revisions"),
        _MASKER.c.display_name.label("masker"),
        _FINISHER.c.display_name.label("finisher"),
        _LIFT.c.masked_at.label("lifted_at"),
        _LIFT.c.reason.label("lift_reason"),
        _LIFTER.c.display_name.label("lifter"),
    )
    .join(Record, Record.id == Redaction.record_id)
    .outerjoin(_MASKER, _MASKER.c.id == Redaction.masked_by)
    .outerjoin(_FINISHER, _FINISHER.c.id == Redaction.finished_by)
    .outerjoin(_LIFT, _LIFT.c.lifts == Redaction.seq)
    .outerjoin(_LIFTER, _LIFTER.c.id == _LIFT.c.masked_by)
    .where(Redaction.lifts.is_(None))
)
LISTED = prepared(
    REDACTIONS.where(Redaction.seq < bindparam("before")).order_by(Redaction.seq.desc()).limit(bindparam("most"))
)
ONE = prepared(REDACTIONS.where(Redaction.seq == bindparam("seq")))


def redactions(connection: Connection, before: int | None = None) -> list[Any]:
    """Redactions, the newest first, below a number; one row more than a page has."""
    return list(execute(connection, LISTED, {"before": before or LAST, "most": PAGE + 1}))


def redaction(connection: Connection, seq: int) -> Any | None:
    """One of them; None for a number that none has, or that lifts another."""
    return execute(connection, ONE, {"seq": seq}).first()
