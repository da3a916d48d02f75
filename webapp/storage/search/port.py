"""What every search index can do; each works on the caller's connection, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection

from webapp.domain.geo import Point
from webapp.domain.needs import Asked
from webapp.domain.search_text import SearchText


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found, how well it fits (higher is better), and how many kilometres away, where that is known; 0 for
    what is in the area that was asked for.

    `tags` are all that it has, with spaces between; `hours` are when it may be open, as `hours.packed` gives them.
    """

    record_id: str
    score: int
    away: float | None = None
    tags: str = field(default="", compare=False)
    hours: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was ranked, best first; `is_capped` where more match than were looked at.

    `whole_within`: so many kilometres around the point that was asked for, all that match were looked at.
    """

    hits: list[Hit]
    is_capped: bool
    whole_within: float


@dataclass(frozen=True, slots=True)
class Near:
    """Where to look around. Whatever lies within `reach` kilometres of the point counts as there.

    `here` are the tags of what says that it is for the people there, `everybody` of what is for them as for all others;
    blank where nobody says whom anything is for. `is_area`: this is the whole area that the tags of `here` are of.
    """

    point: Point
    reach: float = 0.0
    here: frozenset[str] = frozenset()
    everybody: frozenset[str] = frozenset()
    is_area: bool = False


class SearchIndex(Protocol):
    """The search index of one database."""

    def upsert(self, connection: Connection, record_id: str, entry: SearchText, standing: int = 0) -> None:
        """Put a record in, or in place of what it was found by.

        `standing` is 0 to 65535, lower for better records (fresher, more complete).
        """

    def delete(self, connection: Connection, record_id: str) -> None:
        """Take a record out; nothing happens when it is not in."""

    def rank(
        self, connection: Connection, asked: Asked, near: Near | None = None, among: int | None = None
    ) -> Ranking:
        """The records that have all that is asked for, best first, equals in standing order.

        A search of no words asks for tags only, and with no tags for all records; a hopeless one finds nothing.
        At most `among` are looked at (CANDIDATES unless told), the first in standing order; beyond them, `near` looks
        at as many around it.
        `near` ranks by nearness and fitness together and leaves nothing out: what is far comes later, and what is
        nowhere (by telephone, online) comes as if it were some miles away, or behind all that is near where it is not
        known to be for the people there. What lies outside a whole area comes behind all that does not.
        A place is left out where a service of its name at its point is found, and an organisation where one of its
        name is: to whoever looks, they are one.
        """

    def rank_most(self, connection: Connection, asked: Asked, near: Near | None = None) -> Ranking:
        """The records that have most of the words, and all tags: a word counts for more the fewer have it.

        At most CANDIDATES are looked at, the first in standing order; what has less than a third of what the best has
        is left out.
        """

    def query(
        self,
        connection: Connection,
        asked: Asked,
        limit: int = 20,
        offset: int = 0,
        near: Near | None = None,
        among: int | None = None,
    ) -> list[Hit]:
        """A page of what `rank` gives."""

    def gather(self, connection: Connection, asked: Asked, near: Near | None = None) -> Ranking:
        """What `rank` gives, unranked and of the first COUNTED only: for counting what else there would be."""

    def token_counts(self, connection: Connection) -> dict[str, int]:
        """Every token of the index, with the number of records that have it. Reads the whole index."""

    def purge(self, connection: Connection) -> None:
        """Drop deleted words from the index's own storage, after a redaction."""
