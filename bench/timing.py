"""Times several sides in turn, so that whatever else the machine does falls on all of them; gives medians."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Side = Callable[[], object]
"""One act; or, in `batches`, one batch of them."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: rounds for each side, and seconds for a round of one side."""

    rounds: int
    seconds: float


def each(sides: Mapping[str, Side], effort: Effort) -> dict[str, float]:
    """Seconds that one act of each side takes: the median over the rounds of a round's mean."""
    counts = {name: _count(side, effort.seconds) for name, side in sides.items()}
    return batches({name: _repeat(side, counts[name]) for name, side in sides.items()}, effort.rounds)


def batches(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of what each side says in `rounds` turns; the order changes from turn to turn.

    What the bench holds by then is out of the garbage collector's sight, as the application is under its server.
    """
    gc.collect()
    gc.freeze()
    found: dict[str, list[float]] = {name: [] for name in sides}
    order, rng = list(sides), random.Random(7)
    for _ in range(rounds):
        rng.shuffle(order)
        for name in order:
            found[name].append(sides[name]())
    gc.unfreeze()
    return {name: statistics.median(values) for name, values in found.items()}


def timed(side: Side, count: int) -> float:
    """Seconds for one act, the mean of `count`."""
    start = time.perf_counter()
    for _ in range(count):
        side()
    return (time.perf_counter() - start) / count


def _repeat(side: Side, count: int) -> Callable[[], float]:
    return lambda: timed(side, count)


def _count(side: Side, seconds: float) -> int:
    side()
    return max(1, int(seconds / max(timed(side, 3), 1e-6)))


def p95(seconds: Sequence[float]) -> float:
    """The 95th percentile of some times; 0.0 of none, as where a roll back ended before anybody had to wait."""
    if len(seconds) < 2:
        return next(iter(seconds), 0.0)
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]
