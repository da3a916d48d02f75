"""The open changes of a simulated community, and how a reviewer comes upon one."""

from __future__ import annotations

from random import Random

from webapp.domain.simulate.change import Change


class Queue:
    """Open changes, oldest first; what has ended is left out when there is enough of it."""

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self._ended = 0

    def __len__(self) -> int:
        return len(self._changes) - self._ended

    def add(self, change: Change) -> None:
        """A change was suggested."""
        self._changes.append(change)

    def end(self) -> None:
        """One of them has ended."""
        self._ended += 1
        if self._ended > 64 and 2 * self._ended > len(self._changes):
            self._changes = [change for change in self._changes if change.is_open]
            self._ended = 0

    def open_ones(self) -> list[Change]:
        """All that are open."""
        return [change for change in self._changes if change.is_open]

    def some(self, most: int, oldest_first: float, random: Random) -> list[Change]:
        """Up to `most` open changes, those that wait longest more often."""
        found: dict[str, Change] = {}
        for _ in range(3 * most):
            if len(found) == most or not self._changes:
                break
            change = self._changes[int(len(self._changes) * random.random() ** oldest_first)]
            if change.is_open:
                found[change.id] = change
        return list(found.values())
