"""Rolling an incident back: drawn up, applied by the worker, and how long readers and writers wait meanwhile.

On SQLite in the whole of the larger directory; on PostgreSQL, which is filled anew each time, without its long past.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from bench.calls import getter
from bench.desk.filling import desk, fill_postgres, people_in
from bench.desk.sizes import Size
from bench.desk.story import LIE
from bench.filled import NOW, settings_at, url_of
from bench.report import AT_MOST, Figure, Limit
from bench.run import Run
from bench.timing import p95
from tests.support.databases import PostgresServer
from webapp import clock, create_app
from webapp.domain.errors import Busy
from webapp.services import incidents
from webapp.services.incidents.choose import within_reach
from webapp.services.revise import start_operation
from webapp.storage import Storage, init
from webapp.storage.models import Operation

SECONDS = Limit(AT_MOST, 10)
READERS = Limit(AT_MOST, 3)
PAGE = "/changes"
PAUSE = 0.005  # seconds between two acts of whoever reads or writes meanwhile
FEW = 2_000  # changes that wait, and that were decided, beside the incident on PostgreSQL


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds that each act took, before the roll back and while it went on."""

    before: list[float]
    meanwhile: list[float]


def measure(run: Run) -> Iterable[Figure]:
    """On both databases; looking for words, which reads what was written, on SQLite alone."""
    size = run.desks[-1]
    one = desk(size)
    with one.copy() as file:
        yield from _words(url_of(file), size)
        yield from _measure("SQLite", url_of(file), size, run.seconds)
    server = PostgresServer()
    try:
        url = server.create_empty("desk")
        others = min(FEW, size.open)
        decided = size.incident + min(FEW, size.decided - size.incident)
        past = replace(size, decided=decided, revisions=size.records + decided, longest=min(FEW, size.longest) // 2)
        fill_postgres(url, replace(past, open=others))
        yield from _measure("PostgreSQL", url, size, run.seconds)
    finally:
        server.stop()


def _words(url: str, size: Size) -> Iterable[Figure]:
    """What brought some words in, looked for in everything, and in as much as a form without a time asks for."""
    storage = init(url)
    asked = incidents.Incident(text=LIE.split()[-1].strip("."))
    with storage.read() as connection:
        lately = _took(lambda: incidents.tainted_revisions(connection, within_reach(asked, NOW)))
        everything = _took(lambda: incidents.tainted_revisions(connection, asked))
    storage.dispose()
    yield _seconds("words alone, in 90 days, SQLite", size.decided, lately)
    yield _seconds("words in all revisions, SQLite", size.revisions, everything)


def _took(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _seconds(what: str, size: int, took: float, limit: Limit | None = None) -> Figure:
    return Figure("roll back", f"{what}, in s", size, took, limit)


def _measure(where: str, url: str, size: Size, seconds: float) -> Iterable[Figure]:
    storage = init(url)
    people = people_in(storage)
    asked = incidents.Incident(actor_id=people.harmful)
    drawn, id_ = _timed(lambda: incidents.draw_up(storage, asked, people.moderators[0], NOW))
    with Others(url) as others:
        time.sleep(seconds)
        began = time.perf_counter()
        applied = incidents.ApplyIncident(id_, people.moderators[0], "pills")
        answered = _took(lambda: incidents.apply_incident(storage, applied, NOW))
        if _is_running(storage):
            _in_a_process(_work, url)
        ended = time.perf_counter()
    assert not _is_running(storage)
    storage.dispose()
    yield _seconds(f"preview, {where}", size.incident, drawn, SECONDS)
    yield _seconds(f"answer, {where}", size.incident, answered)
    yield _seconds(f"all undone, {where}", size.incident, ended - began)
    for act, limit in (("readers", READERS), ("writers", None)):
        yield _waits(f"{act}' 95th percentile meanwhile, {where}", size, _split(others[act], began, ended), limit)


def _timed(act: Callable[[], str]) -> tuple[float, str]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def _is_running(storage: Storage) -> bool:
    """Whether something is left for the worker."""
    with storage.read() as connection:
        return connection.scalar(select(func.count()).where(Operation.state == "running")) > 0


def _split(acts: Sequence[tuple[float, float]], began: float, ended: float) -> Waits:
    """Acts as (when, how long), by whether they fell into the roll back."""
    meanwhile = [took for at, took in acts if at < ended and at + took > began]
    return Waits([took for at, took in acts if at + took <= began], meanwhile)


def _waits(what: str, size: Size, waits: Waits, limit: Limit | None) -> Figure:
    before, meanwhile = (p95(some) * 1000 for some in (waits.before, waits.meanwhile))
    more = {"longest ms": max(waits.meanwhile, default=0.0) * 1000, "longest ms before": max(waits.before) * 1000}
    return Figure("roll back", what, size.incident, meanwhile / before, limit, meanwhile, before, "ms", more)


# -- others ------------------------------------------------------------------------------------------------


class Others:
    """Somebody who reads and somebody who writes meanwhile, each in a thread; the worker has a process of its own."""

    def __init__(self, url: str) -> None:
        self.acts: dict[str, list[tuple[float, float]]] = {"readers": [], "writers": []}
        self._app, self._storage = create_app(settings_at(url)), init(url)
        self._over = threading.Event()
        with clock.fixed(NOW):
            page = getter(self._app, PAGE)
        doing = {"readers": page, "writers": self._write}
        self._threads = [threading.Thread(target=self._go, args=(name, act)) for name, act in doing.items()]

    def _go(self, name: str, act: Callable[[], object]) -> None:
        with clock.fixed(NOW):
            while not self._over.is_set():
                began = time.perf_counter()
                with suppress(Busy):  # who is told to come again has waited, too
                    act()
                self.acts[name].append((began, time.perf_counter() - began))
                time.sleep(PAUSE)

    def _write(self) -> object:
        """A small transaction."""
        return self._storage.transact(lambda uow: start_operation(uow, "demo", None, ""), NOW)

    def __enter__(self) -> dict[str, list[tuple[float, float]]]:
        for thread in self._threads:
            thread.start()
        return self.acts

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._app.extensions["storage"].dispose()
        self._storage.dispose()


def _in_a_process(target: Callable[[str], None], url: str) -> None:
    child = multiprocessing.get_context("spawn").Process(target=target, args=(url,))
    child.start()
    child.join()
    assert child.exitcode == 0


def _work(url: str) -> None:
    """What the worker does; a round in which the database was busy is followed by another."""
    storage = init(url)
    while _is_running(storage):
        incidents.continue_operations(storage, NOW)
    storage.dispose()
