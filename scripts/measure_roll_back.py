"""Measures rolling incidents back: previews and transactions of several sizes, and how long readers and writers wait.

    .venv/bin/python scripts/measure_roll_back.py [RECORDS ...]

Each size gets a fresh SQLite file of its own in the temporary folder. With WELLKEPT_MEASURE_URL, that database: it must
be empty.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from webapp import storage as storages
from webapp.domain.errors import Busy
from webapp.domain.kinds import KINDS
from webapp.domain.roles import Role
from webapp.services import incidents
from webapp.services.account import add_person
from webapp.services.incidents import carry_out, continued
from webapp.services.revise import Fresh, Writing, create_records, start_operation, write_revision
from webapp.storage import Storage
from webapp.storage.migrate import upgrade
from webapp.storage.unit_of_work import UnitOfWork, new_id

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SIZES = (200, 500, 10_000)
AT_ONCE = 200
SERVICE = KINDS["service"]
WORDS = "A warm room, a hot lunch and company for whoever comes, every week of the year but for holidays. " * 6


def document(number: int, lie: str = "") -> dict[str, object]:
    """A service of some 2 kB."""
    return {
        "name": f"Lunch club {number}",
        "description": WORDS + lie,
        "summary": "Lunch",
        "email": f"club{number}@lunch.example",
        "phones": [{"id": new_id(), "order": 0, "number": "+441314960123"}] if not lie else [],
    }


def fill(storage: Storage, records: int) -> tuple[str, str]:
    """So many records, each vandalised once; gives the ids of the moderator and of the vandal."""

    def person(handle: str, role: Role) -> str:
        return storage.transact(
            lambda uow: add_person(uow, f"{handle}@people.example", handle, None, role, handle, True), NOW
        )

    moderator, vandal = person("mo", Role.MODERATOR), person("vandal", Role.TRUSTED)

    def work(uow: UnitOfWork, first: int) -> None:
        numbers = range(first, min(first + AT_ONCE, records))
        fresh = [Fresh(new_id(), SERVICE, document(number)) for number in numbers]
        create_records(uow, fresh, Writing(start_operation(uow, "import", None, ""), "import", None, "Added"))
        rows = uow.lock_records([one.id for one in fresh])
        for number, one in zip(numbers, fresh, strict=True):
            operation = start_operation(uow, "apply", vandal, "")
            why = Writing(operation, "suggestion", vandal, "Description")
            write_revision(uow, rows[one.id], document(number, "Buy pills."), why)

    for first in range(0, records, AT_ONCE):
        storage.transact(lambda uow, at=first: work(uow, at), NOW)
    return moderator, vandal


class Others:
    """Whoever reads and writes meanwhile: how long the slowest of each waited, in seconds."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.slowest, self.busy = storage, {"read": 0.0, "write": 0.0}, 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._go, args=(act,)) for act in ("read", "write")]

    def _go(self, act: str) -> None:
        while not self._over.is_set():
            began = time.perf_counter()
            try:
                getattr(self, act)()
            except Busy:
                self.busy += 1
            self.slowest[act] = max(self.slowest[act], time.perf_counter() - began)
            time.sleep(0.005)

    def read(self) -> None:
        """A look at a few records."""
        with self.storage.read() as connection:
            connection.execute(text("SELECT name FROM record ORDER BY kind, name LIMIT 20")).all()

    def write(self) -> None:
        """A small transaction."""
        self.storage.transact(lambda uow: start_operation(uow, "demo", None, ""), NOW)

    def __enter__(self) -> Others:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def go_on(url: str) -> None:
    """What the worker does, in a process of its own as the worker is."""
    storage = storages.init(url)
    while incidents.continue_operations(storage, NOW):
        pass
    storage.dispose()


def measure(url: str, records: int) -> None:
    """One size, printed as one line."""
    upgrade(url)
    storage = storages.init(url)
    moderator, vandal = fill(storage, records)
    began = time.perf_counter()
    id_ = incidents.draw_up(storage, incidents.Incident(actor_id=vandal), moderator, NOW)
    drawn = time.perf_counter() - began
    with Others(storage) as others:
        began = time.perf_counter()
        incidents.apply_incident(storage, incidents.ApplyIncident(id_, moderator, "pills"), NOW)
        answered = time.perf_counter() - began
        worker = multiprocessing.get_context("spawn").Process(target=go_on, args=(url,))
        worker.start()
        worker.join()
        applied = time.perf_counter() - began
    print(
        f"{records:6} records: preview {drawn:6.2f} s, answer {answered:6.2f} s, all undone {applied:6.2f} s; meanwhile"
        f" the slowest read {others.slowest['read']:.3f} s, the slowest write {others.slowest['write']:.3f} s,"
        f" {others.busy} told to come again (at once up to {carry_out.AT_ONCE}, chunks of {continued.CHUNK})"
    )
    storage.dispose()


def main() -> None:
    """Every size that is asked for."""
    for records in map(int, sys.argv[1:] or SIZES):
        with tempfile.TemporaryDirectory() as folder:
            measure(os.environ.get("WELLKEPT_MEASURE_URL") or f"sqlite:///{Path(folder) / 'measured.db'}", records)


if __name__ == "__main__":
    main()
