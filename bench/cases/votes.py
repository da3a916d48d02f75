"""Votes with what they decide, against raw sqlite3 doing the same writes in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

from sqlalchemy import event, select

from bench.filled import NOW, Filled, people_of, url_of
from bench.replay import Write, connect, recorded, replay
from bench.report import AT_LEAST, Figure, Limit, growth, rate
from bench.run import Run
from bench.timing import batches, timed
from webapp.domain.roles import Role
from webapp.services.review import CastVote, cast_vote
from webapp.storage import Storage, init
from webapp.storage.models import Change

LIMITS = {"NORMAL": Limit(AT_LEAST, 0.2), "FULL": Limit(AT_LEAST, 0.45)}
WORDS = {"counts": "a vote that counts", "applies": "a vote that applies the change"}


def measure(run: Run) -> Iterable[Figure]:
    """The first of two approvals, which counts, and the second, which applies the change."""
    for synchronous, limit in LIMITS.items():
        with ExitStack() as stack:
            sides: dict[str, Callable[[], float]] = {}
            for one in run.databases:
                sides |= _sides(stack, one, run, synchronous)
            # The second vote on a change must come after the first: all the first ones are measured before.
            times = {}
            for name in WORDS:
                times |= batches({key: side for key, side in sides.items() if name in key}, run.rounds)
        for name, words in WORDS.items():
            said = f"{words}, {synchronous}"
            ratios = []
            for size in run.sizes:
                ours, floor = times[f"{name} {size}"], times[f"raw {name} {size}"]
                ratios.append(ours / floor)
                yield rate("vote", said, size, ours, floor, limit)
            own = [times[f"{name} {size}"] for size in run.sizes]
            yield from growth("vote", said, run.sizes, own)
            yield from _against_floor(said, run.sizes, ratios)


def _against_floor(said: str, sizes: list[int], ratios: list[float]) -> Iterable[Figure]:
    """What grows beside the raw writes, which grow themselves."""
    for figure in growth("vote", f"{said}, to raw", sizes, ratios):
        yield Figure(figure.case, figure.what, figure.records, figure.ratio, None, more=figure.more)


def _sides(stack: ExitStack, one: Filled, run: Run, synchronous: str) -> dict[str, Callable[[], float]]:
    """Both sides, each on a copy of its own that both bring from vote to vote alike."""
    count = run.acts * run.rounds
    first, second = _ballots(one, count)
    kept = stack.enter_context(one.copy())
    writes = {"counts": _record(kept, first), "applies": _record(kept, second)}
    mine, raw = stack.enter_context(one.copy()), stack.enter_context(one.copy())
    storage, connection = _open(mine, synchronous), connect(raw, synchronous)
    stack.callback(connection.close)
    stack.callback(storage.dispose)
    order = {"counts": _Turns(_casting(storage, first), run), "applies": _Turns(_casting(storage, second), run)}
    least = {name: _Turns(_writing(connection, writes[name]), run) for name in WORDS}
    return {
        **{f"{name} {one.records}": turns for name, turns in order.items()},
        **{f"raw {name} {one.records}": turns for name, turns in least.items()},
    }


class _Turns:
    """A batch of acts each time it is called; the acts come from an iterator and are never repeated."""

    def __init__(self, acts: Iterator[None], run: Run) -> None:
        self._acts, self._count = acts, run.acts

    def __call__(self) -> float:
        return timed(lambda: next(self._acts), self._count)


def _casting(storage: Storage, votes: list[CastVote]) -> Iterator[None]:
    for vote in votes:
        cast_vote(storage, vote, NOW)
        yield


def _writing(connection: sqlite3.Connection, writes: list[list[Write]]) -> Iterator[None]:
    for one in writes:
        yield replay(connection, one)


def _record(file: Path, votes: list[CastVote]) -> list[list[Write]]:
    storage = init(url_of(file))
    found = []
    for vote in votes:
        with recorded(storage.engine) as writes:
            cast_vote(storage, vote, NOW)
        found.append(writes)
    storage.dispose()
    return found


def _open(file: Path, synchronous: str) -> Storage:
    storage = init(url_of(file))
    event.listen(storage.engine, "connect", lambda c, _record: c.execute(f"PRAGMA synchronous={synchronous}"))
    return storage


def _ballots(one: Filled, count: int) -> tuple[list[CastVote], list[CastVote]]:
    """Two approvals for each of `count` open changes, by reviewers in turn."""
    storage = one.open()
    reviewers = [id_ for _, id_ in people_of(storage, Role.REVIEWER)]
    with storage.read() as connection:
        query = select(Change.id).where(Change.state == "open").order_by(Change.first_opened_at, Change.id)
        changes = list(connection.execute(query).scalars())
    storage.dispose()
    assert len(changes) >= count, (len(changes), count)
    half = len(reviewers) // 2
    voters = (cycle(reviewers[:half]), cycle(reviewers[half:]))
    first, second = ([CastVote(id_, next(who), 1, "approve") for id_ in changes[:count]] for who in voters)
    return first, second
