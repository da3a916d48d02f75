"""What every search index can do; each works on the caller's connection, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from webapp.domain.geo import Point
from webapp.domain.words import SearchText

Tag = str | tuple[str, ...]
"""A tag that a record must have, or several of which it must have at least one (the cells of a map box)."""

CANDIDATES = 1000
"""Records that are ranked, the first in standing order; a count stops at one more."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found, how well it fits (higher is better), and how many kilometres away, where that is known."""

    record_id: str
    score: int
    away: float | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Where to look around. Whatever lies within `reach` kilometres of the point counts as there."""

    point: Point
    reach: float = 0.0


class SearchIndex(Protocol):
    """The search index of one database."""

    def upsert(self, connection: Connection, record_id: str, entry: SearchText, standing: int = 0) -> None:
        """Put a record in, or in place of what it was found by.

        `standing` is 0 to 65535, lower for better records (fresher, more complete).
        """

    def delete(self, connection: Connection, record_id: str) -> None:
        """Take a record out; nothing happens when it is not in."""

    def query(
        self,
        connection: Connection,
        text: str,
        tags: Sequence[Tag] = (),
        limit: int = 20,
        offset: int = 0,
        near: Near | None = None,
    ) -> list[Hit]:
        """The best records that have all words and all tags, best first, equals in standing order.

        A blank text asks for tags only, and with no tags for all records. A text without a word in it finds
        nothing. `near` ranks by nearness and fitness together and leaves nothing out: what is far comes later, and
        what is nowhere (by telephone, online) comes as if it were some miles away.
        """

    def count(self, connection: Connection, text: str, tags: Sequence[Tag] = ()) -> int:
        """How many records match, counted up to CANDIDATES + 1."""

    def matches(self, connection: Connection, text: str, tags: Sequence[Tag] = (), cap: int = 2000) -> list[str]:
        """The ids of matching records in standing order, at most `cap`: what facets are counted over."""

    def purge(self, connection: Connection) -> None:
        """Drop deleted words from the index's own storage, after a redaction."""
