"""The records that were changed most often of late, with what they said each time: where a tug of war would show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from webapp.domain.tug import FEWEST, Written
from webapp.domain.upcast import read
from webapp.storage.models import Person, Record, Revision, RevisionContent
from webapp.storage.prepared import execute, prepared

MOST = 50  # records
ROLL_BACK = "roll_back"
MOST_REVISIONS = 30  # of each, the newest
BUSIEST = prepared(
    select(Revision.record_id)
    .where(Revision.created_at >= bindparam("since"), Revision.cause.not_in(("import", ROLL_BACK)))
    .group_by(Revision.record_id)
    .having(func.count() >= FEWEST)
    .order_by(func.count().desc(), Revision.record_id)
    .limit(MOST)
)
_NUMBERED = (
    select(
        *(Record.id, Record.kind, Record.slug, Record.name, Record.protection, Record.protected_until),
        *(Revision.number, Revision.actor_id, Revision.created_at, Revision.schema_version, Revision.cause),
        *(RevisionContent.document, Person.display_name),
        func.max(Revision.number)
        .filter(Revision.created_at < bindparam("since"))
        .over(partition_by=Revision.record_id)
        .label("base"),
    )
    .join(Revision, Revision.record_id == Record.id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .outerjoin(Person, Person.id == Revision.actor_id)
    .where(Record.id.in_(bindparam("ids", expanding=True)), Revision.number > Record.newest_number - MOST_REVISIONS)
    .subquery()
)
REVISIONS = prepared(
    select(_NUMBERED)
    .where(_NUMBERED.c.number >= func.coalesce(_NUMBERED.c.base, 0))
    .order_by(_NUMBERED.c.id, _NUMBERED.c.number)
)


@dataclass(frozen=True, slots=True)
class Busy:
    """A record that was changed often of late: its revisions since, after how it stood before."""

    row: Any  # {id, kind, slug, name, protection, protected_until}
    revisions: tuple[Written, ...]
    names: dict[str, str]  # of the people, by id


def busy_records(connection: Connection, since: datetime) -> list[Busy]:
    """The records that people changed most often since then, the busiest first; two statements."""
    ids = execute(connection, BUSIEST, {"since": since}).scalars()
    rows = execute(connection, REVISIONS, {"ids": ids, "since": since}) if ids else ()
    found: dict[str, list[Any]] = {id_: [] for id_ in ids}
    for row in rows:
        found[row.id].append(row)
    return [_busy(of) for of in found.values() if of]


def _busy(rows: list[Any]) -> Busy:
    names = {row.actor_id: row.display_name for row in rows if row.display_name}
    return Busy(rows[0], tuple(map(_written, rows)), names)


def _written(row: Any) -> Written:
    document = read(row.kind, row.document, row.schema_version)
    return Written(row.number, row.actor_id, row.created_at, document, row.cause == ROLL_BACK)
