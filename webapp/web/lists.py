"""Lists of services as everybody with the link reads them: on a page, on paper, by e-mail."""

from __future__ import annotations

from typing import Any

import segno
from email_validator import EmailNotValidError, validate_email
from flask import Blueprint, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound, Refused, WellkeptError
from webapp.domain.lists import NOTE_LENGTH, code_of
from webapp.language import _
from webapp.services import lists
from webapp.services.account import email_key
from webapp.storage.queries import lists as queries
from webapp.web import limits, list_changes
from webapp.web.access import allow
from webapp.web.account_forms import EMAIL_PROBLEM
from webapp.web.context import allowed, person_id, reading, storage, viewer
from webapp.web.errors import status_of
from webapp.web.list_view import address_of, list_view
from webapp.web.render import page, say
from webapp.web.wording import refusal_words, too_long_words, why_words

blueprint = Blueprint("lists", __name__)
blueprint.register_blueprint(list_changes.blueprint)
QUIET_ZONE = 4  # modules of white around a QR code, as its standard asks


def find(code: str) -> Any:
    """The list of a code, in whatever case it was typed."""
    found = queries.find_list(reading(), code_of(code), clock.now())
    if found is None:
        raise NotFound("list_gone")
    return found


@blueprint.get("/lists/<code>")
@allow("read_list")
def one(code: str) -> Response:
    """A list, for everybody who has the link."""
    return _one(find(code))


def _one(found: Any, problem: str | None = None, status: int = 200) -> Response:
    mine = list_changes.is_own(found)
    may_keep = mine and found.person_id is None and viewer().is_signed_in
    shown = {
        **list_view(reading(), found),
        "is_own": mine,
        "keep_url": address_of(found.code) + "/keep" if may_keep else None,
        "may_send": allowed("send_list"),
        "remove_url": address_of(found.code) + "/remove" if allowed("remove_list") and not mine else None,
        "problem": problem,
        "most": NOTE_LENGTH,
    }
    return page("lists/list.html", status, page=shown)


@blueprint.post("/lists/<code>/remove")
@allow("remove_list")
def remove(code: str) -> Response:
    """Take a list away that does harm."""
    found = find(code)
    try:
        lists.remove_list(storage(), found.code, person_id(), request.form.get("note", ""), clock.now())
    except Refused:
        return _one(found, why_words(NOTE_LENGTH), 422)
    say(_("The list is gone. It is in the moderation log."))
    return redirect("/moderation-log", 303)


@blueprint.get("/lists/<code>/print")
@allow("read_list")
def leaflet(code: str) -> Response:
    """A list as a leaflet, in large type and with a QR code that leads back to its page."""
    shown = list_view(reading(), find(code))
    return page("lists/print.html", page={**shown, "qr": qr_code(shown["public_url"]), "today": clock.now()})


def qr_code(address: str) -> Markup:
    """An address as an inline picture, black on white whatever the page's colours are."""
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(omitsize=True, border=QUIET_ZONE, light="#fff", svgclass="qr", lineclass=None)
    named = Markup('<svg role="img" aria-label="{}" ').format(_("QR code of this list’s address"))
    return Markup(svg.replace("<svg ", named, 1))  # noqa: S704 - made of squares, none of its words are anybody's


# -- by e-mail --------------------------------------------------------------------------------------------


@blueprint.get("/lists/<code>/send")
@allow("send_list")
def send_form(code: str) -> Response:
    """The form for sending a list by e-mail."""
    return _send_page(find(code))


def _send_page(found: Any, problems: list[dict[str, str]] | None = None, status: int = 200) -> Response:
    shown = {
        "name": found.name,
        "url": address_of(found.code),
        "most": NOTE_LENGTH,
        "typed": {name: request.form.get(name, "") for name in ("email", "words")},
        "problems": problems or [],
    }
    return page("lists/send.html", status, page=shown)


@blueprint.post("/lists/<code>/send")
@allow("send_list")
def send(code: str) -> Response:
    """Promise one letter with the list. The address is checked for its form alone, and kept until the letter went."""
    found = find(code)
    email, words = request.form.get("email", "").strip(), request.form.get("words", "")
    if not _is_address(email):
        return _send_page(found, [{"id": "email", "text": _(EMAIL_PROBLEM)}], 422)
    if len(words.strip()) > NOTE_LENGTH:
        return _send_page(found, [{"id": "words", "text": too_long_words(NOTE_LENGTH)}], 422)
    try:
        _count(found.id, email)
        lists.send_list(storage(), found.code, viewer().id, email, words, clock.now())
    except WellkeptError as error:
        told = _send_page(found, [{"id": "", "text": refusal_words(error)}], status_of(error))
        return limits.with_retry_after(told, error)
    say(_("The list is on its way."))
    return redirect(address_of(found.code), 303)


def _is_address(email: str) -> bool:
    """Whether it reads like an address; whether it exists is found out by writing to it."""
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _count(list_id: str, email: str) -> None:
    """What one list, one person, one network, one address and the whole site may send, so that nobody floods anybody.

    Whoever has sent enough uses up nothing that others could send.
    """
    name, _, host = email_key(email).partition("@")
    limits.check("list_letters_of", list_id, *filter(None, (viewer().id,)))
    limits.check("list_letter", f"{name.partition('+')[0]}@{host}")
    limits.check("list_letters", "everybody")
