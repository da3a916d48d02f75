"""The queue: which open suggestions wait for review, and the next one of them."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp.language import _, mark
from webapp.storage.queries import queue as queries
from webapp.web.access import allow
from webapp.web.context import allowed, person_id, reading, viewer
from webapp.web.queue_kept import rows_html
from webapp.web.queue_rows import lies_in_places, queue_rows
from webapp.web.render import page, say

blueprint = Blueprint("queue", __name__)
blueprint.add_app_template_global(rows_html, "rows_html")
PER_PAGE = 50
TABS = (
    # Translators: which suggestions are listed
    ("waiting", mark("For you")),
    ("contested", mark("Contested")),
    ("conflicted", mark("Needs fitting")),
    ("escalated", mark("With moderators")),
    # Translators: which suggestions are listed
    ("mine", mark("Yours")),
    # Translators: which suggestions are listed
    ("all", mark("All")),
)


@blueprint.get("/review")
@allow("read_suggestion")
def queue() -> Response:
    """What waits for review, oldest first."""
    preset = request.args.get("show", "waiting" if viewer().may_review else "all")
    record_id = request.args.get("record")
    if preset not in dict(TABS) and not (preset == "hidden" and allowed("judge_flags")):
        preset = "all"
    if not viewer().is_signed_in and preset in ("waiting", "mine"):
        preset = "all"
    if record_id and "show" not in request.args:
        preset = "all"
    found = queries.open_changes(reading(), preset, viewer().id or "", record_id, _after(), PER_PAGE + 1)
    shown = found[:PER_PAGE]
    votes, authors = queries.votes_and_authors(reading(), [row.id for row in shown])
    places = queries.places_of(reading(), [row.record_id for row in shown if lies_in_places(row)])
    rows = queue_rows(shown, votes, authors, places)
    last = shown[-1] if len(found) > PER_PAGE else None
    tabs = [
        {"name": _(name), "url": f"/review?show={code}", "current": code == preset}
        for code, name in TABS
        if viewer().is_signed_in or code not in ("waiting", "mine")
    ]
    return page(
        "review/queue.html",
        page={
            "rows": rows,
            "tabs": tabs,
            "start_url": rows[0].url if rows and viewer().may_review else None,
            "next_url": f"/review?show={preset}&after={last.first_opened_at}~{last.id}" if last else None,
            "empty": _empty_words(preset),
        },
    )


def _after() -> tuple[datetime, str] | None:
    at, _mark, id_ = request.args.get("after", "").replace(" ", "+").partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), id_) if moment.tzinfo else None
    except (ValueError, OverflowError):  # the latter at both ends of the calendar
        return None


def _empty_words(preset: str) -> str:
    if preset == "waiting":
        return _("Nothing waits for you. Thank you for keeping up.")
    if preset == "mine":
        return _("You have nothing open. Find a record that you know and look whether it is still right.")
    return _("Nothing here at the moment.")


@blueprint.get("/review/next")
@allow("cast_vote")
def next_one() -> Response:
    """The next suggestion of one's queue."""
    found = queries.open_changes(reading(), "waiting", person_id(), None, _after(), 1)
    if not found:
        say(_("That was the last one for now. Thank you."))
        return redirect("/review", 303)
    return redirect(f"/suggestions/{found[0].suggestion_id}", 303)
