"""What pages show of where people belong and what they look after, of claims, and of what nobody has looked at yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, select, union_all

from webapp.storage.models import (
    Affiliation,
    Person,
    Record,
    Stewardship,
    StewardshipClaim,
)
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.browse import url_of

MOST = 100


@dataclass(frozen=True, slots=True)
class Tie:
    """A present term: `type` is tie (belongs to it), official or steward (looks after it, in its name or not)."""

    id: str
    type: str
    name: str
    url: str
    since: datetime


_NAMED = (Record.kind, Record.slug, Record.name)
OF_PERSON = prepared(
    union_all(
        select(Affiliation.id, literal_column("'tie'").label("type"), literal_column("0").label("is_official"))
        .add_columns(Affiliation.since, *_NAMED)
        .join(Record, Record.id == Affiliation.organization_id)
        .where(Affiliation.person_id == bindparam("person"), Affiliation.ended_at.is_(None)),
        select(Stewardship.id, literal_column("'steward'"), Stewardship.is_official, Stewardship.since, *_NAMED)
        .join(Record, Record.id == Stewardship.record_id)
        .where(Stewardship.person_id == bindparam("person"), Stewardship.ended_at.is_(None)),
    )
)
OF_RECORD = prepared(
    select(Stewardship.id, Stewardship.person_id, Stewardship.is_official, Stewardship.since)
    .add_columns(Person.display_name, Person.handle)
    .join(Person, Person.id == Stewardship.person_id)
    .where(
        Stewardship.record_id == bindparam("record"), Stewardship.ended_at.is_(None), Person.state == "active"
    )
    .order_by(Stewardship.since, Stewardship.id)
    .limit(MOST)
)
NEWEST_CLAIM = prepared(
    select(StewardshipClaim)
    .where(StewardshipClaim.person_id == bindparam("person"), StewardshipClaim.record_id == bindparam("record"))
    .order_by(StewardshipClaim.created_at.desc(), StewardshipClaim.id.desc())
    .limit(1)
)
OPEN_CLAIMS = prepared(
    select(StewardshipClaim.id, StewardshipClaim.person_id, StewardshipClaim.is_official, StewardshipClaim.words)
    .add_columns(StewardshipClaim.created_at, Person.display_name, Person.handle, *_NAMED)
    .join(Person, Person.id == StewardshipClaim.person_id)
    .join(Record, Record.id == StewardshipClaim.record_id)
    .where(StewardshipClaim.state == "open")
    .order_by(StewardshipClaim.created_at, StewardshipClaim.id)
    .limit(MOST)
)


def ties_of(connection: Connection, person_id: str) -> list[Tie]:
    """Where a person belongs and what they look after at present, in the order of names."""
    rows = execute(connection, OF_PERSON, {"person": person_id})
    found = [Tie(row.id, _type(row), row.name, url_of(row.kind, row.slug), row.since) for row in rows]
    return sorted(found, key=lambda tie: (tie.name.casefold(), tie.id))


def _type(row: Any) -> str:
    return "official" if row.type == "steward" and row.is_official else str(row.type)


def stewards_of(connection: Connection, record_id: str) -> list[Any]:
    """Who looks after a record at present, in the order in which they began."""
    return list(execute(connection, OF_RECORD, {"record": record_id}))


def newest_claim(connection: Connection, person_id: str, record_id: str) -> Any | None:
    """A person's newest claim on a record; None when there is none."""
    return execute(connection, NEWEST_CLAIM, {"person": person_id, "record": record_id}).first()


def open_claims(connection: Connection) -> list[Any]:
    """Claims that no moderator has answered, the oldest first."""
    return list(execute(connection, OPEN_CLAIMS))
