"""Services like another one: those that share a category, near it and anywhere, the better kept first.

Where there are enough near it, nobody asks for those anywhere. It asks the search index for opaque tags only, so that
a category of ten thousand costs no more than one of fifty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnClause, Connection, column, text

from webapp.domain.geo import Point, cells_within, points_of
from webapp.domain.words import category_tag, kind_tag, tag_token
from webapp.storage.models import Record
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.browse import url_of

LOOKED_AT = 24
"""Services that are looked at near it, and as many anywhere, in the index's own order: better kept ones first."""
AROUND = 10.0  # kilometres
MOST_POINTS = 3  # around which is looked, of a service with many places

_COLUMNS = "r.id, r.kind, r.slug, r.name, r.summary, r.status, r.checked_at, e.position, e.points, e.tags"
_RUNS = "r.status = 'active' AND r.id <> :record"
_SQLITE = (
    f"SELECT {_COLUMNS} FROM search_words w JOIN search_entry e ON e.position = w.rowid"  # noqa: S608 - constants only
    f" JOIN record r ON r.id = e.record_id WHERE w.search_words MATCH {{}} AND {_RUNS}"
    f" ORDER BY w.rowid LIMIT {LOOKED_AT}"
)
_POSTGRESQL = (
    f"SELECT {_COLUMNS} FROM search_entry e JOIN record r ON r.id = e.record_id"  # noqa: S608 - constants only
    f" WHERE e.tokens @@ CAST({{}} AS tsquery) AND {_RUNS} ORDER BY e.position LIMIT {LOOKED_AT}"
)


def _asking(one: str) -> Any:
    """Those that match `:like`."""
    own = [Record.__table__.c[name] for name in ("id", "kind", "slug", "name", "summary", "status", "checked_at")]
    more: list[ColumnClause[Any]] = [column(name) for name in ("position", "points", "tags")]
    return prepared(text(one.format(":like")).columns(*own, *more), planned_anew=True)


RELATED = {"sqlite": _asking(_SQLITE), "postgresql": _asking(_POSTGRESQL)}
SIGNS = {"sqlite": (" AND ", " OR ", '"'), "postgresql": (" & ", " | ", "'")}
"""How a search of tags is written: and, or, the quotes."""


@dataclass(frozen=True, slots=True)
class Related:
    """A service that shares `shared` of the categories asked for; the fewer before it in standing, the better kept."""

    kind: str
    url: str
    name: str
    summary: str
    status: str
    checked_at: datetime | None
    position: int
    points: tuple[Point, ...]
    shared: int


def related_to(
    connection: Connection, record_id: str, term_ids: Collection[str], points: Sequence[Point]
) -> list[Related]:
    """Active services in one of these categories but this one, each once, in standing order.

    Some of them lie near one of the points, if there are such; others may be anywhere.
    """
    if not term_ids:
        return []
    dialect = connection.dialect.name
    tags = {category_tag(id_) for id_ in term_ids}
    like = [(kind_tag("service"),), sorted(tags)]
    cells = {cell for point in points[:MOST_POINTS] for cell in cells_within(point, AROUND)}
    rows: dict[str, Any] = {}
    for choices in filter(None, ([*like, sorted(cells)] if cells else [], like)):
        if len(rows) < LOOKED_AT:
            asked = {"record": record_id, "like": _expression(dialect, choices)}
            rows |= {row.id: row for row in execute(connection, RELATED[dialect], asked)}
    return sorted((_related(row, tags) for row in rows.values()), key=lambda one: one.position)


def _expression(dialect: str, choices: Iterable[Iterable[str]]) -> str:
    """Tags, of each choice one, as the database has it; of letters and digits, none can break out of its quotes."""
    both, either, quote = SIGNS[dialect]
    return both.join("(" + either.join(f"{quote}{tag_token(tag)}{quote}" for tag in one) + ")" for one in choices)


def _related(row: Any, tags: Collection[str]) -> Related:
    url, points = url_of(row.kind, row.slug), tuple(points_of(row.points))
    shared = len(set(row.tags.split()) & set(tags))
    return Related(row.kind, url, row.name, row.summary, row.status, row.checked_at, row.position, points, shared)
