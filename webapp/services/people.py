"""Who is acting, as facts for the permission table: loaded once at the start of a command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, Select, bindparam, exists, select, union

from webapp.domain.errors import NotAllowed
from webapp.domain.permissions import Actor, Subject, may
from webapp.domain.roles import Role
from webapp.storage.models import Affiliation, Change, ChangeRecord, Link, Person, Record, Stewardship
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

PERSON = prepared(select(Person).where(Person.id == bindparam("id")))
OF_CHANGE = select(ChangeRecord.record_id).where(ChangeRecord.change_id == bindparam("change"))


def _with_survivors(ids: Select[str], name: str) -> CTE:
    """The records, and those that they were merged into, and so on; each is one look by its id."""
    found = ids.cte(name, recursive=True)
    return found.union(
        select(Record.merged_into).join(found, Record.id == found.c[0]).where(Record.merged_into.is_not(None))
    )


def _behind() -> CTE:
    """The records of the change, and the organisations behind them.

    A place that names no organisation is looked after by those whose services are there.
    """
    used, running = (Link.__table__.alias(name) for name in ("used", "running"))
    named = exists().where(Link.record_id == used.c.target_id, Link.field == "organization_id")
    runs_there = (
        select(running.c.target_id)
        .select_from(used.join(running, running.c.record_id == used.c.record_id))
        .where(
            used.c.target_id.in_(OF_CHANGE),
            used.c.field == "location_id",
            running.c.field == "organization_id",
            ~named,
        )
    )
    run_by = select(Link.target_id).where(Link.record_id.in_(OF_CHANGE), Link.field == "organization_id")
    every = union(OF_CHANGE, run_by, runs_there).subquery("every")
    return _with_survivors(select(every.c[0].label("id")), "behind")


OWN = _with_survivors(
    select(Affiliation.organization_id.label("id")).where(
        Affiliation.person_id == bindparam("person"), Affiliation.ended_at.is_(None)
    ),
    "own",
)
"""The person's organisations. Most people have none, and then nothing else is looked at."""
SAYS_OWN = exists().where(Change.id == bindparam("change"), Change.payload.contains(OWN.c.id))
"""What a change puts or takes away names the organisation: its new service, or one that goes over to it."""
TIES = prepared(
    select(
        exists()
        .where(
            Stewardship.person_id == bindparam("person"),
            Stewardship.ended_at.is_(None),
            Stewardship.is_official == 1,
            Stewardship.record_id.in_(OF_CHANGE),
        )
        .label("is_steward"),
        exists(select(OWN.c.id).where(OWN.c.id.in_(select(_behind().c.id)) | SAYS_OWN)).label("is_affiliated"),
    )
)

NOBODY = Actor()


def actor_of(row: Row | None, now: datetime) -> Actor:
    """The actor that a person's row makes at a moment; nobody where there is no row."""
    if row is None or row.state == "erased":
        return NOBODY
    return Actor(
        id=row.id,
        role=Role(row.role) if row.confirmed_at else Role.GUEST,
        confirmed=row.confirmed_at is not None,
        paused=row.paused_until is not None and row.paused_until > now,
        banned=row.state == "banned",
    )


def load_actor(uow: UnitOfWork, person_id: str | None) -> Actor:
    """The actor of that id, as the database knows them now."""
    return actor_of(uow.one(PERSON, {"id": person_id}) if person_id else None, uow.now)


def require(actor: Actor, action: str, subject: Subject | None = None) -> None:
    """Raise NotAllowed with the table's reason unless the actor may."""
    verdict = may(actor, action, subject)
    if not verdict:
        raise NotAllowed(verdict.code, action=action)


@dataclass(frozen=True, slots=True)
class Ties:
    """What binds a person to the records of a change."""

    is_steward: bool  # officially looks after one of them
    is_affiliated: bool  # has declared a tie to an organisation behind them, or that they are or are going to name


def ties_of(uow: UnitOfWork, person_id: str, change_id: str) -> Ties:
    """The ties that decide whether a vote is counted (`RULES.md`, "Classes and thresholds")."""
    row = uow.one(TIES, {"person": person_id, "change": change_id})
    return Ties(bool(row and row.is_steward), bool(row and row.is_affiliated))
