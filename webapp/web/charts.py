"""Bars for a picture: numbers as places on a ground of 100 high, which the page stretches to its own width.

Its law: a picture has no words of its own, so that it reads the same at any size; its names stand around it as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

STEP = 10.0
"""The width of one place, with its gap."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands, how high it is, and the class it is drawn by."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars on their ground; `top` is the number at its upper edge, `line` the height of a mark, None above the top."""

    width: float
    bars: tuple[Bar, ...]
    top: float
    line: float | None


def chart(
    series: Sequence[tuple[str, float, Sequence[float | None]]], line: float | None = None, least: float = 1
) -> Chart:
    """Bars of several series: (class, share of the place that a bar is wide, numbers), the broad ones behind.

    The top is at `least`, so that a picture of next to nothing looks like that.
    """
    top = ceiling(max([least, *(value for _, _, values in series for value in values if value is not None)]))
    bars = tuple(
        Bar(
            round(place * STEP + STEP * (1 - share) / 2, 2),
            round(100 - 100 * value / top, 2),
            round(STEP * share, 2),
            round(100 * value / top, 2),
            kind,
        )
        for kind, share, values in series
        for place, value in enumerate(values)
        if value
    )
    places = max((len(values) for _, _, values in series), default=0)
    return Chart(places * STEP, bars, top, round(100 - 100 * line / top, 2) if line and line <= top else None)


def ceiling(value: float) -> float:
    """The next round number: 1, 2 or 5 and noughts."""
    unit = 10.0 ** floor(log10(value))
    found = next(step * unit for step in (1, 2, 5, 10) if step * unit >= value)
    return round(found, 6)
