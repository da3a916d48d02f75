"""The worker: round after round it settles what is due, continues large roll backs, tidies and delivers.

Its law: nothing that goes wrong in one task keeps another from being done, and being told to stop ends it after the
row in hand.
"""

from __future__ import annotations

import logging
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from jinja2 import Environment

from webapp import clock
from webapp.config import Settings
from webapp.domain.errors import Busy
from webapp.jobs.deliver import Delivery, Desk, deliver_due, never
from webapp.jobs.links import Links
from webapp.jobs.mail import post, said
from webapp.jobs.sweep import sweep
from webapp.services import duplicates, incidents, settle
from webapp.services.intake import offer_waiting
from webapp.storage import Storage

T = TypeVar("T")
LOG = logging.getLogger("wellkept.worker")
IDLE = 1.0  # seconds between two rounds when there was nothing to do
TROUBLED = 10.0  # seconds after a round in which something failed, as when the database is away
GLANCE = 0.05  # seconds between two looks at whether to stop
A_ROUND = 50  # outbox rows, so that long queues keep nothing else waiting


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    settled: int = 0  # changes judged
    continued: int = 0  # records of large roll backs
    offered: int = 0  # suggestions of imports that found a free place
    swept: int = 0  # of the daily and the hourly task
    tried: int = 0  # links of open changes that were looked at
    compared: int = 0  # events whose records were looked at for doubles
    delivered: int = 0  # outbox rows done
    failed: int = 0  # outbox rows put off, and tasks that broke

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing that could be done."""
        done = (self.settled, self.continued, self.offered, self.swept, self.compared, self.tried, self.delivered)
        return not any(done)


def once(
    storage: Storage,
    settings: Settings,
    templates: Environment,
    now: datetime,
    *,
    stop: Callable[[], bool] = never,
    most: int | None = None,
    links: Links | None = None,
) -> Round:
    """Do everything that is due at `now`: settle, continue, tidy, deliver (at most `most` outbox rows), try links.

    `links` is the worker's walk through them; without one it begins anew.
    """
    desk = Desk(storage, settings, templates, post(settings))
    tasks = _Tasks()
    settled = tasks.do("settling changes", lambda: settle.settle_due(storage, now)) or 0
    continued = tasks.do("continuing roll backs", lambda: incidents.continue_operations(storage, now)) or 0
    offered = tasks.do("offering what imports have ready", lambda: offer_waiting(storage, now)) or 0
    swept = tasks.do("tidying", lambda: sweep(storage, now)) or 0
    compared = tasks.do("looking for doubles", lambda: duplicates.keep_up(storage, now)) or 0
    posted = tasks.do("delivering", lambda: deliver_due(desk, now, stop, most)) or Delivery()
    walk = links or Links(storage, settings)
    tried = tasks.do("trying links", lambda: walk.try_due(now, stop)) or 0  # others may take their time, so last
    return Round(settled, continued, offered, swept, tried, compared, posted.done, posted.failed + tasks.broken)


class _Tasks:
    """Does one task after the other; one that breaks is logged and no reason for the others to wait."""

    def __init__(self) -> None:
        self.broken = 0

    def do(self, task: str, work: Callable[[], T]) -> T | None:
        """What the task gives; None when it broke."""
        try:
            return work()
        except Busy:
            LOG.info("%s: the database is busy; next round", task)
        except Exception as error:  # the worker outlives whatever a task meets
            self.broken += 1
            LOG.error("%s failed: %s\n%s", task, said(error), "".join(traceback.format_tb(error.__traceback__)))
        return None


def run(storage: Storage, settings: Settings, templates: Environment, stop: Callable[[], bool]) -> None:
    """Round after round until `stop()`; rests a second when there was nothing to do."""
    links = Links(storage, settings)
    while not stop():
        done = once(storage, settings, templates, clock.now(), stop=stop, most=A_ROUND, links=links)
        if done.is_idle:
            _rest(TROUBLED if done.failed else IDLE, stop)


def _rest(seconds: float, stop: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not stop() and time.monotonic() < end:
        time.sleep(GLANCE)


def stop_on_signals() -> Callable[[], bool]:
    """From now on SIGTERM and SIGINT are taken as a request to end; gives the question whether one came."""
    seen: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: seen.append(got))
    return lambda: bool(seen)
