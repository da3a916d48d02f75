"""Pages from the default server: their rate against a bare Flask page, and a 304 against a bare answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial

from bench import apps
from bench.calls import signed_in
from bench.filled import NOW, Filled, people_of
from bench.http import Client, get, server, together
from bench.report import AT_LEAST, Figure, Limit, compared, rate
from bench.run import Run, application
from bench.timing import batches
from webapp.domain.roles import Role

UNCHANGED = Limit(AT_LEAST, 0.7)


def measure(run: Run) -> Iterable[Figure]:
    """Record page, 304 and queue, each by its rate with four connections at once."""
    count = max(8, int(run.effort.seconds * 2000))
    with ExitStack() as stack:
        sides: dict[str, Callable[[], float]] = {}
        for one in run.databases:
            sides |= {f"{name} {one.records}": side for name, side in _sides(stack, one, count)}
        times = batches(sides, run.rounds)
    for case, name, words, floor, limit in (
        ("record page", "record", "served, to a bare Flask page", "page", None),
        ("304", "304", "served, to a bare answer", "bare", UNCHANGED),
        ("queue page", "queue", "served, to a bare Flask page", "list", None),
    ):
        ours, floors = ([times[f"{side} {size}"] for size in run.sizes] for side in (name, floor))
        yield from compared(rate, case, words, run.sizes, ours, floors, limit)


def _sides(stack: ExitStack, one: Filled, count: int) -> Iterator[tuple[str, Callable[[], float]]]:
    with application(one.file) as app:
        storage = app.extensions["storage"]
        cookie, _ = signed_in(app, people_of(storage, Role.REVIEWER)[0][1], NOW)
    mine = stack.enter_context(server("ours", one.file))
    least = stack.enter_context(server("floor", one.file))
    path = apps.PATHS["record"]
    unchanged = get(path, If_None_Match=_etag(mine, path))
    yield "record", partial(together, mine, get(path), count, 200)
    yield "304", partial(together, mine, unchanged, count, 304)
    yield "queue", partial(together, mine, get(apps.PATHS["queue"], Cookie=cookie), max(8, count // 8), 200)
    yield "page", partial(together, least, get("/record"), count, 200)
    yield "bare", partial(together, least, get("/bare"), count, 200)
    yield "list", partial(together, least, get("/queue"), max(8, count // 8), 200)


def _etag(port: int, path: str) -> str:
    head = Client(port).ask(get(path)).head.decode()
    found = [line.partition(":")[2].strip() for line in head.splitlines() if line.lower().startswith("etag:")]
    assert found, "the page has no ETag"
    return found[0]
