"""What search engines are told of: every active record's address by ranges of ids, one statement a range."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from webapp.storage.models import Record
from webapp.storage.prepared import execute, prepared

PART = 10_000
"""Records of a part, active or not, so that its bounds do not move with what is closed and reopened."""
_NUMBERED = select(Record.id, func.row_number().over(order_by=Record.id).label("number")).subquery()
BOUNDS = prepared(
    select(_NUMBERED.c.id)
    .where(_NUMBERED.c.number % bindparam("part") == 1, _NUMBERED.c.number > 1)
    .order_by(_NUMBERED.c.id)
)
_RANGE = (
    select(Record.id).where(Record.id >= bindparam("first")).order_by(Record.id).limit(bindparam("part")).subquery()
)
ADDRESSES = prepared(
    select(Record.kind, Record.slug, Record.updated_at)
    .join(_RANGE, _RANGE.c.id == Record.id)
    .where(Record.status == "active")
    .order_by(Record.id)
)


def bounds(connection: Connection, part: int = PART) -> list[str]:
    """The first id of each part but of the first. It reads every id, so its answer is one to keep for a while."""
    return list(execute(connection, BOUNDS, {"part": part}).scalars())


def addresses_from(connection: Connection, first: str, part: int = PART) -> list[Any]:
    """Kind, slug and last change of the active ones among so many records from an id on."""
    return execute(connection, ADDRESSES, {"first": first, "part": part})
