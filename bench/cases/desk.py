"""Pages of the review desk among very much, each against the same page of a directory as large as the demo.

The same program is on both sides; what is measured is that no page grows with what it does not show.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing

from flask import Flask

from bench.calls import getter, signed_in
from bench.desk.filling import desk, people_in
from bench.desk.story import DAY
from bench.filled import NOW, Filled, people_of
from bench.report import AT_MOST, Figure, Limit, cost
from bench.run import Run, application
from bench.timing import each
from webapp.domain.roles import Role
from webapp.storage import Storage
from webapp.storage.models import time_text
from webapp.storage.queries.browse import url_of

SAME = Limit(AT_MOST, 1.2)
QUEUE = {
    "queue": "",
    "queue, no votes yet": "?show=unvoted",
    "queue, looked after": "?show=stewarded",
    "queue, by newcomers": "?author=new",
    "queue, high": "?class=high",
    "queue, contested": "?show=contested",
    "queue, needs fitting": "?show=conflicted",
    "queue, with moderators": "?show=escalated",
    "queue, own": "?show=mine",
    "queue, own areas": "?show=areas",
    "queue, own topics": "?show=topics",
    "queue, all": "?show=all",
    "queue, all services, high": "?show=all&kind=service&class=high",
}
RECENT = {
    "recent changes": "",
    "recent changes, of a kind that has none": "?kind=taxonomy",
    "recent changes, reverted and not looked at": "?reverted=yes&patrolled=no",
    "recent changes, of the busiest": "?by=trusted-0",
    "recent changes, of the busiest, reverted": "?by=trusted-0&reverted=yes",
}
LONGEST = "SELECT kind, slug, newest_number FROM record ORDER BY newest_number DESC LIMIT 1"
A_LINE = "SELECT id FROM moderation_log WHERE created_at < ? ORDER BY created_at DESC, id DESC LIMIT 1"


def measure(run: Run) -> Iterable[Figure]:
    """Each page, as it comes first and far down, signed in as who has most to see there."""
    small, large = map(desk, run.desks)
    with ExitStack() as stack:
        little, much = (dict(_pages(stack.enter_context(application(one.file)), one)) for one in (small, large))
        for name in little:  # one after the other: the machine may be quicker a minute later
            times = each({"much": much[name], "little": little[name]}, run.effort)
            yield cost("desk", name, large.records, times["much"], times["little"], SAME)


def _pages(app: Flask, one: Filled) -> Iterator[tuple[str, Callable[[], object]]]:
    storage: Storage = app.extensions["storage"]
    people = people_in(storage)
    reviewer, moderator = (signed_in(app, id_, NOW)[0] for id_ in (people.viewer, people.moderators[0]))
    for name, query in QUEUE.items():
        yield name, getter(app, f"/review{query}", {"Cookie": reviewer})
    yield "queue, hidden", getter(app, "/review?show=hidden", {"Cookie": moderator})
    for name, query in RECENT.items():
        yield name, getter(app, f"/changes{query}", {"Cookie": moderator})
    for name, path in _paths(one, people_of(storage, Role.TRUSTED)[0][0]):
        yield name, getter(app, path, {"Cookie": moderator})


def _paths(one: Filled, busiest: str) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(one.file)) as connection:
        kind, slug, newest = connection.execute(LONGEST).fetchone()
        line = connection.execute(A_LINE, [time_text(NOW - 60 * DAY)]).fetchone()[0]
    record = url_of(kind, slug)
    yield "history", f"{record}/history"
    yield "history, from its middle", f"{record}/history?before={newest // 2}"
    yield "since when", f"{record}/history/since"
    for show in ("all", "rejected", "reverted", "votes"):
        yield f"contributions, {show}", f"/people/{busiest}/contributions?show={show}"
    yield "profile of the busiest", f"/people/{busiest}"
    yield "moderation log", "/moderation-log"
    yield "moderation log, of two months ago", f"/moderation-log?before={line}"
