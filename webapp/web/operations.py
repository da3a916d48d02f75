"""One operation, which everybody may see: who, when, why, how many, how far it is; moderators undo it from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound
from webapp.domain.kinds import KINDS
from webapp.language import _, mark, ngettext
from webapp.services import incidents as services
from webapp.services.undoing import NothingToUndo
from webapp.storage.queries import incidents as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.context import allowed, person_id, reading, storage
from webapp.web.later_work import later_work
from webapp.web.render import page, say
from webapp.web.wording import refusal_words

blueprint = Blueprint("operations", __name__)
ONE = "/operations/<uuid:operation_id>"
PER_PAGE = 50
TYPES = {
    "apply": mark("A suggestion that was applied"),
    "import": mark("An import"),
    "revert": mark("A revert"),
    "roll_back": mark("A roll back"),
    "merge": mark("A merge"),
    "redaction": mark("A redaction"),
    "demo": mark("The demo community"),
}
STATES = {"running": mark("Under way"), "done": mark("Done"), "stopped": mark("Stopped")}


@blueprint.get(ONE)
@allow("read_history")
def operation(operation_id: object) -> Response:
    """How far it is, and what it wrote."""
    found = queries.operation(reading(), str(operation_id))
    if found is None:
        raise NotFound(what="operation")
    return page("browse/operation.html", fragment="progress", page=_view(found))


def _view(found: Any) -> dict[str, Any]:
    after = request.args.get("after", "")
    rows = queries.written(reading(), found.id, after, PER_PAGE + 1)
    undone = queries.undone_by(reading(), found.id)
    outcome = _outcome(found)
    return {
        "url": f"/operations/{found.id}",
        "title": _title(found),
        "state": _(STATES.get(found.state, found.state)),
        "state_is_all": found.state == "done" and not any(outcome.values()),
        "is_running": found.state == "running",
        "is_stopped": found.state == "stopped",
        "who": found.display_name,
        "who_url": f"/people/{found.handle}" if found.handle else None,
        "at": found.created_at,
        "finished_at": found.finished_at,
        "why": found.reason or None,
        "total": found.total,
        "done": found.done,
        "done_words": _("%(done)s of %(total)s", done=found.done, total=found.total),
        **outcome,
        "undoes_url": f"/operations/{found.undoes_id}" if found.undoes_id else None,
        "undone_url": f"/operations/{undone.id}" if undone else None,
        "undone_at": undone.created_at if undone else None,
        "may_undo": _may_undo(found),
        "may_go_on": _is_halted(found) and undone is None and allowed("roll_back_incident"),
        "rows": _rows(found, rows[:PER_PAGE]),
        "next_url": f"/operations/{found.id}?after={rows[PER_PAGE - 1].id}" if len(rows) > PER_PAGE else None,
    }


def _title(found: Any) -> str:
    if found.type == found.undoes_type == "roll_back":
        return _("The undoing of a roll back")
    return _(TYPES.get(found.type, mark("Several changes")))


def _may_undo(found: Any) -> bool:
    """An import that is under way can't be stopped from here."""
    is_free = found.state != "running" or found.type == "roll_back"
    return is_free and allowed("undo_operation") and allowed("roll_back_incident")


def _is_halted(found: Any) -> bool:
    """A roll back that somebody stopped before it was through; an import that ended early is none."""
    return bool(found.state == "stopped" and found.type == "roll_back")


def _outcome(found: Any) -> dict[str, Any]:
    """What came of each record, where that is kept."""
    if found.incident_id is None:
        return {"sums": [], "failed": []}
    states = queries.states(reading(), found.incident_id)
    words = {
        "restored": ngettext("record put back", "records put back", states["restored"]),
        "keeping": ngettext(
            "record put back but for later changes", "records put back but for later changes", states["keeping"]
        ),
        "kept": ngettext("record left as it is", "records left as they are", states.get("kept", 0)),
        "waiting": ngettext("record not reached yet", "records not reached yet", states.get("waiting", 0)),
        "failed": ngettext("record not done", "records not done", states.get("failed", 0)),
    }
    failed = queries.not_done(reading(), found.incident_id) if states.get("failed") else []
    return {
        "sums": [{"label": said, "number": states[state]} for state, said in words.items() if states.get(state)],
        "failed": [{"title": row.name, "url": f"{url_of(row.kind, row.slug)}/history"} for row in failed],
    }


def _rows(found: Any, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What it wrote; of a roll back also what others had changed since and stayed."""
    stays = {}
    if found.incident_id is not None:
        stays = queries.stays_of(reading(), found.incident_id, [row.record_id for row in rows])
    bases = [url_of(row.kind, row.slug) for row in rows]
    steps = [(KINDS[row.kind], base, stays.get(row.record_id, {})) for row, base in zip(rows, bases, strict=True)]
    later = later_work(reading(), steps)
    return [
        {"title": row.name, "url": f"{base}/history/{row.number}", "number": row.number, "stays": kept}
        for row, base, kept in zip(rows, bases, later, strict=True)
    ]


@blueprint.post(ONE + "/undo")
@allow("undo_operation")
def undo(operation_id: object) -> Response:
    """Stop it where it is still under way, and show what undoing it would do."""
    id_ = str(operation_id)
    services.stop_operation(storage(), id_, person_id(), clock.now())
    try:
        incident = services.draw_up(storage(), services.Incident(operation_id=id_), person_id(), clock.now())
    except (NothingToUndo, services.TooLarge) as error:
        say(refusal_words(error), "waiting")
        return redirect(f"/operations/{id_}", 303)
    return redirect(f"/moderate/incidents/{incident}", 303)


@blueprint.post(ONE + "/go-on")
@allow("roll_back_incident")
def go_on(operation_id: object) -> Response:
    """Let a roll back that was stopped go on where it stopped."""
    id_ = str(operation_id)
    try:
        services.resume_operation(storage(), id_, person_id(), clock.now())
        say(_("It goes on where it stopped."))
    except services.CannotGoOn as error:
        say(refusal_words(error), "waiting")
    return redirect(f"/operations/{id_}", 303)
