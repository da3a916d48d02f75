"""From candidates to hits: one ranking for every database, by what their words are worth and how near they are."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import ClassVar

from sqlalchemy import Connection, TextClause

from webapp.domain.geo import cells_within, distance, points_of
from webapp.domain.hours import packed
from webapp.domain.needs import CANDIDATES, COUNTED, Asked, Need
from webapp.domain.search_text import SearchText
from webapp.domain.words import Term, kind_tag
from webapp.storage.prepared import execute
from webapp.storage.search.port import Hit, Near, Ranking
from webapp.storage.search.scoring import IN_NAME, SUMMARY_NEAR, Candidate, fit, score

AT_THE_DOOR = 24  # as much as two words in the name
HALVED_AFTER = 4.0  # kilometres
FAR = 25.0  # kilometres
NOWHERE = 6  # as near as a place of 8 km away
FOR_HERE = 16  # for whoever lives there, by its own words: as near as a place of 2 km away
SERVICE, PLACE, ORGANIZATION = kind_tag("service"), kind_tag("location"), kind_tag("organization")
AROUND = 20.0  # kilometres within which candidates are looked for before any others


def rank(candidates: Iterable[Candidate], asked: Asked, near: Near | None = None) -> list[Hit]:
    """Best first; of equals the nearest, and what is nowhere behind them; else they stay in the order they came in.

    What lies outside a whole area comes behind the others, and what may be for people elsewhere behind what is near.
    """
    hits = [_hit(candidate, asked, near) for candidate in without_echoes(candidates)]
    if near is None:
        return sorted(hits, key=lambda hit: -hit.score)
    return _doubtful_behind(sorted(hits, key=lambda hit: (_is_outside(hit, near), *_order(hit))), near)


def _order(hit: Hit) -> tuple[int, bool, float]:
    return -hit.score, hit.away is None, hit.away or 0.0


def _is_outside(hit: Hit, near: Near) -> bool:
    """Whether it lies outside a whole area, and is not for its people either."""
    return near.is_area and bool(hit.away) and near.here.isdisjoint(hit.tags.split())


def _doubtful_behind(hits: list[Hit], near: Near) -> list[Hit]:
    """With what is doubtful moved behind the last that is near or for everybody; what is far stays as it is."""
    doubtful = [_is_doubtful(hit.away, hit.tags.split(), near) for hit in hits]
    if not any(doubtful):
        return hits
    settled = [
        place for place, hit in enumerate(hits) if not doubtful[place] and (hit.away or 0.0) - near.reach <= FAR
    ]
    end = settled[-1] + 1 if settled else 0
    first = sorted(range(end), key=doubtful.__getitem__)
    return [hits[place] for place in first] + hits[end:]


def _is_doubtful(away: float | None, tags: Sequence[str], near: Near) -> bool:
    """Whether it is nowhere, and nothing says that it is for the people there: it may be for people elsewhere."""
    return bool(near.everybody) and away is None and near.here.isdisjoint(tags) and near.everybody.isdisjoint(tags)


def without_echoes(candidates: Iterable[Candidate]) -> list[Candidate]:
    """All but the places at whose point a service of their very name was found, and the organisations of that name."""
    found = list(candidates)
    services = [one for one in found if _has(SERVICE, one.tags)]
    names, standing = {one.name for one in services}, {(one.name, one.points) for one in services if one.points}
    if not services:
        return found
    return [
        one
        for one in found
        if not (
            (one.name in names and _has(ORGANIZATION, one.tags))
            or ((one.name, one.points) in standing and _has(PLACE, one.tags))
        )
    ]


def _has(token: str, tokens: str) -> bool:
    """Whether a token is one of several with spaces between: a third of what taking them apart costs."""
    return f" {token} " in f" {tokens} "


def _hit(candidate: Candidate, asked: Asked, near: Near | None) -> Hit:
    if near is None:
        return Hit(candidate.record_id, score(candidate, asked), None, candidate.tags, candidate.hours)
    away = _away(candidate, near)
    if asked.wished and away is not None and away - near.reach > FAR:
        asked = Asked(asked.needs)  # what is as far as that has the place's name from another place
    fits = score(candidate, asked, SUMMARY_NEAR)
    worth = fits + _near_enough(candidate, away, near)
    return Hit(candidate.record_id, worth, away, candidate.tags, candidate.hours)


def _away(candidate: Candidate, near: Near) -> float | None:
    """How many kilometres away the nearest of its places is; none within a whole area."""
    away = min((distance(near.point, point) for point in points_of(candidate.points)), default=None)
    return 0.0 if near.is_area and away is not None and _lies_in(candidate, away, near) else away


def _unranked(candidate: Candidate, near: Near | None) -> Hit:
    away = None if near is None else _away(candidate, near)
    return Hit(candidate.record_id, 0, away, candidate.tags, candidate.hours)


def _lies_in(candidate: Candidate, away: float, near: Near) -> bool:
    """Whether it lies in the area, as far as the borders are known; of what is for its people, only if it is near."""
    if near.here.isdisjoint(candidate.areas.split()):
        return False
    return away <= near.reach or near.here.isdisjoint(candidate.tags.split())


def _near_enough(candidate: Candidate, away: float | None, near: Near) -> int:
    """By distance, or for being for the people there. An organisation without a place is nowhere to go to."""
    tags = candidate.tags.split()
    if away is None and (ORGANIZATION in tags or _is_doubtful(away, tags, near)):
        return 0
    by_distance = nearness(None if away is None else away - near.reach)
    return by_distance if near.here.isdisjoint(tags) else max(by_distance, FOR_HERE)


def nearness(away: float | None) -> int:
    """What being so many kilometres away is worth: most at the door, half after each `HALVED_AFTER`, nothing at `FAR`.

    Beyond that each doubling takes one more away: of two that nobody would walk to, one may still be within reach.
    """
    if away is None:
        return NOWHERE
    if away > FAR:
        return -round(math.log2(away / FAR))
    return round(AT_THE_DOOR * 2 ** (-max(0.0, away) / HALVED_AFTER))


# -- where few have all words ------------------------------------------------------------------------------


def rank_most(candidates: Iterable[Candidate], asked: Asked, near: Near | None = None) -> list[Hit]:
    """Those first that have the most, by how few have each word; of equals the best first."""
    found = without_echoes(candidates)
    has = [_needs_of(candidate, asked.needs) for candidate in found]
    having = Counter(place for places in has for place in places)
    rarity = {place: math.log(1 + len(found) / count) for place, count in having.items()}
    weights = [
        sum(rarity[place] * _weight(asked.needs[place], candidate) for place in places)
        for candidate, places in zip(found, has, strict=True)
    ]
    least = max(weights, default=0.0) / 3
    rows = []
    for candidate, places, weight in zip(found, has, weights, strict=True):
        if weight >= least and places:
            part = Asked(tuple(asked.needs[place] for place in places), asked.tags, asked.wished)
            hit = _hit(candidate, part, near)
            rows.append((-round(weight, 6), near is not None and _is_outside(hit, near), hit))
    rows.sort(key=lambda row: (*row[:2], *_order(row[2])))
    return [hit for *_, hit in rows]


def _weight(need: Need, candidate: Candidate) -> float:
    """A word counts for twice as much in the name as in the text."""
    name, summary = f" {candidate.name} ", f" {candidate.summary} "
    return 1 + min(1.0, fit(need, name, summary) / (need.weight * IN_NAME))


def _needs_of(candidate: Candidate, needs: Sequence[Need]) -> list[int]:
    """The places of those needs that a candidate's tokens meet."""
    tokens = frozenset(candidate.tokens.split())
    return [
        place
        for place, need in enumerate(needs)
        if any(all(_stands(term, tokens) for term in choice) for choice in need.choices)
    ]


