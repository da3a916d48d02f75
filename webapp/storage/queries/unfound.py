"""What nobody found, month by month; its law: words that were looked for a few times only are never read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from webapp.domain.unfound import LEAST
from webapp.storage.models import Unfound
from webapp.storage.prepared import execute, prepared

SHOWN = 50  # of a month
SEVERAL = "*"
"""Stands for the areas of words that were looked for in each of them a few times only, and often enough together."""
_ROWS = (
    select(
        Unfound.month,
        Unfound.words,
        case((Unfound.times >= LEAST, Unfound.area), else_=SEVERAL).label("area"),
        Unfound.times,
    )
    .where(Unfound.words != "")
    .subquery()
)
_TIMES = func.sum(_ROWS.c.times)
_OFTEN = (
    select(_ROWS.c.month, _ROWS.c.words, _ROWS.c.area, _TIMES.label("times"))
    .group_by(_ROWS.c.month, _ROWS.c.words, _ROWS.c.area)
    .having(_TIMES >= LEAST)
    .subquery()
)
_PLACE = func.row_number().over(
    partition_by=_OFTEN.c.month, order_by=(_OFTEN.c.times.desc(), _OFTEN.c.words, _OFTEN.c.area)
)
_RANKED = select(_OFTEN, _PLACE.label("place")).subquery()
OFTEN = prepared(
    select(_RANKED).where(_RANKED.c.place <= SHOWN).order_by(_RANKED.c.month.desc(), _RANKED.c.place)
)
TOTALS = prepared(select(Unfound.month, func.sum(Unfound.times).label("times")).group_by(Unfound.month))


@dataclass(frozen=True, slots=True)
class Looked:
    """Words that nobody found anything for, in which council area (blank: nobody said; SEVERAL), and how often."""

    month: str
    words: str
    area: str
    times: int


def often_unfound(connection: Connection) -> list[Looked]:
    """What was looked for at least LEAST times in a month, the last month first, the most frequent first."""
    return [Looked(row.month, row.words, row.area, int(row.times)) for row in execute(connection, OFTEN)]


def unfound_in_all(connection: Connection) -> Mapping[str, int]:
    """How many searches of a month found nothing, whatever their words."""
    return {row.month: int(row.times) for row in execute(connection, TOTALS)}
