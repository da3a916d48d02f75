"""Where moderators undo an incident: choose what belongs to it, look at what that would do, apply it."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import AlreadyClosed, WellkeptError
from webapp.domain.hours import LONDON
from webapp.language import _
from webapp.services import incidents as services
from webapp.services.incidents.draw import head_of
from webapp.services.undoing import NothingToUndo
from webapp.storage.queries import incidents as queries
from webapp.web.access import allow
from webapp.web.context import person_id, reading, storage
from webapp.web.errors import status_of
from webapp.web.incident_view import preview_view
from webapp.web.received import number_of
from webapp.web.render import page, say
from webapp.web.wording import refusal_words

blueprint = Blueprint("incidents", __name__)
PAGE = "/moderate/incidents"
ONE = f"{PAGE}/<uuid:incident_id>"
FIELDS = ("person", "source", "operation", "suggestion", "since", "until", "text")
ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
SHORTEST = 3
YEARS = range(1900, 2200)
"""Beyond them nobody means anything, and a calendar ends somewhere."""
MOST_REASON = 500
PER_PAGE = 20

Problems = dict[str, str]
"""What is wrong with the form, in words, by field; blank: with all of it."""


@blueprint.get(PAGE)
@allow("roll_back_incident")
def form() -> Response:
    """What is to be undone together? Links from elsewhere fill it in."""
    return _form({name: request.args.get(name, "").strip()[:500] for name in FIELDS}, {})


@blueprint.post(PAGE)
@allow("roll_back_incident")
def draw() -> Response:
    """Draw it up, and show it."""
    typed = {name: request.form.get(name, "").strip()[:500] for name in FIELDS}
    incident, problems = _asked(typed)
    if problems:
        return _form(typed, problems, 422)
    try:
        id_ = services.draw_up(storage(), incident, person_id(), clock.now())
    except services.TooLarge as error:
        return _form(typed, {"": refusal_words(error)}, 422)
    except NothingToUndo as error:
        return _form(typed, _nothing(incident, error), 409)
    return redirect(f"{PAGE}/{id_}", 303)


def _nothing(incident: services.Incident, error: NothingToUndo) -> Problems:
    """Why there is nothing to undo: a suggestion that is open, or was rejected, has written nothing."""
    if error.code == "nothing_written" and incident == services.Incident(suggestion_id=incident.suggestion_id):
        return {"suggestion": _("Nothing of this suggestion was applied, so there is nothing to undo.")}
    return {"": refusal_words(error)}


def _form(typed: dict[str, str], problems: Problems, status: int = 200) -> Response:
    shown = {
        "typed": typed,
        "sources": queries.sources(reading()),
        "errors": {name: problems.get(name, "") for name in FIELDS},
        "problems": [{"id": name or None, "text": text} for name, text in problems.items()],
        "days": services.LOOKED_THROUGH.days,
    }
    return page("moderate/incidents.html", status, page=shown)


def _asked(typed: dict[str, str]) -> tuple[services.Incident, Problems]:
    """What the form asks for, and what of it can't be understood."""
    problems: Problems = {}
    handle = typed["person"].removeprefix("@").rpartition("/")[2]
    person = queries.person_by_handle(reading(), handle) if handle else None
    if handle and person is None:
        problems["person"] = _("Nobody here is called that. Take the last part of the address of their page.")
    ids = {name: ID.search(typed[name].lower()) for name in ("operation", "suggestion")}
    for name in (name for name, found in ids.items() if typed[name] and not found):
        problems[name] = _("That is no such address. Copy the address of its page.")
    times = {name: _moment(typed[name]) for name in ("since", "until")}
    for name in (name for name, moment in times.items() if typed[name] and moment is None):
        problems[name] = _("Give a day, or a day and a time, such as 2026-03-02 14:30.")
    if times["since"] and times["until"] and times["since"] > times["until"]:
        problems["until"] = _("This is before the time that you gave as “Since”.")
    if typed["text"] and len(typed["text"]) < SHORTEST:
        problems["text"] = _("Give at least %(number)s letters.", number=SHORTEST)
    if not any(typed.values()):
        problems[""] = _("Say at least one thing about what is to be undone.")
    operation, suggestion = (found[0] if found else None for found in ids.values())
    source, text = typed["source"] or None, typed["text"]
    actor = person.id if person else None
    return services.Incident(actor, operation, suggestion, source, **times, text=text), problems


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if moment is None or moment.year not in YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


