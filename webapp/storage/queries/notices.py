"""Whom a notice concerns and what it speaks of: frozen rows, read when the mail is about to be written.

An address is read for the one person a mail goes to, and never for another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, select

from webapp.storage.models import (
    Change,
    ChangeAuthor,
    ChangeVersion,
    Comment,
    Decision,
    MailToken,
    Operation,
    ParkedSuggestion,
    Person,
    Record,
    Report,
    RoleGrant,
    Subscription,
)
from webapp.storage.prepared import execute, prepared

TOPIC = "notices"
"""The subscription topic of notices; they come unless its rhythm is OFF."""
OFF = "off"

SILENCED = exists().where(
    Subscription.person_id == Person.id,
    Subscription.topic == TOPIC,
    Subscription.rhythm == OFF,
    Subscription.ended_at.is_(None),
)
ADDRESSEE = prepared(
    select(
        Person.id, Person.display_name, Person.email, Person.state, Person.confirmed_at, Person.paused_until, SILENCED
    ).where(Person.id == bindparam("person"))
)
AUTHORS = prepared(
    select(ChangeAuthor.person_id, ChangeAuthor.role)
    .where(ChangeAuthor.change_id == bindparam("change"))
    .order_by(ChangeAuthor.since, ChangeAuthor.person_id)
)
MODERATORS = prepared(
    select(Person.id)
    .where(Person.role.in_(("moderator", "administrator")), Person.state == "active")
    .order_by(Person.id)
)
NEWEST_HAND = prepared(
    select(ChangeVersion.actor_id)
    .where(ChangeVersion.change_id == bindparam("change"))
    .order_by(ChangeVersion.content_version.desc())
    .limit(1)
)
CHANGE = prepared(
    select(
        Change.id,
        Change.suggestion_id,
        Change.type,
        Change.kind,
        Change.group,
        Change.payload,
        Change.state,
        Change.paused_until,
        Record.id.label("record_id"),
        Record.kind.label("record_kind"),
        Record.slug,
        Record.name,
        Decision.note,
    )
    .outerjoin(Record, Record.id == Change.record_id)
    .outerjoin(Decision, and_(Decision.change_id == Change.id, Decision.outcome == "reject"))
    .where(Change.id == bindparam("change"))
)
RECORD = prepared(select(Record.id, Record.kind, Record.slug, Record.name).where(Record.id == bindparam("record")))
OPERATION = prepared(
    select(Operation.id, Operation.type, Operation.actor_id, Operation.change_id, Operation.reason).where(
        Operation.id == bindparam("operation")
    )
)
REPORTED = prepared(select(Report.record_id).where(Report.id == bindparam("report")))
FIRST_CHANGE = (
    select(Change.id)
    .where(Change.suggestion_id == Comment.suggestion_id)
    .order_by(Change.position, Change.id)
    .limit(1)
    .correlate(Comment)
    .scalar_subquery()
)
COMMENT = prepared(
    select(Person.display_name, FIRST_CHANGE.label("change_id"))
    .select_from(Comment)
    .join(Person, Person.id == Comment.person_id)
    .where(Comment.id == bindparam("comment"), Comment.hidden_at.is_(None))
)
GRANTS = prepared(
    select(RoleGrant.role).where(RoleGrant.person_id == bindparam("person")).order_by(RoleGrant.id.desc()).limit(2)
)
LIVE_TOKEN = prepared(
    select(MailToken.expires_at).where(
        MailToken.token_hash == bindparam("hash"), MailToken.used_at.is_(None), MailToken.expires_at > bindparam("now")
    )
)

LIVE_PARKED = prepared(
    select(ParkedSuggestion.expires_at).where(
        ParkedSuggestion.token_hash == bindparam("hash"), ParkedSuggestion.expires_at > bindparam("now")
    )
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """The one person a mail goes to."""

    id: str
    display_name: str
    email: str | None
    is_active: bool
    is_confirmed: bool
    wants_notices: bool
    paused_until: datetime | None


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record as a mail speaks of it."""

    id: str
    kind: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change as a mail speaks of it; a creation names its first new record."""

    id: str
    suggestion_id: str
    type: str
    kind: str
    group: str
    state: str
    paused_until: datetime | None
    record: NamedRecord | None
    name: str
    note: str = ""  # of the moderator who rejected it


@dataclass(frozen=True, slots=True)
class ToldComment:
    """Who wrote a comment, and the first change of its suggestion."""

    by: str
    change_id: str | None


@dataclass(frozen=True, slots=True)
class ToldOperation:
    """An operation as a mail speaks of it."""

    id: str
    type: str
    actor_id: str | None
    change_id: str | None
    reason: str


def addressee(connection: Connection, person_id: str) -> Addressee | None:
    """The person with their address; None when there is no such person."""
    row = execute(connection, ADDRESSEE, {"person": person_id}).first()
    if row is None:
        return None
    id_, name, email, state, confirmed_at, paused_until, is_silenced = row
    return Addressee(id_, name, email, state == "active", confirmed_at is not None, not is_silenced, paused_until)


def authors(connection: Connection, change_id: str) -> list[tuple[str, str]]:
    """Ids of author, co-authors and supporters of a change, each with the part they had in it."""
    return [(row.person_id, row.role) for row in execute(connection, AUTHORS, {"change": change_id})]


def moderators(connection: Connection) -> list[str]:
    """Ids of moderators and administrators."""
    return execute(connection, MODERATORS).scalars()


def newest_hand(connection: Connection, change_id: str) -> str | None:
    """Who wrote what a change says now."""
    found: str | None = execute(connection, NEWEST_HAND, {"change": change_id}).scalar()
    return found


def told_change(connection: Connection, change_id: str) -> ToldChange | None:
    """A change with the record that it is about; None when there is none."""
    row = execute(connection, CHANGE, {"change": change_id}).first()
    if row is None:
        return None
    record = NamedRecord(row.record_id, row.record_kind, row.slug, row.name) if row.record_id else None
    if record is None and row.type == "create":
        new = json.loads(row.payload)["records"][0]
        record = named_record(connection, new["id"])
        name = str(new["document"].get("name", ""))
    else:
        name = record.name if record else ""
    return ToldChange(
        *(row.id, row.suggestion_id, row.type, row.kind, row.group, row.state, row.paused_until, record, name),
        note=row.note or "",
    )


def named_record(connection: Connection, record_id: str) -> NamedRecord | None:
    """A record's name and address; None when there is none."""
    row = execute(connection, RECORD, {"record": record_id}).first()
    return NamedRecord(row.id, row.kind, row.slug, row.name) if row else None


