"""The moderation log, newest first, by key; and open reports."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from webapp.storage.models import ModerationEntry, Person, Record, Report
from webapp.storage.prepared import execute, prepared

LOG = prepared(
    select(
        ModerationEntry,
        Person.display_name.label("who"),
        Record.name.label("record_name"),
        Record.kind.label("record_kind"),
        Record.slug.label("record_slug"),
    )
    .join(Person, Person.id == ModerationEntry.actor_id)
    .outerjoin(Record, Record.id == ModerationEntry.record_id)
)
LOG_NEWEST = LOG.order_by(ModerationEntry.id.desc()).limit(bindparam("limit"))
LOG_OLDER = (
    LOG.where(ModerationEntry.id < bindparam("before")).order_by(ModerationEntry.id.desc()).limit(bindparam("limit"))
)
REPORTS = prepared(
    select(
        Report,
        Record.name.label("record_name"),
        Record.kind.label("record_kind"),
        Record.slug.label("record_slug"),
        Person.display_name.label("who"),
    )
    .outerjoin(Record, Record.id == Report.record_id)
    .outerjoin(Person, Person.id == Report.person_id)
    .where(Report.state == "open")
    .order_by(Report.is_urgent.desc(), Report.created_at, Report.id)
    .limit(100)
)


def moderation_log(connection: Connection, before: str | None, limit: int) -> list[Any]:
    """What moderators did, newest first, below a key."""
    if before:
        return list(execute(connection, LOG_OLDER, {"before": before, "limit": limit}))
    return list(execute(connection, LOG_NEWEST, {"limit": limit}))


def open_reports(connection: Connection) -> list[Any]:
    """Reports that nobody has dealt with, urgent ones first."""
    return list(execute(connection, REPORTS))
