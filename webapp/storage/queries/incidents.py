"""What the pages of incidents and operations show: a preview by its rows, an operation with what came of it."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, literal, literal_column, or_, select, tuple_

from webapp.storage.models import Incident, IncidentRecord, Operation, Person, Record, Revision, Source
from webapp.storage.prepared import execute, in_parts, prepared

UNDONE = Operation.__table__.alias("undone")
INTO = Record.__table__.alias("into_")
HAS_CHOICE = IncidentRecord.conflicts > 0
KEEPS = IncidentRecord.stays != literal_column("'{}'")
TOUCHED = or_(IncidentRecord.restored > 0, IncidentRecord.chosen != "[]")
PERSON = prepared(
    select(Person.id, Person.handle, Person.display_name).where(Person.handle == bindparam("handle"))
)
PERSON_BY_ID = prepared(select(Person.display_name, Person.handle).where(Person.id == bindparam("person")))
SOURCES = prepared(select(Source.name).order_by(Source.name).limit(500))
IN_ALL = (IncidentRecord.incident_id == bindparam("incident"),)
SUMMARY = prepared(
    select(
        func.count().label("records"),
        func.sum(case((TOUCHED, 1), else_=0)).label("restored"),
        func.sum(case((IncidentRecord.restored > 0, 1), else_=0)).label("by_itself"),
        func.sum(case((and_(TOUCHED, ~HAS_CHOICE, KEEPS), 1), else_=0)).label("keeping"),
        func.sum(case((HAS_CHOICE, 1), else_=0)).label("choices"),
        func.sum(case((and_(TOUCHED, HAS_CHOICE), 1), else_=0)).label("mixed"),
        func.sum(case((and_(TOUCHED, Record.newest_number != IncidentRecord.seen), 1), else_=0)).label("moved"),
    )
    .join(Record, Record.id == IncidentRecord.record_id)
    .where(*IN_ALL)
)
ROWS = prepared(
    select(
        IncidentRecord,
        Record.name,
        Record.kind,
        Record.slug,
        Record.newest_number,
        INTO.c.name.label("into_name"),
        INTO.c.slug.label("into_slug"),
    )
    .join(Record, Record.id == IncidentRecord.record_id)
    .outerjoin(INTO, INTO.c.id == Record.merged_into)
    .where(*IN_ALL, IncidentRecord.position > bindparam("after"))
    .order_by(IncidentRecord.position)
    .limit(bindparam("most"))
)
OPERATION = prepared(
    select(
        Operation.id,
        Operation.type,
        Operation.reason,
        Operation.state,
        Operation.total,
        Operation.done,
        Operation.undoes_id,
        UNDONE.c.type.label("undoes_type"),
        Operation.created_at,
        Operation.finished_at,
        Person.display_name,
        Person.handle,
        Incident.id.label("incident_id"),
    )
    .outerjoin(Person, Person.id == Operation.actor_id)
    .outerjoin(Incident, Incident.operation_id == Operation.id)
    .outerjoin(UNDONE, UNDONE.c.id == Operation.undoes_id)
    .where(Operation.id == bindparam("operation"), Operation.type != literal_column("'undone'"))
)
UNDONE_BY = prepared(
    select(Operation.id, Operation.created_at)
    .where(Operation.undoes_id == bindparam("operation"), Operation.type != literal_column("'undone'"))
    .order_by(Operation.id.desc())
    .limit(1)
)
NOT_DONE = prepared(
    select(Record.name, Record.kind, Record.slug)
    .join(IncidentRecord, IncidentRecord.record_id == Record.id)
    .where(*IN_ALL, IncidentRecord.state == literal_column("'failed'"))
    .order_by(IncidentRecord.position)
    .limit(100)
)
STATES = prepared(
    select(
        IncidentRecord.state,
        func.count().label("records"),
        func.sum(case((KEEPS, 1), else_=0)).label("keeping"),
    )
    .where(*IN_ALL)
    .group_by(IncidentRecord.state)
)
STAYS = prepared(
    select(IncidentRecord.record_id, IncidentRecord.stays).where(
        *IN_ALL, IncidentRecord.record_id.in_(bindparam("records", expanding=True)), KEEPS
    )
)
WROTE = prepared(
    select(Revision.id, Revision.number, Revision.cause, Person.display_name)
    .outerjoin(Person, Person.id == Revision.actor_id)
    .where(Revision.id.in_(bindparam("revisions", expanding=True)))
)
# What undid an incident's roll back, what undid that, and so on: an odd number of steps away, it is undone.
STEP = Operation.__table__.alias("step")
IS_STEP = STEP.c.type == literal_column("'roll_back'")
STEPS = (
    select(Incident.id.label("incident_id"), STEP.c.id, literal(1).label("depth"))
    .select_from(Incident)
    .join(STEP, and_(STEP.c.undoes_id == Incident.operation_id, IS_STEP))
    .cte("steps", recursive=True)
)
STEPS = STEPS.union_all(
    select(STEPS.c.incident_id, STEP.c.id, STEPS.c.depth + 1)
    .select_from(STEPS)
    .join(STEP, and_(STEP.c.undoes_id == STEPS.c.id, IS_STEP))
)
BEFORE = IncidentRecord.__table__.alias("before")
UNDONE_BEFORE = prepared(  # the same revisions of the same records were put back, and that does not stand
    select(STEPS.c.id, Operation.created_at, func.count().label("records"))
    .select_from(STEPS)
    .join(Operation, Operation.id == STEPS.c.id)
    .join(BEFORE, BEFORE.c.incident_id == STEPS.c.incident_id)
    .where(
        tuple_(BEFORE.c.record_id, BEFORE.c.tainted).in_(  # a set, made once: no index leads to either
            select(IncidentRecord.record_id, IncidentRecord.tainted).where(*IN_ALL, HAS_CHOICE)
        ),
        BEFORE.c.state == literal_column("'restored'"),
        STEPS.c.depth % 2 == 1,
        Operation.state != literal_column("'running'"),
        ~exists(select(1).select_from(STEP).where(STEP.c.undoes_id == STEPS.c.id, IS_STEP)),
    )
    .group_by(STEPS.c.id, Operation.created_at)
    .order_by(STEPS.c.id.desc())
    .limit(1)
)
WRITTEN = prepared(
    select(Revision.id, Revision.number, Revision.record_id, Record.name, Record.kind, Record.slug)
    .join(Record, Record.id == Revision.record_id)
    .where(Revision.operation_id == bindparam("operation"), Revision.id > bindparam("after"))
    .order_by(Revision.id)
    .limit(bindparam("most"))
)


def person_by_handle(connection: Connection, handle: str) -> Any | None:
    """{id, handle, display_name} of whoever is called that."""
    return execute(connection, PERSON, {"handle": handle}).first()


def person_named(connection: Connection, person_id: str) -> Any | None:
    """{display_name, handle} of a person."""
    return execute(connection, PERSON_BY_ID, {"person": person_id}).first()


def sources(connection: Connection) -> list[str]:
    """The names of everything that is imported."""
    return execute(connection, SOURCES).scalars()


def summary(connection: Connection, incident_id: str) -> Any:
    """{records, restored, by_itself, keeping, choices, mixed, moved} of a preview: how many records it has of each.

    Restored are those that are written: `by_itself` whatever is chosen, `keeping` but for what others changed since,
    `mixed` with a choice as well.
    """
    return execute(connection, SUMMARY, {"incident": incident_id}).first()


def rows(connection: Connection, incident_id: str, after: int, most: int) -> list[Any]:
    """Rows of a preview below a position, with their records' names and addresses, and into what each was merged."""
    return list(execute(connection, ROWS, {"incident": incident_id, "after": after, "most": most}))


