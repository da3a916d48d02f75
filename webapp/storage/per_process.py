"""What each process must have of its own, such as a connection or a lock's file."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """Made by each process for itself, the first time that it asks.

    A forked child leaves its parent's alone, even unclosed, as SQLite asks: it stays referred to here for ever.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: dict[int, T] = {}

    def get(self) -> T:
        """This process's own."""
        try:
            return self._made[os.getpid()]
        except KeyError:
            return self._made.setdefault(os.getpid(), self._make())

    def pop(self) -> T | None:
        """This process's own, to be closed, where it was made; the next `get` makes another."""
        return self._made.pop(os.getpid(), None)
