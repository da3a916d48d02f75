"""What a measurement says, how it is printed and kept. Law: a limit that was missed is printed as missed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

AT_MOST, AT_LEAST = "at most", "at least"
GROWTH = 1.1  # what the same act may cost more, to its floor, among a hundred times as many records


@dataclass(frozen=True, slots=True)
class Limit:
    """What a ratio may be."""

    how: str
    number: float

    def holds(self, value: float) -> bool:
        """Whether a value keeps to it."""
        return value <= self.number if self.how == AT_MOST else value >= self.number

    def __str__(self) -> str:
        return f"{self.how} {self.number:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: a ratio, what it was taken from, and its limit where it has one."""

    case: str
    what: str
    records: int
    ratio: float
    limit: Limit | None = None
    ours: float | None = None  # of `unit`
    floor: float | None = None
    unit: str = "us"
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def is_missed(self) -> bool:
        """Whether there is a limit and the ratio does not keep to it."""
        return self.limit is not None and not self.limit.holds(self.ratio)


def cost(case: str, what: str, records: int, ours: float, floor: float, limit: Limit | None) -> Figure:
    """How many times the floor's seconds ours takes."""
    return Figure(case, what, records, ours / floor, limit, ours * 1e6, floor * 1e6)


def rate(case: str, what: str, records: int, ours: float, floor: float, limit: Limit | None) -> Figure:
    """Which share of the floor's rate ours reaches; both are given as seconds for one act."""
    return Figure(case, what, records, floor / ours, limit, 1 / ours, 1 / floor, "/s")


def compared(
    figure: Callable[..., Figure],
    case: str,
    what: str,
    sizes: Sequence[int],
    ours: Sequence[float],
    floors: Sequence[float],
    limit: Limit | None,
) -> Iterable[Figure]:
    """A `cost` or a `rate` for each size, from seconds for one act of each side, and the growth between the ends.

    Growth is that of the ratio: what an act costs among the most records, in times of its floor among as many,
    against the same among the fewest. So it is what the program adds; how much either side grows stands beside it.
    """
    for size, mine, least in zip(sizes, ours, floors, strict=True):
        yield figure(case, what, size, mine, least, limit)
    if len(sizes) > 1:
        bound = Limit(AT_MOST, GROWTH) if sizes[0] <= 1_000 and sizes[-1] >= 100_000 else None
        mine, least = ours[-1] / ours[0], floors[-1] / floors[0]
        more = {"from": sizes[0]}
        yield Figure(case, f"growth of {what}", sizes[-1], mine / least, bound, mine, least, "times", more)


def line(figure: Figure) -> str:
    """A figure as one line of text."""
    sides = ""
    if figure.ours is not None and figure.floor is not None:
        sides = f"ours {_short(figure.ours)}, floor {_short(figure.floor)} {figure.unit}"
    verdict = "" if figure.limit is None else f"{figure.limit}: {'MISSED' if figure.is_missed else 'kept'}"
    return f"{figure.case:13} {figure.what:48} {figure.records:>8,}  {figure.ratio:8.2f}  {sides:36} {verdict}".rstrip()


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def keep(file: Path, part: str, figures: Sequence[Figure], about: dict[str, Any]) -> None:
    """Write what one part of the bench found to a JSON file, in place of what that part found before."""
    parts = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    rows = [{**asdict(figure), "missed": figure.is_missed} for figure in figures]
    parts[part] = {**about, "figures": rows}
    half = file.with_suffix(".half")
    half.write_text(json.dumps(parts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    half.replace(file)
