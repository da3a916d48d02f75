"""The public account of what happens: recent changes, and what moderators did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from webapp.language import _, mark
from webapp.storage import Connection
from webapp.storage.queries import changes as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.context import reading
from webapp.web.render import page
from webapp.web.revision_words import what_words

blueprint = Blueprint("recent", __name__)
PER_PAGE = 50
ACTS = mark({
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
    "grant_stewardship": "Made somebody look after a record",
    "refuse_stewardship": "Refused that somebody looks after a record",
    "end_stewardship": "Ended that somebody looks after a record",
    "patrol_change": "Looked at an applied change",
    "void_confirmations": "Set confirmations aside",
    "handle_report": "Dealt with a report",
    "redact_mask": "Took something private out",
    "redact_finish": "Made a redaction final",
    "redact_lift": "Lifted a redaction",
    "hide_comment": "Hid a comment",
    "show_comment": "Showed a comment again",
    "add_synonyms": "Put words together that find the same",
    "change_synonyms": "Changed which words find the same",
    "drop_synonyms": "Took words apart that found the same",
    "remove_list": "Took a list away",
    "edit_policy": "Wrote a new version of the rules",
    "apply_policy": "Put the tightened rules over open changes",
})


@blueprint.get("/changes")
@allow("read_history")
def changes() -> Response:
    """Recent changes."""
    return page("browse/changes.html", page=_newest(queries.recent, _change_row))


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
    return page("browse/moderation_log.html", page=_newest(queries.moderation_log, _log_row))


def _log_row(row: Any) -> dict[str, Any]:
    return {
        "who": row.who,
        "at": row.created_at,
        "what": _(ACTS.get(row.act, row.act)),
        "title": row.record_name,
        "note": row.note or None,
        "url": url_of(row.record_kind, row.record_slug) if row.record_slug else None,
        "is_self_decided": bool(row.is_self_decided),
    }


def _newest(
    query: Callable[[Connection, str | None, int], list[Any]], row_of: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """The newest rows below the key that the address names, and where those after them are."""
    found = query(reading(), request.args.get("before"), PER_PAGE + 1)
    shown = found[:PER_PAGE]
    next_url = f"{request.path}?before={shown[-1].id}" if len(found) > PER_PAGE else None
    return {"rows": [row_of(row) for row in shown], "next_url": next_url}
