"""The versions of the rules, newest first, and how many open changes go by an older one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from webapp.storage.models import IS_OPEN, Change, Mode, Person, PolicyVersion
from webapp.storage.prepared import execute, prepared

VERSIONS = (
    select(
        PolicyVersion.version,
        PolicyVersion.reason,
        PolicyVersion.created_at,
        Person.display_name.label("who"),
        Person.handle,
    )
    .outerjoin(Person, Person.id == PolicyVersion.actor_id)
    .order_by(PolicyVersion.version.desc())
    .limit(bindparam("limit"))
)
NEWEST = prepared(VERSIONS)
OLDER = prepared(VERSIONS.where(PolicyVersion.version < bindparam("before")))
IN_FORCE = prepared(
    select(
        select(func.max(PolicyVersion.version)).scalar_subquery(),
        select(Mode.mode).order_by(Mode.since.desc(), Mode.id.desc()).limit(1).scalar_subquery(),
    )
)
CARRIED = prepared(
    select(Change.policy_version, func.count().label("changes"))
    .where(IS_OPEN, Change.policy_version != bindparam("newest"))
    .group_by(Change.policy_version)
    .order_by(Change.policy_version)
)


def versions(connection: Connection, before: int | None, limit: int) -> list[Any]:
    """Versions with who wrote them and why, newest first, below a number; of the first one nobody may be known."""
    if before is None:
        return list(execute(connection, NEWEST, {"limit": limit}))
    return list(execute(connection, OLDER, {"before": before, "limit": limit}))


def stamp(connection: Connection) -> tuple[Any, ...]:
    """What tells whether the page of the rules has changed, in one query: the newest version, and the mode."""
    return tuple(execute(connection, IN_FORCE).first())


def carried(connection: Connection, newest: int) -> dict[int, int]:
    """How many open changes carry each version other than the newest."""
    return {row.policy_version: row.changes for row in execute(connection, CARRIED, {"newest": newest})}
