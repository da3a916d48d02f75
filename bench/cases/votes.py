"""Votes with what they decide, against raw sqlite3 doing the same writes in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import event, select

from bench.filled import NOW, Filled, people_of, url_of
from bench.replay import Write, connect, recorded, replay
from bench.report import AT_LEAST, Figure, Limit, compared, rate
from bench.run import Run
from bench.timing import batches, timed
from webapp.domain.roles import Role
from webapp.services.review import CastVote, cast_vote
from webapp.storage import Storage, init
from webapp.storage.models import Change, Suggestion

LIMITS = {"NORMAL": Limit(AT_LEAST, 0.2), "FULL": Limit(AT_LEAST, 0.45)}
AT = NOW + timedelta(hours=1)  # every suggestion is a day old
WORDS = {"counts": "a vote that counts", "applies": "a vote that applies the change"}


def measure(run: Run) -> Iterable[Figure]:
    """The first of three approvals, which counts, and the third, which applies the change."""
    for synchronous, limit in LIMITS.items():
        with ExitStack() as stack:
            sides: dict[str, _InTurns] = {}
            for one in run.databases:
                sides |= _sides(stack, one, run, synchronous)
            times: dict[str, float] = {}
            for name in ("counts", "between", "applies"):  # the second approval lies between the first and the last
                times |= batches({key: side for key, side in sides.items() if name in key}, run.rounds)
        for name, words in WORDS.items():
            ours = [times[f"{name} {size}"] for size in run.sizes]
            floors = [sides[f"{name} {size}"].floor() for size in run.sizes]
            yield from compared(rate, "vote", f"{words}, {synchronous}", run.sizes, ours, floors, limit)


def _sides(stack: ExitStack, one: Filled, run: Run, synchronous: str) -> dict[str, _InTurns]:
    """Ours and the floor, each on a copy of its own that both bring from vote to vote alike."""
    ballots = _ballots(one, run.acts * run.rounds)
    kept = stack.enter_context(one.copy())
    writes = {name: _record(kept, votes) for name, votes in ballots.items()}
    assert len(writes["applies"][0]) > len(writes["counts"][0]) + 5, "the last vote does not apply"
    mine, raw = stack.enter_context(one.copy()), stack.enter_context(one.copy())
    storage, connection = _open(mine, synchronous), connect(raw, synchronous)
    stack.callback(connection.close)
    stack.callback(storage.dispose)
    return {
        f"{name} {one.records}": _InTurns(_casting(storage, votes), _writing(connection, writes[name]), run.acts)
        for name, votes in ballots.items()
    }


class _InTurns:
    """A batch of acts each time it is called, ours and the floor's one after the other; none is ever repeated.

    A write that follows at once upon one like it takes two thirds of the time that it takes a millisecond later, so
    that a floor which does nothing but write would not be the floor of anything that does something in between.
    """

    def __init__(self, ours: Iterator[None], floor: Iterator[None], count: int) -> None:
        self._ours, self._floor, self._count = ours, floor, count
        self._floors: list[float] = []

    def __call__(self) -> float:
        """Seconds that one of our acts took."""
        took = [(timed(lambda: next(self._ours), 1), timed(lambda: next(self._floor), 1)) for _ in range(self._count)]
        self._floors.append(sum(floor for _, floor in took) / self._count)
        return sum(ours for ours, _ in took) / self._count

    def floor(self) -> float:
        """Seconds that one act of the floor took: the median over the batches."""
        return median(self._floors)


def _casting(storage: Storage, votes: list[CastVote]) -> Iterator[None]:
    for vote in votes:
        cast_vote(storage, vote, AT)
        yield


def _writing(connection: sqlite3.Connection, writes: list[list[Write]]) -> Iterator[None]:
    for one in writes:
        yield replay(connection, one)


def _record(file: Path, votes: list[CastVote]) -> list[list[Write]]:
    storage = init(url_of(file))
    found = []
    for vote in votes:
        with recorded(storage.engine) as writes:
            cast_vote(storage, vote, AT)
        found.append(writes)
    storage.dispose()
    return found


def _open(file: Path, synchronous: str) -> Storage:
    storage = init(url_of(file))
    event.listen(storage.engine, "connect", lambda c, _record: c.execute(f"PRAGMA synchronous={synchronous}"))
    return storage


def _ballots(one: Filled, count: int) -> dict[str, list[CastVote]]:
    """Three approvals for each of `count` open changes: by reviewers in turn, the second by somebody trusted."""
    storage = one.open()
    reviewers, trusted = ([id_ for _, id_ in people_of(storage, role)] for role in (Role.REVIEWER, Role.TRUSTED))
    with storage.read() as connection:
        query = (
            select(Change.id, Suggestion.author_id)
            .join(Suggestion, Suggestion.id == Change.suggestion_id)
            .where(Change.state == "open")
            .order_by(Change.first_opened_at, Change.id)
            .limit(count)
        )
        changes = [(row.id, row.author_id) for row in connection.execute(query)]
    storage.dispose()
    assert len(changes) == count, "too few open changes"
    half = len(reviewers) // 2
    found: dict[str, list[CastVote]] = {"counts": [], "between": [], "applies": []}
    for number, (change, author) in enumerate(changes):
        others = [id_ for id_ in trusted if id_ != author]
        second = others[number // len(trusted) % len(others)]
        turn = (number + number // half) % half  # or one reviewer would meet one author too often for the rules
        voters = (reviewers[turn], second, reviewers[half + turn])
        for votes, who in zip(found.values(), voters, strict=True):
            votes.append(CastVote(change, who, 1, "approve"))
    return found
