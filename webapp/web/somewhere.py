"""Somewhere to look around: what people typed, the place that it is taken for, and how far from it things are."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import format_decimal

from webapp.domain.asking import endings, readings
from webapp.domain.geo import miles
from webapp.gazetteer import Place, nearest_names, of_point, of_postcode, places_named
from webapp.language import _, ngettext, number_words, present

OTHERS = 6  # places of one name that are offered
VERY_NEAR = 0.1  # miles


@dataclass(frozen=True, slots=True)
class Where:
    """Somewhere as it was understood: what was typed, the place it is taken for, and what else it could be.

    `is_guess`: nobody wrote "near" before it; it may be a word like the others. `is_respelt`: no place is called
    what was typed, and this one is much alike.
    """

    typed: str = ""
    place: Place | None = None
    others: tuple[Place, ...] = ()
    is_guess: bool = False
    is_respelt: bool = False


NOWHERE = Where()
"""Anywhere: no place was named."""


def understood(typed: str) -> tuple[str, Where]:
    """The words of a text and the place that it names; what names no place that we know is all words."""
    for parts in readings(typed):
        where = somewhere(parts.where)
        if where.place:
            return parts.what, where
    for parts in endings(typed):
        found = places_named(parts.where)
        if found:
            return parts.what, Where(parts.where, found[0], found[1 : OTHERS + 1], is_guess=True)
    return typed, NOWHERE


def somewhere(typed: str) -> Where:
    """The place that people most likely mean, and the others of its name."""
    by_postcode = of_point(typed) or of_postcode(typed)
    if by_postcode:
        return Where(typed, by_postcode)
    found = places_named(typed)
    if found:
        return Where(typed, found[0], found[1 : OTHERS + 1])
    alike = nearest_names(typed)
    return Where(typed, alike[0], alike[1:], is_respelt=True) if alike else Where(typed)


def with_council(place: Place) -> str:
    """A name that is one place only, as the tables know it: "Newport, Isle of Wight", "Leeds council area"."""
    return f"{place.name} council area" if place.scale == "council" else f"{place.name}, {place.council}"


def away_words(kilometres: float) -> str:
    """How far away, in miles, as roughly as one thinks of it: "0.4 miles", "12 miles"."""
    away = miles(kilometres)
    if away < VERY_NEAR:
        return _("less than %(distance)s miles away", distance=number_words(VERY_NEAR))
    if away >= 10:
        return ngettext("%(num)s mile away", "%(num)s miles away", round(away))
    tenths, distance = _tenths(away)
    if tenths == 1:
        return _("%(distance)s mile away", distance=distance)
    return _("%(distance)s miles away", distance=distance)


def edge_words(place: Place, within: str) -> str:
    """From where a distance such as "within 1 mile" is counted; blank for a place that is a point."""
    tenths, distance = _tenths(miles(place.reach))
    if not tenths:
        return ""
    if tenths == 1:
        middle = _("%(distance)s mile from its middle", distance=distance)
    else:
        middle = _("%(distance)s miles from its middle", distance=distance)
    return _(
        "“%(within)s” is counted from the edge of %(place)s, about %(from_middle)s. The distance beside each result is"
        " from the middle.",
        within=within,
        place=place.name,
        from_middle=middle,
    )


def _tenths(away: float) -> tuple[float, str]:
    tenths = round(away, 1)
    return tenths, str(format_decimal(tenths, "0.0", locale=present().locale))
