"""Looks at the links that open changes propose: do they answer?

Its law: one address after the other, a few in a round, one worker at a time; and nothing at all unless the site is set
to go out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from webapp.config import Settings
from webapp.domain.links import tries_after
from webapp.jobs.outside import Outside
from webapp.jobs.sweep import LEFT, got_turn, present_turn
from webapp.services import links
from webapp.services.links import Due, Found
from webapp.storage import Storage
from webapp.storage.models import time_text
from webapp.storage.queries.links import Mark

LEASED = "links_leased_until"  # the site property that keeps other workers out
LEASE = timedelta(minutes=2)  # much longer than a round can take
PAUSE = timedelta(seconds=15)  # between two rounds, for mail and votes
MOST = 10  # links in a round
SECONDS = 6.0  # after which a round begins no other link
BATCHES = 5  # of changes that a round goes through where nothing is due


class Links:
    """One worker's walk through what is open; where it stands is forgotten with the worker, which costs nothing."""

    def __init__(self, storage: Storage, settings: Settings, outside: Outside | None = None) -> None:
        self._storage, self._settings, self._outside = storage, settings, outside
        self._mark: Mark | None = None
        self._not_before: datetime | None = None

    def try_due(self, now: datetime, stop: Callable[[], bool]) -> int:
        """Look at the next links that are due; gives how many. Raises Busy."""
        if not self._settings.check_links or (self._not_before and now < self._not_before):
            return 0
        self._not_before = now + PAUSE
        for _batch in range(BATCHES):
            due = links.due(self._storage, self._mark, now)
            if due.tries:
                return self._look(due, now, stop)
            self._mark = due.mark
            if due.mark is None:
                break
        return 0

    def _look(self, due: Due, now: datetime, stop: Callable[[], bool]) -> int:
        """Look at the first of them; those that are left are found again from where the walk stands."""
        held = present_turn(self._storage, LEASED)
        until = time_text(now + LEASE)
        if (held or LEFT) > time_text(now) or not got_turn(self._storage, LEASED, held, until, now):
            return 0
        try:
            found = self._answers(due, stop)
            if found:
                links.keep(self._storage, found, now)
        finally:
            got_turn(self._storage, LEASED, until, LEFT, now)
        return len(found)

    def _answers(self, due: Due, stop: Callable[[], bool]) -> list[Found]:
        outside = self._outside = self._outside or Outside(self._settings.public_url)
        ends = time.monotonic() + SECONDS
        found: list[Found] = []
        for url, tries in list(due.tries.items())[:MOST]:
            if stop() or time.monotonic() > ends:
                break
            answer = outside.look(url)
            found.append(Found(url, answer.state, answer.leads_to, tries_after(answer.state, tries)))
        return found
