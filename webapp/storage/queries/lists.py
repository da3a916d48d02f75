"""What pages and letters show of people's lists: their entries as they read through merges, and who has which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from webapp.storage.models import Record, ServiceList, ServiceListEntry
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.found import Found, documents_of
from webapp.storage.queries.through import taken_in

IS_THERE = or_(ServiceList.expires_at.is_(None), ServiceList.expires_at > bindparam("now"))
BY_CODE = prepared(select(ServiceList).where(ServiceList.code == bindparam("code"), IS_THERE))
BY_ID = prepared(select(ServiceList).where(ServiceList.id == bindparam("id"), IS_THERE))
OF_PERSON = prepared(
    select(ServiceList.id, ServiceList.code, ServiceList.name, ServiceList.changed_at, ServiceList.expires_at)
    .add_columns(ServiceList.person_id, ServiceList.key_hash)
    .add_columns(
        select(func.count())
        .select_from(ServiceListEntry)
        .where(ServiceListEntry.list_id == ServiceList.id)
        .scalar_subquery()
        .label("entries")
    )
    .where(or_(ServiceList.person_id == bindparam("person"), ServiceList.code == bindparam("code")), IS_THERE)
    .order_by(ServiceList.changed_at.desc(), ServiceList.id)
)
_OWN = select(ServiceListEntry.record_id.label("own"), ServiceListEntry.record_id.label("id")).where(
    ServiceListEntry.list_id == bindparam("list")
)
STEPS = _OWN.cte("steps", recursive=True)
STEPS = STEPS.union(
    select(STEPS.c.own, Record.merged_into)
    .join(Record, Record.id == STEPS.c.id)
    .where(Record.merged_into.is_not(None))
)
# Each entry with the record that it means today: itself, or what it was merged into at whatever remove.
ENTRIES = prepared(
    select(ServiceListEntry.record_id.label("own"), ServiceListEntry.note, ServiceListEntry.position)
    .add_columns(Record.id, Record.kind, Record.slug, Record.name, Record.summary, Record.status, Record.checked_at)
    .join(STEPS, STEPS.c.own == ServiceListEntry.record_id)
    .join(Record, Record.id == STEPS.c.id)
    .where(ServiceListEntry.list_id == bindparam("list"), Record.merged_into.is_(None))
    .order_by(ServiceListEntry.position, ServiceListEntry.record_id)
)
SAME = taken_in(Record.id == bindparam("record"))
LISTS_WITH = prepared(
    select(ServiceListEntry.list_id)
    .where(ServiceListEntry.record_id.in_(select(SAME.c.id)))
    .where(ServiceListEntry.list_id.in_(bindparam("lists", expanding=True)))
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a list with what is known of its record. `own` is the id that the entry itself names."""

    own: str
    note: str
    row: Any
    document: Mapping[str, Any]
    locations: Mapping[str, Mapping[str, Any]]


def find_list(connection: Connection, code: str, now: datetime) -> Any | None:
    """A list by its code; None where there is none, or it has run out."""
    return execute(connection, BY_CODE, {"code": code, "now": now}).first()


def find_by_id(connection: Connection, list_id: str, now: datetime) -> Any | None:
    """As `find_list`, by id."""
    return execute(connection, BY_ID, {"id": list_id, "now": now}).first()


def lists_of(connection: Connection, person_id: str | None, code: str | None, now: datetime) -> list[Any]:
    """A person's lists and the one of this code, whosever that is; what changed last comes first."""
    if person_id is None and code is None:
        return []
    return list(execute(connection, OF_PERSON, {"person": person_id, "code": code, "now": now}))


def once_each(rows: list[Any]) -> list[Any]:
    """Rows of `ENTRIES`, of those that were merged into one the first."""
    first: dict[str, Any] = {}
    for row in rows:
        first.setdefault(row.id, row)
    return list(first.values())


def entries_of(connection: Connection, list_id: str) -> list[Listed]:
    """What stands on a list, in its order, in three statements."""
    rows = once_each(execute(connection, ENTRIES, {"list": list_id}))
    documents = documents_of(connection, [row.id for row in rows])
    nothing = Found({}, {})
    found = ((row, documents.get(row.id, nothing)) for row in rows)
    return [Listed(row.own, row.note, row, one.document, one.locations) for row, one in found]


def lists_with(connection: Connection, record_id: str, lists: list[str]) -> set[str]:
    """Those of these lists on which a record stands, or one that was merged into it."""
    if not lists:
        return set()
    return {row.list_id for row in execute(connection, LISTS_WITH, {"record": record_id, "lists": lists})}
