"""Behind the link of a guest's mail. Law: opening it changes nothing, since scanners open links: pressing does."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import CapReached, NotFound, WellkeptError
from webapp.language import _, mark
from webapp.services import guest, guest_own
from webapp.services.account import DeadToken
from webapp.services.suggest import Alike, Nothing
from webapp.web import limits
from webapp.web.access import allow
from webapp.web.context import storage
from webapp.web.errors import HOME, error_page, status_of
from webapp.web.limits import with_retry_after
from webapp.web.render import page, say
from webapp.web.wording import refusal_words

blueprint = Blueprint("guest", __name__)

PRESS = mark("One press, and what you suggested goes to the reviewers. If it wasn’t you, close this page.")
DEAD = mark("This link was used already, or is too old. If you have pressed it before, your suggestion is on its way.")
KIND = {
    Nothing: mark("The record says that already: somebody was quicker. Thank you all the same."),
    Alike: mark("Somebody has suggested the same already, so it is on its way. Thank you all the same."),
    NotFound: mark("The record that you suggested a change to is not kept here any more. Thank you all the same."),
}


@blueprint.route("/account/guest/<token>", methods=["GET", "POST"])
@allow("sign_out")  # open to everybody, as all ways into an account are
def release(token: str) -> Response:
    """Confirm the address by pressing; what was parked is suggested."""
    if not guest.is_parked(storage(), token, clock.now()):
        return _sent_already(token)
    if request.method == "GET":
        return _press_page(token)
    try:
        limits.check("token", token)
        done = guest.release(storage(), token, clock.now())
    except WellkeptError as error:
        return _kindly(error)
    say(_("Thank you. Your suggestion is with the reviewers now."))
    return redirect(f"/suggestions/{done.suggestion_id}", 303)


@blueprint.post("/account/guest/<token>/take-back")
@allow("sign_out")  # as above: who has the mail is its guest
def take_back(token: str) -> Response:
    """Withdraw what the link has released, as far as it is open."""
    try:
        limits.check("token", token)
        suggestion_id = guest_own.take_back(storage(), token, clock.now())
    except WellkeptError as error:
        return _kindly(error)
    say(_("Taken back. It can be suggested again."))
    return redirect(f"/suggestions/{suggestion_id}", 303)


def _sent_already(token: str) -> Response:
    """Where the link leads once it was pressed; pressing it twice does no more than pressing it once."""
    own = guest_own.find_own(storage(), token, clock.now())
    if own is None:
        return error_page(404, _(DEAD), HOME, "dead_link")
    url = f"/suggestions/{own.suggestion_id}"
    if request.method == "POST":
        say(_("Your suggestion is with the reviewers already."))
        return redirect(url, 303)
    back_url = url_for("account.guest.take_back", token=token) if own.is_open else None
    return page("suggest/guest_own.html", page={"suggestion_url": url, "take_back_url": back_url})


def _press_page(token: str) -> Response:
    shown = {
        "title": _("Send your suggestion"),
        "words": _(PRESS),
        "action_url": url_for("account.guest.release", token=token),
        "button": _("Confirm and send it"),
    }
    return page("account/confirm.html", page=shown, form=None)


def _kindly(error: WellkeptError) -> Response:
    """Why it was not sent, or not taken back. What stays parked can be pressed again."""
    if isinstance(error, DeadToken):
        return error_page(404, _(DEAD), HOME, "dead_link")
    words = _(KIND[type(error)]) if type(error) in KIND else refusal_words(error)
    if isinstance(error, CapReached):
        kept = _("What you wrote is kept: press the link in your mail again later.")
        words = f"{words} {kept}"
    suggestion_id = error.values.get("suggestion")
    links = [{"name": _("See the suggestion"), "url": f"/suggestions/{suggestion_id}"}] if suggestion_id else []
    status = 409 if type(error) in KIND else status_of(error)
    return with_retry_after(error_page(status, words, [*links, *HOME]), error)
