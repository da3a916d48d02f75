"""The order of what was found, and what of it is left out: by when it was checked, and by distance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from webapp.domain.needs import COUNTED
from webapp.domain.words import fold
from webapp.storage.queries.found import checks_of, facts_of
from webapp.storage.search import Hit

Sort = Literal["best", "nearest", "checked", "name"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a result must keep to: at most so many kilometres from the middle of the place, and checked since then."""

    farthest: float | None = None
    checked_since: datetime | None = None

    def near_enough(self, hits: Sequence[Hit]) -> list[Hit]:
        """Those within the distance; what is nowhere is not."""
        most = self.farthest
        return list(hits) if most is None else [hit for hit in hits if hit.away is not None and hit.away <= most]


@dataclass(frozen=True, slots=True)
class Lot:
    """Hits in their order; and, for counting, those that there would be at any distance, or whenever they were
    checked."""

    hits: Sequence[Hit] = ()
    at_any_distance: Sequence[Hit] = ()
    whenever_checked: Sequence[Hit] = ()

    def followed_by(self, other: Lot) -> Lot:
        """With what else there is of another behind it."""
        return Lot(
            _with_new(self.hits, other.hits),
            _with_new(self.at_any_distance, other.at_any_distance),
            _with_new(self.whenever_checked, other.whenever_checked),
        )


def _with_new(hits: Sequence[Hit], others: Sequence[Hit]) -> list[Hit]:
    known = {hit.record_id for hit in hits}
    return [*hits, *(hit for hit in others if hit.record_id not in known)]


def lot_of(connection: Connection, hits: Sequence[Hit], sort: Sort, bounds: Bounds) -> Lot:
    """What is within the bounds, in the order that was asked for; `hits` are the best first."""
    is_asked = sort in ("checked", "name") or bounds.checked_since is not None
    rows = facts_of(connection, [hit.record_id for hit in hits]) if is_asked else {}
    ordered = _ORDERS[sort](list(hits), rows)
    lately = _checked_lately(ordered, rows, bounds.checked_since)
    return Lot(bounds.near_enough(lately), lately, bounds.near_enough(ordered))


@dataclass(frozen=True, slots=True)
class Checks:
    """When hits were checked last, those that ever were, in no order; `is_capped` where there are more hits."""

    times: Sequence[datetime] = ()
    is_capped: bool = False


def checks_among(connection: Connection, hits: Sequence[Hit]) -> Checks:
    """Of the first COUNTED of them."""
    return Checks(checks_of(connection, [hit.record_id for hit in hits[:COUNTED]]), len(hits) > COUNTED)


def within(connection: Connection, hits: Sequence[Hit], bounds: Bounds) -> list[Hit]:
    """What is within the bounds, in no other order."""
    if bounds.checked_since is None:
        return bounds.near_enough(hits)
    return list(lot_of(connection, hits, "best", bounds).hits)


def _checked_lately(hits: list[Hit], rows: Mapping[str, Any], since: datetime | None) -> list[Hit]:
    if since is None:
        return hits
    return [hit for hit in hits if (at := rows[hit.record_id].checked_at) is not None and at >= since]


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
