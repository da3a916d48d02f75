"""Drawing an incident up: what would become of each record, kept as rows, so that what is applied is what was seen.

Its law: a hundred records cost one statement, and of each record no more is read than came since its first tainted
revision. Nothing of any record is changed from here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from webapp.domain.canonical import dump
from webapp.domain.document import field_of
from webapp.domain.errors import AlreadyClosed, CapReached, NotFound, Stale
from webapp.domain.kinds import KINDS
from webapp.domain.rollback import Past, Plan, plan_incident
from webapp.domain.upcast import read
from webapp.services import people
from webapp.services.incidents.choose import Incident, Tainted, from_json, tainted_revisions, to_json, within_reach
from webapp.services.undoing import NothingToUndo
from webapp.storage import Storage
from webapp.storage.models import Incident as Row_
from webapp.storage.models import IncidentRecord, Record, Revision, RevisionContent
from webapp.storage.prepared import execute, in_parts, prepared
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

MOST_RECORDS = 20_000  # that one incident may touch: more would keep whoever asked waiting for too long
FIRST = Revision.__table__.alias("first")
PASTS = prepared(  # from the revision before the first tainted one: what came earlier is of no account
    select(
        Revision.record_id,
        Record.kind,
        Revision.number,
        Revision.id,
        Revision.schema_version,
        RevisionContent.document,
    )
    .select_from(FIRST)
    .join(Revision, and_(Revision.record_id == FIRST.c.record_id, Revision.number >= FIRST.c.number - 1))
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .join(Record, Record.id == Revision.record_id)
    .where(FIRST.c.id.in_(bindparam("firsts", expanding=True)))
    .order_by(Revision.record_id, Revision.number)
)
HEAD = prepared(select(Row_).where(Row_.id == bindparam("incident")))
LOCK_HEAD = prepared(select(Row_).where(Row_.id == bindparam("incident")).with_for_update(key_share=True))
MOVE_HEAD = prepared(
    update(Row_)
    .where(Row_.id == bindparam("incident"))
    .values(person_id=bindparam("by"), reason=bindparam("why"), drawn_at=bindparam("at"))
)
KEEP_REASON = prepared(update(Row_).where(Row_.id == bindparam("incident")).values(reason=bindparam("why")))
ROWS = prepared(
    select(IncidentRecord)
    .where(IncidentRecord.incident_id == bindparam("incident"))
    .order_by(IncidentRecord.position)
)
ADD_ROWS = prepared(insert(IncidentRecord))
DROP_ROWS = prepared(delete(IncidentRecord).where(IncidentRecord.incident_id == bindparam("incident")))
CHOOSE = prepared(
    update(IncidentRecord)
    .where(IncidentRecord.incident_id == bindparam("incident"), IncidentRecord.position == bindparam("at"))
    .values(chosen=bindparam("units"))
)


class TooLarge(CapReached):
    """The incident touches more records than can be drawn up at once; values: `limit`."""

    code = "incident_too_large"


class Moved(Stale):
    """Records have changed since the preview; values: `count`."""

    code = "incident_moved"


class Redrawn(Stale):
    """The preview has been drawn up anew since somebody chose in it: its positions may be of other records."""

    code = "incident_redrawn"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is to become of one record: its newest revision, what is undone in it, how, and what was chosen."""

    record_id: str
    seen: int
    tainted: tuple[str, ...]
    plan: Plan
    chosen: frozenset[str] = frozenset()
    document: Mapping[str, object] = field(default_factory=dict)  # as it stands
    kind: str = ""
    later: Mapping[str, str] = field(default_factory=dict)  # units that others wrote last since: the revision's id

    def stays(self, *, is_over: bool = False) -> dict[str, list[str]]:
        """What others changed since and stays, though the record is put back: the revisions' ids by field.

        What is left to choose is none of it, until it is over: then what nobody chose stays as well.
        """
        away = {edit.unit for edit in self.plan.restored}
        open_ = {clash.unit for clash in self.plan.conflicts}
        found: dict[str, list[str]] = {field_of(unit): [] for unit in sorted(open_) if is_over}
        for unit, revision_id in self.later.items():
            if unit not in away and (is_over or unit not in open_):
                found.setdefault(field_of(unit), []).append(revision_id)
        return {name: sorted(set(ids)) for name, ids in found.items()}


