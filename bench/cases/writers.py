"""Several processes that write at once: how long the unluckiest one waits, and what all of them manage."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.filled import NOW, people_of, url_of
from bench.report import AT_MOST, Figure, Limit
from bench.run import Run
from webapp.domain.roles import Role
from webapp.services.review import CastVote, cast_vote
from webapp.storage import Storage, init
from webapp.storage.models import Change

WAIT = Limit(AT_MOST, 300)
PROCESSES = (1, 2, 4)


def measure(run: Run) -> Iterable[Figure]:
    """Votes one after the other in each process; a wait is the whole of one vote, its turn and its work."""
    for one in run.databases:
        alone = 0.0
        for processes in PROCESSES:
            with one.copy() as file:
                found = _write(file, processes, run.seconds)
            longest = max(wait for wait, _ in found) * 1000
            together = sum(acts for _, acts in found) / run.seconds
            alone = alone or together
            more = {"longest waits ms": [round(wait * 1000, 1) for wait, _ in found], "votes/s": together}
            words = f"{processes} processes, longest wait in ms"
            yield Figure("writers", words, one.records, longest, WAIT, more=more)
            if processes > 1:
                words = f"{processes} processes, rate to that of one"
                yield Figure("writers", words, one.records, together / alone, None, together, alone, "/s")


def _write(file: Path, processes: int, seconds: float) -> list[tuple[float, int]]:
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(processes), context.Queue()
    children = [
        context.Process(target=_writer, args=(str(file), place, seconds, barrier, answers))
        for place in range(processes)
    ]
    for child in children:
        child.start()
    found = [answers.get(timeout=60 + seconds) for _ in children]
    for child in children:
        child.join()
    return found


def _writer(file: str, place: int, seconds: float, barrier: Any, answers: Any) -> None:
    """One process: one reviewer who votes again and again; gives the longest wait and the count."""
    storage = init(url_of(Path(file)))
    votes = cycle(_votes(storage, place))
    cast_vote(storage, next(votes), NOW)
    barrier.wait()
    longest, acts, end = 0.0, 0, time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        cast_vote(storage, next(votes), NOW)
        longest, acts = max(longest, time.perf_counter() - start), acts + 1
    answers.put((longest, acts))
    storage.dispose()


def _votes(storage: Storage, place: int) -> list[CastVote]:
    """Abstentions, which decide nothing, on fewer changes than one may vote on in a day."""
    person = people_of(storage, Role.REVIEWER)[place][1]
    with storage.read() as connection:
        query = select(Change.id).where(Change.state == "open").order_by(Change.id).limit(80)
        return [CastVote(id_, person, 1, "abstain") for id_ in connection.execute(query).scalars()]
