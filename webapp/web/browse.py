"""The public pages: the start, results, a record; and the static files."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound, WellkeptError
from webapp.domain.fields import Field, FieldType
from webapp.domain.kinds import KINDS
from webapp.language import _, mark
from webapp.services import confirm
from webapp.storage.queries import browse as queries
from webapp.storage.queries.home import home_page
from webapp.storage.queries.home import stamp as home_stamp
from webapp.web import limits, static_files
from webapp.web.access import allow
from webapp.web.context import SAFE, allowed, look, person_id, reading, storage
from webapp.web.errors import status_of
from webapp.web.forms.controls import control_of
from webapp.web.kept import kept
from webapp.web.record_data import home_meta
from webapp.web.record_page import record_view
from webapp.web.render import page, say, wants_fragment
from webapp.web.revision_words import what_words
from webapp.web.wording import EVIDENCE_WORDS, refusal_words, too_long_words

blueprint = Blueprint("browse", __name__)
PATHS = {kind.path: kind.name for kind in KINDS.values()}
RECORD_PATH = "/<any({}):path>/<slug>".format(", ".join(f'"{path}"' for path in PATHS))


@blueprint.get("/static/<path:name>")
@allow("read_record")
def static(name: str) -> Response:
    """A static file by its hashed address, for ever; by its plain one, for an hour."""
    return static_files.file_response(name)


@blueprint.get("/")
@allow("read_record")
def home() -> Response:
    """The start page: for everybody as it was kept, as a record's."""
    return kept(lambda connection: home_stamp(connection, clock.now()), _home)


def _home() -> Response:
    found = home_page(reading(), clock.now())
    recent = [
        {
            "title": row.name,
            "url": queries.url_of(row.kind, row.slug),
            "at": row.created_at,
            "sentence": what_words(row.cause, row.summary),
        }
        for row in found.recent
    ]
    return page(
        "browse/home.html",
        categories=found.categories,
        kept=found.kept,
        recent=recent,
        waiting=found.waiting,
        meta=home_meta(),
    )


@blueprint.get("/id/<uuid:record_id>")
@allow("read_record")
def by_id(record_id: object) -> Response:
    """A record by its permanent id."""
    row = queries.survivor_of(reading(), str(record_id))
    if row is None:
        raise NotFound(what="record")
    return redirect(queries.url_of(row.kind, row.slug), 303)


def find(path: str, slug: str) -> Any:
    """The record at an address; where it has moved, or is one with another, the request is answered by a redirect.

    What is sent to a merged record is not led on: it was written about that one.
    """
    row = find_itself(path, slug)
    if row.merged_into is not None and request.method in SAFE:
        end = queries.survivor_of(reading(), row.id)
        if end is not None:
            abort(redirect(queries.url_of(end.kind, end.slug) + request.path.removeprefix(f"/{path}/{slug}"), 301))
    return row


def find_itself(path: str, slug: str) -> Any:
    """The record at an address, merged or not: its history stays where it was."""
    row = look(partial(queries.find_record, kind=PATHS[path], slug=slug))
    if row is None:
        target = queries.moved_to(reading(), PATHS[path], slug)
        if target is None:
            raise NotFound(what="record")
        rest = request.path.removeprefix(f"/{path}/{slug}")
        abort(redirect(target + rest, 301))
    return row


@blueprint.get(RECORD_PATH)
@allow("read_record")
def record(path: str, slug: str) -> Response:
    """A record's page: for everybody as it was kept, for who is signed in always made anew."""
    return kept(partial(queries.stamp, kind=PATHS[path], slug=slug), partial(_record, path, slug))


def _record(path: str, slug: str) -> Response:
    return page("browse/record.html", page=record_view(reading(), find(path, slug)))


@blueprint.post(RECORD_PATH + "/confirm")
@allow("confirm_record")
def confirm_record(path: str, slug: str) -> Response:
    """Still correct."""
    row = find(path, slug)
    how = request.form.get("how", "other")
    if how not in EVIDENCE_WORDS:
        abort(422)
    command = confirm.ConfirmRecord(row.id, person_id(), row.newest_number, how)
    confirm.confirm_record(storage(), command, clock.now())
    if wants_fragment():
        return page("browse/record.html", fragment="freshness", page=record_view(reading(), find(path, slug)))
    say(_("Thank you. The record now says that it was checked today."))
    return redirect(f"/{path}/{slug}", 303)


@blueprint.get(RECORD_PATH + "/confirm")
@allow("read_record")
def confirm_page(path: str, slug: str) -> Response:
    """A link to confirm leads to the record, where the button is."""
    return redirect(f"/{path}/{slug}#freshness", 303)


@blueprint.get(RECORD_PATH + "/report")
@allow("report_problem")
def report_form(path: str, slug: str) -> Response:
    """The form for reporting a problem."""
    return _report(find(path, slug))


@blueprint.post(RECORD_PATH + "/report")
@allow("report_problem")
def report(path: str, slug: str) -> Response:
    """Take a report."""
    row = find(path, slug)
    text = request.form.get("text", "").strip()
    what = request.form.get("what", "")
    problems = []
    if what not in dict(REPORTS):
        problems.append({"id": "what", "text": _("Choose what is wrong.")})
    if not text:
        problems.append({"id": "text", "text": _("Say in a few words what is wrong.")})
    if problems or len(text) > MOST_TEXT:
        return _report(row, problems or [{"id": "text", "text": too_long_words(MOST_TEXT)}], 422)
    who = person_id() if allowed("comment") else None
    contact = request.form.get("contact", "").strip()[:MOST_CONTACT] or None
    command = confirm.ReportProblem(row.id, what, text, who, contact)
    try:
        limits.check("report")
        confirm.report_problem(storage(), command, clock.now())
    except WellkeptError as error:
        told = _report(row, [{"id": "", "text": refusal_words(error)}], status_of(error))
        return limits.with_retry_after(told, error)
    say(_("Thank you. A moderator will look at it."))
    return redirect(f"/{path}/{slug}", 303)


REPORTS = mark((
    ("wrong", "Something here is not right"),
    ("closed", "It does not exist any more"),
    ("harmful", "Something harmful or private"),
    ("urgent", "Dangerous, such as a wrong crisis line"),
    ("other", "Something else"),
))
MOST_TEXT = 2000
MOST_CONTACT = 254  # as long as an address may be
REPORT = (
    Field("what", mark("What is it?"), FieldType.CHOICE, choices=(("", mark("Choose one")), *REPORTS)),
    Field(
        "text",
        mark("In your words"),
        FieldType.TEXT,
        mark("Leave out what is private: no names, nothing about anybody’s health."),
        max_length=MOST_TEXT,
    ),
    Field(
        "contact",
        mark("How to reach you, if you like"),
        hint=mark("Only moderators see this."),
        max_length=MOST_CONTACT,
        autocomplete="email",
    ),
)


def _report(row: Any, problems: list[dict[str, str]] | None = None, status: int = 200) -> Response:
    wrong = {problem["id"]: problem["text"] for problem in problems or []}
    controls = (control_of(f, f.name, request.form.get(f.name, ""), wrong.get(f.name)) for f in REPORT)
    return page(
        "browse/report.html",
        status,
        problems=problems or [],
        controls=[{**control, "id": control["name"]} for control in controls],
        page={"title": row.name, "url": queries.url_of(row.kind, row.slug)},
    )
