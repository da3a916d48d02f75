"""A record's history: revisions, comparison, and undoing with a preview."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.diff import diff
from webapp.domain.errors import NotFound, Stale, WellkeptError
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.language import _
from webapp.services import history as services
from webapp.services.undoing import NothingToUndo
from webapp.storage.queries import history as queries
from webapp.storage.queries import shown
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.browse import RECORD_PATH, find_itself
from webapp.web.context import person_id, reading, storage
from webapp.web.feeds import record_feed
from webapp.web.freshness import protection_words
from webapp.web.history_view import row_view, rows_view, whole_view
from webapp.web.merges import merges_view
from webapp.web.received import number_of
from webapp.web.render import page, say
from webapp.web.tagged import tagged
from webapp.web.undo_view import conflicts, undo_view
from webapp.web.units import unit_views
from webapp.web.wording import refusal_words

blueprint = Blueprint("history", __name__)
PER_PAGE = 20


@blueprint.get(RECORD_PATH + "/history")
@allow("read_history")
def history(path: str, slug: str) -> Response:
    """Every revision, newest first."""
    return tagged(shown.public, partial(_history, path, slug))


def _history(path: str, slug: str) -> Response:
    row = find_itself(path, slug)
    before = request.args.get("before", row.newest_number + 1, type=number_of)
    found = queries.revisions(reading(), row.id, before, PER_PAGE)
    base = url_of(row.kind, row.slug)
    more = f"{base}/history?before={found.next_before}" if found.next_before and found.next_before > 1 else None
    return page(
        "browse/history.html",
        page={
            "title": row.name,
            "record_url": base,
            "compare_action": f"{base}/compare",
            "next_url": more,
            "feed_url": record_feed(row.id),
            "since_url": f"{base}/history/since",
            "protection": protection_words(row, clock.now()),
            **merges_view(row, found.rows),
            "rows": rows_view(reading(), row, found.rows),
        },
    )


@blueprint.get(RECORD_PATH + "/history/<int:number>")
@allow("read_history")
def revision(path: str, slug: str, number: int) -> Response:
    """One revision: what it changed, and the whole record as it stood."""
    return tagged(shown.public, partial(_one, path, slug, number))


def _one(path: str, slug: str, number: int) -> Response:
    row, r = _revision(path, slug, number)
    base, kind = url_of(row.kind, row.slug), KINDS[row.kind]
    documents = queries.documents(reading(), row.id, row.kind, [number - 1, number])
    edits = diff(kind, documents[number - 1], documents[number]) if number > 1 else ()
    return page(
        "browse/revision.html",
        page={
            **row_view(reading(), r, row),
            "title": row.name,
            "record_url": base,
            "history_url": f"{base}/history",
            "is_newest": number == row.newest_number,
            "facts": whole_view(reading(), row.kind, documents[number]),
            "units": unit_views(reading(), kind, edits, documents[number]),
            "hash": r.hash,
            "suggestion_url": f"/suggestions/{r.suggestion_id}" if r.suggestion_id else None,
            "older_url": f"{base}/history/{number - 1}" if number > 1 else None,
            "newer_url": f"{base}/history/{number + 1}" if number < row.newest_number else None,
        },
    )


def _revision(path: str, slug: str, number: int) -> tuple[Any, Any]:
    """A record's row and that of one of its revisions. NotFound."""
    row = find_itself(path, slug)
    r = queries.revision(reading(), row.id, number)
    if r is None:
        raise NotFound(what="revision")
    return row, r


@blueprint.get(RECORD_PATH + "/compare")
@allow("read_history")
def compare(path: str, slug: str) -> Response:
    """Two revisions side by side, word by word."""
    return tagged(shown.public, partial(_compare, path, slug))


def _compare(path: str, slug: str) -> Response:
    row = find_itself(path, slug)
    first = request.args.get("from", max(1, row.newest_number - 1), type=number_of)
    last = request.args.get("to", row.newest_number, type=number_of)
    base, kind = url_of(row.kind, row.slug), KINDS[row.kind]
    documents = queries.documents(reading(), row.id, row.kind, [first, last])
    if first not in documents or last not in documents:
        raise NotFound(what="revision")
    return page(
        "browse/compare.html",
        page={
            "title": row.name,
            "record_url": base,
            "history_url": f"{base}/history",
            "sides": [_side(row, base, number) for number in (first, last)],
            "units": unit_views(reading(), kind, diff(kind, documents[first], documents[last]), documents[last]),
            "swap_url": f"{base}/compare?from={last}&to={first}",
        },
    )


def _side(row: Any, base: str, number: int) -> dict[str, Any]:
    r = queries.revision(reading(), row.id, number)
    return {"number": number, "url": f"{base}/history/{number}", "at": r.created_at if r else clock.now()}


# -- undoing ----------------------------------------------------------------------------------------------


@blueprint.get(RECORD_PATH + "/history/<int:number>/revert")
@allow("revert_revision")
def revert_preview(path: str, slug: str, number: int) -> Response:
    """What reverting would do."""
    return _preview("revert", path, slug, number)


@blueprint.post(RECORD_PATH + "/history/<int:number>/revert")
@allow("revert_revision")
def revert(path: str, slug: str, number: int) -> Response:
    """Revert one revision; later ones stay."""
    row = find_itself(path, slug)
    command = services.RevertRevision(
        row.id,
        number,
        person_id(),
        request.form.get("seen", 0, type=number_of),
        request.form.get("summary", "").strip()[:500],
        frozenset(request.form.getlist("chosen")),
    )
    try:
        services.revert_revision(storage(), command, clock.now())
    except (Stale, NothingToUndo) as error:
        return _preview("revert", path, slug, number, error)
    say(_("Revision %(number)s is reverted. What came later stays.", number=number))
    return redirect(f"/{path}/{row.slug}/history", 303)


@blueprint.get(RECORD_PATH + "/history/<int:number>/roll-back")
@allow("roll_back_record")
def roll_back_preview(path: str, slug: str, number: int) -> Response:
    """What rolling back would do."""
    return _preview("roll_back", path, slug, number)


@blueprint.post(RECORD_PATH + "/history/<int:number>/roll-back")
@allow("roll_back_record")
def roll_back(path: str, slug: str, number: int) -> Response:
    """Restore the record to an earlier revision."""
    row = find_itself(path, slug)
    command = services.RollBackRecord(
        row.id,
        number,
        person_id(),
        request.form.get("seen", 0, type=number_of),
        request.form.get("summary", "").strip()[:500],
    )
    try:
        services.roll_back_record(storage(), command, clock.now())
    except (Stale, NothingToUndo) as error:
        return _preview("roll_back", path, slug, number, error)
    say(_("The record stands as at revision %(number)s again. Nothing was deleted.", number=number))
    return redirect(f"/id/{row.id}", 303)


def _preview(act: str, path: str, slug: str, number: int, error: WellkeptError | None = None) -> Response:
    row, r = _revision(path, slug, number)
    preview = services.preview_revert if act == "revert" else services.preview_roll_back
    plan = preview(reading(), row, number)
    document = read(row.kind, row.document, row.schema_version)
    chosen = request.form.getlist("chosen")
    return page(
        f"browse/{act}.html",
        409 if error else 200,
        page={
            **undo_view(reading(), row, r, plan, document, act),
            "conflicts": conflicts(reading(), KINDS[row.kind], plan.conflicts, document, chosen),
            "summary": request.form.get("summary", ""),
            "problems": [{"id": None, "text": refusal_words(error)}] if error else [],
        },
    )
