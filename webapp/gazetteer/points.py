"""Where a postcode is, and where a device says that it is."""

from __future__ import annotations

import re
from functools import cache

from webapp.domain.geo import Point
from webapp.domain.hours.holidays import Nation, nation_of
from webapp.domain.postcodes import Postcode, parse
from webapp.gazetteer.borders import council_at
from webapp.gazetteer.exact import Exact, exactly
from webapp.gazetteer.place import REACH, Place, Scale
from webapp.gazetteer.tables import councils, postcodes

HERE = "where you are"
_POINT = re.compile(r"(-?\d{1,2}\.\d{1,6}), ?(-?\d{1,3}\.\d{1,6})", re.ASCII)


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