@dataclass(frozen=True, slots=True)
class ChooseUnits:
    """Units that are to be put back although they conflict, by the position of their record in the preview.

    `drawn_at`: when the preview was drawn up in which they were chosen.
    """

    incident_id: str
    person_id: str
    drawn_at: datetime | None
    chosen: Mapping[int, frozenset[str]]
    reason: str = ""


def drawn(
    connection: Connection, tainted: Tainted, chosen: Mapping[str, frozenset[str]] | None = None
) -> Iterator[Drawn]:
    """What would become of each record now, in the order of their ids."""
    ids, wishes = sorted(tainted), chosen or {}
    for some in in_parts(ids):
        rows = execute(connection, PASTS, {"firsts": [tainted[id_][0] for id_ in some]})
        for record_id, revisions in groupby(rows, key=lambda row: row.record_id):
            yield _draw(record_id, list(revisions), tainted[record_id], wishes.get(record_id, frozenset()))


def _draw(record_id: str, rows: Sequence[Row], tainted: tuple[str, ...], chosen: frozenset[str]) -> Drawn:
    kind = rows[0].kind
    past = [Past(row.number, read(kind, row.document, row.schema_version), row.id in tainted) for row in rows]
    plan = plan_incident(KINDS[kind], past, chosen)
    ids = {row.number: row.id for row in rows}
    later = {unit: ids[number] for unit, number in plan.later}
    return Drawn(record_id, past[-1].number, tainted, plan, chosen, past[-1].document, kind, later)


def preview_incident(
    connection: Connection, incident: Incident, chosen: Mapping[str, frozenset[str]] | None = None
) -> dict[str, Plan]:
    """What rolling an incident back would do, by record."""
    return {one.record_id: one.plan for one in drawn(connection, tainted_revisions(connection, incident), chosen)}


# -- rows -------------------------------------------------------------------------------------------------


def draw_up(storage: Storage, incident: Incident, person_id: str, now: datetime) -> str:
    """Draw an incident up for a moderator to look at; gives its id. NothingToUndo when no record would change,
    TooLarge when it touches too many. Words that nothing else narrows are looked for in the last 90 days.
    """
    asked = within_reach(incident, now)
    found = _looked_at(storage, asked)

    def work(uow: UnitOfWork) -> str:
        people.require(people.load_actor(uow, person_id), "roll_back_incident")
        return store(uow, asked, person_id, "", found)

    return storage.transact(work, now)


def draw_again(storage: Storage, incident_id: str, person_id: str, now: datetime) -> None:
    """Draw it up anew from the records as they are now; choices stay where a record has not changed.

    AlreadyClosed when it was applied; NothingToUndo when there is nothing left: then the old preview stays.
    """
    with storage.read() as connection:
        head = head_of(connection, incident_id)
        before = {row.record_id: row for row in execute(connection, ROWS, {"incident": incident_id})}
    found = _looked_at(storage, from_json(head.conditions))
    seen = {one.record_id: one.seen for one in found}
    chosen = {id_: row.chosen for id_, row in before.items() if seen.get(id_) == row.seen}

    def work(uow: UnitOfWork) -> None:
        people.require(people.load_actor(uow, person_id), "roll_back_incident")
        locked = lock_draft(uow, incident_id)
        uow.run(DROP_ROWS, {"incident": incident_id})
        uow.run(MOVE_HEAD, {"incident": incident_id, "by": person_id, "why": locked.reason, "at": uow.now})
        _add_rows(uow, incident_id, found, chosen)

    storage.transact(work, now)


