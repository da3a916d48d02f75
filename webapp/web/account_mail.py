"""Whether notices come by mail. Law: a mail's link turns its reader's notices off, and does nothing else."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound
from webapp.language import _
from webapp.services import notify
from webapp.storage.queries import notices
from webapp.web import limits
from webapp.web.access import allow
from webapp.web.context import person_id, reading, settings_of, storage
from webapp.web.render import page, say

blueprint = Blueprint("mail", __name__)
OPEN = "sign_in"  # the table's action for coming, which is open to everybody


@blueprint.get("/account/notifications")
@allow(OPEN)
def notifications() -> Response:
    """Whether notices come by mail; by a mail's link also without signing in."""
    token = request.args.get("token", "")
    who = _whose_mail(token)
    if who is None:
        return redirect(url_for("account.sign_in", next="/account/notifications"), 303)
    to = notices.addressee(reading(), who)
    if to is None:
        raise NotFound(what="person")
    action = url_for("account.mail.choose_notifications", token=token or None)
    return page("account/notifications.html", page={"wants": to.wants_notices, "action_url": action})


@blueprint.post("/account/notifications")
@allow(OPEN)
def choose_notifications() -> Response:
    """Turn notices off or on. Mail programs send this by themselves, without a page's token (RFC 8058)."""
    token = request.args.get("token", "")
    if not token:
        current_app.extensions["csrf"].protect()
    who = _whose_mail(token)
    if who is None:
        raise NotFound("dead_link") if token else NotFound(what="person")
    wanted = request.form.get("notices") == "on"
    if token:
        limits.check("token", token)
    notify.choose_notices(storage(), who, wanted, clock.now())
    if wanted:
        say(_("Notices will come again."))
    else:
        say(_("No more notices. Letters about your account itself still come."))
    return redirect(url_for("account.mail.notifications", token=token or None), 303)


def _whose_mail(token: str) -> str | None:
    if token:
        return notify.person_of_token(settings_of(), token)
    return person_id() if current_user.is_authenticated else None


def _let_mail_programs_post(app: Flask) -> None:
    app.extensions["csrf"].exempt(choose_notifications)  # the view asks for the token itself where a cookie counts


blueprint.record_once(lambda state: _let_mail_programs_post(state.app))  # type: ignore[arg-type]  # always a Flask here
