"""The least that a command's writes can cost: the same statements by raw sqlite3, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from webapp.storage.engine import SQLITE_PRAGMAS

Write = tuple[str, Any, bool]
"""A statement, its parameters, and whether those are many rows."""


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Write]]:
    """Every write that goes through `engine` within the block, with its parameters."""
    found: list[Write] = []

    def see(_conn: Any, _cursor: Any, text: str, parameters: Any, _context: Any, many: bool) -> None:
        if text.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            found.append((text, parameters, many))

    event.listen(engine, "before_cursor_execute", see)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", see)


def connect(file: Path, synchronous: str = "NORMAL") -> sqlite3.Connection:
    """A raw connection with the pragmas that the application's have."""
    connection = sqlite3.connect(file, isolation_level=None, cached_statements=512)
    for name, value in {**SQLITE_PRAGMAS, "synchronous": synchronous}.items():
        connection.execute(f"PRAGMA {name}={value}")
    return connection


def replay(connection: sqlite3.Connection, writes: Sequence[Write]) -> None:
    """Write all of it in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for text, parameters, many in writes:
        (connection.executemany if many else connection.execute)(text, parameters)
    connection.execute("COMMIT")
