"""Where a postcode or a place is, offline. Its law: what is approximate says so, and nothing is asked of anyone.

The tables and where they come from: `webapp/gazetteer/data/README.md`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import Literal

from webapp.domain.geo import Point, distance
from webapp.domain.hours.holidays import Nation, nation_of
from webapp.domain.postcodes import Postcode, parse
from webapp.domain.spelling import Neighbours, errors_seen
from webapp.domain.words import fold, tokens
from webapp.gazetteer.abroad import ABROAD
from webapp.gazetteer.exact import Exact, exactly
from webapp.gazetteer.tables import Council, Town, councils, postcodes, towns

__all__ = [
    "Place",
    "council_at",
    "councils_near",
    "nearest_names",
    "of_point",
    "of_postcode",
    "places_named",
    "words_of_names",
]

KM = 111.195  # in a degree of latitude
Scale = Literal["postcode", "sector", "outcode", "town", "council"]
HERE = "where you are"
_POINT = re.compile(r"(-?\d{1,2}\.\d{1,6}), ?(-?\d{1,3}\.\d{1,6})", re.ASCII)
_COUNCIL = re.compile(r" council(?: area)?$")
BORDER = 4.0
"""Kilometres by which another council area's places may be further away and yet be the right ones: tables of places
know towns, not borders."""
REACH = {"sector": 0.7, "outcode": 2.0}
"""Kilometres from the middle of most sectors and outcodes within which their postcodes lie. A town's grow with the root
of its people (Cupar 0.5, Edinburgh 3.6, London 15); a council area's hold nine tenths of its known places."""
VILLAGE = 50
"""A place in which fewer than one in so many of a council area live is not what people mean by its name: Halton, where
Runcorn and Widnes are, but not Conwy."""
MOST = 6  # places that a wrongly written name may have meant


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to look around. `asked` is what was typed where only something wider was found.

    `area` is the council area that is called as this town, where it reaches further.
    """

    name: str
    scale: Scale
    point: Point
    nation: Nation | None
    council: str | None  # that of the nearest known place: an approximation, but for what an official directory says
    people: int = 0
    reach: float = 0.0  # kilometres: whatever is no further from the point counts as there
    asked: str = ""
    is_council_known: bool = False
    area: Place | None = None

    @property
    def is_wider(self) -> bool:
        """Whether this stands in for a postcode that the tables lack."""
        return bool(self.asked)


# -- postcodes --------------------------------------------------------------------------------------------


def of_postcode(text: str) -> Place | None:
    """Where a postcode, sector or outcode is; None for what is none of these, or is not in Great Britain.

    A full postcode is known where somebody has loaded them (`exact`), those of Northern Ireland, too; without that its
    sector stands in for it, or the outcode, and the place says so.
    """
    asked = parse(text)
    if asked is None:
        return None
    known = exactly(asked)
    if known is not None:
        return _known_place(asked, known)
    if asked.sector and asked.sector in postcodes():
        return _place(asked.sector, "sector", postcodes()[asked.sector], asked)
    if asked.outcode in postcodes():
        return _place(asked.outcode, "outcode", postcodes()[asked.outcode], asked)
    return None


def _known_place(asked: Postcode, known: Exact) -> Place:
    return Place(
        asked.text,
        "postcode",
        known.point,
        known.nation or nation_of(asked.outcode),
        known.council or council_at(known.point),
        is_council_known=known.council is not None,
    )


def _place(name: str, scale: Scale, point: Point, asked: Postcode) -> Place:
    wider = asked.text if name != asked.text else ""
    reach = REACH.get(scale, 0.0)
    return Place(name, scale, point, nation_of(asked.outcode), council_at(point), reach=reach, asked=wider)


# -- names ------------------------------------------------------------------------------------------------


def places_named(text: str) -> tuple[Place, ...]:
    """Every place that goes by this name, the one that most people live in first; none for what is no name here.

    A town that is called as its council area is what people mean by the name: the area is the town's `area`, and goes
    by "Leeds council area". A mere village that lent its name to an area is left out: whoever is in it is in that.
    Behind a comma stands the council area of one of several: "Newport, Isle of Wight".
    """
    name, _, council = text.partition(",")
    found = _areas_called(_key(name)) or _places_called(_key(name))
    if council.strip():
        found = [place for place in found if _key(place.council or "") == _key(council)]
    return tuple(sorted(found, key=lambda place: -place.people))


def _areas_called(key: str) -> list[Place]:
    """The council area, where the name says that it is one."""
    bare = _COUNCIL.sub("", key)
    return list(_councils_by_name().get(bare, ())) if bare != key else []


def _places_called(key: str) -> list[Place]:
    areas = [area for area in _councils_by_name().get(key, ()) if area.name not in _town_of_area()]
    around = {area.name for area in areas}
    return [*areas, *(town for town in _towns_by_name().get(key, ()) if town.council not in around)]


def council_at(point: Point) -> str:
    """The council area of the nearest known place, from the edge of a town on; wrong for some near a border."""
    return councils_near(point)[0]


def of_point(text: str) -> Place | None:
    """Where a device says that it is: "56.318,-3.012"; None for anything else, and for what is not on these islands."""
    found = _POINT.fullmatch(text)
    if not found:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    if not (49.8 < latitude < 60.9 and -8.7 < longitude < 1.8):
        return None
    point = Point(latitude, longitude)
    council = council_at(point)
    return Place(HERE, "postcode", point, _nations()[council], council)


@cache
def _nations() -> dict[str, Nation]:
    return {one.name: one.nation for one in councils()}


def nearest_names(text: str) -> tuple[Place, ...]:
    """Places whose name is a typing error or two away from this one, nearest first, then of most people; at most MOST.

    For what `places_named` does not find. What stands behind a comma is held against, as there. Nothing for a
    well-known place abroad, which is no error.
    """
    name, comma, council = text.partition(",")
    key = _key(name)
    most = 0 if key in ABROAD else errors_seen(key.replace(" ", ""))
    found: dict[Place, int] = {}
    for errors, like in sorted(_names().within(key, most)) if most else ():
        for place in places_named(like + comma + council):
            found.setdefault(place, errors)
    areas = {place.name: place for place in found if place.scale == "council"}
    for town in [place for place in found if place.scale == "town" and place.name == place.council]:
        if area := areas.get(town.name):  # by another spelling: "Edinburg" is the town only
            found[area] = min(found[area], found.pop(town))
    return tuple(sorted(found, key=lambda place: (found[place], -place.people))[:MOST])


@cache
def words_of_names() -> frozenset[str]:
    """Every folded word of every name: no typing errors, though a directory may lack them ("Fife" is not "five")."""
    return frozenset(word for name in (*_towns_by_name(), *_councils_by_name()) for word in tokens(name))


@lru_cache(maxsize=20_000)  # there are some 14,000 sectors and outcodes, and each look goes through all known places
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
    found += [(one.point.latitude, one.point.longitude, _reach(one), one.council) for one in towns()]
    return tuple(found)


def _key(text: str) -> str:
    """Written without accents, hyphens and full stops; "St" is how most people write "Saint"."""
    words = fold(text).replace("-", " ").replace(".", " ").split()
    return " ".join("st" if word == "saint" else word for word in words)


@cache
def _names() -> Neighbours:
    """Every name by likeness; those of saints as `_key` has them, and written out, for whoever errs in "Saint"."""
    keys = [*_towns_by_name(), *_councils_by_name()]
    return Neighbours(dict.fromkeys([*keys, *(re.sub(r"\bst\b", "saint", key) for key in keys)], 1))


@cache
def _towns_by_name() -> dict[str, tuple[Place, ...]]:
    found: dict[str, tuple[Place, ...]] = {}
    for town in towns():
        for key in {_key(name) for name in (town.name, *town.also)}:
            found[key] = (*found.get(key, ()), _of_town(town))
    return found


@cache
def _councils_by_name() -> dict[str, tuple[Place, ...]]:
    own: dict[str, list[Council]] = {}
    for one in councils():
        own.setdefault(one.name, []).append(one)
    return {_key(name): (_of_council(name, places),) for name, places in own.items()}


@cache
def _town_of_area() -> dict[str, Town]:
    """The towns that their council areas are called after, by the areas' names."""
    return {
        town.council: town
        for town in reversed(towns())
        for area in _councils_by_name().get(_key(town.name), ())
        if town.council == area.name and town.people * VILLAGE >= area.people
    }


def _of_town(town: Town) -> Place:
    reach, is_called_after = _reach(town), _town_of_area().get(town.council) is town
    areas = _councils_by_name()[_key(town.council)] if is_called_after else ()
    return Place(
        town.name,
        "town",
        town.point,
        town.nation,
        town.council,
        town.people,
        reach,
        is_council_known=is_called_after,
        area=next((area for area in areas if area.reach > reach), None),
    )


def _reach(town: Town) -> float:
    return math.sqrt(town.people) / 200


def _of_council(name: str, places: list[Council]) -> Place:
    """A council area, at the middle of its places."""
    latitude = sum(one.point.latitude for one in places) / len(places)
    longitude = sum(one.point.longitude for one in places) / len(places)
    middle = Point(latitude, longitude)
    people = sum(town.people for town in towns() if town.council == name)
    away = sorted(distance(middle, one.point) for one in places)
    return Place(name, "council", middle, places[0].nation, name, people, away[len(away) * 9 // 10])
