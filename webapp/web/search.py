"""Finding: words, and somewhere to look around; everything that narrows the search stands in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from webapp.storage import Connection
from webapp.storage.queries.found import Found as Documents
from webapp.storage.queries.found import documents_of
from webapp.storage.queries.shown import finding
from webapp.storage.queries.suggest import terms as categories
from webapp.storage.queries.vocabulary import vocabulary
from webapp.storage.search import Hit
from webapp.web import unfound
from webapp.web.access import allow
from webapp.web.context import reading, storage
from webapp.web.found_hours import UNTOLD, Opening, opening_of
from webapp.web.render import page, wants_fragment
from webapp.web.search_asked import LONGEST, Asked, asked_in
from webapp.web.search_chips import chips, empty_handed, sorts, spelling_view, where_view
from webapp.web.search_counts import about_open_words, order_words, total_open_words, total_words, unseen_words
from webapp.web.search_filters import SEARCHED_KINDS, filter_views, filters_of
from webapp.web.search_results import name_views, result_views
from webapp.web.search_when import when_view
from webapp.web.tagged import tagged

blueprint = Blueprint("search", __name__)
PER_PAGE = 20
NAMES = 5  # that are shown while somebody types
LOOKED_AT = 400  # results of which those that are open are picked
AT_ONCE = 50  # of them


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
    shown = _shown(asked, found, now)
    # A 304 for a copy of the same minute does not come here: it was counted when it was built.
    if found.whole == 0 or not (found.hits or found.elsewhere):
        unfound.note(asked.what, asked.where.place)
    names = {term.id: term.name for term in terms}
    results = result_views(asked, shown.hits[:PER_PAGE], shown.documents, shown.openings, found.needs, names)
    has_more = len(shown.hits) > PER_PAGE
    is_asked = bool(asked.what or asked.where.place or asked.chosen or asked.day)
    return page(
        "browse/search.html",
        q=asked.typed,
        near=asked.near,
        what=asked.what,
        is_asked=is_asked,
        cut=LONGEST if any(len(request.args.get(name, "")) > LONGEST for name in ("q", "near")) else None,
        day=asked.day,
        where=where_view(asked),
        spelling=spelling_view(asked, found),
        categories=name_views(found.categories),
        when=when_view(asked, found, now),
        chips=chips(asked, filters),
        filters=filter_views(filters, asked, found) if found.hits else [],
        is_by_nearness=asked.sort in ("best", "nearest"),
        sorts=sorts(asked) if len(found.hits) > 1 else [],
        elsewhere=found.elsewhere,
        elsewhere_url=asked.address(for_elsewhere=True),
        next_url=asked.address(start=asked.start + PER_PAGE) if has_more else None,
        unseen="" if has_more else shown.unseen,
        order=order_words(asked, found, shown.hits[:PER_PAGE]),
        first_url=asked.address() if shown.count and not shown.hits else None,
        total_words=shown.total_words,
        whole=found.whole,
        points=[point for row in results for point in row["points"]],
        results=results,
        empty=empty_handed(asked, filters) if is_asked and not shown.hits else None,
    )


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


@dataclass(frozen=True, slots=True)
class Shown:
    """The hits of a page and one more where there is one, what they say, when they are open, and how many there are.

    `unseen`: where more fit than were looked at, how to see others; else blank.
    """

    hits: Sequence[Hit]
    documents: Mapping[str, Documents]
    openings: Mapping[str, Opening]
    count: int
    total_words: str
    unseen: str


def _shown(asked: Asked, found: Found, now: datetime) -> Shown:
    end = asked.start + PER_PAGE + 1
    if asked.day:
        return _open_ones(asked, found, now, end)
    hits = found.hits[asked.start : end]
    documents = documents_of(reading(), [hit.record_id for hit in hits])
    openings = {id_: opening_of(one, now) for id_, one in documents.items()}
    total = total_words(len(found.hits), is_least=found.is_capped)
    return Shown(hits, documents, openings, len(found.hits), total, unseen_words() if found.is_capped else "")


def _open_ones(asked: Asked, found: Found, now: datetime, needed: int) -> Shown:
    """Those that are open then, looked for among those that may be until there are enough."""
    moment, last = asked.moment(now) or now, asked.last_moment(now)
    hits: list[Hit] = []
    documents: dict[str, Documents] = {}
    openings: dict[str, Opening] = {}
    looked_at = 0
    while looked_at < min(len(found.hits), LOOKED_AT) and len(hits) < needed:
        some = found.hits[looked_at : looked_at + AT_ONCE]
        looked_at += len(some)
        said = documents_of(reading(), [hit.record_id for hit in some])
        documents |= said
        openings |= {id_: opening_of(one, moment, last) for id_, one in said.items()}
        hits += [hit for hit in some if openings.get(hit.record_id, UNTOLD).is_open]
    total = _total_open(len(hits), found, is_whole=looked_at >= len(found.hits), is_now=asked.day == "now")
    return Shown(hits[asked.start : needed], documents, openings, len(hits), total, _unseen_open(found, looked_at))


def _total_open(count: int, found: Found, *, is_whole: bool, is_now: bool) -> str:
    if is_whole or found.is_capped:
        return total_open_words(count, is_least=found.is_capped, is_now=is_now)
    return about_open_words(len(found.hits), is_now=is_now)


def _unseen_open(found: Found, looked_at: int) -> str:
    if looked_at < len(found.hits):
        return unseen_words(looked_at)
    return unseen_words() if found.is_capped else ""
