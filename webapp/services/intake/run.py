"""One run over a source: batch by batch, each committed by itself, so that a run that broke off just goes on.

Records come and change by `revise` alone. What the source said last is kept beside each record, which makes a
second run over the same data cheap and without effect.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import groupby
from typing import TypeVar

from sqlalchemy import bindparam, func, select, update

from webapp.domain.document import parse
from webapp.domain.errors import Busy
from webapp.domain.kinds import KINDS
from webapp.interchange.records import Item, Refused
from webapp.services import vocabulary
from webapp.services.incidents.choose import reason_of
from webapp.services.intake.plan import Planner, Step, stored_id
from webapp.services.intake.summary import EXAMPLES, LEFT_ALONE, Account, Summary
from webapp.services.intake.waiting import offer_waiting
from webapp.services.intake.writing import Task, hear, make_ready, write_records
from webapp.services.suggest import keep_html, rendered_texts
from webapp.storage import Storage
from webapp.storage.models import ImportWaiting, Operation, Source, SourceItem
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

T = TypeVar("T")
Progress = Callable[[Summary], None]
Html = tuple[str, dict[str, str]]
"""What an item says, in stored form, and the HTML of its texts by hash."""

MOST = 200  # records in one transaction (`DESIGN.md`, "Locks")
AIM = 0.15  # seconds for one: it may take 0.25, and is planned by what the one before it took
LEAST = 10
PATIENCE = 30  # times that the writer's turn is waited for

SOURCE = select(Source).where(Source.name == bindparam("name"))
KNOWN = select(SourceItem.external_id).where(SourceItem.source_id == bindparam("source"))
WAITING = select(func.count()).where(ImportWaiting.source_id == bindparam("source"))
END_OPERATION = (
    update(Operation)
    .where(Operation.id == bindparam("operation"), Operation.state == "running")
    .values(state=bindparam("to"), finished_at=bindparam("at"))
)
RUNNING = select(Operation.id).where(
    Operation.type == "import", Operation.state == "running", Operation.reason == bindparam("reason")
)


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Whose data it is. The name must never change: it is part of every id."""

    name: str
    licence: str = ""