def _stands(term: Term, tokens: frozenset[str]) -> bool:
    return term.stem in tokens or (term.prefix is not None and any(map(term.matches, tokens)))


class Reader(ABC):
    """The reading half of an index: a database gives its statements and writes a search in its own syntax.

    `FIRST`, `MATCHING` and `WHOLE` give candidates in standing order, at most `:most`, the last with all their tokens,
    in the order of `Candidate`'s fields. All but `FIRST` take the search as `:match`.
    """

    FIRST: ClassVar[TextClause]
    MATCHING: ClassVar[TextClause]
    WHOLE: ClassVar[TextClause]

    @abstractmethod
    def expression(self, asked: Asked, *, any_word: bool = False) -> str:
        """The search in the database's syntax: all needs, or any of them, and all tags."""

    def rank(
        self, connection: Connection, asked: Asked, near: Near | None = None, among: int | None = None
    ) -> Ranking:
        """See `port.SearchIndex`."""
        found, is_capped, whole_within = self._looked_at(connection, asked, near, among or CANDIDATES)
        return Ranking(rank(found, asked, near), is_capped, whole_within)

    def gather(self, connection: Connection, asked: Asked, near: Near | None = None) -> Ranking:
        """See `port.SearchIndex`."""
        found, is_capped, whole_within = self._looked_at(connection, asked, near, COUNTED)
        hits = [_unranked(candidate, near) for candidate in without_echoes(found)]
        return Ranking(hits, is_capped, whole_within)

    def _looked_at(
        self, connection: Connection, asked: Asked, near: Near | None, most: int
    ) -> tuple[list[Candidate], bool, float]:
        """Candidates, whether more match, and how many kilometres around all were looked at."""
        found = self._candidates(connection, asked, most + 1)
        is_capped = len(found) > most
        whole_within = 0.0 if is_capped else math.inf
        found = found[:most]
        if near is not None and is_capped:  # there may be nearer ones than the best in standing
            around = asked.narrowed(cells_within(near.point, near.reach + AROUND))
            nearby = self._candidates(connection, around, most)
            whole_within = near.reach + AROUND if len(nearby) < most else 0.0
            found = list({one.record_id: one for one in (*nearby, *found)}.values())
        return found, is_capped, whole_within

    def rank_most(self, connection: Connection, asked: Asked, near: Near | None = None) -> Ranking:
        """See `port.SearchIndex`."""
        if asked.is_hopeless or not asked.needs:
            return Ranking([], False, math.inf)
        wanted = {"most": CANDIDATES + 1, "match": self.expression(asked, any_word=True)}
        rows = list(execute(connection, self.WHOLE, wanted))
        found = [Candidate(*row) for row in rows[:CANDIDATES]]
        is_capped = len(rows) > CANDIDATES
        return Ranking(rank_most(found, asked, near), is_capped, 0.0 if is_capped else math.inf)

    def query(
        self,
        connection: Connection,
        asked: Asked,
        limit: int = 20,
        offset: int = 0,
        near: Near | None = None,
        among: int | None = None,
    ) -> list[Hit]:
        """See `port.SearchIndex`."""
        return self.rank(connection, asked, near, among).hits[offset : offset + limit]

    def _candidates(self, connection: Connection, asked: Asked, most: int) -> list[Candidate]:
        if asked.is_hopeless:
            return []
        statement = self.FIRST if asked.is_everything else self.MATCHING
        return [Candidate(*row) for row in execute(connection, statement, self._parameters(asked, most))]

    def _parameters(self, asked: Asked, most: int) -> dict[str, object]:
        return {"most": most} if asked.is_everything else {"most": most, "match": self.expression(asked)}


STANDING_SHIFT = 40
"""A position is the standing, then a number that grows: better records first, then the earlier ones."""


def first_position(standing: int) -> int:
    """The lowest position of a standing; ValueError unless it is 0 to 65535."""
    if not 0 <= standing <= 65535:
        raise ValueError(f"standing out of range: {standing}")
    return standing << STANDING_SHIFT


def columns(entry: SearchText) -> dict[str, str]:
    """What a search row keeps beside its tokens."""
    return {
        "name": entry.name,
        "summary": entry.summary,
        "points": entry.points,
        "tags": entry.tags,
        "areas": entry.areas,
        "hours": packed(entry.hours.split()),
    }
