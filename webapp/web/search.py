"""Finding: words, and somewhere to look around; everything that narrows the search stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.words import kind_tag, tokens
from webapp.gazetteer import exact
from webapp.services.find import find, while_typing
from webapp.services.found import Found
from webapp.services.found_order import checks_among
from webapp.storage import Connection
from webapp.storage.queries.shown import finding
from webapp.storage.queries.suggest import terms as categories
from webapp.storage.queries.vocabulary import vocabulary
from webapp.web import unfound
from webapp.web.access import allow
from webapp.web.context import reading, storage
from webapp.web.render import page, wants_fragment
from webapp.web.search_asked import LONGEST, Asked, asked_in
from webapp.web.search_chips import chips, empty_handed, sorts, spelling_view, where_view
from webapp.web.search_counts import order_words
from webapp.web.search_filters import SEARCHED_KINDS, Filter, filter_views, filters_of
from webapp.web.search_results import name_views, result_views
from webapp.web.search_shown import PER_PAGE, Shown, shown_of
from webapp.web.search_when import when_view
from webapp.web.tagged import tagged

blueprint = Blueprint("search", __name__)
NAMES = 5  # that are shown while somebody types


@blueprint.get("/search")
@allow("search")
def search() -> Response:
    """Results for words, near somewhere where that was said."""
    return tagged(_stamp, _search)


def _stamp(connection: Connection) -> tuple[Any, ...]:
    """What tells whether a search may find something else: records, words, and which full postcodes are known."""
    return *finding(connection), exact.present()


def _search() -> Response:
    terms = categories(reading())
    filters = filters_of(terms)
    asked = asked_in(request.args, filters, _are_words)
    now = clock.now()
    found = find(storage().search, reading(), asked.search(filters, now))
    # A 304 for a copy of the same minute does not come here: it was counted when it was built.
    if found.whole == 0 or not (found.hits or found.elsewhere):
        unfound.note(asked.what, asked.where.place)
    shown = shown_of(asked, found, now)
    return page(
        "browse/search.html",
        **_asked_for(asked, found),
        **_narrowing(asked, found, filters, now),
        **_results(asked, found, shown, {term.id: term.name for term in terms}),
        empty=empty_handed(asked, filters) if asked.is_anything and not shown.hits else None,
    )


Part = dict[str, Any]
"""A part of what the template of results is given: see there."""


def _asked_for(asked: Asked, found: Found) -> Part:
    """What was typed, and how it was understood."""
    return {
        "q": asked.typed,
        "near": asked.near,
        "what": asked.what,
        "is_asked": asked.is_anything,
        "cut": LONGEST if any(len(request.args.get(name, "")) > LONGEST for name in ("q", "near")) else None,
        "day": asked.day,
        "where": where_view(asked),
        "spelling": spelling_view(asked, found),
        "categories": name_views(found.categories),
    }


def _narrowing(asked: Asked, found: Found, filters: Mapping[str, Filter], now: datetime) -> Part:
    """What narrows the search, and what else could."""
    return {
        "when": when_view(asked, found, now, checks_among(reading(), found.lot.whenever_checked)),
        "chips": chips(asked, filters),
        "filters": filter_views(filters, asked, found) if found.hits else [],
        "sorts": sorts(asked) if len(found.hits) > 1 else [],
        "elsewhere": found.elsewhere,
        "elsewhere_url": asked.address(for_elsewhere=True),
    }


def _results(asked: Asked, found: Found, shown: Shown, names: Mapping[str, str]) -> Part:
    """The results of this page, how many there are of all, and the way on; `names` are those of categories, by id."""
    hits, has_more = shown.hits[:PER_PAGE], len(shown.hits) > PER_PAGE
    results = result_views(asked, hits, shown.documents, shown.openings, found.needs, names)
    return {
        "results": results,
        "points": [point for row in results for point in row["points"]],
        "total_words": shown.total_words,
        "whole": found.whole,
        "is_by_nearness": asked.sort in ("best", "nearest"),
        "order": order_words(asked, found, hits),
        "next_url": asked.address(start=asked.start + PER_PAGE) if has_more else None,
        "first_url": asked.address() if shown.count and not shown.hits else None,
        "unseen": "" if has_more else shown.unseen,
    }


def _are_words(text: str) -> bool:
    known = vocabulary(reading())
    return all(map(known.knows, tokens(text)))


@blueprint.get("/search/names")
@allow("search")
def names() -> Response:
    """Records by what is being typed, for the box to show below itself: a part of a page, and few of many."""
    typed = request.args.get("q", "")[:LONGEST].strip()
    if not wants_fragment():
        return redirect("/search?" + urlencode({"q": typed}))
    kinds = tuple(map(kind_tag, SEARCHED_KINDS))
    hits = while_typing(storage().search, reading(), typed, kinds, NAMES) if len(typed) > 1 else []
    return page("browse/names.html", names=name_views([hit.record_id for hit in hits]))
