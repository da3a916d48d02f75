"""A database with the demo in it, and what became of a suggestion there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from webapp.demo.content import load
from webapp.demo.play import Summary
from webapp.storage import Storage
from webapp.storage.models import Change, Suggestion

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CONTENT = load(NOW.date())
STORY = CONTENT.story["suggestion"]
FLAGS = ("hidden", "conflicted", "escalated", "contested")


@dataclass
class Played:
    """One database with the demo in it."""

    storage: Storage
    summary: Summary
    progress: list[tuple[str, int, int]]
    seconds: float
    now: datetime = NOW

    def all(self, query: Any) -> list[Any]:
        with self.storage.read() as connection:
            return list(connection.execute(query))

    def value(self, query: Any) -> Any:
        with self.storage.read() as connection:
            return connection.execute(query).scalar()

    def changes(self, row: Any) -> list[Any]:
        at = self.now - timedelta(days=row["days_ago"])
        query = select(Change).join(Suggestion, Suggestion.id == Change.suggestion_id)
        return self.all(query.where(Suggestion.reason == row["reason"], Change.first_opened_at == at))


def stands(changes: list[Any]) -> str:
    """What came of a suggestion, in the words of the story."""
    states = {change.state for change in changes}
    if states == {"open"}:
        return next((flag for flag in FLAGS if any(getattr(c, f"{flag}_at") for c in changes)), "open")
    if len(states) == 1:
        return str(states.pop())
    return "partly applied" if "applied" in states else "mixed"
