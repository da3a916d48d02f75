"""The addresses for suggesting: a change, something missing, an end, a merge; amending and fitting what is open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, g, redirect, request
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.kinds import KINDS
from webapp.language import _, mark
from webapp.services import support, withdraw
from webapp.storage.queries import browse
from webapp.storage.queries import suggest as queries
from webapp.web.access import allow
from webapp.web.context import allowed, person_id, reading, storage, viewer
from webapp.web.errors import error_page, unproven
from webapp.web.forms import rebase_page, shown
from webapp.web.forms.amend_flow import AmendFlow
from webapp.web.forms.change_flow import ChangeFlow
from webapp.web.forms.check_flow import improve_check
from webapp.web.forms.lifecycle import Lifecycle
from webapp.web.forms.middle import middle_of
from webapp.web.forms.new_flow import NewFlow
from webapp.web.forms.why import Why
from webapp.web.headers import refuse_cross_site
from webapp.web.limits import TooMany, with_retry_after
from webapp.web.queue_next import own_url
from webapp.web.render import page, say, wants_fragment
from webapp.web.wording import refusal_words

blueprint = Blueprint("suggest", __name__)
UNPROVEN = mark(
    "You signed in or out meanwhile, in another tab or by waiting long. Nothing is sent yet: send it once more."
)
FORMS = ("suggest.change", "suggest.new", "suggest.close", "suggest.reopen", "suggest.merge", "suggest.amend_change")
"""Views that show everything typed again, with what stopped it (`g.stopped`)."""
PATHS = {kind.path: kind for kind in KINDS.values()}
RECORD = "/<any({}):path>/<slug>".format(", ".join(f'"{path}"' for path in PATHS))
MOST_OFFERS = 50
MISSING = mark((
    ("service", "A service", "Something people can go to or call: a lunch club, an advice line, a class."),
    ("organization", "An organisation", "Who runs things: a charity, a council department, a group of neighbours."),
    ("location", "A place", "Where things happen: a hall, a library, a church."),
    ("guide", "A guide", "An answer to a question that people have, with the services that help."),
    ("taxonomy_term", "A category", "One that is missing in the list that services are sorted by."),
    ("taxonomy", "A list of categories", "Hardly ever: another list to sort by."),
))


@blueprint.route(f"{RECORD}/suggest", methods=["GET", "POST"])
@allow("suggest_change")
def change(path: str, slug: str) -> Response:
    """Suggest a change to a record."""
    record = find_record(path, slug, "suggest")
    if isinstance(record, Response):
        return record
    return ChangeFlow(PATHS[path], record).answer()


@blueprint.errorhandler(CSRFError)
def show_again(error: CSRFError) -> Any:
    """A form whose mark belongs to an earlier session comes back with all that was typed; nothing is taken from it."""
    refuse_cross_site()
    if request.endpoint not in ("suggest.change", "suggest.new"):  # open to everybody, and shown before it is sent
        return unproven()
    return _form_again(400, _(UNPROVEN))


@blueprint.errorhandler(TooMany)
def keep_form(error: TooMany) -> Any:
    """A form that comes too often comes back with all that was typed, to be sent later."""
    told = _form_again if request.endpoint in FORMS else error_page
    return with_retry_after(told(429, refusal_words(error)), error)


def _form_again(status: int, words: str) -> Any:
    g.stopped = status, words
    return current_app.view_functions[str(request.endpoint)](**(request.view_args or {}))


@blueprint.get("/suggest/middle")
@allow("suggest_record")
def middle() -> Response:
    """Where the postcode lies that is being typed into a form: a part of a page. `of` is what its fields' names begin
    with."""
    own = request.args.get("of", "")
    if not wants_fragment():
        return redirect("/suggest/new/location")
    values = {name: request.args.get(own + name, "").strip() for name in ("postal_code", "latitude", "longitude")}
    return page("suggest/_middle.html", middle=middle_of(values))


@blueprint.get("/suggest/new")
@allow("suggest_record")
def missing() -> Response:
    """Which kind is missing."""
    kinds = [{"name": _(name), "url": f"/suggest/new/{kind}", "words": _(words)} for kind, name, words in MISSING]
    return page("suggest/new.html", kinds=kinds)


@blueprint.route("/suggest/new/<any({}):kind>".format(", ".join(KINDS)), methods=["GET", "POST"])
@allow("suggest_record")
def new(kind: str) -> Response:
    """Suggest a record that is missing."""
    return NewFlow(KINDS[kind]).answer()


@blueprint.route(f"{RECORD}/close", methods=["GET", "POST"])
@allow("suggest_close")
def close(path: str, slug: str) -> Response:
    """Suggest to close a record."""
    return lifecycle("close", path, slug)


@blueprint.route(f"{RECORD}/reopen", methods=["GET", "POST"])
@allow("suggest_reopen")
def reopen(path: str, slug: str) -> Response:
    """Suggest to reopen a record."""
    return lifecycle("reopen", path, slug)


@blueprint.route(f"{RECORD}/merge", methods=["GET", "POST"])
@allow("suggest_merge")
def merge(path: str, slug: str) -> Response:
    """Suggest to merge a record into another."""
    return lifecycle("merge", path, slug)


def lifecycle(act: str, path: str, slug: str) -> Response:
    """The form of an end, for a record that is there."""
    record = find_record(path, slug, act)
    if isinstance(record, Response):
        return record
    return Lifecycle(act, PATHS[path], record).answer()


# -- what is open already -----------------------------------------------------------------------------------

CHANGE = "/suggestions/<uuid:suggestion_id>/changes/<uuid:change_id>"


@blueprint.route(f"{CHANGE}/amend", methods=["GET", "POST"])
@allow("amend_change")
def amend_change(suggestion_id: UUID, change_id: UUID) -> Response:
    """The author changes an open change; a reviewer improves it."""
    row = queries.find_change(reading(), str(suggestion_id), str(change_id))
    return improve_check(str(suggestion_id), str(change_id)) if row is None else AmendFlow(row).answer()


@blueprint.route(f"{CHANGE}/rebase", methods=["GET", "POST"])
@allow("amend_change")
def rebase_change(suggestion_id: UUID, change_id: UUID) -> Response:
    """An open change is fitted to its record as it is now."""
    return rebase_page.answer(find_change(suggestion_id, change_id))


@blueprint.post(f"{CHANGE}/withdraw")
@allow("withdraw_change")
def withdraw_change(suggestion_id: UUID, change_id: UUID) -> Response:
    """The author takes an open change back."""
    change = find_change(suggestion_id, change_id)
    withdraw.withdraw_change(storage(), withdraw.WithdrawChange(change.id, person_id()), clock.now())
    say(_("Taken back. It can be suggested again."))
    return redirect(own_url(change.suggestion_id, f"change-{change.id}"), 303)


@blueprint.get("/suggestions/<uuid:suggestion_id>/alike")
@allow("read_suggestion")
def alike(suggestion_id: UUID) -> Response:
    """After sending: what was left out of it, since others suggest it already, to be approved or supported."""
    rows = queries.alike(reading(), request.args.getlist("change")[:MOST_OFFERS], viewer().id)
    still_open = (row for row in rows if row.state == "open" and row.hidden_at is None)
    offers = [shown.alike_page(row, viewer(), "", []) for row in still_open]
    may_support = allowed("support_change")
    about = {"suggestion_url": f"/suggestions/{suggestion_id}", "offers": offers, "may_support": may_support}
    return page("suggest/alike_rest.html", page=about)


def _alike(suggestion_id: UUID, change_id: str) -> Any:
    """A change of a suggestion that says what somebody wanted to suggest; 404 when there is none."""
    rows = queries.alike(reading(), [change_id], viewer().id)
    return rows[0] if rows and rows[0].suggestion_id == str(suggestion_id) else abort(404)


@blueprint.get("/suggestions/<uuid:suggestion_id>/support")
@allow("support_change")
def support_form(suggestion_id: UUID) -> Response:
    """Where somebody says how they know of what another suggests."""
    about = shown.alike_page(_alike(suggestion_id, request.args.get("change", "")), viewer(), "", [])
    return page("suggest/alike.html", page=about, **Why({}).controls())


@blueprint.post("/suggestions/<uuid:suggestion_id>/support")
@allow("support_change")
def support_change(suggestion_id: UUID) -> Response:
    """Somebody who wanted to suggest the same adds how they know."""
    change = _alike(suggestion_id, request.form.get("change", ""))
    known = Why(request.form.to_dict())
    problems = [problem for problem in known.summary() if problem["id"] != "f-reason"]
    if not problems and not known.how_known.how:
        problems = [{"id": "f-how", "text": _("Say how you know.")}]
    if problems:
        about = shown.alike_page(change, viewer(), f"/suggestions/{suggestion_id}", [])
        return page("suggest/alike.html", 422, page={**about, "problems": problems}, **known.controls())
    command = support.SupportChange(change.id, person_id(), known.how_known)
    support.support_change(storage(), command, clock.now())
    say(_("Thank you. What you know is written beside the suggestion."))
    return redirect(f"/suggestions/{change.suggestion_id}", 303)


def find_change(suggestion_id: UUID, change_id: UUID) -> Any:
    """A change of a suggestion; 404 when there is none."""
    row = queries.find_change(reading(), str(suggestion_id), str(change_id))
    return row if row is not None else abort(404)


# -- what every address shares ------------------------------------------------------------------------------


def find_record(path: str, slug: str, act: str) -> Any:
    """The record's row, or a redirect to where it is now; 404 otherwise."""
    kind = PATHS[path].name
    row = browse.find_record(reading(), kind, slug)
    if row is None:
        elsewhere = browse.moved_to(reading(), kind, slug)
        return redirect(f"{elsewhere}/{act}", 308 if request.method == "POST" else 303) if elsewhere else abort(404)
    if row.status == "merged" and (into := browse.survivor_of(reading(), row.id)):
        return redirect(f"{browse.url_of(into.kind, into.slug)}/{act}", 303)
    return row if row.status not in ("void", "merged") else abort(404)
