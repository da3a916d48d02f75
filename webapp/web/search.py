"""Finding: words, and somewhere to look around; everything that narrows the search stands in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.asking import without_open_now
from webapp.domain.kinds import KINDS
from webapp.domain.needs import understand
from webapp.domain.words import kind_tag
from webapp.storage.queries import browse as queries
from webapp.storage.queries.found import documents_of
from webapp.storage.search import Hit
from webapp.web.access import allow
from webapp.web.context import reading, storage
from webapp.web.found_hours import UNTOLD, Opening, opening_of
from webapp.web.freshness import checked_words
from webapp.web.render import page
from webapp.web.somewhere import Where, away_words, somewhere, understood, with_council
from webapp.web.wording import STATUS_WORDS, plural

blueprint = Blueprint("search", __name__)
PER_PAGE = 20
LAST_START = 980  # of the thousand that are ranked
LONGEST = 200
LOOKED_AT = 200  # results of which those that are open are picked
SOMEWHERE = (kind_tag("service"), kind_tag("location"))
"""What is looked for where only a place was asked for: what is somewhere."""


@blueprint.get("/search")
@allow("search")
def search() -> Response:
    """Results for words, near somewhere where that was said."""
    asked = _asked()
    start = min(max(request.args.get("from", 0, type=int), 0), LAST_START)
    found = _found(asked, start)
    return page(
        "browse/search.html",
        q=asked.typed,
        near=asked.near,
        what=asked.what,
        is_open=asked.is_open,
        where=_where_view(asked),
        filters=_filters(asked),
        next_url=asked.address(start=start + PER_PAGE) if len(found.hits) > PER_PAGE else None,
        total_words=found.total_words,
        results=_results(found, asked.where),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was typed into both boxes, and as it was understood."""

    typed: str
    near: str
    what: str
    where: Where
    is_open: bool

    def address(self, near: str | None = None, is_open: bool | None = None, start: int = 0) -> str:
        """The page of the same search, or with something else in place of one part of it."""
        near = (self.near or self.where.typed) if near is None else near
        is_open = self.is_open if is_open is None else is_open
        parts: Iterable[tuple[str, object]] = (
            ("q", self.what),
            ("near", near),
            ("open", "now" if is_open else ""),
            ("from", start),
        )
        return "/search?" + urlencode([(name, value) for name, value in parts if value or name == "q"])


def _asked() -> Asked:
    typed, near = _argument("q"), _argument("near")
    words, said = without_open_now(typed)
    what, where = (words, somewhere(near)) if near else understood(words)
    return Asked(typed, near, what, where, said or request.args.get("open") == "now")


def _argument(name: str) -> str:
    return request.args.get(name, "")[:LONGEST].strip()


# -- finding ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hits:
    """The hits of a page and one more where there is one, with when they are open, and how many there are in all."""

    hits: Sequence[Hit]
    openings: Mapping[str, Opening]
    total_words: str


def _found(asked: Asked, start: int) -> Hits:
    if not (asked.what or asked.where.place):
        return Hits((), {}, "")
    index, connection, now = storage().search, reading(), clock.now()
    ranking = index.rank(connection, understand(asked.what, () if asked.what else (SOMEWHERE,)), asked.where.near)
    hits = ranking.hits[:LOOKED_AT] if asked.is_open else ranking.hits[start : start + PER_PAGE + 1]
    documents = documents_of(connection, [hit.record_id for hit in hits])
    openings = {id_: opening_of(found, now) for id_, found in documents.items()}
    if asked.is_open:
        open_ones = [hit for hit in hits if openings.get(hit.record_id, UNTOLD).is_open]
        words = plural(len(open_ones), "result") + " open now"
        words += f" among the first {LOOKED_AT}" if len(hits) == LOOKED_AT else ""
        return Hits(open_ones[start : start + PER_PAGE + 1], openings, words)
    return Hits(hits, openings, "More than 1,000 results" if ranking.is_capped else plural(len(ranking.hits), "result"))


def _filters(asked: Asked) -> list[dict[str, str]]:
    """What narrows the search, each with the address of the page without it."""
    found = []
    if asked.where.place:
        found.append({"name": f"near {asked.where.place.name}", "url": asked.address(near="")})
    if asked.is_open:
        found.append({"name": "open now", "url": asked.address(is_open=False)})
    return found


def _where_view(asked: Asked) -> dict[str, Any]:
    """What the page says of the place: its name, what it stands in for, which others there are."""
    where, place = asked.where, asked.where.place
    return {
        "name": place.name if place else "",
        "unknown": "" if place else where.typed,
        "stands_in_for": place.asked if place else "",
        "council": place.council if place and where.others and place.scale == "town" else "",
        "others": [
            {"name": one.name, "council": one.council, "url": asked.address(near=with_council(one))}
            for one in where.others
        ],
    }


# -- results ----------------------------------------------------------------------------------------------


def _results(found: Hits, where: Where) -> list[dict[str, object]]:
    connection, hits = reading(), found.hits[:PER_PAGE]
    ids = [hit.record_id for hit in hits]
    rows, places = queries.rows_of(connection, ids), queries.places_of(connection, ids)
    is_point = where.place is not None and where.place.scale != "council"  # a whole area has no distance
    away = {hit.record_id: hit.away for hit in hits if is_point and hit.away is not None}
    return [
        _result(row, places.get(row.id), away.get(row.id), found.openings.get(row.id, UNTOLD).sentence) for row in rows
    ]


def _result(row: Any, place: str | None, away: float | None, opening: str | None) -> dict[str, object]:
    return {
        "title": row.name,
        "url": queries.url_of(row.kind, row.slug),
        "kind_label": KINDS[row.kind].label.capitalize(),
        "summary": row.summary,
        "place": place if place != row.name else None,
        "away": None if away is None else away_words(away),
        "opening": opening and opening.removesuffix("."),
        "checked_words": checked_words(row, clock.now()),
        "status_words": STATUS_WORDS[row.status][0] if row.status in STATUS_WORDS else None,
    }
