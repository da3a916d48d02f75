"""Counting SQL statements: a page that asks once a row is found by a test, not by its readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Statements:
    """The SQL seen so far, in order, nothing left out."""

    seen: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.seen)

    def __str__(self) -> str:
        lines = (f"{number:3}. {' '.join(text.split())}" for number, text in enumerate(self.seen, start=1))
        return "\n".join(lines) or "(no statement)"


@contextmanager
def recorded(engine: Engine) -> Iterator[Statements]:
    """Every statement that goes through `engine` within the block, from whatever thread."""
    statements = Statements()

    def see(_conn: Any, _cursor: Any, text: str, _parameters: Any, _context: Any, _many: bool) -> None:
        statements.seen.append(text)

    event.listen(engine, "before_cursor_execute", see)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", see)


@contextmanager
def at_most(limit: int, engine: Engine) -> Iterator[Statements]:
    """Fail when more than `limit` statements run within the block, and list them."""
    with recorded(engine) as statements:
        yield statements
    assert len(statements) <= limit, f"{len(statements)} statements, at most {limit} allowed:\n{statements}"
