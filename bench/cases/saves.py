"""Saving and rolling back over HTTP, against a minimal Flask route that does the same writes."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from bench.calls import signed_in
from bench.filled import NOW, Filled, people_of
from bench.http import one_by_one, post, server
from bench.replay import Write, recorded
from bench.report import AT_MOST, Figure, Limit, compared, cost
from bench.run import Run, application
from bench.timing import batches
from webapp.domain.roles import Role
from webapp.storage.models import Change, Record
from webapp.storage.queries.browse import url_of

SAVE = Limit(AT_MOST, 3)
WORDS = {"save": "over HTTP, to a minimal route", "roll back": "over HTTP, to a minimal route"}
A_PERSON = 60  # acts that one moderator does, below any limit of tries


@dataclass(frozen=True, slots=True)
class Act:
    """One request of ours: where to, what with, and as whom."""

    path: str
    form: dict[str, str]
    person: int


def measure(run: Run) -> Iterable[Figure]:
    """A moderator's decision, which saves a revision, and a roll back to the revision before it."""
    with ExitStack() as stack:
        sides: dict[str, Callable[[], float]] = {}
        for one in run.databases:
            sides |= _sides(stack, one, run)
        times: dict[str, float] = {}
        for name in WORDS:  # what is rolled back must have been saved
            times |= batches({key: side for key, side in sides.items() if name in key}, run.rounds)
    for name, words in WORDS.items():
        ours, floors = ([times[f"{side} {size}"] for size in run.sizes] for side in (name, f"least {name}"))
        yield from compared(cost, name, words, run.sizes, ours, floors, SAVE)


def _sides(stack: ExitStack, one: Filled, run: Run) -> dict[str, Callable[[], float]]:
    count = run.acts * run.rounds
    recorded_on, mine, raw = (stack.enter_context(one.copy()) for _ in range(3))
    acts = {"save": _saves(one, count), "roll back": _roll_backs(one, count)}
    with application(recorded_on) as app:
        cookies = _cookies(app, count)
        writes = [one for name in WORDS for one in _record(app, acts[name], cookies)]
    file = raw.parent / "writes.pickle"
    file.write_bytes(pickle.dumps(writes))
    with application(mine) as app:
        cookies = _cookies(app, count)
    ours = stack.enter_context(server("ours", mine))
    least = stack.enter_context(server("floor", raw, BENCH_WRITES=str(file)))
    found: dict[str, Callable[[], float]] = {}
    for place, name in enumerate(WORDS):
        of_ours = [_request(act.path, act, cookies) for act in acts[name]]
        of_least = [_request(f"/write/{place * count + at}", act, cookies) for at, act in enumerate(acts[name])]
        found[f"{name} {one.records}"] = _Turns(ours, of_ours, run.acts)
        found[f"least {name} {one.records}"] = _Turns(least, of_least, run.acts)
    return found


class _Turns:
    """The next requests each time it is called."""

    def __init__(self, port: int, requests: list[bytes], count: int) -> None:
        self._port, self._count = port, count
        self._batches: Iterator[list[bytes]] = (
            requests[start : start + count] for start in range(0, len(requests), count)
        )

    def __call__(self) -> float:
        return one_by_one(self._port, next(self._batches), 303)


def _request(path: str, act: Act, cookies: list[tuple[str, str]]) -> bytes:
    cookie, mark = cookies[act.person]
    return post(path, urlencode({**act.form, "csrf_token": mark}), Cookie=cookie)


def _cookies(app: Flask, count: int) -> list[tuple[str, str]]:
    moderators = people_of(app.extensions["storage"], Role.MODERATOR)
    assert len(moderators) * A_PERSON >= count, "more acts than moderators may do"
    return [signed_in(app, id_, NOW) for _, id_ in moderators]


def _record(app: Flask, acts: list[Act], cookies: list[tuple[str, str]]) -> list[list[Write]]:
    found = []
    for act in acts:
        cookie, mark = cookies[act.person]
        with recorded(app.extensions["storage"].engine) as writes:
            answer = app.test_client(use_cookies=False).post(
                act.path, data={**act.form, "csrf_token": mark}, headers={"Cookie": cookie}
            )
        assert answer.status_code == 303, answer.text
        found.append(writes)
    return found


def _open_changes(one: Filled, count: int) -> list[tuple[str, str, int, str]]:
    storage = one.open()
    query = (
        select(Change.id, Change.suggestion_id, Change.content_version, Record.kind, Record.slug)
        .join(Record, Record.id == Change.record_id)
        .where(Change.state == "open")
        .order_by(Change.first_opened_at, Change.id)
        .limit(count)
    )
    with storage.read() as connection:
        rows = [
            (row.id, row.suggestion_id, row.content_version, url_of(row.kind, row.slug))
            for row in connection.execute(query)
        ]
    storage.dispose()
    assert len(rows) == count, "too few open changes"
    return rows


def _saves(one: Filled, count: int) -> list[Act]:
    form = {"outcome": "apply", "note": "seen to it"}
    return [
        Act(f"/suggestions/{suggestion}/changes/{change}/decide", {**form, "seen": str(version)}, at // A_PERSON)
        for at, (change, suggestion, version, _) in enumerate(_open_changes(one, count))
    ]


def _roll_backs(one: Filled, count: int) -> list[Act]:
    form = {"seen": "2", "summary": "it was right before"}
    return [
        Act(f"{url}/history/1/roll-back", form, at // A_PERSON)
        for at, (*_, url) in enumerate(_open_changes(one, count))
    ]
