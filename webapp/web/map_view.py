"""The points of maps: where a record is, and where the results of a page are. What has no point is on no map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.domain.geo import points_of
from webapp.storage.queries.browse import RecordPage
from webapp.web.freshness import GONE
from webapp.web.record_hours import address_after

MOST_POINTS = 100
MOST_OF_RESULT = 5
"""Places of one result, so that a chain of shops does not hide what else was found."""

MapPoint = dict[str, Any]
"""{name, url: str|None, words, latitude, longitude}, as `ui.map` takes them."""


def record_points(found: RecordPage) -> list[MapPoint]:
    """Where a record is: a place itself, the places of a service, those of an organisation; none of what is gone."""
    if found.row.status in GONE:
        return []
    around = found.inbound if found.kind == "organization" else found.targets if found.kind == "service" else ()
    own = [(found.row.name, None, found.document)] if found.kind == "location" else []
    there = {t.id: t for t in around if t.kind == "location" and t.status not in GONE}
    linked = [(t.name, t.url, t.document) for t in there.values()]
    made = (_point(name, url, address_after(name, document), document) for name, url, document in own + linked)
    return [point for point in made if point][:MOST_POINTS]


def result_points(
    name: str, url: str, document: Mapping[str, Any], locations: Iterable[Mapping[str, Any]]
) -> list[MapPoint]:
    """Where a result is: its own point, and those of its locations."""
    places = (document, *locations)
    made = (_point(name, url, address_after(name, place), place) for place in places)
    return [point for point in made if point][:MOST_OF_RESULT]


def _point(name: str, url: str | None, words: str, document: Mapping[str, Any]) -> MapPoint | None:
    text = document.get("point") or f"{document.get('latitude')},{document.get('longitude')}"
    for point in points_of(text):
        return {"name": name, "url": url, "words": words, "latitude": point.latitude, "longitude": point.longitude}
    return None
