"""Plays a year of a community against a policy, through the same `decide` as everything else. Pure, and seeded.

An event queue by time: somebody suggests, a reviewer comes by, a ring approves, a deadline passes, a moderator looks,
a day ends. Each event asks `decide` once for each change that it touches. What it takes for granted: `ASSUMPTIONS`.
"""

from __future__ import annotations

from webapp.domain.simulate.history import modes_of, pasts_of
from webapp.domain.simulate.knobs import ASSUMPTIONS, Knobs, meanings, out_of_bounds
from webapp.domain.simulate.result import Result
from webapp.domain.simulate.year import Year, simulate

__all__ = ["ASSUMPTIONS", "Knobs", "Result", "Year", "meanings", "modes_of", "out_of_bounds", "pasts_of", "simulate"]
