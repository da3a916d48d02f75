"""The queue: which open suggestions wait for review, and the next one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import CapReached, NotEligible
from webapp.domain.fields import Risk
from webapp.language import _
from webapp.services import attention, queues
from webapp.storage.queries import queue as queries
from webapp.storage.queries import queue_beside
from webapp.storage.queries.interests import interests_in
from webapp.storage.queries.queue import Asked
from webapp.web.access import allow
from webapp.web.check_items import NO_CHECK, check_ahead
from webapp.web.context import allowed, person_id, reading, storage, viewer
from webapp.web.insights import slow_words
from webapp.web.queue_asked import address, after_in, asked_in, came_from, key_of, pairs, queue_in
from webapp.web.queue_kept import CAME_FROM, QueueRow, rows_html
from webapp.web.queue_next import at_its_end, suggestion_url, voted_here
from webapp.web.queue_rows import lies_in_places, queue_rows
from webapp.web.queue_tabs import chips, empty_view, kept_here, narrowing, tabs_for, tabs_view
from webapp.web.render import page, say, wants_fragment
from webapp.web.wording import refusal_words

blueprint = Blueprint("queue", __name__)
blueprint.add_app_template_global(rows_html, "rows_html")
PER_PAGE = 50
MOST_TOGETHER = 3


@blueprint.get("/review")
@allow("read_suggestion")
def queue() -> Response:
    """What waits for review, closing soonest first."""
    asked = asked_in(request.args)
    found = queries.open_changes(reading(), asked, viewer().id or "", after_in(request.args), PER_PAGE + 1)
    shown = found[:PER_PAGE]
    ids = [row.id for row in shown]
    votes, authors = queries.votes_and_authors(reading(), ids)
    places = queries.places_of(reading(), [row.record_id for row in shown if lies_in_places(row)])
    rows = queue_rows(shown, votes, authors, places)
    beside = queue_beside.beside(reading(), tabs_for(), viewer().id or "", ids, clock.now())
    here = came_from(asked) if viewer().may_review else ""
    return page(
        "review/queue.html",
        page={
            "groups": _by_record(shown, rows),
            "came_from": here,
            "looked_at": dict.fromkeys(beside.looked_at, _("Somebody is looking at this.")),
            **tabs_view(asked, beside.counts, beside.saved),
            "chips": chips(asked, shown[0].record_name if shown else None),
            "narrowing": narrowing(asked),
            **kept_here(asked, beside.saved),
            "start_url": rows[0].url.replace(CAME_FROM, here) if rows and here else None,
            "together": _together(shown, authors) if viewer().may_review else [],
            "next_url": address(asked, after=key_of(shown[-1])) if len(found) > PER_PAGE else None,
            "slow": slow_words(beside.figures),
            "voted": voted_here(address(asked)),
            "empty": None if shown else empty_view(asked, has_chosen=_has_chosen(asked)),
        },
    )


def _has_chosen(asked: Asked) -> bool:
    """Whether the person chose areas or topics, where these are asked for."""
    if asked.show not in queries.ABOUT:
        return False
    return bool(interests_in(reading(), person_id(), is_topic=asked.show == "topics"))


def _together(changes: list[Any], authors: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Those who have several everyday changes on this page, which can be read together: {handle, url, number}."""
    number: Counter[str] = Counter()
    for change in changes:
        if change.risk == Risk.LOW and change.type == "edit":
            number.update(one.handle for one in authors.get(change.id, ()) if one.role == "author")
    return [
        {"handle": handle, "url": f"/review/together/{handle}", "number": times}
        for handle, times in number.most_common(MOST_TOGETHER)
        if times > 1
    ]


def _by_record(changes: list[Any], rows: list[QueueRow]) -> list[tuple[bool, list[QueueRow]]]:
    """A page's rows, those of one record together where its first one stands; the page's end stays where it is.

    Each is (whether these are several of one record, rows): lone ones that follow one another are written at once.
    """
    of_record: dict[str, list[QueueRow]] = {}
    for change, row in zip(changes, rows, strict=True):
        of_record.setdefault(change.record_id or change.id, []).append(row)
    groups: list[tuple[bool, list[QueueRow]]] = []
    for some in of_record.values():
        if len(some) > 1 or not groups or groups[-1][0]:
            groups.append((len(some) > 1, some))
        else:
            groups[-1][1].extend(some)
    return groups


@blueprint.get("/review/tabs")
@allow("read_suggestion")
def tabs() -> Response:
    """The tabs alone, for a page that asks now and then how many there are."""
    asked = asked_in(request.args)
    if not wants_fragment():
        return redirect(address(asked), 303)
    beside = queue_beside.beside(reading(), tabs_for(), viewer().id or "", [], clock.now())
    return page("review/queue.html", fragment="tabs", page=tabs_view(asked, beside.counts, beside.saved))


@blueprint.get("/review/next")
@allow("cast_vote")
def next_one() -> Response:
    """The next suggestion of the same queue that one may still vote on."""
    asked = asked_in(request.args)
    if request.args.get(NO_CHECK) is None and (planted := check_ahead(asked, request.args.get("after", ""))):
        return redirect(planted, 303)
    found = queries.open_changes(reading(), asked, person_id(), after_in(request.args), 1, to_vote=True)
    if not found:
        return redirect(at_its_end(asked), 303)
    return redirect(suggestion_url(found[0], asked, after=request.args.get("after", "")), 303)


@blueprint.post("/suggestions/<uuid:suggestion_id>/looking")
@allow("cast_vote")
def looking(suggestion_id: object) -> Response:
    """Note that a reviewer looks at this, and tell them whether somebody else does; the page asks by itself."""
    others: frozenset[str] = frozenset()
    if allowed("cast_vote"):  # stewards have their say too, but are not in this room
        found = attention.look_at(storage(), attention.LookAt(str(suggestion_id), person_id()), clock.now())
        others = queue_beside.looked_at(reading(), found, person_id(), clock.now())
    return page("review/looking.html", is_looked_at=bool(others))


# -- choices that are kept by name --------------------------------------------------------------------------


@blueprint.post("/review/saved")
@allow("use_account")
def save_queue() -> Response:
    """Keep what the form shows by a name, as a tab of one's own."""
    asked = queue_in(request.form.get("queue", "")) or asked_in({})
    name = request.form.get("name", "")
    try:
        queues.save_queue(storage(), queues.SaveQueue(person_id(), name, urlencode(list(pairs(asked)))), clock.now())
    except (NotEligible, CapReached) as error:
        say(refusal_words(error), "bad")
        return redirect(address(asked), 303)
    say(_("Kept. It is one of your tabs now."))
    return redirect(address(asked), 303)


@blueprint.post("/review/saved/<uuid:queue_id>/remove")
@allow("use_account")
def remove_queue(queue_id: object) -> Response:
    """Keep one no longer."""
    queues.forget_queue(storage(), person_id(), str(queue_id), clock.now())
    say(_("Removed from your tabs."))
    return redirect("/review", 303)
