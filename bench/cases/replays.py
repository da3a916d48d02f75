"""The replay of other rules: as much as the page judges again, and all of the last 90 days; beside reading alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from bench.desk.filling import desk
from bench.filled import NOW
from bench.report import Figure
from bench.run import Run
from webapp.domain.policy import DEFAULT, Rule
from webapp.services.replay import Asked, replay_policy
from webapp.storage.queries import replay as queries
from webapp.web.replay import MOST

DAYS = 90
EASIER = replace(DEFAULT, version=2, rules=replace(DEFAULT.rules, low=Rule(1, needs_trusted=False)))


def measure(run: Run) -> Iterable[Figure]:
    """With one approval fewer for everyday changes; open changes are judged as well."""
    storage = desk(run.desks[-1]).open()
    for what, most in ((f"{MOST:,} changes, as the page", MOST), (f"all of {DAYS} days, as the command", None)):
        with storage.read() as connection:
            ours, found = _timed(partial(_replay, connection, most))
            floor, _ = _timed(partial(_read, connection, most))
        yield Figure("replay", f"{what}, to reading them", found, ours / floor, None, ours, floor, "s")
    storage.dispose()


def _replay(connection: Connection, most: int | None) -> int:
    return replay_policy(connection, EASIER, Asked(DAYS, most), NOW).changes


def _read(connection: Connection, most: int | None) -> int:
    return sum(len(some.changes) for some in queries.batches(connection, NOW - timedelta(days=DAYS), NOW, most))


def _timed(act: Callable[[], int]) -> tuple[float, int]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found
