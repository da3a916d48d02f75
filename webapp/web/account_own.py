"""The pages of somebody's own account, and the public profile of anybody.

Law: who changes a password or an address gives the present password; nothing here takes another person's id.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound, WellkeptError
from webapp.services import account, account_own, notify
from webapp.storage.queries import account as queries
from webapp.storage.queries import notices
from webapp.storage.queries.account import PAGE, Mark
from webapp.web import limits, session
from webapp.web.access import allow
from webapp.web.account_forms import EmailForm, PasswordForm, ProfileForm
from webapp.web.account_views import (
    NotAMark,
    change_words,
    device_words,
    mark_text,
    next_role_words,
    read_mark,
    row_view,
)
from webapp.web.context import person_id, reading, settings_of, storage
from webapp.web.errors import status_of
from webapp.web.limits import with_retry_after
from webapp.web.render import page, say
from webapp.web.wording import ROLE_WORDS, plural, refusal_words

blueprint = Blueprint("own", __name__)
OPEN = "sign_in"  # the table's action for coming, which is open to everybody
WRONG_PASSWORD = "That is not your present password."  # noqa: S105 - words, not a password


def _mark() -> Mark | None:
    try:
        return read_mark(request.args.get("before"))
    except NotAMark:
        raise NotFound(what="page") from None


def _older(here: str, rows: list[Any], at: datetime | None) -> str | None:
    """The address of the next page, when this one is full."""
    if len(rows) < PAGE or at is None:
        return None
    return f"{here}?before={mark_text(Mark(at, rows[-1].id))}"


# -- what is one's own ------------------------------------------------------------------------------------


@blueprint.get("/account")
@allow("use_account")
def own() -> Response:
    """One's suggestions, how many one may have open, and what is missing for the next role."""
    row = current_user.row
    found = queries.own_suggestions(reading(), row.id, _mark())
    may = account_own.prospects(storage(), row, clock.now())
    shown = {
        "display_name": row.display_name,
        "handle": row.handle,
        "email": row.email,
        "is_confirmed": row.confirmed_at is not None,
        "role_words": ROLE_WORDS[row.role],
        "profile_url": f"/people/{row.handle}",
        "next_role_words": next_role_words(may, row.confirmed_at is not None, clock.now()),
        "allowance_words": f"{may.open_now} open, of {may.cap} that you may have open at once.",
        "suggestions": [row_view(suggestion) for suggestion in found],
        "next_url": _older("/account", found, found[-1].created_at if found else None),
        "sign_out_url": "/account/sign-out",
    }
    return page("account/account.html", page=shown)


@blueprint.get("/people/<handle>")
@allow("read_history")
def profile(handle: str) -> Response:
    """What everybody may see of somebody."""
    person = queries.profile(reading(), handle) if handle.isprintable() else None
    if person is None:
        raise NotFound(what="person")
    rows = queries.applied_changes(reading(), person.id, _mark())
    sums = (("Changes applied", person.applied), ("Votes", person.votes), ("Confirmed", person.confirmations))
    shown = {
        "display_name": person.display_name,
        "handle": person.handle,
        "role_words": "may not take part any more" if person.is_banned else ROLE_WORDS[person.role],
        "since": person.since,
        "about": person.about or None,
        "sums": [{"label": label, "number": f"{number:,}"} for label, number in sums],
        "recent": [
            {
                "title": row.record_name,
                "url": f"/suggestions/{row.suggestion_id}",
                "sentence": change_words(row.type, row.kind, row.group),
                "at": row.closed_at,
            }
            for row in rows
        ],
        "next_url": _older(f"/people/{person.handle}", rows, rows[-1].closed_at if rows else None),
    }
    return page("account/profile.html", page=shown)


# -- sessions ---------------------------------------------------------------------------------------------


@blueprint.get("/account/sessions")
@allow("manage_sessions")
def sessions() -> Response:
    """Where one is signed in."""
    here = account.token_hash(current_user.token)
    rows = [
        {
            "id": row.token_hash,
            "device": device_words(row.device),
            "since": row.created_at,
            "seen_at": row.seen_at,
            "is_here": row.token_hash == here,
        }
        for row in queries.sessions(reading(), person_id(), clock.now())
    ]
    return page("account/sessions.html", page={"rows": rows, "has_others": len(rows) > 1})


@blueprint.post("/account/sessions/end")
@allow("manage_sessions")
def end_sessions() -> Response:
    """End one session, or all but this one."""
    which = request.form.get("session", "")
    if which == "others":
        ended = account_own.end_other_sessions(storage(), person_id(), current_user.token, clock.now())
        say(f"{plural(ended, 'other session')} ended. You are still signed in here.")
    elif which == account.token_hash(current_user.token):
        session.end()
        return redirect("/", 303)
    else:
        account.end_session(storage(), person_id(), which if which.isalnum() else "", clock.now())
        say("You are signed out there.")
    return redirect(url_for("account.own.sessions"), 303)


# -- settings ---------------------------------------------------------------------------------------------


