"""What a case of the bench is handed: the databases, and how hard to measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from bench.desk.sizes import Size
from bench.filled import Filled, settings_for
from bench.report import Figure
from bench.timing import Effort
from webapp import clock, create_app
from webapp.storage import Storage


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the bench. `acts`: how many acts a batch of writes has; `rounds`: how many batches.

    A batch is long enough to have its share of checkpoints: SQLite makes one for each thousand pages written.
    """

    databases: tuple[Filled, ...]
    effort: Effort
    acts: int
    rounds: int
    seconds: float  # that writing processes write
    services: tuple[int, int]  # of the countries in which is searched, the smaller first
    desks: tuple[Size, Size]  # of the directories that the review desk is measured on, the smaller first

    @property
    def sizes(self) -> list[int]:
        """Records of each database, the fewest first."""
        return [one.records for one in self.databases]


Case = Callable[[Run], Iterable[Figure]]


@contextmanager
def application(file: Path) -> Iterator[Flask]:
    """The application on a database file, at the moment that the databases were made for."""
    from bench.filled import NOW

    app = create_app(settings_for(file))
    storage: Storage = app.extensions["storage"]
    with clock.fixed(NOW):
        yield app
    storage.dispose()


@contextmanager
def applications(run: Run) -> Iterator[list[Flask]]:
    """An application for each database, for reading only."""
    with ExitStack() as stack:
        yield [stack.enter_context(application(one.file)) for one in run.databases]