def _looked_at(storage: Storage, incident: Incident) -> list[Drawn]:
    """Read before the writer's turn is asked for, so that nobody waits for it meanwhile."""
    with storage.read() as connection:
        tainted = tainted_revisions(connection, incident)
        if len(tainted) > MOST_RECORDS:
            raise TooLarge(limit=MOST_RECORDS)
        found = [_without_document(one) for one in drawn(connection, tainted)]
    if all(one.plan.does_nothing and not one.plan.conflicts for one in found):
        raise NothingToUndo("all_put_right" if found else "nothing_written")
    return found


def _without_document(one: Drawn) -> Drawn:
    return replace(one, document={})


def store(uow: UnitOfWork, incident: Incident, person_id: str, reason: str, found: Sequence[Drawn]) -> str:
    """Keep a drawn up incident; gives its id."""
    id_ = new_id()
    uow.add(
        Row_,
        id=id_,
        person_id=person_id,
        conditions=to_json(incident),
        reason=reason,
        drawn_at=uow.now,
        operation_id=None,
    )
    _add_rows(uow, id_, found, {})
    return id_


def _add_rows(uow: UnitOfWork, incident_id: str, found: Sequence[Drawn], chosen: Mapping[str, str]) -> None:
    """Those that need a decision first, then those that keep what others changed; where nothing happens, last."""
    order = sorted(
        found, key=lambda one: (not one.plan.conflicts, one.plan.does_nothing, not one.stays(), one.record_id)
    )
    rows = [
        {
            "incident_id": incident_id,
            "position": position,
            "record_id": one.record_id,
            "seen": one.seen,
            "tainted": dump(list(one.tainted)),
            "chosen": chosen.get(one.record_id, dump(sorted(one.chosen))),
            "restored": len(one.plan.restored),
            "conflicts": len(one.plan.conflicts),
            "stays": dump(one.stays()),
            "state": "waiting",
            "attempts": 0,
        }
        for position, one in enumerate(order)
    ]
    if rows:
        uow.run(ADD_ROWS, rows)


def choose_units(storage: Storage, command: ChooseUnits, now: datetime) -> None:
    """Keep what a moderator chose on one page of a preview, and the reason as far as it is typed.

    AlreadyClosed when it was applied meanwhile, Redrawn when it was drawn up anew.
    """

    def work(uow: UnitOfWork) -> None:
        people.require(people.load_actor(uow, command.person_id), "roll_back_incident")
        if lock_draft(uow, command.incident_id).drawn_at != command.drawn_at:
            raise Redrawn
        uow.run(KEEP_REASON, {"incident": command.incident_id, "why": command.reason})
        rows = [
            {"incident": command.incident_id, "at": position, "units": dump(sorted(units))}
            for position, units in command.chosen.items()
        ]
        if rows:
            uow.run(CHOOSE, rows)

    storage.transact(work, now)


def head_of(connection: Connection, incident_id: str) -> Row:
    """An incident's own row. NotFound."""
    head = execute(connection, HEAD, {"incident": incident_id}).first()
    if head is None:
        raise NotFound(what="incident")
    return head


def lock_draft(uow: UnitOfWork, incident_id: str) -> Row:
    """Lock an incident that nobody has applied; NotFound, AlreadyClosed."""
    head = uow.one(LOCK_HEAD, {"incident": incident_id})
    if head is None:
        raise NotFound(what="incident")
    if head.operation_id is not None:
        raise AlreadyClosed("incident_applied", operation=head.operation_id)
    return head


def rows_anew(connection: Connection, rows: Sequence[Row]) -> list[Drawn]:
    """What would become of the records of these rows as they are now, in the rows' order; what was chosen stands."""
    tainted = {row.record_id: tuple(json.loads(row.tainted)) for row in rows}
    chosen = {row.record_id: frozenset(json.loads(row.chosen)) for row in rows}
    found = {one.record_id: one for one in drawn(connection, tainted, chosen)}
    return [found[row.record_id] for row in rows]
