"""Who is acting, as facts for the permission table: loaded once at the start of a command."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, select

from webapp.domain.errors import NotAllowed
from webapp.domain.permissions import Actor, Subject, may
from webapp.domain.roles import Role
from webapp.storage.models import Affiliation, Link, Person, Record, Stewardship
from webapp.storage.unit_of_work import Row, UnitOfWork

PERSON = select(Person).where(Person.id == bindparam("id"))
RUNS = select(Link.target_id).where(Link.record_id == bindparam("record"), Link.field == "organization_id")
AFFILIATED = select(func.count()).where(
    Affiliation.person_id == bindparam("person"),
    Affiliation.ended_at.is_(None),
    Affiliation.organization_id.in_(bindparam("organizations", expanding=True)),
)
STEWARDS = select(func.count()).where(
    Stewardship.person_id == bindparam("person"),
    Stewardship.ended_at.is_(None),
    Stewardship.is_official == 1,
    Stewardship.record_id.in_(bindparam("records", expanding=True)),
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


def organizations_of(uow: UnitOfWork, records: Iterable[Row | Record]) -> set[str]:
    """The organisations behind these records: those that run them, or they themselves."""
    found: set[str] = set()
    for record in records:
        if record.kind == "organization":
            found.add(record.id)
        else:
            found.update(row.target_id for row in uow.run(RUNS, {"record": record.id}))
    return found


def is_affiliated(uow: UnitOfWork, person_id: str, organizations: set[str]) -> bool:
    """Whether the person has declared a tie to one of the organisations."""
    if not organizations:
        return False
    return bool(uow.value(AFFILIATED, {"person": person_id, "organizations": sorted(organizations)}))


def is_steward(uow: UnitOfWork, person_id: str, record_ids: Iterable[str]) -> bool:
    """Whether the person officially looks after one of the records."""
    return bool(uow.value(STEWARDS, {"person": person_id, "records": sorted(record_ids)}))
