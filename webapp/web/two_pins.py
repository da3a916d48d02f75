"""A pin that a change moves: both places for a map, and in words how far apart they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from webapp.domain.diff import Edit
from webapp.domain.geo import Point, distance, miles, points_of
from webapp.language import _, ngettext

MILE = 1.0


@dataclass(frozen=True, slots=True)
class Moved:
    """The points for `ui.map`, each with its `mark` (before or after), and a sentence that says what happens."""

    points: list[dict[str, Any]]
    words: str


def moved_pin(edit: Edit) -> Moved | None:
    """What becomes of the pin where an edit puts, moves or takes one; None where it leaves it."""
    before, after = _point(edit.before), _point(edit.after)
    if before == after or not edit.unit.endswith("@address"):
        return None
    sides = ((before, _("Before"), "before"), (after, _("After"), "after"))
    points = [
        {
            "name": name,
            "url": None,
            "words": _numbers(point),
            "latitude": point.latitude,
            "longitude": point.longitude,
            "mark": mark,
        }
        for point, name, mark in sides
        if point
    ]
    return Moved(points, _words(before, after))


def _point(value: Any) -> Point | None:
    held = value if isinstance(value, dict) else {}
    return next(iter(points_of(f"{held.get('latitude')},{held.get('longitude')}")), None)


def _numbers(point: Point) -> str:
    return f"{point.latitude:.6f}, {point.longitude:.6f}"


def _words(before: Point | None, after: Point | None) -> str:
    if before is None:
        return _("It puts a pin on the map where there was none.")
    if after is None:
        return _("It takes the pin off the map.")
    return _("It moves the pin by %(distance)s.", distance=length_words(distance(before, after)))


def length_words(kilometres: float) -> str:
    """How far, as roughly as one thinks of it: "3 metres", "350 metres", "23 miles"."""
    metres, away = kilometres * 1000, miles(kilometres)
    if away >= MILE:
        return ngettext("%(num)s mile", "%(num)s miles", round(away))
    whole = max(1, round(metres)) if metres < 20 else round(metres / 10) * 10
    return ngettext("%(num)s metre", "%(num)s metres", whole)
