"""From one suggestion of a queue to the next. Its law: whoever came from a queue goes on in it, filters and all.

A suggestion's page is told its queue by `next` in its address, and so are the forms on it by theirs (`along`). The
address of the page after a vote names the change that was voted on, so that it can say in words what has just happened;
and, within one suggestion, the change that is next (`at`), whose card says it, since that is where one is then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from webapp.language import _, mark, ngettext, number_words
from webapp.storage.queries import queue as queries
from webapp.storage.queries.queue import Asked
from webapp.web.check_items import check_ahead, skip_url
from webapp.web.context import person_id, reading, viewer
from webapp.web.queue_asked import address, after_in, key_of, queue_in
from webapp.web.render import go, say

WHAT_HAPPENED = {
    ("approve", "open"): mark("You approved the last one. It still needs more."),
    ("approve", "applied"): mark("You approved the last one, and it is applied. Thank you."),
    ("reject", "open"): mark("You rejected the last one."),
    ("reject", "rejected"): mark("You rejected the last one, and that decided it."),
    ("abstain", "open"): mark("You abstained on the last one."),
}
MOST_LEFT = 50
"""Of what was skipped, as many are counted at the end of a queue."""
KEPT = mark("Your vote on the last one is kept.")


def queue_here() -> Asked | None:
    """The queue that this request came from, as its address says; None where it came from none."""
    return queue_in(request.args.get("next", "")) if viewer().is_signed_in else None


def queue_url() -> str:
    """The address of the queue that this request came from, or nothing."""
    asked = queue_here()
    return address(asked) if asked else ""


def own_url(suggestion_id: object, place: str, **more: str) -> str:
    """Back to a place on the page of a suggestion, with the way to the queue that one came by."""
    return f"{along(f'/suggestions/{suggestion_id}', **more)}#{place}"


def along(url: str, **more: str) -> str:
    """An address of a suggestion's, with the way to the queue that one came by: of a link, or of a form."""
    way = {"next": queue_url(), "after": request.args.get("after", "") if after_in(request.args) else ""}
    query = urlencode({name: value for name, value in {**way, **more}.items() if value})
    return f"{url}?{query}" if query else url


def looking_url(suggestion_id: str) -> str | None:
    """Where the page of an open suggestion says by itself that a reviewer looks at it."""
    return f"/suggestions/{suggestion_id}/looking" if viewer().may_review else None


def next_url(asked: Asked | None, changes: Iterable[Any], *, is_check: bool) -> str:
    """Where the next suggestion after the one of these changes is found: in its queue, or else in one's own.

    A check stands in no queue: after it comes what would have come in its place.
    """
    if is_check:
        return skip_url(asked, request.args.get("after", ""))
    last = max(changes, key=lambda change: (change.first_opened_at, change.id))  # the order of `queue.open_changes`
    return skip_url(asked, key_of(last))


def after_vote(change: Any) -> Response | None:
    """The way on once a vote is kept, where the form said from which queue it came; None: the page stays.

    `change`: the last one that was voted on. htmx is told to go there, since all of the page is another one.
    """
    asked = queue_here()
    if asked is None:
        return None
    if planted := check_ahead(asked, key_of(change), voted=change.id):
        return go(planted)
    found = queries.open_changes(
        reading(), asked, person_id(), (change.first_opened_at, change.id), 1, to_vote=True
    )
    if found:
        if found[0].suggestion_id != change.suggestion_id:
            return go(suggestion_url(found[0], asked, after=key_of(change), voted=change.id))
        where = suggestion_url(found[0], asked, after=key_of(change), voted=change.id, at=found[0].id)
        return go(f"{where}#change-{found[0].id}-title")
    return go(at_its_end(asked, voted=change.id))


def at_its_end(asked: Asked, **more: str) -> str:
    """The address of a queue that somebody is through with, which will say so, and lead to what they skipped."""
    left = queries.open_changes(reading(), asked, person_id(), None, MOST_LEFT + 1, to_vote=True)
    if left:
        look = _("Look at it") if len(left) == 1 else _("Look at the first of them")
        say(_left_words(len(left)), "waiting", url=suggestion_url(left[0], asked), url_words=look)
    else:
        say(_("That was the last one for now. Thank you."))
    return address(asked, **more)


def _left_words(count: int) -> str:
    if count > MOST_LEFT:
        return _("That was the last one. More than %(count)s that you skipped are left.", count=number_words(MOST_LEFT))
    return ngettext(
        "That was the last one. One that you skipped is left.",
        "That was the last one. %(num)s that you skipped are left.",
        count,
    )


def suggestion_url(change: Any, asked: Asked, **more: str) -> str:
    """The page of a change's suggestion as one of a queue. `after`: what it comes after there, as a check says it."""
    return f"/suggestions/{change.suggestion_id}?{urlencode({'next': address(asked), **more})}"


def voted_here(queue: str = "") -> dict[str, str | None] | None:
    """The vote that led to this page, if it is one's own live one: {words, take_back_url|None}.

    `queue`: the address of the one that this page is, if it is none that came from one.
    """
    row = _own_vote(request.args.get("voted", ""))
    if row is None:
        return None
    back = f"/suggestions/{row.suggestion_id}/changes/{row.change_id}/take-back"
    return {
        "words": _words(row),
        "take_back_url": along(back, next=queue or queue_url()) if row.state == "open" else None,
    }


def _own_vote(change_id: str) -> Any:
    try:
        known = str(UUID(change_id))
    except ValueError:
        return None
    return queries.own_vote(reading(), known, person_id()) if viewer().is_signed_in else None


def _words(row: Any) -> str:
    return _(WHAT_HAPPENED.get((row.choice, row.state), KEPT))
