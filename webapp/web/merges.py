"""Undoing a merge by one button, where the histories of both records tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.language import _
from webapp.services.unmerge import UndoMerge, undo_merge
from webapp.storage.queries.browse import find_by_id, survivor_of, taken_in_by, url_of
from webapp.web.access import allow
from webapp.web.context import allowed, person_id, reading, storage
from webapp.web.errors import error_page
from webapp.web.render import say

blueprint = Blueprint("merges", __name__)
MOST_REASON = 500


def merges_view(row: Any, revisions: Sequence[Any]) -> dict[str, Any]:
    """Where a merged record has gone, and what was merged into this one, each with its history and its undoing.

    The latter is told, and asked for, where one of the revisions that are shown took something in.
    """
    took_in = any(one.operation_type == "merge" for one in revisions)
    end = survivor_of(reading(), row.id) if row.merged_into else None
    return {
        "gone_to": {"name": end.name, "url": url_of(end.kind, end.slug), "undo_url": _undo_url(row)} if end else None,
        "taken_in": [
            {"name": one.name, "url": url_of(one.kind, one.slug) + "/history", "undo_url": _undo_url(one)}
            for one in (taken_in_by(reading(), row.id) if took_in else ())
        ],
    }


def _undo_url(row: Any) -> str | None:
    return f"/moderate/merges/{row.id}/undo" if allowed("roll_back_incident") else None


@blueprint.post("/moderate/merges/<uuid:record_id>/undo")
@allow("roll_back_incident")
def undo(record_id: object) -> Response:
    """They are two after all."""
    reason = request.form.get("reason", "").strip()
    if not 0 < len(reason) <= MOST_REASON:
        return error_page(422, _("Say in a few words why they are two."))
    undo_merge(storage(), UndoMerge(str(record_id), person_id(), reason), clock.now())
    say(_("They are two again. What changed since on either stays."))
    row = find_by_id(reading(), str(record_id))
    return redirect(f"{url_of(row.kind, row.slug)}/history" if row else "/", 303)
