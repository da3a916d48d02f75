"""What a place is: somewhere to look around. Its law: what is approximate says so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from webapp.domain.geo import Point
from webapp.domain.hours.holidays import Nation
from webapp.gazetteer.tables import Town

Scale = Literal["postcode", "sector", "outcode", "town", "council"]
REACH = {"sector": 0.7, "outcode": 2.0}
"""Kilometres from the middle of most sectors and outcodes within which their postcodes lie."""


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


def reach_of(town: Town) -> float:
    """Kilometres from its middle to its edge: by the root of its people (Cupar 0.5, Edinburgh 3.6, London 15)."""
    return math.sqrt(town.people) / 200
