"""Pages in process: the whole application against a bare Flask that fills the same template with constants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flask import Flask

from bench import apps
from bench.calls import getter, signed_in
from bench.filled import NOW, people_of
from bench.report import AT_MOST, Figure, Limit, compared, cost
from bench.run import Run, applications
from bench.timing import each
from webapp.domain.roles import Role

PAGE = Limit(AT_MOST, 1.6)
SAME = "in process, to its template from constants"


def measure(run: Run) -> Iterable[Figure]:
    """The record page (about 20 kB) for everybody, the same built anew, and the queue as a reviewer has it."""
    with applications(run) as found:
        sides: dict[str, Callable[[], object]] = {}
        for app, size in zip(found, run.sizes, strict=True):
            sides |= {f"{name} {size}": side for name, side in _sides(app)}
        times = each(sides, run.effort)
    for name, words, limit in (
        ("record", SAME, PAGE),
        ("anew", "the same, nothing kept", None),
        ("queue", SAME, PAGE),
    ):
        yield from _figures(run, times, name, words, limit)


def _sides(app: Flask) -> Iterator[tuple[str, Callable[[], object]]]:
    least = apps.bare(app)
    page = getter(app, apps.PATHS["record"])
    assert 15_000 < len(page().body) < 25_000, len(page().body)

    def anew() -> object:
        app.extensions["kept_pages"].clear()
        return page()

    reviewer = people_of(app.extensions["storage"], Role.REVIEWER)[0][1]
    cookie, _ = signed_in(app, reviewer, NOW)
    yield "record", page
    yield "anew", anew
    yield "queue", getter(app, apps.PATHS["queue"], {"Cookie": cookie})
    yield "floor of record", getter(least, "/record")
    yield "floor of queue", getter(least, "/queue")


def _figures(run: Run, times: dict[str, float], name: str, words: str, limit: Limit | None) -> Iterable[Figure]:
    case, floor = ("queue page", "queue") if name == "queue" else ("record page", "record")
    ours, floors = ([times[f"{side} {size}"] for size in run.sizes] for side in (name, f"floor of {floor}"))
    yield from compared(cost, case, words, run.sizes, ours, floors, limit)
