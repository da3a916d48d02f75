"""The order of what was found, and what of it was checked lately enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select

from webapp.domain.words import fold
from webapp.storage.models import Record
from webapp.storage.prepared import execute, prepared
from webapp.storage.search import Hit

Sort = Literal["best", "nearest", "checked", "name"]
SORTED_BY = prepared(
    select(Record.id, Record.name, Record.checked_at).where(Record.id.in_(bindparam("ids", expanding=True)))
)


def in_order(connection: Connection, hits: list[Hit], sort: Sort, checked_since: datetime | None) -> list[Hit]:
    """Those checked since the time, if one was named, in the order that was asked for; `hits` are the best first."""
    if checked_since is None and sort in ("best", "nearest"):
        return _by_distance(hits) if sort == "nearest" else hits
    rows = {row.id: row for row in execute(connection, SORTED_BY, {"ids": [hit.record_id for hit in hits]})}
    if checked_since is not None:
        hits = [hit for hit in hits if (at := rows[hit.record_id].checked_at) is not None and at >= checked_since]
    return _ORDERS[sort](hits, rows)


def _by_distance(hits: list[Hit]) -> list[Hit]:
    """What is nowhere comes last."""
    return sorted(hits, key=lambda hit: (hit.away is None, hit.away or 0.0))


def _by_check(hits: list[Hit], rows: Mapping[str, Any]) -> list[Hit]:
    """The last checked first; what nobody has checked comes last."""
    checked = [hit for hit in hits if rows[hit.record_id].checked_at is not None]
    checked.sort(key=lambda hit: rows[hit.record_id].checked_at, reverse=True)
    return checked + [hit for hit in hits if rows[hit.record_id].checked_at is None]


def _by_name(hits: list[Hit], rows: Mapping[str, Any]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (fold(rows[hit.record_id].name), hit.record_id))


_ORDERS: dict[Sort, Callable[[list[Hit], Mapping[str, Any]], list[Hit]]] = {
    "best": lambda hits, rows: hits,
    "nearest": lambda hits, rows: _by_distance(hits),
    "checked": _by_check,
    "name": _by_name,
}
