"""Making a list and changing one's own: each act is a small plain form, and the browser's key is renewed with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotAllowed, NotEligible, NotFound, Refused, WellkeptError
from webapp.domain.lists import FIRST_NAME, NAME_LENGTH, NOTE_LENGTH, code_of
from webapp.domain.permissions import Subject
from webapp.language import _
from webapp.services import lists
from webapp.storage.queries import lists as queries
from webapp.storage.queries.browse import url_of
from webapp.web import limits, list_key
from webapp.web.access import allow
from webapp.web.browse import find
from webapp.web.context import allowed, reading, storage, viewer
from webapp.web.errors import status_of
from webapp.web.list_key import ListKey
from webapp.web.list_view import address_of
from webapp.web.list_words import entries_words, name_needed, note_too_long
from webapp.web.render import page, say
from webapp.web.wording import refusal_words

blueprint = Blueprint("changes", __name__)
NEW = "new"
ADD = "/services/<slug>/list"
ACTS = ("up", "down", "remove", "note")


def own_lists() -> list[Any]:
    """The lists of who is looking: their own, and the one of this browser."""
    own = list_key.present()
    found = queries.lists_of(reading(), viewer().id, own.code if own else None, clock.now())
    return [one for one in found if is_own(one)]


def is_own(one: Any) -> bool:
    """Whether a list is that of who is looking, by account or by this browser's key."""
    has_key = lists.opens(one, list_key.maker(one.code).key)
    return allowed("change_list", Subject(person_id=one.person_id, has_key=has_key))


def _changed(response: Response, code: str) -> Response:
    """With every change to this browser's list its key lasts anew, as the list does."""
    own = list_key.present()
    return list_key.give(response, own) if own is not None and own.code == code else response


def _count(name: str = "list") -> None:
    """What strangers write is limited by where they write from; what people send is counted anyway."""
    if not viewer().is_signed_in:
        limits.check(name)


# -- my lists ---------------------------------------------------------------------------------------------


@blueprint.get("/lists")
@allow("make_list")
def mine() -> Response:
    """My lists; a visitor's is the one of this browser."""
    return _mine()


def _mine(problem: str | None = None, status: int = 200) -> Response:
    rows = [
        {
            "name": one.name,
            "url": address_of(one.code),
            "entries": entries_words(one.entries),
            "changed_at": one.changed_at,
            "expires_at": one.expires_at,
        }
        for one in own_lists()
    ]
    shown = {
        "rows": rows,
        "may_make": viewer().is_signed_in or not rows,
        "name": request.form.get("name", "" if rows else _(FIRST_NAME)),
        "most": NAME_LENGTH,
        "problem": problem,
    }
    return page("lists/mine.html", status, page=shown)


@blueprint.post("/lists")
@allow("make_list")
def make() -> Response:
    """Begin an empty list."""
    try:
        response = _begun(None)
    except Refused:
        return _mine(name_needed(), 422)
    except NotEligible as error:
        return _mine(refusal_words(error), status_of(error))
    say(_("The list is there. Look for services, and add them from their pages."))
    return response


def _begun(record_id: str | None) -> Response:
    """A new list and the way to it; a visitor's key goes into the browser."""
    _count("list_new")
    made = lists.make_list(
        storage(), lists.Maker(viewer().id), request.form.get("name", ""), record_id, clock.now()
    )
    response = redirect(address_of(made.code), 303)
    return list_key.give(response, ListKey(made.code, made.key)) if made.key else response


# -- adding a service -------------------------------------------------------------------------------------


@blueprint.get(ADD)
@allow("change_list")
def add_form(slug: str) -> Response:
    """Onto which list."""
    return _add_page(_service(slug))


def _service(slug: str) -> Any:
    """The service at an address, or the way to where it has moved; NotFound for what was taken back."""
    row = find("services", slug)
    if row.status == "void":
        raise NotFound(what="record")
    return row


def _add_page(row: Any, problem: str | None = None, status: int = 200) -> Response:
    found = own_lists()
    on = queries.lists_with(reading(), row.id, [one.id for one in found])
    shown = {
        "title": row.name,
        "url": url_of(row.kind, row.slug),
        "lists": [
            {"code": one.code, "name": one.name, "entries": entries_words(one.entries, with_this=one.id in on)}
            for one in found
        ],
        "may_make": viewer().is_signed_in or not found,
        "chosen": request.form.get("list", found[0].code if found else NEW),
        "name": request.form.get("name", "" if found else _(FIRST_NAME)),
        "most": NAME_LENGTH,
        "problem": problem,
    }
    return page("lists/add.html", status, page=shown)


