"""Several everyday changes of one author, read one under the other and approved together.

Its law: each is a vote of its own, on the words that were shown, in a transaction of its own, and each is answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound, WellkeptError
from webapp.language import _, ngettext
from webapp.services import review, voting_room
from webapp.storage.queries import together as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.change_units import Shown, contents
from webapp.web.context import allowed, person_id, reading, storage
from webapp.web.errors import status_of
from webapp.web.received import number_of
from webapp.web.render import page, say
from webapp.web.wording import label_of, refusal_words

blueprint = Blueprint("together", __name__)


@blueprint.get("/review/together/<handle>")
@allow("cast_vote")
def together(handle: str) -> Response:
    """What an author has open of everyday changes, each in full."""
    return _page(_author(handle), handle)


@blueprint.post("/review/together/<handle>")
@allow("cast_vote")
def approve_together(handle: str) -> Response:
    """Approve those that were ticked, one after the other."""
    author = _author(handle)
    known = {change.id: change for change in queries.everyday_changes(reading(), author.id, person_id())}
    ticked = [id_ for id_ in dict.fromkeys(request.form.getlist("change")) if id_ in known]
    gone = len(set(request.form.getlist("change"))) - len(ticked)
    if not ticked and not gone:
        return _page(author, handle, 422, {"": _("Tick those that you have read and approve.")})
    refused, status = _approve(ticked)
    kept = len(ticked) - len(refused)
    if gone:
        refused[""] = _gone_words(gone)
        status = max(status, 409)
    words = ngettext("You approved %(num)s change.", "You approved %(num)s changes.", kept)
    if refused:
        return _page(author, handle, status, refused, words if kept else "")
    say(words)
    return redirect("/review", 303)


def _gone_words(number: int) -> str:
    return ngettext(
        "%(num)s was decided or voted on meanwhile.", "%(num)s were decided or voted on meanwhile.", number
    )


def _approve(ticked: list[str]) -> tuple[dict[str, str], int]:
    """Cast a vote on each; gives the words for those that were refused, and the gravest status."""
    refused: dict[str, str] = {}
    status = 200
    for change_id in ticked:
        seen = request.form.get(f"seen-{change_id}", 0, type=number_of)
        try:
            review.cast_vote(storage(), review.CastVote(change_id, person_id(), seen, "approve"), clock.now())
        except WellkeptError as error:
            refused[change_id], status = refusal_words(error), max(status, status_of(error))
    return refused, status


def _author(handle: str) -> Any:
    author = queries.author_of(reading(), handle) if handle.isprintable() else None
    if author is None:
        raise NotFound(what="person")
    return author


NOTHING: Mapping[str, str] = {}


def _page(
    author: Any, handle: str, status: int = 200, refused: Mapping[str, str] = NOTHING, done: str = ""
) -> Response:
    changes = queries.everyday_changes(reading(), author.id, person_id())
    shown = contents(reading(), changes)
    count = voting_room.votes_that_count(storage(), person_id(), changes, clock.now())
    return page(
        "review/together.html",
        status,
        page={
            "author": author.display_name,
            "url": f"/review/together/{handle}",
            "changes": [_view(change, shown[change.id], refused.get(change.id, "")) for change in changes],
            "may_vote": allowed("cast_vote"),
            "room_words": _room_words(count, len(changes)),
            "refused": refused.get("", ""),
            "done": done,
        },
    )


def _view(change: Any, shown: Shown, problem: str) -> dict[str, Any]:
    return {
        "id": change.id,
        "seen": change.content_version,
        "label": label_of(change),
        "record": change.record_name,
        "record_url": url_of(change.record_kind, change.record_slug),
        "url": f"/suggestions/{change.suggestion_id}#change-{change.id}",
        "why": change.why,
        "parts": shown.parts,
        "problem": problem,
    }


def _room_words(count: int, most: int) -> str:
    """How many votes would count, where a limit stands before the end."""
    if count >= most:
        return ""
    return ngettext(
        "Only %(num)s more vote of yours can count here now: there is a limit for each day, and for each author.",
        "Only %(num)s more votes of yours can count here now: there is a limit for each day, and for each author.",
        count,
    )
