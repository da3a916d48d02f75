"""Rows of results: what, where and how far, open or not, who checked it when, and why it was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from webapp import clock
from webapp.domain.document import Document
from webapp.domain.kinds import KINDS
from webapp.domain.needs import Need
from webapp.domain.why import marked, missing, reasons
from webapp.language import _, listed, ngettext, with_capital
from webapp.storage.queries import browse as queries
from webapp.storage.queries.found import Found, documents_of
from webapp.storage.search import Hit
from webapp.web.context import reading
from webapp.web.found_hours import UNTOLD, Opening
from webapp.web.freshness import checked_words
from webapp.web.map_view import MapPoint, result_points
from webapp.web.record_facts import areas_served
from webapp.web.record_hours import street_words
from webapp.web.search_asked import Asked
from webapp.web.search_chips import open_words
from webapp.web.somewhere import away_words
from webapp.web.wording import STATUS_WORDS

MOST_AREAS = 3  # that are named on a card


def result_views(
    asked: Asked,
    hits: Sequence[Hit],
    documents: Mapping[str, Found],
    openings: Mapping[str, Opening],
    needs: Sequence[Need],
    categories: Mapping[str, str],
) -> list[dict[str, Any]]:
    """The rows of a page, in one statement.

    `needs` are the words that were looked for, and what means the same; `categories` the names of all, by id.
    """
    ids = [hit.record_id for hit in hits]
    hit_of = {hit.record_id: hit for hit in hits}
    now = clock.now()
    return [
        {
            **_row(row, now),
            **_why(row, documents[row.id], needs, categories),
            "away": _away(asked, hit_of[row.id]),
            "place": _place(row, documents[row.id]),
            "areas": None if documents[row.id].locations else _areas(documents[row.id]),
            "opening": _opening(asked, openings.get(row.id, UNTOLD)),
            "points": _points(row, documents[row.id]),
        }
        for row in queries.rows_of(reading(), ids)
    ]


def name_views(ids: Sequence[str]) -> list[dict[str, str | None]]:
    """Records by name only, each with its page and what it is; those of one name with their streets instead."""
    rows = queries.rows_of(reading(), list(ids))
    names = Counter(row.name for row in rows)
    alike = documents_of(reading(), [row.id for row in rows if names[row.name] > 1])
    return [
        {
            "name": row.name,
            "url": queries.url_of(row.kind, row.slug),
            "kind_label": _(KINDS[row.kind].label),
            "street": _street(row, _places(row, alike[row.id])) if row.id in alike else None,
        }
        for row in rows
    ]


def _row(row: Any, now: datetime) -> dict[str, Any]:
    url = queries.url_of(row.kind, row.slug)
    return {
        "url": url,
        "name": row.name,
        "list_url": f"{url}/list" if row.kind == "service" else None,
        "kind_label": with_capital(_(KINDS[row.kind].label)),
        "checked_words": checked_words(row, now),
        "status_words": _(STATUS_WORDS[row.status][0]) if row.status in STATUS_WORDS else None,
    }


def _place(row: Any, found: Found) -> str | None:
    """Where it is: the place's name, or its street where that is called as the result itself, as chemists are."""
    name = min((str(place["name"]) for place in found.locations.values()), default=None)
    if name is not None and name != row.name:
        return name
    return _street(row, (place for place in _places(row, found) if place.get("name") == row.name))


def _places(row: Any, found: Found) -> Iterable[Document]:
    return [found.document] if row.kind == "location" else found.locations.values()


def _street(row: Any, places: Iterable[Document]) -> str | None:
    return next((words for place in places if (words := street_words(row.name, place))), None)


def _points(row: Any, found: Found) -> list[MapPoint]:
    return result_points(row.name, queries.url_of(row.kind, row.slug), found.document, found.locations.values())


def _why(row: Any, found: Found, needs: Sequence[Need], categories: Mapping[str, str]) -> dict[str, Any]:
    """Name and summary with the words marked, and where the others stand."""
    terms = [term for need in needs for term in need.terms()]
    unseen = [need for need in needs if all(missing(choice, row.name, row.summary) for choice in need.choices)]
    because = reasons(KINDS[row.kind], found.document, found.locations.values(), unseen, categories)
    return {"title": marked(row.name, terms), "summary": marked(row.summary, terms), "reasons": because}


def _areas(found: Found) -> str | None:
    """Of what happens at no place: whose it is, "Fife, Angus and 4 more areas"."""
    names = areas_served(found.document)
    if len(names) > MOST_AREAS:
        more = len(names) - MOST_AREAS + 1
        names = [*names[: MOST_AREAS - 1], ngettext("%(num)s more area", "%(num)s more areas", more)]
    return listed(names) or None


def _away(asked: Asked, hit: Hit) -> str | None:
    """Within a whole area there is no distance; beyond it, that from its middle."""
    place = asked.where.place
    if hit.away is None or place is None or (place.scale == "council" and not hit.away):
        return None
    return away_words(hit.away)


def _opening(asked: Asked, opening: Opening) -> str | None:
    if asked.day not in ("", "now"):
        return with_capital(open_words(asked)) if opening.is_open else None
    return opening.sentence and opening.sentence.removesuffix(".")
