"""Finding: words, and somewhere to look around; everything that narrows the search stands in the address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.asking import readings
from webapp.domain.geo import miles
from webapp.domain.kinds import KINDS
from webapp.domain.words import kind_tag
from webapp.gazetteer import Place, of_postcode, places_named
from webapp.storage.queries import browse as queries
from webapp.storage.search import Hit, Near
from webapp.web.access import allow
from webapp.web.context import reading, storage
from webapp.web.freshness import checked_words
from webapp.web.render import page
from webapp.web.wording import STATUS_WORDS, plural

blueprint = Blueprint("search", __name__)
PER_PAGE = 20
LAST_START = 980  # of the thousand that are ranked
LONGEST = 200
OTHERS = 6  # places of one name that are offered
VERY_NEAR = 0.1  # miles
SOMEWHERE = (kind_tag("service"), kind_tag("location"))
"""What is looked for where only a place was asked for: what is somewhere."""


@dataclass(frozen=True, slots=True)
class Where:
    """Somewhere as it was understood: what was typed, the place it is taken for, and what else it could be."""

    typed: str = ""
    place: Place | None = None
    others: tuple[Place, ...] = ()

    @property
    def near(self) -> Near | None:
        """For the index; None for anywhere."""
        return Near(self.place.point, self.place.reach) if self.place else None


@blueprint.get("/search")
@allow("search")
def search() -> Response:
    """Results for words, near somewhere where that was said."""
    typed, near = _argument("q"), _argument("near")
    what, where = (typed, somewhere(near)) if near else understood(typed)
    start = min(max(request.args.get("from", 0, type=int), 0), LAST_START)
    index, connection = storage().search, reading()
    is_asked = bool(what or where.place)
    tags = () if what else (SOMEWHERE,)
    found = index.query(connection, what, tags, PER_PAGE + 1, start, where.near) if is_asked else []
    total = index.count(connection, what, tags) if is_asked else 0
    more = _address(typed, near, start + PER_PAGE) if len(found) > PER_PAGE else None
    return page(
        "browse/search.html",
        q=typed,
        near=near,
        what=what,
        where=_where_view(where, what),
        filters=[{"name": f"near {where.place.name}", "url": _address(what)}] if where.place else [],
        next_url=more,
        total_words="More than 1,000 results" if total > 1000 else plural(total, "result"),
        results=_results(found[:PER_PAGE], where),
    )


def _argument(name: str) -> str:
    return request.args.get(name, "")[:LONGEST].strip()


# -- somewhere --------------------------------------------------------------------------------------------


def understood(typed: str) -> tuple[str, Where]:
    """The words of a text and the place that it names; what names no place that we know is all words."""
    for parts in readings(typed):
        where = somewhere(parts.where)
        if where.place:
            return parts.what, where
    return typed, Where()


def somewhere(typed: str) -> Where:
    """The place that people most likely mean, and the others of its name."""
    by_postcode = of_postcode(typed)
    if by_postcode:
        return Where(typed, by_postcode)
    found = places_named(typed)
    return Where(typed, found[0], found[1 : OTHERS + 1]) if found else Where(typed)


def _where_view(where: Where, what: str) -> dict[str, Any]:
    """What the page says of the place: its name, what it stands in for, which others there are."""
    place = where.place
    return {
        "name": place.name if place else "",
        "unknown": "" if place else where.typed,
        "stands_in_for": place.asked if place else "",
        "council": place.council if place and where.others and place.sort == "town" else "",
        "others": [_other(one, what) for one in where.others],
    }


def _other(place: Place, what: str) -> dict[str, str | None]:
    return {"name": place.name, "council": place.council, "url": _address(what, _with_council(place))}


def _with_council(place: Place) -> str:
    return place.name if place.sort == "council" else f"{place.name}, {place.council}"


def away_words(kilometres: float) -> str:
    """How far away, in miles, as roughly as one thinks of it: "0.4 miles", "12 miles"."""
    away = miles(kilometres)
    if away < VERY_NEAR:
        return f"less than {VERY_NEAR} miles away"
    rounded = f"{away:.1f}" if away < 10 else f"{away:,.0f}"
    return f"{rounded} mile{'' if rounded == '1.0' else 's'} away"


# -- results ----------------------------------------------------------------------------------------------


def _address(what: str, near: str = "", start: int = 0) -> str:
    parts: Iterable[tuple[str, object]] = (("q", what), ("near", near), ("from", start))
    return "/search?" + urlencode([(name, value) for name, value in parts if value or name == "q"])


def _results(hits: Sequence[Hit], where: Where) -> list[dict[str, object]]:
    connection = reading()
    ids = [hit.record_id for hit in hits]
    rows, places = queries.rows_of(connection, ids), queries.places_of(connection, ids)
    is_point = where.place is not None and where.place.sort != "council"  # a whole area has no distance
    away = {hit.record_id: hit.away for hit in hits if is_point and hit.away is not None}
    return [_result(row, places.get(row.id), away.get(row.id)) for row in rows]


def _result(row: Any, place: str | None, away: float | None) -> dict[str, object]:
    return {
        "title": row.name,
        "url": queries.url_of(row.kind, row.slug),
        "kind_label": KINDS[row.kind].label.capitalize(),
        "summary": row.summary,
        "place": place,
        "away": None if away is None else away_words(away),
        "checked_words": checked_words(row, clock.now()),
        "status_words": STATUS_WORDS[row.status][0] if row.status in STATUS_WORDS else None,
    }
