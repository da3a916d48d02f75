"""Who is acting, as facts for the permission table: loaded once at the start of a command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select

from webapp.domain.errors import NotAllowed
from webapp.domain.permissions import Actor, Subject, may
from webapp.domain.roles import Role
from webapp.storage.models import Affiliation, ChangeRecord, Link, Person, Stewardship
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

PERSON = prepared(select(Person).where(Person.id == bindparam("id")))
OF_CHANGE = select(ChangeRecord.record_id).where(ChangeRecord.change_id == bindparam("change"))
BEHIND = select(Link.target_id).where(Link.record_id.in_(OF_CHANGE), Link.field == "organization_id")
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
        exists()
        .where(
            Affiliation.person_id == bindparam("person"),
            Affiliation.ended_at.is_(None),
            Affiliation.organization_id.in_(OF_CHANGE) | Affiliation.organization_id.in_(BEHIND),
        )
        .label("is_affiliated"),
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
    is_affiliated: bool  # has declared a tie to one of the organisations behind them, or to one that they are


def ties_of(uow: UnitOfWork, person_id: str, change_id: str) -> Ties:
    """The ties that decide whether a vote is counted (`RULES.md`, "Classes and thresholds")."""
    row = uow.one(TIES, {"person": person_id, "change": change_id})
    return Ties(bool(row and row.is_steward), bool(row and row.is_affiliated))