@blueprint.route("/account/settings", methods=["GET", "POST"])
@allow("use_account")
def settings() -> Response:
    """Name and words about oneself."""
    form = ProfileForm(prefix="profile", obj=current_user.row)
    if request.method == "GET":
        return _settings_page(profile=form)
    if not form.validate():
        return _settings_page(422, profile=form)
    account_own.change_profile(storage(), person_id(), form.display_name.data, form.about.data, clock.now())
    say("Your name and your words are kept.")
    return redirect(url_for("account.own.settings"), 303)


@blueprint.post("/account/settings/password")
@allow("use_account")
def password() -> Response:
    """Another password: every session ends, and this browser gets a new one."""
    form = PasswordForm(prefix="password")
    if not form.validate():
        return _settings_page(422, password=form)
    who = person_id()
    try:
        limits.check("password", who)
        account_own.change_password(storage(), who, form.current.data, form.password.data, clock.now())
    except WellkeptError as error:
        return _refused(error, password=form)
    session.begin(who)
    say("Your new password is kept. Everywhere else you are signed out.")
    return redirect(url_for("account.own.settings"), 303)


@blueprint.post("/account/settings/email")
@allow("use_account")
def email() -> Response:
    """Ask for another address; it counts once the link in the letter to it was pressed."""
    form = EmailForm(prefix="email")
    if not form.validate():
        return _settings_page(422, email=form)
    try:
        limits.check("password", person_id())
        limits.check("reset", account.email_key(form.email.data))
        account.ask_email(storage(), person_id(), form.current.data, form.email.data, clock.now())
    except WellkeptError as error:
        return _refused(error, email=form)
    say(f"We have written to {form.email.data}. Open the link in the letter, and it is your address.")
    return redirect(url_for("account.own.settings"), 303)


def _refused(error: WellkeptError, **form: PasswordForm | EmailForm) -> Response:
    is_password = isinstance(error, account.WrongSignIn)
    (asked,) = form.values()
    if is_password:
        asked.current.errors = [*asked.current.errors, WRONG_PASSWORD]
    else:
        asked.form_errors.append(refusal_words(error))
    return with_retry_after(_settings_page(status_of(error), **form), error)


def _settings_page(status: int = 200, **sent: Any) -> Response:
    """All three forms: the one that was sent as it was sent, the others anew and empty."""
    forms = {
        "profile": ProfileForm(None, prefix="profile", obj=current_user.row),
        "password": PasswordForm(None, prefix="password"),
        "email": EmailForm(None, prefix="email"),
        **sent,
    }
    context = {"present_email": current_user.row.email, "wrong": next(iter(sent.values()), None)}
    return page("account/settings.html", status, forms=forms, **context)


@blueprint.route("/account/email/<token>", methods=["GET", "POST"])
@allow(OPEN)
def confirm_email(token: str) -> Response:
    """Behind the link in the letter to a new address: pressing makes it the person's."""
    if not account.is_live(storage(), token, "email", clock.now()):
        raise NotFound("dead_link")
    if request.method == "GET":
        shown = {
            "title": "Your new address",
            "words": f"Press, and {account.email_of(token)} is the address you sign in with.",
            "action_url": url_for("account.own.confirm_email", token=token),
            "button": "Use this address",
        }
        return page("account/confirm.html", page=shown, form=None)
    limits.check("token", token)
    account.confirm_email(storage(), token, clock.now())
    say("Your new address is kept.")
    return redirect("/account" if current_user.is_authenticated else "/account/sign-in", 303)


@blueprint.route("/account/restore/<token>", methods=["GET", "POST"])
@allow(OPEN)
def restore_email(token: str) -> Response:
    """Behind the link in the letter to an old address: pressing gives it back, and signs everybody out."""
    if not account.is_live(storage(), token, "restore", clock.now()):
        raise NotFound("dead_link")
    if request.method == "GET":
        shown = {
            "title": "Take your account back",
            "words": "Press if it was not you who changed the address. Your account’s address is then"
            f" {account.email_of(token)} again, everybody is signed out, and we send you a link for a new password.",
            "action_url": url_for("account.own.restore_email", token=token),
            "button": "Take my account back",
        }
        return page("account/confirm.html", page=shown, form=None)
    limits.check("token", token)
    account.restore_email(storage(), token, clock.now())
    say("Your address is back, and everybody is signed out. The link for a new password is in your mail.")
    return redirect(url_for("account.sign_in"), 303)


# -- mail -------------------------------------------------------------------------------------------------


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
    action = url_for("account.own.choose_notifications", token=token or None)
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
    say("Notices will come again." if wanted else "No more notices. Letters about your account itself still come.")
    return redirect(url_for("account.own.notifications", token=token or None), 303)


def _whose_mail(token: str) -> str | None:
    if token:
        return notify.person_of_token(settings_of(), token)
    return person_id() if current_user.is_authenticated else None


def _let_mail_programs_post(app: Flask) -> None:
    app.extensions["csrf"].exempt(choose_notifications)  # the view asks for the token itself where a cookie counts


blueprint.record_once(lambda state: _let_mail_programs_post(state.app))  # type: ignore[arg-type]  # always a Flask here
