"""Places by their names: towns and council areas, and those that a wrongly written name may have meant."""

from __future__ import annotations

import re
from functools import cache

from webapp.domain.geo import Point, distance
from webapp.domain.spelling import Neighbours, errors_seen
from webapp.domain.words import fold, tokens
from webapp.gazetteer.abroad import ABROAD
from webapp.gazetteer.place import Place, reach_of
from webapp.gazetteer.tables import Council, Town, councils, towns
from webapp.gazetteer.wide import NATIONS, WIDE

_COUNCIL = re.compile(r" council(?: area)?$")
VILLAGE = 50
"""A place in which fewer than one in so many of a council area live is not what people mean by its name: Halton, where
Runcorn and Widnes are, but not Conwy."""
MOST = 6  # places that a wrongly written name may have meant


def places_named(text: str) -> tuple[Place, ...]:
    """Every place that goes by this name, the one that most people live in first; none for what is no name here.

    A town that is called as its council area is what people mean by the name: the area is the town's `area`, and goes
    by "Leeds council area". A mere village that lent its name to an area is left out: whoever is in it is in that.
    Behind a comma stands the council area of one of several: "Newport, Isle of Wight". A nation is no place, though a
    village may be called as it is: that one needs its council area.
    """
    name, _, council = text.partition(",")
    if _key(name) in NATIONS and not council.strip():
        return ()
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


def nearest_names(text: str) -> tuple[Place, ...]:
    """Places whose name is a typing error or two away from this one, nearest first, then of most people; at most MOST.

    For what `places_named` does not find. What stands behind a comma is held against, as there. Nothing for a
    well-known place abroad, nor for a nation or a region, or what is as near to one: those are no towns.
    """
    name, comma, council = text.partition(",")
    key = _key(name)
    most = 0 if key in ABROAD else errors_seen(key.replace(" ", ""))
    near = sorted(_names().within(key.removeprefix("the "), most)) if most else []
    if any(like in WIDE for errors, like in near if errors == near[0][0]):
        return ()
    found: dict[Place, int] = {}
    for errors, like in near:
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


def _key(text: str) -> str:
    """Written without accents, hyphens and full stops; "St" is how most people write "Saint"."""
    words = fold(text).replace("-", " ").replace(".", " ").split()
    return " ".join("st" if word == "saint" else word for word in words)


def is_wide(name: str) -> bool:
    """Whether it is a nation or a region, wider than anybody looks around in."""
    return _key(name).removeprefix("the ") in WIDE


@cache
def _names() -> Neighbours:
    """Every name by likeness; those of saints as `_key` has them, and written out, for whoever errs in "Saint"."""
    keys = [*_towns_by_name(), *_councils_by_name(), *WIDE]
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
    reach, is_called_after = reach_of(town), _town_of_area().get(town.council) is town
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


def _of_council(name: str, places: list[Council]) -> Place:
    """A council area, at the middle of its places; nine tenths of them lie within its reach."""
    latitude = sum(one.point.latitude for one in places) / len(places)
    longitude = sum(one.point.longitude for one in places) / len(places)
    middle = Point(latitude, longitude)
    people = sum(town.people for town in towns() if town.council == name)
    away = sorted(distance(middle, one.point) for one in places)
    return Place(name, "council", middle, places[0].nation, name, people, away[len(away) * 9 // 10])
