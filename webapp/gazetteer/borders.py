"""In which council area a point lies: that of the nearest known place, from the edge of a town on.

Its law: nothing here knows where a border runs, so near one, each area in which the point may lie is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import product

from webapp.domain.geo import Point
from webapp.gazetteer.place import reach_of
from webapp.gazetteer.tables import councils, towns

KM = 111.195  # in a degree of latitude
BORDER = 4.0
"""Kilometres by which another council area's places may be further away and yet be the right ones: tables of places
know towns, not borders."""
Known = tuple[float, float, float, str]
"""Latitude, longitude, how far a place stretches, and its council area."""
CELL = (0.25, 0.5)
"""Degrees of latitude and longitude."""
CELL_ACROSS = 26.9
"""Kilometres at least, from 49 degrees north to 61."""
FARTHEST_REACH = 16.0
"""Kilometres over which no place stretches."""
CELLS_AROUND = (1, 3)
"""How many cells to each side are looked through: few do for most points, more for those far from any town."""


def council_at(point: Point) -> str:
    """The council area of the nearest known place, from the edge of a town on; wrong for some near a border."""
    return councils_near(point)[0]


@lru_cache(maxsize=20_000)  # there are some 14,000 sectors and outcodes
def councils_near(point: Point) -> tuple[str, ...]:
    """Every council area in which a point may well lie, the likeliest first."""
    for cells in CELLS_AROUND:
        around = _away(point, _around(point, cells))
        if around and min(around.values()) <= cells * CELL_ACROSS - FARTHEST_REACH - BORDER:
            break  # nothing that lies outside these cells is as near
    else:
        around = _away(point, _known())
    nearest = min(around.values())
    likely = (one for one in around if around[one] <= nearest + BORDER)
    return tuple(sorted(likely, key=lambda one: (around[one], one)))


def _away(point: Point, known: Iterable[Known]) -> dict[str, float]:
    """Kilometres to the nearest edge of a place in each council area."""
    up, across = KM, KM * math.cos(math.radians(point.latitude))  # kilometres of a degree here
    away: dict[str, float] = {}
    for latitude, longitude, reach, council in known:
        edge = math.hypot((latitude - point.latitude) * up, (longitude - point.longitude) * across) - reach
        if edge < away.get(council, math.inf):
            away[council] = edge
    return away


def _around(point: Point, cells: int) -> Iterator[Known]:
    row, column = _cell(point.latitude, point.longitude)
    for cell in product(range(row - cells, row + cells + 1), range(column - cells, column + cells + 1)):
        yield from _by_cell().get(cell, ())


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude / CELL[0]), math.floor(longitude / CELL[1])


@cache
def _by_cell() -> dict[tuple[int, int], list[Known]]:
    found: dict[tuple[int, int], list[Known]] = {}
    for one in _known():
        found.setdefault(_cell(one[0], one[1]), []).append(one)
    return found


@cache
def _known() -> tuple[Known, ...]:
    """Every place whose council area the tables have."""
    found = [(one.point.latitude, one.point.longitude, 0.0, one.name) for one in councils()]
    found += [(one.point.latitude, one.point.longitude, reach_of(one), one.council) for one in towns()]
    return tuple(found)
