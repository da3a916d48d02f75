"""Somewhere to look around: what people typed, the place that it is taken for, and how far from it things are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from babel.numbers import format_decimal

from webapp.domain.asking import LONGEST_NAME, WORDS_TOO, Parts, beginnings, endings, readings, shortened
from webapp.domain.geo import miles
from webapp.domain.postcodes import parse
from webapp.domain.spelling import LONGER
from webapp.domain.words import STOP_WORDS, fold
from webapp.gazetteer import Place, nearest_names, of_point, of_postcode, places_named
from webapp.gazetteer.abroad import ABROAD
from webapp.language import _, ngettext, number_words, present

OTHERS = 6  # places of one name that are offered
VERY_NEAR = 0.1  # miles


@dataclass(frozen=True, slots=True)
class Where:
    """Somewhere as it was understood: what was typed, the place it is taken for, and what else it could be.

    `is_guess`: it may be a word like the others, for nobody wrote "near" before it, or nobody knows it. `is_respelt`:
    no place is called what was typed, and this one is much alike.
    """

    typed: str = ""
    place: Place | None = None
    others: tuple[Place, ...] = ()
    is_guess: bool = False
    is_respelt: bool = False


NOWHERE = Where()
"""Anywhere: no place was named."""


Understood = tuple[str, Where]
"""The words of a text, and the place that it names."""


def understood(typed: str, are_words: Callable[[str], bool] = lambda _: False) -> Understood:
    """The words of a text and the place that it names; what names no place that we know is all words, unless it can
    only be one.

    `are_words` tells whether a text is made of the directory's own words: those are no errors in the name of a place.
    """
    return (
        _named(typed, are_words) or _named_amid(typed) or _named_last(typed) or _unplaced(typed) or (typed, NOWHERE)
    )


def _named(typed: str, are_words: Callable[[str], bool]) -> Understood | None:
    for parts in readings(typed):
        where = somewhere(parts.where)
        may_be_respelt = parts.is_near or len(parts.where) >= LONGER
        if where.place and (not where.is_respelt or (may_be_respelt and not are_words(parts.where))):
            return parts.what, where
    return None


def _named_amid(typed: str) -> Understood | None:
    """Other words stand behind the place: "walk near Cupar wheelchair"."""
    for parts in readings(typed):
        for name, rest in beginnings(parts.where):
            where = _known(name) if parts.is_near or name.casefold() not in WORDS_TOO else None
            if where:
                return f"{parts.what} {rest}".strip(), replace(where, is_guess=not parts.is_near)
    return None


def _named_last(typed: str) -> Understood | None:
    """A place that is wider than the name before it, "near Headingley Leeds"; or one that nobody wrote "near" for."""
    near = (parts for parts in readings(typed) if parts.is_near)
    for what, asked, parts in [
        *((one.what, one.where, parts) for one in near for parts in endings(one.where)),
        *((parts.what, "", parts) for parts in endings(typed)),
    ]:
        found = places_named(parts.where)
        if found:
            others = found[1 : OTHERS + 1]
            return what, Where(asked or parts.where, found[0], others, is_guess=not asked, is_respelt=bool(asked))
    return None


def _unplaced(typed: str) -> Understood | None:
    """Somewhere that nobody knows, which is no word to look for."""
    for parts in readings(typed):
        is_bare = [*parts.what.split(), *parts.where.split()] == typed.split()  # such a postcode is that of an address
        short = shortened(parts)
        if not is_bare and _is_somewhere(short):
            return short.what, Where(short.where, is_guess=True)
    return None


def _is_somewhere(parts: Parts) -> bool:
    postcode, words = parse(parts.where), parts.where.split()
    if (postcode and postcode.is_full) or fold(parts.where) in ABROAD:
        return True
    return parts.is_near and 0 < len(words) <= LONGEST_NAME and words[0].casefold() not in STOP_WORDS


def somewhere(typed: str) -> Where:
    """The place that people most likely mean, and the others of its name."""
    known = _known(typed)
    if known:
        return known
    alike = nearest_names(typed)
    return Where(typed, alike[0], alike[1:], is_respelt=True) if alike else Where(typed)


def _known(typed: str) -> Where | None:
    by_postcode = of_point(typed) or of_postcode(typed)
    if by_postcode:
        return Where(typed, by_postcode)
    found = places_named(typed)
    return Where(typed, found[0], found[1 : OTHERS + 1]) if found else None


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
