"""Services like the one on the page: nearer ones first, then those that share more, then the better kept ones.

Its law: nothing that is too far to go to; what has no place (by telephone, online) is never too far.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from webapp.domain.geo import Point, distance, points_of
from webapp.storage import Connection
from webapp.storage.queries.browse import RecordPage
from webapp.storage.queries.related import Related, related_to
from webapp.web.freshness import STALE_AFTER, checked_words
from webapp.web.somewhere import away_words

SHOWN = 5
AS_NEAR = (2.0, 6.0, 15.0)
"""Kilometres: what lies between the same two is as near as any other there."""
TOO_FAR = 50.0
NOWHERE = 8.0  # as near as that: see the search's own ranking

Row = dict[str, Any]


def related_view(connection: Connection, found: RecordPage, now: datetime) -> list[Row]:
    """The context `page.related`: {title, url, note, tag}; none for what is no service or in no category."""
    if found.kind != "service":
        return []
    named = (one.get("taxonomy_term_id", "") for one in found.document.get("categories", ()))
    terms = {*filter(None, named), *(t.id for t in found.targets if t.field == "taxonomy_term_id")}
    here = points_here(found)
    told = [(_away(here, one), one) for one in related_to(connection, found.row.id, terms, here)]
    near = sorted((pair for pair in told if (pair[0] or 0) <= TOO_FAR), key=lambda pair: _order(pair[0], pair[1], now))
    return [_row(away, one, now) for away, one in near[:SHOWN]]


def points_here(found: RecordPage) -> list[Point]:
    """Where a record's places are, as far as that is known."""
    located = [found.document, *(t.document for t in found.targets if t.kind == "location")]
    texts = (f"{one['latitude']},{one['longitude']}" for one in located if one.get("latitude") and one.get("longitude"))
    return points_of(" ".join(texts))


def _away(here: Sequence[Point], one: Related) -> float | None:
    return min((distance(own, point) for own in here for point in one.points), default=None)


def _order(away: float | None, one: Related, now: datetime) -> tuple[Any, ...]:
    is_stale = one.checked_at is None or now - one.checked_at > STALE_AFTER
    return bisect(AS_NEAR, NOWHERE if away is None else away), -one.shared, is_stale, one.position


def _row(away: float | None, one: Related, now: datetime) -> Row:
    said: Iterable[str | None] = (away_words(away) if away is not None else None, checked_words(one, now))
    return {"title": one.name, "url": one.url, "note": one.summary, "said": [words for words in said if words]}