# -- the preview ------------------------------------------------------------------------------------------


@blueprint.get(ONE)
@allow("roll_back_incident")
def preview(incident_id: object) -> Response:
    """What it would do, record by record; nothing has happened yet."""
    head = head_of(reading(), str(incident_id))
    if head.operation_id:
        return redirect(f"/operations/{head.operation_id}", 303)
    return _preview(head)


def _preview(head: Any, error: WellkeptError | None = None, problem: str = "", status: int = 200) -> Response:
    after = request.values.get("after", -1, type=number_of)
    rows = queries.rows(reading(), head.id, after, PER_PAGE + 1)
    reason = request.form.get("reason", head.reason)
    shown = preview_view(reading(), head, rows[:PER_PAGE])
    where = shown["choose_id"] if isinstance(error, services.NothingChosen) else None
    told = [{"id": where, "text": refusal_words(error)}] if error else []
    shown |= {
        "url": f"{PAGE}/{head.id}",
        "after": after,
        "next_after": rows[PER_PAGE - 1].position if len(rows) > PER_PAGE else None,
        "first_url": f"{PAGE}/{head.id}" if after >= 0 else None,
        "reason": reason,
        "problem": problem,
        "problems": [*told, *([{"id": "reason", "text": problem}] if problem else [])],
    }
    return page("moderate/incident.html", status_of(error) if error else status, page=shown)


@blueprint.post(ONE)
@allow("roll_back_incident")
def act(incident_id: object) -> Response:
    """Keep what was chosen on this page; then go on to the next, look again, or apply all of it."""
    id_, step = str(incident_id), request.form.get("step", "choose")
    reason = request.form.get("reason", "").strip()[:MOST_REASON]
    try:
        command = services.ChooseUnits(id_, person_id(), _drawn_at(), _chosen(), reason)
        services.choose_units(storage(), command, clock.now())
        if step == "again":
            services.draw_again(storage(), id_, person_id(), clock.now())
            say(_("This is how it stands now."))
        if step != "apply":
            after = request.form.get("next", "")
            return redirect(f"{PAGE}/{id_}" + (f"?after={after}" if after.isdigit() and step == "choose" else ""), 303)
        if not reason:
            return _preview(head_of(reading(), id_), problem=_("Say why. Everybody can read it."), status=422)
        done = services.apply_incident(storage(), services.ApplyIncident(id_, person_id(), reason), clock.now())
    except services.Moved as error:
        return _moved(id_, error)
    except (NothingToUndo, services.NothingChosen, services.Redrawn) as error:
        return _preview(head_of(reading(), id_), error)
    except AlreadyClosed as error:
        say(refusal_words(error))
        return redirect(f"/operations/{error.values['operation']}", 303)
    return redirect(f"/operations/{done.operation_id}", 303)


def _moved(id_: str, error: services.Moved) -> Response:
    """Nothing was written: the preview is drawn anew, and says how many records had changed."""
    try:
        services.draw_again(storage(), id_, person_id(), clock.now())
    except NothingToUndo as nothing:
        return _preview(head_of(reading(), id_), nothing)
    return _preview(head_of(reading(), id_), error)


def _drawn_at() -> datetime | None:
    """Of which preview the form is."""
    try:
        return datetime.fromisoformat(request.form.get("drawn", ""))
    except ValueError:
        return None


def _chosen() -> dict[int, frozenset[str]]:
    """What was ticked, by position, for every record that the form showed."""
    shown = [int(place) for place in request.form.getlist("shown") if place.isdecimal() and len(place) < 7]
    ticked = defaultdict(set)
    for value in request.form.getlist("chosen"):
        place, _colon, unit = value.partition(":")
        ticked[place].add(unit)
    return {place: frozenset(ticked[str(place)]) for place in shown}
