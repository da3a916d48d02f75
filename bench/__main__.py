"""`python -m bench`: measures, prints each ratio beside its floor, and writes `bench/results.json`.

Each part is kept there as soon as it is measured, with when that was; at other sizes than the bench's own printed.
Ends with 1 when a limit is missed. With --smoke it measures hardly anything, and looks only at whether it all runs.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import filled
from bench.cases import CASES
from bench.desk.sizes import LARGE, SMALL, SMOKE, Size
from bench.report import Figure, keep, line
from bench.run import Run
from bench.timing import Effort

RESULTS = Path(__file__).resolve().parent / "results.json"
SIZES = (1_000, 100_000)
SERVICES = 1_000_000
SMOKE_SERVICES = 200
SMOKE_SIZE, SMOKE_SUGGESTIONS = 120, 24
OF_THEIR_OWN = ("finding", "desk", "roll-backs", "replays")  # measurements on directories of their own
DESK_KNOBS = {
    "records": "records, of which seven in ten are services",
    "revisions": "revisions in all",
    "longest": "revisions of the record that has the most",
    "decided": "changes that were decided within the last 90 days",
    "incident": "of these, those that one person applied within an hour, each on another record",
    "open": "open changes",
}
SUGGESTIONS = 600  # open ones in each database


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; gives the exit code."""
    options = _options(arguments)
    if options.smoke:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            filled.DATA = Path(folder)
            figures = [figure for _part, found in _measure(_smoke(), options.only) for figure in found]
        assert figures
        assert all(figure.ratio > 0 for figure in figures), "a ratio is missing"
        print(f"Bench: {len(figures)} figures, all measured")
        return 0
    figures = []
    is_to_keep = {**vars(options), "only": []} == vars(_options([]))
    for part, found in _measure(_run(options), options.only):
        figures += found
        if is_to_keep:
            keep(RESULTS, part, found, _about(options))
    missed = [figure for figure in figures if figure.is_missed]
    print(f"\n{len(figures)} figures; {len(missed)} limits missed.")
    return 1 if missed else 0


def _measure(run: Run, only: list[str]) -> Iterator[tuple[str, list[Figure]]]:
    for name in only or CASES:
        figures = []
        for figure in CASES[name](run):
            figures.append(figure)
            print(line(figure), flush=True)
        yield name, figures


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes; checks only that everything can be measured")
    parser.add_argument("--records", type=int, nargs="+", default=list(SIZES), help="sizes, the fewest first")
    parser.add_argument("--rounds", type=int, default=20, help="batches of each side, of which the median counts")
    parser.add_argument("--acts", type=int, default=100, help="writes in a batch: as many batches as there is room for")
    parser.add_argument("--seconds", type=float, default=0.1, help="how long a batch of reads takes")
    parser.add_argument("--write-seconds", type=float, default=5.0, help="how long the writing processes write")
    parser.add_argument("--services", type=int, default=SERVICES, help="of the country in which is searched")
    desk = parser.add_argument_group("the larger of the two directories that the review desk is measured on")
    for name, words in DESK_KNOBS.items():
        desk.add_argument(f"--desk-{name}", type=int, default=getattr(LARGE, name), help=words)
    parser.add_argument("--only", nargs="+", choices=list(CASES), default=[], help="these measurements only")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> Run:
    rounds = min(options.rounds, SUGGESTIONS // options.acts)
    assert rounds, f"acts: {SUGGESTIONS} at most"
    have_their_own = options.only and all(name.startswith(OF_THEIR_OWN) for name in options.only)
    sizes = [] if have_their_own else sorted(options.records)
    return Run(
        databases=tuple(filled.filled(size, SUGGESTIONS) for size in sizes),
        effort=Effort(options.rounds, options.seconds),
        acts=options.acts,
        rounds=rounds,
        seconds=options.write_seconds,
        services=(min(1_000, options.services), options.services),
        desks=(SMALL, Size(**{name: getattr(options, f"desk_{name}") for name in DESK_KNOBS})),
    )


def _smoke() -> Run:
    database = filled.filled(SMOKE_SIZE, SMOKE_SUGGESTIONS)
    services, desks = (60, SMOKE_SERVICES), (SMOKE, SMOKE)
    return Run((database,), Effort(2, 0.002), acts=3, rounds=2, seconds=0.2, services=services, desks=desks)


def _about(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "load": [round(one, 2) for one in os.getloadavg()],
        "sizes": options.records,
        "rounds": options.rounds,
        "acts": options.acts,
    }


if __name__ == "__main__":
    sys.exit(main())
