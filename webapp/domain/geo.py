"""Points on the ground: how far apart, and in which cell of a grid. Degrees are WGS84; distances are in kilometres."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass

EARTH = 6371.0088
"""Mean radius of the Earth in kilometres (IUGG)."""
CELL = 0.1
"""Degrees of a cell's side: 11 km from north to south and 6 km from west to east in Scotland."""
MILE = 1.609344


@dataclass(frozen=True, slots=True)
class Point:
    """A place in degrees; ValueError beyond the globe."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (abs(self.latitude) <= 90 and abs(self.longitude) <= 180):  # what is no number is refused, too
            raise ValueError(f"not on the globe: {self.latitude}, {self.longitude}")


def point_text(latitude: object, longitude: object) -> str | None:
    """A point as one text, "55.975700,-3.170000", from a document's values; None where they are not both one's."""
    text = f"{latitude},{longitude}"
    return text if points_of(text) else None


def points_of(text: str) -> list[Point]:
    """The points in a text of several with spaces between; what is none is left out."""
    found = []
    for one in text.split():
        latitude, _, longitude = one.partition(",")
        with suppress(ValueError):
            found.append(Point(float(latitude), float(longitude)))
    return found


def distance(one: Point, other: Point) -> float:
    """Kilometres between two points, along a great circle (the haversine formula)."""
    phi, other_phi = math.radians(one.latitude), math.radians(other.latitude)
    half = math.sin((other_phi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, half)))


def miles(kilometres: float) -> float:
    """Kilometres in miles."""
    return kilometres / MILE


def cell_tag(point: Point) -> str:
    """The tag of the grid cell that a point lies in, as the search index takes it: letters and digits."""
    return _tag(*_cell(point))


def cells_within(point: Point, kilometres: float) -> tuple[str, ...]:
    """The tags of all cells that have anything within so many kilometres of a point, and a few around them."""
    up = math.degrees(kilometres / EARTH)
    widest = math.cos(math.radians(min(89.9, abs(point.latitude) + up)))
    across = min(180.0, up / widest)
    rows = _span(point.latitude, up)
    columns = _span(point.longitude, across)
    return tuple(_tag(row, column) for row in rows for column in columns)


def _cell(point: Point) -> tuple[int, int]:
    return math.floor(point.latitude / CELL), math.floor(point.longitude / CELL)


def _span(middle: float, reach: float) -> range:
    return range(math.floor((middle - reach) / CELL), math.floor((middle + reach) / CELL) + 1)


def _tag(row: int, column: int) -> str:
    """Rows and columns counted from the south pole and from the far side of the globe, so that none is negative."""
    return f"g{row + 900}x{(column + 1800) % 3600}"
