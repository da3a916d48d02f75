"""What the demo's player, the command line and the demo sign-in page ask of the database; it only reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, func, select

from webapp.domain.document import Document
from webapp.domain.roles import Role
from webapp.domain.upcast import read
from webapp.storage.models import Change, Operation, Person, Record, Revision, RevisionContent, SiteProperty
from webapp.storage.prepared import execute, prepared

State = Literal["empty", "occupied", "half", "whole"]
"""`half`: the demo began to load and never ended; `occupied`: other records or people, no demo."""

LOADING, DEMO = "loading", "1"  # values of the property "demo"
PROPERTY = prepared(select(SiteProperty.value).where(SiteProperty.name == bindparam("name")))
NEWEST = prepared(
    select(Record.kind, Record.newest_number, Revision.schema_version, RevisionContent.document)
    .join(Revision, Revision.id == Record.newest_revision_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Record.id == bindparam("record"))
)
CHANGES = prepared(
    select(Change.id, Change.group, Change.content_version, Change.state)
    .where(Change.suggestion_id == bindparam("suggestion"))
    .order_by(Change.position)
)
WRITTEN_BY = prepared(
    select(Revision.record_id, Revision.number)
    .join(Operation, Operation.id == Revision.operation_id)
    .join(Change, Change.id == Operation.change_id)
    .where(Change.suggestion_id == bindparam("suggestion"))
    .order_by(Revision.created_at, Revision.number)
)
NEXT_DUE = prepared(select(func.min(Change.settle_at)).where(Change.state == "open", Change.settle_at.is_not(None)))
SIGN_INS = prepared(select(Person).where(Person.id.in_(bindparam("ids", expanding=True)), Person.state == "active"))


@dataclass(frozen=True, slots=True)
class Newest:
    """A record as it is now."""

    kind: str
    number: int
    document: Document


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody whom a visitor of the demo can be with one click."""

    person_id: str
    handle: str
    name: str
    role: str
    about: str
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as far as somebody needs it who votes on it."""

    id: str
    group: str
    content_version: int
    state: str


def state(connection: Connection) -> State:
    """What the database holds, as far as loading the demo goes."""
    said = execute(connection, PROPERTY, {"name": "demo"}).scalar()
    if said is not None:
        return "whole" if said == DEMO and execute(connection, PROPERTY, {"name": "demo_done"}).scalar() else "half"
    return "occupied" if any(holdings(connection)) else "empty"


def holdings(connection: Connection) -> tuple[int, int]:
    """How many records and people there are."""
    records = execute(connection, select(func.count()).select_from(Record)).scalar()
    return records, execute(connection, select(func.count()).select_from(Person)).scalar()


def sign_ins(connection: Connection) -> list[SignIn]:
    """The people offered for one-click sign-in, from most trusted to least; none unless the demo is whole."""
    if state(connection) != "whole":
        return []
    ids = json.loads(execute(connection, PROPERTY, {"name": "demo_sign_ins"}).scalar() or "[]")
    rows = {row.id: row for row in execute(connection, SIGN_INS, {"ids": ids})}
    people = [_sign_in(rows[id_]) for id_ in ids if id_ in rows]
    return sorted(people, key=lambda person: tuple(Role).index(person.role), reverse=True)


def _sign_in(person: Row[Any]) -> SignIn:
    return SignIn(person.id, person.handle, person.display_name, person.role, person.about, person.paused_until)


def next_due(connection: Connection) -> datetime | None:
    """When the next open change falls due; None when none ever does by itself."""
    due: datetime | None = execute(connection, NEXT_DUE).scalar()
    return due


def newest(connection: Connection, record_id: str) -> Newest:
    """A record's newest revision; LookupError where there is no such record."""
    row = execute(connection, NEWEST, {"record": record_id}).first()
    if row is None:
        raise LookupError(record_id)
    return Newest(row.kind, row.newest_number, read(row.kind, row.document, row.schema_version))


def changes(connection: Connection, suggestion_id: str) -> list[ChangeRow]:
    """The changes of a suggestion, in their order."""
    return [ChangeRow(*row) for row in execute(connection, CHANGES, {"suggestion": suggestion_id})]


def written_by(connection: Connection, suggestion_id: str) -> tuple[str, int]:
    """Record and number of the first revision that the suggestion wrote; LookupError before it was applied."""
    row = execute(connection, WRITTEN_BY, {"suggestion": suggestion_id}).first()
    if row is None:
        raise LookupError(suggestion_id)
    return row.record_id, row.number