def run(
    storage: Storage,
    source: SourceInfo,
    items: Iterable[Item | Refused],
    now: datetime,
    *,
    dry_run: bool = False,
    as_suggestions: bool = False,
    actor_id: str | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Take in everything that a source says now; gives the counts. With `dry_run` nothing is written.

    `as_suggestions`: nothing is changed at once, new records and new values become suggestions. `progress` is
    called after each batch. What `items` raises ends the run; what was committed stays, and running again goes on.
    """
    whole = _Run(storage, source, now, dry_run=dry_run, as_suggestions=as_suggestions, actor_id=actor_id)
    try:
        for batch in whole.batches(items):
            whole.take(batch)
            if progress:
                progress(whole.account.summary())
    except BaseException:
        whole.end("stopped")
        raise
    whole.end("done")
    whole.look_for_missing()
    whole.offer()
    whole.learn()
    return whole.account.summary()


class _Run:
    """The state of a run."""

    def __init__(
        self,
        storage: Storage,
        source: SourceInfo,
        now: datetime,
        *,
        dry_run: bool,
        as_suggestions: bool,
        actor_id: str | None,
    ) -> None:
        self.storage, self.now = storage, now
        self.dry_run, self.as_suggestions, self.actor_id = dry_run, as_suggestions, actor_id
        self.account = Account(source.name, dry_run)
        self.reason = reason_of(source.name)
        self.source = self._find(source)
        self.planner = Planner(self.source.id if self.source else None, as_suggestions=as_suggestions)
        self.seen: set[bytes] = set()
        self.size = MOST // 4

    def _find(self, source: SourceInfo) -> Row | None:
        if self.dry_run:
            with self.storage.read() as connection:
                return connection.execute(SOURCE, {"name": source.name}).first()

        def work(uow: UnitOfWork) -> Row | None:
            for row in uow.all(RUNNING, {"reason": self.reason}):  # a run whose process died
                uow.run(END_OPERATION, {"operation": row.id, "to": "stopped", "at": uow.now})
            if uow.one(SOURCE, {"name": source.name}) is None:
                uow.add(Source, id=new_id(), name=source.name, licence=source.licence, created_at=uow.now)
            return uow.one(SOURCE, {"name": source.name})

        return self._transact(work)

    # -- reading ----------------------------------------------------------------------------------------

    def batches(self, items: Iterable[Item | Refused]) -> Iterator[list[Item]]:
        """What goes into one transaction each. Records that the source gives together stay together."""
        batch: list[Item] = []
        for _, together in groupby(self._usable(items), key=lambda item: item.rows):
            group = list(together)
            while group:
                if batch and len(batch) + len(group) > self.size:
                    yield batch
                    batch = []
                batch, group = batch + group[:MOST], group[MOST:]
        if batch:
            yield batch

    def _usable(self, items: Iterable[Item | Refused]) -> Iterator[Item]:
        for item in items:
            if isinstance(item, Refused):
                self.account.refuse(item)
                continue
            mark = _mark(stored_id(item.external_id))
            if mark in self.seen:
                self.account.left_alone["said_twice"] += 1
                continue
            self.seen.add(mark)
            self.account.read(item)
            yield item

    # -- writing ----------------------------------------------------------------------------------------

    def take(self, batch: Sequence[Item]) -> None:
        """Judge a batch and write what it changes."""
        steps = self._judge(batch)
        moving = [step for step in steps if step.moves]
        if moving and not self.dry_run:
            html = {step.item.external_id: _html(step) for step in moving}  # before the transaction: it takes its time
            items = [step.item for step in moving]
            steps = [step for step in steps if not step.moves] + self._timed(items, html)
        self._count(steps)

    def _judge(self, batch: Sequence[Item]) -> list[Step]:
        with self.storage.read() as connection:
            uow = UnitOfWork(connection, self.storage.search, self.now)
            return self.planner.steps(uow, batch, lock=False)

    def _timed(self, items: Sequence[Item], html: Mapping[str, Html]) -> list[Step]:
        """Write, and plan the next batch by how long this one took."""
        began = time.perf_counter()
        steps = self._write(items, html)
        each = (time.perf_counter() - began) / len(items)
        self.size = max(LEAST, min(MOST, self.size * 2, round(AIM / max(each, 1e-6))))
        return steps

    def _write(self, items: Sequence[Item], html: Mapping[str, Html]) -> list[Step]:
        source = self.source
        if source is None:
            raise AssertionError("a run that writes has a source")

        def work(uow: UnitOfWork) -> tuple[list[Step], str | None]:
            steps = self.planner.steps(uow, items, lock=True)
            keep_html(uow, _still_said(steps, html))
            operation_id = write_records(uow, steps, self._task())
            hear(uow, source.id, steps)
            make_ready(uow, source, steps)
            return steps, operation_id

        steps, self.account.operation_id = self._transact(work)
        return steps

    def _task(self) -> Task:
        return Task(self.account.source, self.reason, self.actor_id, self.account.operation_id, self.account.written)

    def _count(self, steps: Iterable[Step]) -> None:
        for step in steps:
            counts = self.account.left_alone if step.outcome in LEFT_ALONE else self.account.counts
            counts[step.outcome] += 1
            if step.wanted and step.outcome != "suggested":
                self.account.counts["suggested"] += 1

    def _transact(self, work: Callable[[UnitOfWork], T]) -> T:
        for _ in range(PATIENCE):
            try:
                return self.storage.transact(work, self.now)
            except Busy:
                time.sleep(0.2)
        return self.storage.transact(work, self.now)

    # -- the end ----------------------------------------------------------------------------------------

    def end(self, state: str) -> None:
        """Close the operation, where there is one."""
        if self.account.operation_id is None:
            return
        values = {"operation": self.account.operation_id, "to": state, "at": self.now}
        self._transact(lambda uow: uow.run(END_OPERATION, values))

    def look_for_missing(self) -> None:
        """Count what the source has said before and does not say any more. Nothing is done about it."""
        if self.source is None:
            return
        with self.storage.read() as connection:
            known = connection.execution_options(yield_per=1000).execute(KNOWN, {"source": self.source.id})
            for row in known:
                if _mark(row.external_id) not in self.seen:
                    self.account.counts["missing"] += 1
                    if len(self.account.missing_examples) < EXAMPLES:
                        self.account.missing_examples += (row.external_id,)

    def offer(self) -> None:
        """Open as many of the source's suggestions as may be."""
        if self.source is None:
            return
        if not self.dry_run:
            self.account.counts["offered"] = offer_waiting(self.storage, self.now, self.source.name)
        with self.storage.read() as connection:
            self.account.counts["waiting"] = connection.scalar(WAITING, {"source": self.source.id}) or 0

    def learn(self) -> None:
        """Count the directory's words, where there may be new ones."""
        if self.account.operation_id is not None:
            with suppress(Busy):  # the next hour counts them in any case
                vocabulary.refresh(self.storage, self.now)


def _html(step: Step) -> Html:
    """Of what the source is heard to say, and not of what was redacted, which would come back by this door."""
    return step.said, rendered_texts(KINDS[step.item.kind], [parse(step.said)])


def _still_said(steps: Iterable[Step], html: Mapping[str, Html]) -> dict[str, str]:
    """The HTML of all steps but those of which something was redacted between rendering and locking."""
    kept: dict[str, str] = {}
    for step in steps:
        said, texts = html[step.item.external_id]
        if said == step.said:
            kept |= texts
    return kept


def _mark(external_id: str) -> bytes:
    """Eight bytes for an id: what is held in memory of each."""
    return blake2b(external_id.encode(), digest_size=8).digest()