@blueprint.post(ADD)
@allow("change_list")
def add(slug: str) -> Response:
    """Onto a list, or as the first of a new one."""
    row = _service(slug)
    chosen = request.form.get("list", NEW)
    try:
        is_new, response = (True, _begun(row.id)) if chosen == NEW else _added(code_of(chosen), row.id)
    except Refused:
        return _add_page(row, name_needed(), 422)
    except NotEligible as error:
        return _add_page(row, refusal_words(error), status_of(error))
    there = _("%(name)s was on the list already.", name=row.name)
    say(_("%(name)s is on the list now.", name=row.name) if is_new else there)
    return response


def _added(code: str, record_id: str) -> tuple[bool, Response]:
    _count()
    is_new = lists.add_entry(storage(), code, list_key.maker(code), record_id, clock.now())
    return is_new, _changed(redirect(address_of(code), 303), code)


# -- changing ---------------------------------------------------------------------------------------------


def _own(code: str) -> Any:
    """A list of one's own; NotFound for none, NotAllowed for another's."""
    found = queries.find_list(reading(), code_of(code), clock.now())
    if found is None:
        raise NotFound("list_gone")
    if not is_own(found):
        raise NotAllowed("not_your_list")
    return found


@blueprint.get("/lists/<code>/edit")
@allow("change_list")
def edit_form(code: str) -> Response:
    """Everything about a list that its maker changes."""
    return _edit_page(_own(code))


def _edit_page(found: Any, problem: dict[str, str] | None = None, status: int = 200) -> Response:
    typed = request.form
    entry = problem["entry"] if problem and "entry" in problem else None
    shown = {
        "url": address_of(found.code),
        "title": found.name,
        "name": found.name if entry else typed.get("name", found.name),
        "note": found.note if entry else typed.get("note", found.note),
        "entries": [
            {"id": one.own, "name": one.row.name, "note": typed.get("note", "") if one.own == entry else one.note}
            for one in queries.entries_of(reading(), found.id)
        ],
        "name_most": NAME_LENGTH,
        "note_most": NOTE_LENGTH,
        "is_borrowed": found.person_id is None,
        "problem": problem,
    }
    return page("lists/edit.html", status, page=shown)


@blueprint.post("/lists/<code>/edit")
@allow("change_list")
def word(code: str) -> Response:
    """Another name, another note."""
    found = _own(code)
    name, note = request.form.get("name", ""), request.form.get("note", "")
    try:
        _count()
        lists.word_list(storage(), found.code, list_key.maker(found.code), name, note, clock.now())
    except Refused as error:
        where = error.problems[0].where
        return _edit_page(found, {"id": where, "text": name_needed() if where == "name" else note_too_long()}, 422)
    say(_("Saved."))
    return _changed(redirect(address_of(found.code), 303), found.code)


@blueprint.post("/lists/<code>/entries/<uuid:record_id>")
@allow("change_list")
def change_entry(code: str, record_id: object) -> Response:
    """Up, down, away, or another note."""
    found, own, act = _own(code), str(record_id), request.form.get("act", "note")
    if act not in ACTS:
        raise WellkeptError("unknown_code")
    try:
        _count()
        _do(act, found.code, own)
    except Refused:
        return _edit_page(found, {"id": f"note-{own}", "text": note_too_long(), "entry": own}, 422)
    anchor = "#entries" if act == "remove" else f"#entry-{own}"
    return _changed(redirect(f"{address_of(found.code)}/edit{anchor}", 303), found.code)


def _do(act: str, code: str, own: str) -> None:
    who, now = list_key.maker(code), clock.now()
    if act == "remove":
        lists.remove_entry(storage(), code, who, own, now)
        say(_("Taken off the list."))
    elif act == "note":
        lists.note_entry(storage(), code, who, own, request.form.get("note", ""), now)
        say(_("The note is saved."))
    else:
        lists.move_entry(storage(), code, who, own, up=act == "up", now=now)


@blueprint.post("/lists/<code>/keep")
@allow("keep_list")
def keep(code: str) -> Response:
    """Keep this browser's list in one's account."""
    code = code_of(code)
    lists.keep_list(storage(), code, list_key.maker(code), clock.now())
    say(_("The list is in your account now, and stays until you delete it."))
    return list_key.take(redirect(address_of(code), 303))


@blueprint.post("/lists/<code>/forget")
@allow("change_list")
def forget(code: str) -> Response:
    """Leave this browser without the key, for who borrowed it: the list can be read on, and changed no more."""
    found = _own(code)
    own = list_key.present()
    response = redirect(address_of(found.code), 303)
    if own is None or own.code != found.code:
        return response
    say(_("This browser has forgotten it. Write the list’s address down if you want to see it again."))
    return list_key.take(response)


@blueprint.post("/lists/<code>/delete")
@allow("change_list")
def delete(code: str) -> Response:
    """Delete a list."""
    found = _own(code)
    lists.delete_list(storage(), found.code, list_key.maker(found.code), clock.now())
    own = list_key.present()
    say(_("The list is deleted. Its link leads nowhere now."))
    response = redirect("/lists", 303)
    return list_key.take(response) if own is not None and own.code == found.code else response
