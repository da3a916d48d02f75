"""Counts what nobody finds; its law: by nobody in particular, and never at the cost of the search that found nothing.

Searches wait in the memory of their process and are written together. The same words for the same area count once
while they wait: most likely it is one person who tries again. What waits when a process ends is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from webapp.domain.errors import Busy
from webapp.domain.unfound import first_month, month_of, words_kept
from webapp.storage import Storage
from webapp.storage.models import Unfound
from webapp.storage.prepared import prepared
from webapp.storage.unit_of_work import UnitOfWork

LOG = logging.getLogger("wellkept.unfound")
AT_ONCE = 20  # that wait are written
LONGEST_WAIT = timedelta(minutes=1)
MOST_WAITING = 200  # while the database is busy; more are not counted
MOST_ROWS = 20_000  # of a month: what comes after them is counted without its words
LONGEST_AREA = 80  # characters

Key = tuple[str, str, str]
"""Month, words, area."""
_LITE, _POSTGRES = sqlite.insert(Unfound), postgresql.insert(Unfound)
_KEY = [Unfound.month, Unfound.words, Unfound.area]
COUNT_UP = {
    "sqlite": prepared(
        _LITE.on_conflict_do_update(index_elements=_KEY, set_={"times": Unfound.times + _LITE.excluded.times})
    ),
    "postgresql": prepared(
        _POSTGRES.on_conflict_do_update(index_elements=_KEY, set_={"times": Unfound.times + _POSTGRES.excluded.times})
    ),
}
ROWS_OF = prepared(select(func.count()).select_from(Unfound).where(Unfound.month == bindparam("month")))
PRESENT = prepared(
    select(Unfound.month, Unfound.words, Unfound.area).where(
        Unfound.month == bindparam("month"), Unfound.words.in_(bindparam("words", expanding=True))
    )
)
OLD = prepared(delete(Unfound).where(Unfound.month < bindparam("first")))
WORDS = prepared(select(Unfound.words).where(Unfound.words != "").distinct())
DROP = prepared(delete(Unfound).where(Unfound.words == bindparam("gone")))


class Waiting:
    """The searches of one process that found nothing and are not written yet."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._lock = Lock()
        self._keys: set[Key] = set()
        self._due: datetime | None = None

    def note(self, text: str, area: str, now: datetime) -> bool:
        """Count a search; gives whether it counts for anything new. Takes microseconds and raises nothing."""
        words = words_kept(text)
        if not words:
            return False
        key = (month_of(now), words, area[:LONGEST_AREA])
        with self._lock:
            if key in self._keys or len(self._keys) >= MOST_WAITING:
                return False
            self._keys.add(key)
            self._due = now if len(self._keys) == AT_ONCE else self._due or now + LONGEST_WAIT
        return True

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to write."""
        due = self._due
        return due is not None and now >= due

    def write(self, now: datetime) -> int:
        """Write what waits in one transaction; gives how many. Raises nothing: what the database can't take is told
        in the log, and waits on where it was only busy."""
        with self._lock:
            keys, self._keys, self._due = self._keys, set(), None
        if not keys:
            return 0
        try:
            self._storage.transact(lambda uow: _count(uow, keys), now)
        except Busy:
            self._put_back(keys, now)
            return 0
        except Exception as error:  # a count is worth nobody's page
            LOG.warning("%d searches that found nothing were not counted: %s", len(keys), type(error).__name__)
            return 0
        return len(keys)

    def _put_back(self, keys: set[Key], now: datetime) -> None:
        with self._lock:
            self._keys |= set(sorted(keys)[: MOST_WAITING - len(self._keys)])
            self._due = now + LONGEST_WAIT


def _count(uow: UnitOfWork, keys: Iterable[Key]) -> None:
    """Add one to each; in one order, so that two who write the same never wait for each other."""
    times: dict[Key, int] = {}
    for key in _with_room(uow, sorted(keys)):
        times[key] = times.get(key, 0) + 1
    rows = [
        {"month": month, "words": words, "area": area, "times": count}
        for (month, words, area), count in sorted(times.items())
    ]
    uow.run(COUNT_UP[uow.connection.dialect.name], rows)


def _with_room(uow: UnitOfWork, keys: list[Key]) -> list[Key]:
    """The keys; without words where a month has all the rows that it may have, unless they are counted already."""
    kept: list[Key] = []
    for month in sorted({key[0] for key in keys}):
        own = [key for key in keys if key[0] == month]
        if uow.value(ROWS_OF, {"month": month}) + len(own) > MOST_ROWS:
            present = {tuple(row) for row in uow.all(PRESENT, {"month": month, "words": [key[1] for key in own]})}
            own = [key if key in present else (month, "", "") for key in own]
        kept += own
    return kept


# -- forgetting -------------------------------------------------------------------------------------------


def drop_old(storage: Storage, now: datetime) -> int:
    """Delete the months that are not kept any more; gives how many rows went. Raises Busy."""
    return int(storage.transact(lambda uow: uow.run(OLD, {"first": first_month(now)}).rowcount, now))


def forget(uow: UnitOfWork, words: Collection[str]) -> None:
    """Drop every search that has one of these words, within a redaction."""
    gone = set(words)
    rows = [row.words for row in uow.all(WORDS) if gone.intersection(row.words.split())] if gone else []
    if rows:
        uow.run(DROP, [{"gone": one} for one in rows])
