"""The measurements by name, in the order in which they are printed."""

from __future__ import annotations

from bench.cases import (
    desk,
    finding,
    finding_on_postgres,
    imports,
    pages,
    replays,
    roll_backs,
    saves,
    served,
    votes,
    writers,
)
from bench.run import Case

CASES: dict[str, Case] = {
    "pages": pages.measure,
    "served": served.measure,
    "votes": votes.measure,
    "saves": saves.measure,
    "imports": imports.measure,
    "finding": finding.measure,
    "finding-on-postgres": finding_on_postgres.measure,
    "writers": writers.measure,
    "desk": desk.measure,
    "roll-backs": roll_backs.measure,
    "replays": replays.measure,
}
