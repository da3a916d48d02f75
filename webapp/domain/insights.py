"""How reviewing goes, in figures: how long decisions take, how old the backlog is, what was reverted, who is active.

Weeks are seven days each and end at the moment of counting, so that none is half over and the last one is "the last
seven days". All times are aware, all spans hours.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from webapp.domain.canonical import dump

WEEK = timedelta(days=7)
WEEKS = 13  # a quarter of a year
SLOW = 72.0
"""Hours: a median above this is told to everybody."""
AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=14))
"""Where one age of the backlog ends and the next begins."""


class Decided(NamedTuple):
    """A change that was applied or rejected."""

    opened_at: datetime  # first; improving it later does not make the wait any shorter
    decided_at: datetime
    is_applied: bool
    is_reverted: bool  # since


class Cast(NamedTuple):
    """Somebody voted."""

    person_id: str
    at: datetime


class Began(NamedTuple):
    """From when on the full or the reduced rules were in force."""

    is_reduced: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """The figures of seven days; spans are None where nothing was decided."""

    decided: int
    median: float | None
    ninth: float | None  # within which nine of ten were decided
    applied: int
    reverted: int  # of those applied in this week
    active: int  # reviewers, at its end
    reduced: float  # days of it under the rules for few reviewers


@dataclass(frozen=True, slots=True)
class Figures:
    """What is kept: weeks, the oldest first, and how many open changes there are of each age, the youngest first."""

    counted_at: datetime
    weeks: tuple[Week, ...]
    backlog: tuple[int, ...]

    @property
    def is_slow(self) -> bool:
        """Whether the median of the last seven days passes `SLOW`."""
        newest = self.weeks[-1].median if self.weeks else None
        return newest is not None and newest > SLOW


def begins(now: datetime) -> datetime:
    """When the first of the weeks begins that end now."""
    return now - WEEKS * WEEK


def weeks(
    decided: Iterable[Decided], cast: Iterable[Cast], modes: Iterable[Began], active_for: timedelta, now: datetime
) -> tuple[Week, ...]:
    """The weeks that end now; `active_for` is how long a vote makes somebody active (`RULES.md`, "Few people")."""
    decided, cast, modes = list(decided), list(cast), sorted(modes, key=lambda mode: mode.at)
    ends = [now - WEEK * back for back in reversed(range(WEEKS))]
    return tuple(
        _week(
            [one for one in decided if end - WEEK < one.decided_at <= end],
            len({one.person_id for one in cast if end - active_for < one.at <= end}),
            _reduced(modes, end - WEEK, end),
        )
        for end in ends
    )


def _week(decided: Sequence[Decided], active: int, reduced: float) -> Week:
    hours = sorted((one.decided_at - one.opened_at) / timedelta(hours=1) for one in decided)
    applied = [one for one in decided if one.is_applied]
    return Week(
        len(decided),
        round(median(hours), 1) if hours else None,
        round(hours[math.ceil(len(hours) * 0.9) - 1], 1) if hours else None,
        len(applied),
        sum(one.is_reverted for one in applied),
        active,
        round(reduced, 1),
    )


def _reduced(modes: Sequence[Began], start: datetime, end: datetime) -> float:
    """The days between two times under the reduced rules, which are in force until it is said otherwise."""
    days, since, is_reduced = timedelta(0), start, True
    for mode in modes:
        at = min(max(mode.at, start), end)
        days += at - since if is_reduced else timedelta(0)
        since, is_reduced = at, mode.is_reduced
    days += end - since if is_reduced else timedelta(0)
    return days / timedelta(days=1)


def to_text(figures: Figures) -> str:
    """The figures as text that is kept."""
    return dump({**asdict(figures), "counted_at": figures.counted_at.isoformat()})


def from_text(text: str) -> Figures | None:
    """The figures that `to_text` kept; None of others, as an earlier version may have left: they are counted anew."""
    try:
        said = json.loads(text)
        kept = tuple(Week(**week) for week in said["weeks"])
        return Figures(datetime.fromisoformat(said["counted_at"]), kept, tuple(said["backlog"]))
    except (KeyError, TypeError, ValueError):
        return None
