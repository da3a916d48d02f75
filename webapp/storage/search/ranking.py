"""From candidates to hits: one ranking for every database, in whole numbers, by where each word stands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Connection, TextClause

from webapp.domain.geo import cells_within, distance, points_of
from webapp.domain.words import Term, query_terms, stem
from webapp.storage.prepared import execute
from webapp.storage.search.port import CANDIDATES, Hit, Near, Tag

IN_NAME, IN_SUMMARY, IN_TEXT = 12, 5, 1
BEGUN_IN_NAME, BEGUN_IN_SUMMARY = 8, 3  # the word goes on after what was typed
WHOLE_NAME = 10  # every word of the name was asked for
AT_THE_DOOR = 24  # as much as two words in the name
HALVED_AFTER = 4.0  # kilometres
NOWHERE = 6  # as near as a place of 8 km away
AROUND = 20.0  # kilometres within which candidates are looked for before any others


@dataclass(frozen=True, slots=True)
class Candidate:
    """A matching record in standing order, with its tokens of weight A and B."""

    record_id: str
    name: str
    summary: str
    points: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was understood; `is_hopeless` when there were signs but no words in it."""

    terms: tuple[Term, ...]
    tags: tuple[tuple[str, ...], ...]
    is_hopeless: bool

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows the search."""
        return not self.terms and not self.tags


def understand(text: str, tags: Sequence[Tag]) -> Asked:
    """What a search asks for. A tag of no choices at all is hopeless too."""
    terms = query_terms(text)
    choices = tuple((tag,) if isinstance(tag, str) else tag for tag in tags)
    return Asked(terms, choices, (bool(text.strip()) and not terms) or () in choices)


def rank(candidates: Iterable[Candidate], terms: Sequence[Term], near: Near | None = None) -> list[Hit]:
    """Best first; equals stay in the order they came in, the nearer of them first."""
    hits = [_hit(candidate, terms, near) for candidate in candidates]
    return sorted(hits, key=lambda hit: (-hit.score, hit.away or 0.0))


def _hit(candidate: Candidate, terms: Sequence[Term], near: Near | None) -> Hit:
    fits = score(candidate, terms)
    if near is None:
        return Hit(candidate.record_id, fits)
    away = min((distance(near.point, point) for point in points_of(candidate.points)), default=None)
    return Hit(candidate.record_id, fits + nearness(None if away is None else away - near.reach), away)


def nearness(away: float | None) -> int:
    """What being so many kilometres away is worth: most at the door, half after each `HALVED_AFTER`, then nothing."""
    if away is None:
        return NOWHERE
    return round(AT_THE_DOOR * 2 ** (-max(0.0, away) / HALVED_AFTER))


def score(candidate: Candidate, terms: Sequence[Term]) -> int:
    """The sum over the words of the best place where each stands; words found elsewhere stand in the text."""
    if not terms:
        return 0
    name, summary = frozenset(candidate.name.split()), frozenset(candidate.summary.split())
    total = sum(_place(term, name, summary) for term in terms)
    return total + (WHOLE_NAME if name and all(_is_asked(token, terms) for token in name) else 0)


def _place(term: Term, name: frozenset[str], summary: frozenset[str]) -> int:
    if term.stem in name:
        return IN_NAME
    if any(term.matches(token) for token in name):
        return BEGUN_IN_NAME
    if term.stem in summary:
        return IN_SUMMARY
    return BEGUN_IN_SUMMARY if any(term.matches(token) for token in summary) else IN_TEXT


def _is_asked(token: str, terms: Sequence[Term]) -> bool:
    return any(term.stem in (token, stem(token)) for term in terms)


class Reader(ABC):
    """The reading half of an index: a database gives its statements and writes a search in its own syntax.

    `FIRST` and `MATCHING` give candidates in standing order, at most `:most`; `COUNT_ALL` and `COUNT` one
    number; `MATCHING` and `COUNT` take the search as `:match`.
    """

    FIRST: ClassVar[TextClause]
    MATCHING: ClassVar[TextClause]
    COUNT_ALL: ClassVar[TextClause]
    COUNT: ClassVar[TextClause]

    @abstractmethod
    def expression(self, asked: Asked) -> str:
        """The search in the database's syntax."""

    def query(
        self,
        connection: Connection,
        text: str,
        tags: Sequence[Tag] = (),
        limit: int = 20,
        offset: int = 0,
        near: Near | None = None,
    ) -> list[Hit]:
        """See `port.SearchIndex`."""
        asked = understand(text, tags)
        found = self._candidates(connection, asked, CANDIDATES)
        if near is not None and len(found) == CANDIDATES:  # there may be nearer ones than the best in standing
            around = understand(text, (*tags, cells_within(near.point, near.reach + AROUND)))
            nearby = self._candidates(connection, around, CANDIDATES)
            found = list({one.record_id: one for one in (*nearby, *found)}.values())
        return rank(found, asked.terms, near)[offset : offset + limit]

    def matches(self, connection: Connection, text: str, tags: Sequence[Tag] = (), cap: int = 2000) -> list[str]:
        """See `port.SearchIndex`."""
        found = self._candidates(connection, understand(text, tags), cap)
        return [candidate.record_id for candidate in found]

    def count(self, connection: Connection, text: str, tags: Sequence[Tag] = ()) -> int:
        """See `port.SearchIndex`."""
        asked = understand(text, tags)
        if asked.is_hopeless:
            return 0
        statement = self.COUNT_ALL if asked.is_everything else self.COUNT
        return int(execute(connection, statement, self._parameters(asked, CANDIDATES + 1)).scalar())

    def _candidates(self, connection: Connection, asked: Asked, most: int) -> list[Candidate]:
        if asked.is_hopeless:
            return []
        statement = self.FIRST if asked.is_everything else self.MATCHING
        rows = execute(connection, statement, self._parameters(asked, most))
        return [Candidate(row.record_id, row.name, row.summary, row.points) for row in rows]

    def _parameters(self, asked: Asked, most: int) -> dict[str, object]:
        return {"most": most} if asked.is_everything else {"most": most, "match": self.expression(asked)}


STANDING_SHIFT = 40
"""A position is the standing, then a number that grows: better records first, then the earlier ones."""


def first_position(standing: int) -> int:
    """The lowest position of a standing; ValueError unless it is 0 to 65535."""
    if not 0 <= standing <= 65535:
        raise ValueError(f"standing out of range: {standing}")
    return standing << STANDING_SHIFT
