"""The public account of what happens: recent changes, and what moderators did."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from webapp.storage.queries import changes as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.context import reading
from webapp.web.render import page
from webapp.web.wording import what_words

blueprint = Blueprint("recent", __name__)
PER_PAGE = 50
ACTS = {
    "apply_change": "Applied a change",
    "reject_change": "Rejected a change",
    "revert_revision": "Reverted a revision",
    "roll_back_record": "Rolled a record back",
    "roll_back_incident": "Rolled an incident back",
    "protect_record": "Changed a protection",
    "judge_flags": "Looked at spam flags",
    "pause_person": "Paused a person",
    "ban_person": "Banned a person",
    "lift_sanction": "Lifted a sanction",
    "grant_role": "Granted a role",
    "void_confirmations": "Set confirmations aside",
    "handle_report": "Dealt with a report",
    "redact_mask": "Took something private out",
    "redact_finish": "Made a redaction final",
    "redact_lift": "Lifted a redaction",
    "hide_comment": "Hid a comment",
    "show_comment": "Showed a comment again",
    "edit_policy": "Wrote a new version of the rules",
    "apply_policy": "Put the tightened rules over open changes",
}


@blueprint.get("/changes")
@allow("read_history")
def changes() -> Response:
    """Recent changes."""
    rows = queries.recent(reading(), request.args.get("before"), PER_PAGE + 1)
    shown = rows[:PER_PAGE]
    return page(
        "browse/changes.html",
        page={
            "rows": [_change_row(row) for row in shown],
            "feed_url": None,
            "next_url": f"/changes?before={shown[-1].id}" if len(rows) > PER_PAGE else None,
        },
    )


def _change_row(row: Any) -> dict[str, Any]:
    base = url_of(row.kind, row.slug)
    return {
        "title": row.name,
        "url": base,
        "revision_url": f"{base}/history/{row.number}",
        "what": what_words(row.cause, row.summary),
        "who": row.display_name,
        "at": row.created_at,
    }


@blueprint.get("/moderation-log")
@allow("read_history")
def moderation_log() -> Response:
    """What moderators did."""
    rows = queries.moderation_log(reading(), request.args.get("before"), PER_PAGE + 1)
    shown = rows[:PER_PAGE]
    return page(
        "browse/moderation_log.html",
        page={
            "rows": [_log_row(row) for row in shown],
            "next_url": f"/moderation-log?before={shown[-1].id}" if len(rows) > PER_PAGE else None,
        },
    )


def _log_row(row: Any) -> dict[str, Any]:
    return {
        "who": row.who,
        "at": row.created_at,
        "what": ACTS.get(row.act, row.act),
        "title": row.record_name,
        "note": row.note or None,
        "url": url_of(row.record_kind, row.record_slug) if row.record_slug else None,
        "is_self_decided": bool(row.is_self_decided),
    }
