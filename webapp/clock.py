"""The time now. Tests and the demo move it; everything below is handed the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_fixed: ContextVar[datetime | None] = ContextVar("fixed clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC, cut to whole microseconds."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def fixed(moment: datetime) -> Iterator[None]:
    """Within the block (of this thread or task), `now()` is `moment`, which must be aware."""
    if moment.tzinfo is None:
        raise ValueError("a fixed clock needs an aware time")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)


def ago(**parts: float) -> datetime:
    """The moment so long before now: `ago(days=3)`."""
    return now() - timedelta(**parts)
