"""Turns for writers of one SQLite file, across threads and processes.

SQLite's own busy handler starves a process for seconds when several write; a lock file taken before
`BEGIN IMMEDIATE` keeps the turns fair for a few per cent of the rate. There are two: whoever wants the turn first
becomes the next in line. So a writer that has just had its turn can't take it again past one who waits for it.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from webapp.domain.errors import Busy
from webapp.storage.per_process import PerProcess

_POLL = 0.0005  # seconds between two looks of those in line
_POLL_NEXT = 0.0001  # and of the one who is next


class WriterLock:
    """Locks on `PATH.writer` and `PATH.next`; entering waits at most `wait` seconds, then raises Busy."""

    def __init__(self, path: str, wait: float) -> None:
        paths = (path + ".next", path + ".writer")
        self._wait = wait
        self._threads = threading.Lock()
        self._files = PerProcess(lambda: [os.open(one, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for one in paths])

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the only turn within the block."""
        deadline = time.monotonic() + self._wait
        if not self._threads.acquire(timeout=self._wait):
            raise Busy
        try:
            line, turn = self._files.get()
            self._lock(line, deadline, _POLL)
            try:
                self._lock(turn, deadline, _POLL_NEXT)
            finally:
                fcntl.flock(line, fcntl.LOCK_UN)
            try:
                yield
            finally:
                fcntl.flock(turn, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _lock(self, descriptor: int, deadline: float, poll: float) -> None:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Busy from None
                time.sleep(poll)

    def close(self) -> None:
        """Give the file handles back."""
        for descriptor in self._files.pop() or ():
            os.close(descriptor)
