"""Writing many new records at once, as an import does, against raw inserts of the same rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack

from bench import town
from bench.filled import AT_ONCE, NOW, Filled, url_of
from bench.replay import Write, connect, recorded, replay
from bench.report import Figure, compared, rate
from bench.run import Run
from bench.timing import batches, timed
from webapp.domain.kinds import KINDS
from webapp.services.revise import Fresh, Writing, create_records, start_operation
from webapp.services.suggest import checked
from webapp.storage import Storage, init
from webapp.storage.unit_of_work import UnitOfWork, new_id

WORDS = "validate, index and write, to raw inserts"


def measure(run: Run) -> Iterable[Figure]:
    """Chunks of new services, one transaction each."""
    rounds = max(2, run.rounds - 1)
    size_of_chunk = min(AT_ONCE, run.acts * 10)
    with ExitStack() as stack:
        sides: dict[str, Callable[[], float]] = {}
        for one in run.databases:
            sides |= _sides(stack, one, rounds, size_of_chunk)
        times = batches(sides, rounds)
    ours, floors = ([times[f"{side} {size}"] / size_of_chunk for size in run.sizes] for side in ("import", "raw"))
    yield from compared(rate, "import", WORDS, run.sizes, ours, floors, None)


def _sides(stack: ExitStack, one: Filled, rounds: int, count: int) -> dict[str, Callable[[], float]]:
    chunks = [[_new(start * count + at) for at in range(count)] for start in range(rounds)]
    on, mine, raw = (stack.enter_context(one.copy()) for _ in range(3))
    storage = init(url_of(on))
    writes = []
    for chunk in chunks:
        with recorded(storage.engine) as seen:
            _import(storage, chunk)
        writes.append(seen)
    storage.dispose()
    storage, connection = init(url_of(mine)), connect(raw)
    stack.callback(storage.dispose)
    stack.callback(connection.close)
    ours, least = _importing(storage, chunks), _inserting(connection, writes)
    return {
        f"import {one.records}": lambda: timed(lambda: next(ours), 1),
        f"raw {one.records}": lambda: timed(lambda: next(least), 1),
    }


def _new(number: int) -> Fresh:
    """A service that no filled database has; its words are those of its number."""
    found = next(iter(town.services_from(10_000_000 + number, 1)))
    return Fresh(new_id(), KINDS["service"], found.document)


def _importing(storage: Storage, chunks: list[list[Fresh]]) -> Iterator[None]:
    for chunk in chunks:
        yield _import(storage, chunk)


def _inserting(connection: sqlite3.Connection, writes: list[list[Write]]) -> Iterator[None]:
    for one in writes:
        yield replay(connection, one)


def _import(storage: Storage, chunk: list[Fresh]) -> None:
    ready = [Fresh(one.id, one.kind, checked(one.kind, one.document)) for one in chunk]

    def work(uow: UnitOfWork) -> None:
        operation = start_operation(uow, "import", None, "bench", total=len(ready))
        create_records(uow, ready, Writing(operation, "import", None, "Added"))

    storage.transact(work, NOW)
