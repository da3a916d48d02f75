"""The moderators' room: reports, what was flagged as spam, the mark of what was looked at, and protecting a record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import WellkeptError
from webapp.language import _
from webapp.services import moderate, patrol, spam
from webapp.services.steward import MOST_WORDS
from webapp.storage.queries import changes as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.addresses import local_path
from webapp.web.browse import RECORD_PATH, REPORTS, find
from webapp.web.context import allowed, person_id, reading, storage
from webapp.web.queue_next import queue_url
from webapp.web.received import number_of
from webapp.web.render import page, say, wants_fragment
from webapp.web.steward import claims_view

blueprint = Blueprint("moderate", __name__)
UNSEEN = "/changes?patrolled=no"


@blueprint.get("/moderate")
@allow("view_moderation")
def room() -> Response:
    """Open reports, and the ways to what needs a moderator."""
    return _room()


def _room(problem: str | None = None, status: int = 200) -> Response:
    reports = [
        {
            "id": r.id,
            "title": r.record_name or _("No record"),
            "url": url_of(r.record_kind, r.record_slug) if r.record_slug else None,
            "what": _(dict(REPORTS).get(r.what, r.what)),
            "text": r.text,
            "contact": r.contact,
            "who": r.who or _("Somebody without an account"),
            "at": r.created_at,
            "is_urgent": bool(r.is_urgent),
        }
        for r in queries.open_reports(reading())
    ]
    shown = {"reports": reports, "claims": claims_view(), "most": MOST_WORDS, "problem": problem}
    shown["may_edit_policy"] = allowed("edit_policy")
    return page("moderate/room.html", status, page=shown)


@blueprint.post("/moderate/reports/<uuid:report_id>")
@allow("handle_report")
def close_report(report_id: object) -> Response:
    """A report is dealt with."""
    answer = request.form.get("answer", "").strip()[:1000]
    if not answer:
        return _room(_("Say in a few words what was done."), 422)
    moderate.close_report(storage(), str(report_id), person_id(), answer, clock.now())
    say(_("Done. It is in the moderation log."))
    return redirect("/moderate", 303)


@blueprint.post("/moderate/flags/<uuid:change_id>")
@allow("judge_flags")
def judge_flags(change_id: object) -> Response:
    """Spam or not: what reviewers flagged is rejected, or shown again."""
    verdict = request.form.get("verdict")
    if verdict not in ("spam", "fair"):
        raise WellkeptError("unknown_code")
    note = request.form.get("note", "").strip()[:1000]
    spam.judge_flags(storage(), spam.JudgeFlags(str(change_id), person_id(), verdict == "spam", note), clock.now())
    say(_("Rejected as spam.") if verdict == "spam" else _("It is shown again."))
    return redirect(queue_url() or "/review?show=hidden", 303)


@blueprint.get("/moderate/patrol")
@allow("patrol_change")
def unseen() -> Response:
    """What was applied and no moderator has looked at, among the recent changes."""
    return redirect(UNSEEN, 301)


@blueprint.post("/moderate/patrol/<uuid:change_id>")
@allow("patrol_change")
def patrol_change(change_id: object) -> Response:
    """I have looked at it."""
    is_first = patrol.patrol_change(storage(), patrol.PatrolChange(str(change_id), person_id()), clock.now())
    if wants_fragment():
        words = _("You have looked at it.") if is_first else _("Somebody had looked at it already.")
        seq = request.form.get("row", 0, type=number_of)
        return page("browse/changes.html", fragment="looked", row={"seq": seq, "looked": words})
    say(_("Marked as looked at.") if is_first else _("Somebody had looked at it already."))
    return redirect(local_path(request.form.get("next")) or UNSEEN, 303)


@blueprint.get(RECORD_PATH + "/protect")
@allow("protect_record")
def protect_form(path: str, slug: str) -> Response:
    """The form for protecting a record."""
    return _protect(find(path, slug))


def _protect(row: Any, problem: str | None = None, status: int = 200) -> Response:
    return page(
        "moderate/protect.html",
        status,
        page={
            "title": row.name,
            "url": url_of(row.kind, row.slug),
            "level": request.form.get("level", row.protection or ""),
            "problem": problem,
            "days": request.form.get("days", "7"),
            "note": request.form.get("note", ""),
        },
    )


@blueprint.post(RECORD_PATH + "/protect")
@allow("protect_record")
def protect(path: str, slug: str) -> Response:
    """Protect a record for some days, or end its protection."""
    row = find(path, slug)
    level, days = request.form.get("level", ""), request.form.get("days", 0, type=number_of)
    note = request.form.get("note", "").strip()[:500]
    most = moderate.LONGEST_PROTECTION
    if level not in ("", *moderate.LEVELS) or (level and not 1 <= days <= most) or not note:
        problem = _("Choose who may change it, for 1 to %(most)s days, and say why.", most=most)
        return _protect(row, problem, 422)
    until = clock.now() + timedelta(days=days) if level else None
    moderate.protect_record(
        storage(), moderate.ProtectRecord(row.id, person_id(), level or None, until, note), clock.now()
    )
    say(_("The record is protected.") if level else _("The protection has ended."))
    return redirect(url_of(row.kind, row.slug), 303)