def told_operation(connection: Connection, operation_id: str) -> ToldOperation | None:
    """An operation; None when there is none."""
    row = execute(connection, OPERATION, {"operation": operation_id}).first()
    return ToldOperation(row.id, row.type, row.actor_id, row.change_id, row.reason) if row else None


def reported_record(connection: Connection, report_id: str) -> NamedRecord | None:
    """The record that a report is about."""
    record_id = execute(connection, REPORTED, {"report": report_id}).scalar()
    return named_record(connection, record_id) if record_id else None


def told_comment(connection: Connection, comment_id: str) -> ToldComment | None:
    """A comment; None when there is none, or a moderator has hidden it."""
    row = execute(connection, COMMENT, {"comment": comment_id}).first()
    return ToldComment(row.display_name, row.change_id) if row else None


def newest_roles(connection: Connection, person_id: str) -> list[str]:
    """A person's newest role and the one before it."""
    return execute(connection, GRANTS, {"person": person_id}).scalars()


def token_ends(connection: Connection, token_hash: str, now: datetime) -> datetime | None:
    """Until when the token of a mail link can be used; None when it was used, is too old, or never was."""
    found: datetime | None = execute(connection, LIVE_TOKEN, {"hash": token_hash, "now": now}).scalar()
    return found


def parked_ends(connection: Connection, token_hash: str, now: datetime) -> datetime | None:
    """Until when a guest's parked suggestion can be released; None when it was, is too old, or never was there."""
    found: datetime | None = execute(connection, LIVE_PARKED, {"hash": token_hash, "now": now}).scalar()
    return found
