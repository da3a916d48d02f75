"""Who is acting, as facts for the permission table: loaded once at the start of a command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, Select, bindparam, exists, select

from webapp.domain.errors import NotAllowed
from webapp.domain.permissions import Actor, Subject, may
from webapp.domain.roles import Role
from webapp.storage.models import Affiliation, Change, ChangeRecord, Link, Person, Record, Stewardship
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import Row, UnitOfWork

FACTS = (Person.id, Person.role, Person.state, Person.confirmed_at, Person.paused_until)
"""The columns that `actor_of` looks at."""
PERSON = prepared(select(Person).where(Person.id == bindparam("id")))
OF_CHANGE = select(ChangeRecord.record_id).where(ChangeRecord.change_id == bindparam("change"))
RUN_BY = select(Link.target_id).where(Link.record_id.in_(OF_CHANGE), Link.field == "organization_id")


def _own() -> CTE:
    """The person's organisations, and what is one with them by merges: what took them in, and what that took in."""
    declared = select(Affiliation.organization_id.label("id")).where(
        Affiliation.person_id == bindparam("person"), Affiliation.ended_at.is_(None)
    )
    kept = declared.cte("kept", recursive=True)
    into = select(Record.merged_into).join(kept, Record.id == kept.c.id).where(Record.merged_into.is_not(None))
    kept = kept.union(into)
    own = select(kept.c.id).cte("own", recursive=True)
    return own.union(select(Record.id).join(own, Record.merged_into == own.c.id))


def _runs_there() -> Select[str]:
    """Whose services are at the places of a change that name no organisation themselves."""
    used, running, kept = (Link.__table__.alias(name) for name in ("used", "running", "keeping"))
    is_kept = exists(select(1).where(kept.c.record_id == used.c.target_id, kept.c.field == "organization_id"))
    there = select(used.c.record_id).where(used.c.target_id.in_(OF_CHANGE), used.c.field == "location_id", ~is_kept)
    return select(running.c.target_id).where(running.c.record_id.in_(there), running.c.field == "organization_id")


OWN = _own()
IS_NAMED = exists(select(1).where(Change.id == bindparam("change"), Change.payload.contains(OWN.c.id)))
"""What a change puts or takes away names the organisation: its new service, or one that goes over to it."""
IS_AFFILIATED = prepared(
    select(
        exists(
            select(1).where(OWN.c.id.in_(OF_CHANGE) | OWN.c.id.in_(RUN_BY) | OWN.c.id.in_(_runs_there()) | IS_NAMED)
        )
    )
)
TIES = (
    exists()
    .where(
        Stewardship.person_id == bindparam("person"),
        Stewardship.ended_at.is_(None),
        Stewardship.is_official == 1,
        Stewardship.record_id.in_(OF_CHANGE),
    )
    .label("is_steward"),
    exists()
    .where(Affiliation.person_id == bindparam("person"), Affiliation.ended_at.is_(None))
    .label("has_organization"),
)
"""What `ties_in` needs to know, as columns of whichever statement asks for them; by `person` and `change`."""

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


def ties_in(uow: UnitOfWork, row: Row, person_id: str, change_id: str) -> Ties:
    """The ties that decide whether a vote is counted (`RULES.md`, "Classes and thresholds"); `row` has `TIES`."""
    wanted = {"person": person_id, "change": change_id}
    # few people have declared a tie to anything, and only for them it matters what is behind the records
    return Ties(bool(row.is_steward), bool(row.has_organization and uow.value(IS_AFFILIATED, wanted)))