def operation(connection: Connection, operation_id: str) -> Any | None:
    """An operation with who did it; a mark that something was undone is none."""
    return execute(connection, OPERATION, {"operation": operation_id}).first()


def undone_by(connection: Connection, operation_id: str) -> Any | None:
    """{id, created_at} of the newest operation that undid this one."""
    return execute(connection, UNDONE_BY, {"operation": operation_id}).first()


def undone_before(connection: Connection, incident_id: str) -> Any | None:
    """{id, created_at, records} of the newest operation that undid putting back what a preview leaves to choose."""
    return execute(connection, UNDONE_BEFORE, {"incident": incident_id}).first()


def states(connection: Connection, incident_id: str) -> dict[str, int]:
    """How many records of an incident are in which state; `keeping` are put back but for what others changed since."""
    rows = {row.state: row for row in execute(connection, STATES, {"incident": incident_id})}
    found = {state: row.records for state, row in rows.items()}
    keeping = rows["restored"].keeping if "restored" in rows else 0
    return found | {"keeping": keeping, "restored": found.get("restored", 0) - keeping}


def stays_of(connection: Connection, incident_id: str, record_ids: Collection[str]) -> dict[str, dict[str, list[str]]]:
    """By record, then field: the revisions of others that a roll back kept."""
    asked = {"incident": incident_id, "records": sorted(record_ids)}
    return {row.record_id: json.loads(row.stays) for row in execute(connection, STAYS, asked)}


def wrote(connection: Connection, revision_ids: Collection[str]) -> dict[str, Any]:
    """{number, cause, display_name} of some revisions, by their ids."""
    parts = in_parts(sorted(revision_ids))
    return {row.id: row for part in parts for row in execute(connection, WROTE, {"revisions": part})}


def not_done(connection: Connection, incident_id: str) -> list[Any]:
    """Records that were put aside."""
    return list(execute(connection, NOT_DONE, {"incident": incident_id}))


def written(connection: Connection, operation_id: str, after: str, most: int) -> list[Any]:
    """The revisions of an operation, below a key."""
    return list(execute(connection, WRITTEN, {"operation": operation_id, "after": after, "most": most}))
