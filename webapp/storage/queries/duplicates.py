"""What moderators read of records that may be the same: pairs, the most alike first, by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from webapp.domain.kinds import LIFECYCLE_STATUSES
from webapp.storage.models import DuplicatePair, Record
from webapp.storage.prepared import execute, prepared

PAGE = 30
_ONE, _OTHER = (Record.__table__.alias(name) for name in ("one", "other"))
_LISTED = (
    select(DuplicatePair.first_id, DuplicatePair.second_id, DuplicatePair.points, DuplicatePair.reasons)
    .add_columns(
        *(column.label(f"{side}_{column.name}") for side, table in (("first", _ONE), ("second", _OTHER))
          for column in (table.c.kind, table.c.slug, table.c.name, table.c.summary))
    )
    .join(_ONE, _ONE.c.id == DuplicatePair.first_id)
    .join(_OTHER, _OTHER.c.id == DuplicatePair.second_id)
    .where(
        DuplicatePair.state == "open",
        _ONE.c.status.not_in(LIFECYCLE_STATUSES),
        _OTHER.c.status.not_in(LIFECYCLE_STATUSES),
    )
    .order_by(DuplicatePair.points.desc(), DuplicatePair.first_id, DuplicatePair.second_id)
    .limit(bindparam("most"))
)  # fmt: skip
LISTED = prepared(_LISTED)
AFTER = prepared(
    _LISTED.where(
        or_(
            DuplicatePair.points < bindparam("points"),
            and_(
                DuplicatePair.points == bindparam("points"),
                or_(
                    DuplicatePair.first_id > bindparam("first"),
                    and_(DuplicatePair.first_id == bindparam("first"), DuplicatePair.second_id > bindparam("second")),
                ),
            ),
        )
    )
)


@dataclass(frozen=True, slots=True)
class After:
    """The pair that the page before ended with."""

    points: int
    first: str
    second: str


def pairs(connection: Connection, after: After | None = None) -> list[Any]:
    """Pairs that nobody has judged, from there on; one row more than a page has."""
    if after is None:
        return list(execute(connection, LISTED, {"most": PAGE + 1}))
    key = {"points": after.points, "first": after.first, "second": after.second}
    return list(execute(connection, AFTER, {**key, "most": PAGE + 1}))
