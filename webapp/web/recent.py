"""The public account of what happens: recent changes, and what moderators did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from webapp.language import _, mark, ngettext, number_words
from webapp.storage import Connection
from webapp.storage.queries import changes as queries
from webapp.storage.queries import recent as recent_queries
from webapp.storage.queries import shown
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.recent import Recent, Wanted, newest_seq, person_called
from webapp.web.access import allow
from webapp.web.context import allowed, reading, viewer
from webapp.web.incident_url import incident_url
from webapp.web.received import number_of
from webapp.web.recent_asked import address, chips, form, wanted_in
from webapp.web.render import page, wants_fragment
from webapp.web.revision_words import what_words
from webapp.web.tagged import tagged

blueprint = Blueprint("recent", __name__)
PER_PAGE = 50
PATH = "/changes"
ACTS = mark({
    "apply_change": "Applied a change",
    "reject_change": "Rejected a change",
    "revert_revision": "Reverted a revision",
    "roll_back_record": "Rolled a record back",
    "roll_back_incident": "Rolled an incident back",
    "stop_operation": "Stopped a roll back",
    "resume_operation": "Went on with a roll back",
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
    "judge_duplicates": "Said that it is not the same as another record",
    "remove_list": "Took a list away",
    "plant_check": "Made up a check for reviewers",
    "retire_check": "Retired a check for reviewers",
    "edit_policy": "Wrote a new version of the rules",
    "apply_policy": "Put the tightened rules over open changes",
})


@blueprint.get("/changes")
@allow("read_history")
def changes() -> Response:
    """Recent changes, narrowed as the address says."""
    return tagged(shown.public, _changes)


def _changes() -> Response:
    wanted = wanted_in(request.args)
    before = request.args.get("before", 0, type=number_of)
    newest = 0 if before else newest_seq(reading())
    found, who = _look(wanted, before or newest + 1)
    base = request.full_path.rstrip("?")
    view = {
        "rows": [_change_row(row, base) for row in found.rows],
        "chips": chips(PATH, wanted, who),
        "form": form(wanted, for_moderators=allowed("view_moderation")),
        "next_url": address(PATH, wanted, before=found.before) if found.before else None,
        "is_whole": found.is_whole,
        "window": number_words(recent_queries.WINDOW),
        "newest_url": address(PATH, wanted) if before else None,
        "newer": None if before else _newer_view(wanted, newest, 0),
        "feed_url": address("/feeds/changes.atom", wanted),
    }
    return page("browse/changes.html", page=view)


def _look(wanted: Wanted, before: int) -> tuple[Recent, str]:
    """A page of changes, and the name of whom they are by. Of nobody known there is none."""
    who = person_called(reading(), wanted.by) if wanted.by else None
    if wanted.by and who is None:
        return Recent((), None, False), wanted.by
    found = recent_queries.recent(
        reading(),
        wanted,
        before,
        PER_PAGE,
        actor_id=who.id if who else None,
        viewer_id=viewer().id or "",
    )
    return found, who.display_name if who else ""


def _change_row(row: Any, here: str) -> dict[str, Any]:
    base = url_of(row.kind, row.slug)
    waits = row.change_id and not row.patroller and not row.is_own
    return {
        "seq": row.seq,
        "title": row.name,
        "url": base,
        "revision_url": f"{base}/history/{row.number}",
        "what": what_words(row.cause, row.summary),
        "who": row.display_name,
        "who_url": f"/people/{row.handle}" if row.has_page else None,
        "at": row.created_at,
        "is_by_newcomer": bool(row.is_by_newcomer),
        "is_reverted": bool(row.is_reverted),
        "looked": looked_words(row.patroller) if row.patroller and allowed("patrol_change") else None,
        "patrol_url": f"/moderate/patrol/{row.change_id}" if waits and allowed("patrol_change") else None,
        "here": here,
        "roll_back_url": incident_url(row.handle, row.operation_id, row.cause),
    }


def looked_words(who: str) -> str:
    """What stands in place of the button when somebody has pressed it."""
    return _("%(name)s has looked at it.", name=who)


@blueprint.get("/changes/newer")
@allow("read_history")
def newer() -> Response:
    """How many such changes came since the page was made, for a page that asks by itself; 204 while it knows."""
    wanted = wanted_in(request.args)
    if not wants_fragment():
        return redirect(address(PATH, wanted), 303)
    after, known = (request.args.get(name, 0, type=number_of) for name in ("after", "known"))
    count = recent_queries.newer(reading(), wanted, after)
    if count == known:
        return make_response("", 204)
    return page("browse/changes.html", fragment="newer", page={"newer": _newer_view(wanted, after, count)})


def _newer_view(wanted: Wanted, after: int, count: int) -> dict[str, Any]:
    """{ask_url, show_url, words}: where to ask again, where they are, and how many they are."""
    words = ngettext("%(num)s newer change: show it", "%(num)s newer changes: show them", count) if count else ""
    if count >= recent_queries.MOST_NEWER:
        words = _("%(number)s newer changes or more: show them", number=number_words(count))
    ask_url = address(PATH + "/newer", wanted, after=after, known=count)
    return {"ask_url": ask_url, "show_url": address(PATH, wanted), "words": words}


@blueprint.get("/moderation-log")
@allow("read_history")
def moderation_log() -> Response:
    """What moderators did."""
    return tagged(shown.public, _moderation_log)


def _moderation_log() -> Response:
    return page("browse/moderation_log.html", page=_newest(queries.moderation_log, _log_row))


def _log_row(row: Any) -> dict[str, Any]:
    return {
        "who": row.who,
        "at": row.created_at,
        "what": _(ACTS.get(row.act, row.act)),
        "title": row.record_name or (_("see what it did") if row.operation_id else None),
        "note": row.note or None,
        "url": _log_url(row),
        "is_self_decided": bool(row.is_self_decided),
    }


def _log_url(row: Any) -> str | None:
    if row.record_slug:
        return url_of(row.record_kind, row.record_slug)
    return f"/operations/{row.operation_id}" if row.operation_id else None


def _newest(
    query: Callable[[Connection, str | None, int], list[Any]], row_of: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """The newest rows below the key that the address names, and where those after them are."""
    found = query(reading(), request.args.get("before"), PER_PAGE + 1)
    shown = found[:PER_PAGE]
    next_url = f"{request.path}?before={shown[-1].id}" if len(found) > PER_PAGE else None
    return {"rows": [row_of(row) for row in shown], "next_url": next_url}
