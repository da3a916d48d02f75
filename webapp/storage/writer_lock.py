"""Turns for writers of one SQLite file, across threads and processes.

SQLite's own busy handler starves a process for seconds when several write; a lock file taken before
`BEGIN IMMEDIATE` keeps the turns fair for a few per cent of the rate.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from webapp.domain.errors import Busy

_POLL = 0.0005


class WriterLock:
    """A lock on `PATH.writer`; entering waits at most `wait` seconds, then raises Busy."""

    def __init__(self, path: str, wait: float) -> None:
        self._path = path + ".writer"
        self._wait = wait
        self._threads = threading.Lock()
        self._file: int | None = None
        self._pid = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the only turn within the block."""
        deadline = time.monotonic() + self._wait
        if not self._threads.acquire(timeout=self._wait):
            raise Busy
        try:
            descriptor = self._open()
            self._lock(descriptor, deadline)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _open(self) -> int:
        if self._file is None or self._pid != os.getpid():  # a forked child needs its own description
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._pid = os.getpid()
        return self._file

    def _lock(self, descriptor: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Busy from None
                time.sleep(_POLL)

    def close(self) -> None:
        """Give the file handle back."""
        if self._file is not None and self._pid == os.getpid():
            os.close(self._file)
        self._file = None
