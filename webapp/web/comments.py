"""Comments of a discussion as pages show them, and the moderators' way to hide one, or to show it again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.language import _
from webapp.services import talk
from webapp.web.access import allow
from webapp.web.context import allowed, person_id, storage
from webapp.web.errors import error_page
from webapp.web.mention_links import with_mentions
from webapp.web.queue_next import along, own_url
from webapp.web.render import say

blueprint = Blueprint("comments", __name__)
MOST_NOTE = 500


def comment_view(row: Any, suggestion_id: str, handles: Collection[str]) -> dict[str, Any]:
    """One comment, in which `handles` are people's. Moderators may read what is hidden, to show it again."""
    is_hidden, may_hide = row.hidden_at is not None, allowed("hide_comment")
    is_shown = not is_hidden or may_hide
    return {
        "id": row.id,
        "who": row.who,
        "handle": row.handle,
        "at": row.created_at,
        "html": with_mentions(row.html, handles) if is_shown else None,
        "text": row.text if is_shown else _("Hidden by a moderator."),
        "is_hidden": is_hidden,
        "hide_url": along(f"/suggestions/{suggestion_id}/comments/{row.id}/hide") if may_hide else None,
    }


@blueprint.post("/suggestions/<uuid:suggestion_id>/comments/<uuid:comment_id>/hide")
@allow("hide_comment")
def hide(suggestion_id: object, comment_id: object) -> Response:
    """Hide a comment, or show it again; the log says why."""
    note, is_hidden = request.form.get("note", "").strip(), request.form.get("act") != "show"
    if not 0 < len(note) <= MOST_NOTE:
        return error_page(422, _("Say in a few words why. Everybody can read it in the moderation log."))
    moved = talk.hide_comment(storage(), talk.HideComment(str(comment_id), person_id(), note, is_hidden), clock.now())
    done = _("Hidden. It is in the moderation log.") if is_hidden else _("It is shown again.")
    say(done if moved else _("Somebody had done so already."))
    return redirect(own_url(suggestion_id, f"comment-{comment_id}"), 303)
