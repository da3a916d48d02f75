"""What moderators read of people: who is paused or banned, what was done about somebody, and what they confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from webapp.storage.models import Confirmation, Person, Record, RoleGrant, Sanction
from webapp.storage.prepared import execute, prepared

PAGE = 30
LAST = "z"  # after every id
MOST_TOLD = 50  # lines about one person
_ACTOR, _LIFTER = (Person.__table__.alias(name) for name in ("actor", "lifter"))

PERSON = prepared(
    select(Person).where(
        Person.handle == bindparam("handle"), Person.confirmed_at.is_not(None), Person.state != "erased"
    )
)
BY_HANDLES = prepared(
    select(Person.handle, Person.id).where(
        Person.handle.in_(bindparam("handles", expanding=True)),
        Person.confirmed_at.is_not(None),
        Person.state != "erased",
    )
)
STANDING = prepared(
    select(Sanction.id, Sanction.type, Sanction.reason, Sanction.since, Sanction.until)
    .add_columns(Person.display_name, Person.handle, _ACTOR.c.display_name.label("by"))
    .join(Person, Person.id == Sanction.person_id)
    .outerjoin(_ACTOR, _ACTOR.c.id == Sanction.actor_id)
    .where(
        Sanction.lifted_at.is_(None),
        or_(
            and_(Sanction.type == "ban", Person.state == "banned"),
            # of several pauses, the one that ends last
            and_(Sanction.type == "pause", Sanction.until > bindparam("now"), Sanction.until == Person.paused_until),
        ),
        Sanction.id < bindparam("before"),
    )
    .order_by(Sanction.id.desc())
    .limit(bindparam("most"))
)
SANCTIONS = prepared(
    select(Sanction, _ACTOR.c.display_name.label("by"), _LIFTER.c.display_name.label("lifter"))
    .outerjoin(_ACTOR, _ACTOR.c.id == Sanction.actor_id)
    .outerjoin(_LIFTER, _LIFTER.c.id == Sanction.lifted_by)
    .where(Sanction.person_id == bindparam("person"))
    .order_by(Sanction.id.desc())
    .limit(MOST_TOLD)
)
GRANTS = prepared(
    select(RoleGrant, _ACTOR.c.display_name.label("by"))
    .outerjoin(_ACTOR, _ACTOR.c.id == RoleGrant.granted_by)
    .where(RoleGrant.person_id == bindparam("person"))
    .order_by(RoleGrant.id.desc())
    .limit(MOST_TOLD)
)
CONFIRMED = prepared(
    select(Confirmation.id, Confirmation.created_at, Confirmation.how, Record.kind, Record.slug, Record.name)
    .join(Record, Record.id == Confirmation.record_id)
    .where(
        Confirmation.person_id == bindparam("person"),
        Confirmation.voided_at.is_(None),
        Confirmation.id < bindparam("before"),
    )
    .order_by(Confirmation.id.desc())
    .limit(bindparam("most"))
)


def person_at(connection: Connection, handle: str) -> Any | None:
    """Who has that handle; None for who never confirmed an address or was erased."""
    return execute(connection, PERSON, {"handle": handle}).first() if handle.isprintable() else None


def by_handles(connection: Connection, handles: Sequence[str]) -> dict[str, str]:
    """Ids of people by their handles, which are in lower case."""
    wanted = {"handles": [handle for handle in handles if handle.isprintable()]}
    return {row.handle: row.id for row in execute(connection, BY_HANDLES, wanted)} if handles else {}


def standing_sanctions(connection: Connection, now: datetime, before: str | None = None) -> list[Any]:
    """Who is paused or banned at present, the latest first, below a key; one row more than a page has."""
    return list(execute(connection, STANDING, {"now": now, "before": before or LAST, "most": PAGE + 1}))


def sanctions_of(connection: Connection, person_id: str) -> list[Any]:
    """What was done about a person, the latest first, with who did it and who lifted it."""
    return list(execute(connection, SANCTIONS, {"person": person_id}))


def grants_of(connection: Connection, person_id: str) -> list[Any]:
    """The roles that a person was given, the latest first, with who gave them."""
    return list(execute(connection, GRANTS, {"person": person_id}))


def confirmations_of(connection: Connection, person_id: str, before: str | None = None) -> list[Any]:
    """What a person confirmed and still stands, the latest first, below a key; one row more than a page has."""
    return list(execute(connection, CONFIRMED, {"person": person_id, "before": before or LAST, "most": PAGE + 1}))
