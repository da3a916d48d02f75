"""The addresses for suggesting: a change, something missing, an end, a merge; amending and fitting what is open."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.domain.kinds import KINDS
from webapp.storage.queries import browse
from webapp.web.access import allow
from webapp.web.context import reading, viewer
from webapp.web.forms.change_flow import ChangeFlow
from webapp.web.forms.new_flow import NewFlow
from webapp.web.render import page

blueprint = Blueprint("suggest", __name__)
PATHS = {kind.path: kind for kind in KINDS.values()}
RECORD = "/<any({}):path>/<slug>".format(", ".join(f'"{path}"' for path in PATHS))
MISSING = (
    ("service", "A service", "Something people can go to or call: a lunch club, an advice line, a class."),
    ("organization", "An organisation", "Who runs things: a charity, a council department, a group of neighbours."),
    ("location", "A place", "Where things happen: a hall, a library, a church."),
    ("guide", "A guide", "An answer to a question that people have, with the services that help."),
    ("taxonomy_term", "A category", "One that is missing in the list that services are sorted by."),
    ("taxonomy", "A list of categories", "Hardly ever: another list to sort by."),
)


@blueprint.route(f"{RECORD}/suggest", methods=["GET", "POST"])
@allow("suggest_change")
def change(path: str, slug: str) -> Response:
    """Suggest a change to a record."""
    record = find_record(path, slug, "suggest")
    if isinstance(record, Response):
        return record
    return ask_to_sign_in() if must_sign_in() else ChangeFlow(PATHS[path], record).answer()


@blueprint.get("/suggest/new")
@allow("suggest_record")
def missing() -> Response:
    """Which kind is missing."""
    kinds = [{"name": name, "url": f"/suggest/new/{kind}", "words": words} for kind, name, words in MISSING]
    return page("suggest/new.html", kinds=kinds)


@blueprint.route("/suggest/new/<any({}):kind>".format(", ".join(KINDS)), methods=["GET", "POST"])
@allow("suggest_record")
def new(kind: str) -> Response:
    """Suggest a record that is missing."""
    return ask_to_sign_in() if must_sign_in() else NewFlow(KINDS[kind]).answer()


# -- what every address shares ------------------------------------------------------------------------------


def find_record(path: str, slug: str, act: str) -> Any:
    """The record's row, or a redirect to where it is now; 404 otherwise."""
    kind = PATHS[path].name
    row = browse.find_record(reading(), kind, slug)
    if row is None:
        elsewhere = browse.moved_to(reading(), kind, slug)
        return redirect(f"{elsewhere}/{act}", 308 if request.method == "POST" else 303) if elsewhere else abort(404)
    if row.status == "merged" and (into := browse.find_by_id(reading(), row.merged_into or "")):
        return redirect(f"{browse.url_of(into.kind, into.slug)}/{act}", 303)
    return row if row.status not in ("void", "merged") else abort(404)


def must_sign_in() -> bool:
    """Whether somebody came who has to sign in; what is posted already is kept in its form instead."""
    return request.method == "GET" and not viewer().is_signed_in


def ask_to_sign_in() -> Response:
    """To the sign-in page, which leads back."""
    return redirect(url_for("account.sign_in", next=request.path), 303)
