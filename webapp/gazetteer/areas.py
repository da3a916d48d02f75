"""For whom a service is: areas served, as tags that a place where somebody lives can be held against.

Its law (the rule that ALISS follows for postcodes): a service is kept back from nobody unless each of its areas is one
that we know, and none of them covers the place. Which council area a place lies in is known roughly only, but for full
postcodes of an official directory; so near a border each that it may lie in counts, and pages say what was left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from webapp.domain.geo import Point
from webapp.domain.hours.holidays import Nation
from webapp.domain.words import fold
from webapp.gazetteer.borders import councils_near
from webapp.gazetteer.names import places_named
from webapp.gazetteer.place import Place
from webapp.gazetteer.tables import councils
from webapp.gazetteer.wide import NATIONS, WHOLE

ANYWHERE = "uall"
"""The tag of what says no area."""
UNKNOWN = "uwhere"
"""The tag of what says one that we can't place on the map: it may be for anybody's neighbourhood."""
EVERYWHERE = "ugb"
OTHER_NAMES = {
    "western isles": "Na h-Eileanan Siar",
    "comhairle nan eilean siar": "Na h-Eileanan Siar",
    "borders": "Scottish Borders",
    "orkney": "Orkney Islands",
    "shetland": "Shetland Islands",
    "london": "Greater London",
    "hull": "Kingston upon Hull",
    "durham": "County Durham",
}
_AROUND = re.compile(
    r"^(the )?(whole|all) of (the )?|^(the )?(city|county|royal borough|council) of | ?(city )?council( area)?$| city$"
)


@dataclass(frozen=True, slots=True)
class Area:
    """A council area."""

    name: str
    nation: Nation


def area_tags(names: Iterable[str]) -> tuple[str, ...]:
    """The tags of a service by the names of its areas; UNKNOWN among them where one is none that we know."""
    found = [_tags_named(name) for name in names if name.strip()]
    return tuple(sorted({tag for tags in found for tag in tags or (UNKNOWN,)})) or (ANYWHERE,)


def tags_at(place: Place) -> tuple[str, ...]:
    """The tags of which a service for people at this place, or maybe for them, has at least one."""
    return (*tags_for_everybody(place), UNKNOWN, *own_tags(place))


def tags_for_everybody(place: Place) -> tuple[str, ...]:
    """The tags of what is for the people of this place as for all others, or all of its nation."""
    return (ANYWHERE, EVERYWHERE, *([_nation_tag(place.nation)] if place.nation else ()))


def own_tags(place: Place) -> tuple[str, ...]:
    """The tags of what is for the people of this place's own area, or of one that it may lie in."""
    if place.council and (place.scale == "council" or place.is_council_known):
        return (_council_tag(place.council),)
    return tuple(_council_tag(council) for council in councils_near(place.point))


def areas_of(names: Iterable[str], points: Iterable[Point]) -> tuple[str, ...]:
    """The council areas that something is about, by `all_areas`: those that it serves by name, and those in which it
    lies, or may lie where that is near a border."""
    served = {tag for tag in area_tags(names) if tag in all_areas()}
    return tuple(sorted(served | {_council_tag(council) for point in points for council in councils_near(point)}))


@cache
def all_areas() -> dict[str, Area]:
    """Every council area by its tag, by nation and name."""
    known = sorted({(one.nation, one.name) for one in councils()})
    return {_council_tag(name): Area(name, nation) for nation, name in known}


@cache
def _tags_named(name: str) -> tuple[str, ...]:
    """None of them for what we don't know; a town stands for the council area around it."""
    key = " ".join(fold(name).replace("-", " ").replace(".", " ").split())
    key = _AROUND.sub("", key).strip()
    if key in WHOLE:
        return (EVERYWHERE,)
    if key in NATIONS:
        return tuple(_nation_tag(nation) for nation in NATIONS[key])
    council = _by_key().get(key)
    if council:
        return (_council_tag(council),)
    towns = {place.council for place in places_named(name) if place.council}
    return (_council_tag(towns.pop()),) if len(towns) == 1 else ()


@cache
def _by_key() -> dict[str, str]:
    own = {" ".join(fold(one.name).replace("-", " ").replace(".", " ").split()): one.name for one in councils()}
    return own | OTHER_NAMES


@cache
def _council_tag(council: str) -> str:
    return "uc" + re.sub(r"[^a-z0-9]", "", fold(council))


def _nation_tag(nation: Nation) -> str:
    return "un" + nation.lower()
