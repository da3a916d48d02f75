"""Name, password and address of one's own account.

Law: who changes a password or an address gives the present password; opening a mail's link changes nothing.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotEligible, NotFound, WellkeptError
from webapp.language import _, mark
from webapp.services import account, account_own
from webapp.web import limits, session
from webapp.web.access import allow
from webapp.web.account_forms import EmailForm, PasswordForm, ProfileForm
from webapp.web.context import person_id, storage
from webapp.web.errors import status_of
from webapp.web.limits import with_retry_after
from webapp.web.render import page, say
from webapp.web.steward import ties_view
from webapp.web.wording import refusal_words

blueprint = Blueprint("settings", __name__)
OPEN = "sign_in"  # the table's action for coming, which is open to everybody
WRONG_PASSWORD = mark("That is not your present password.")


@blueprint.route("/account/settings", methods=["GET", "POST"])
@allow("use_account")
def settings() -> Response:
    """Name and words about oneself."""
    form = ProfileForm(prefix="profile", obj=current_user.row)
    if request.method == "GET":
        return _settings_page(profile=form)
    if not form.validate():
        return _settings_page(422, profile=form)
    try:
        account_own.change_profile(storage(), person_id(), form.display_name.data, form.about.data, clock.now())
    except NotEligible as error:
        form.display_name.errors = [refusal_words(error)]
        return _settings_page(status_of(error), profile=form)
    say(_("Your name and your words are kept."))
    return redirect(url_for("account.settings.settings"), 303)


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
    say(_("Your new password is kept. Everywhere else you are signed out."))
    return redirect(url_for("account.settings.settings"), 303)


@blueprint.post("/account/settings/keys")
@allow("use_account")
def keys() -> Response:
    """Whether single keys press buttons on the pages of the review desk."""
    account.set_keys(storage(), person_id(), are_on=request.form.get("keys") == "on", now=clock.now())
    say(_("Your choice is kept."))
    return redirect(url_for("account.settings.settings"), 303)


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
    to = form.email.data
    say(_("We have written to %(email)s. Open the link in the letter, and it is your address.", email=to))
    return redirect(url_for("account.settings.settings"), 303)


def _refused(error: WellkeptError, **form: PasswordForm | EmailForm) -> Response:
    is_password = isinstance(error, account.WrongSignIn)
    (asked,) = form.values()
    if is_password:
        asked.current.errors = [*asked.current.errors, _(WRONG_PASSWORD)]
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
    context = {"present_email": current_user.row.email, "has_keys": bool(current_user.row.has_keys), }
    context |= {"wrong": next(iter(sent.values()), None), "ties": ties_view(person_id()), "asked": ""}
    return page("account/settings.html", status, forms=forms, **context)


@blueprint.route("/account/email/<token>", methods=["GET", "POST"])
@allow(OPEN)
def confirm_email(token: str) -> Response:
    """Behind the link in the letter to a new address: pressing makes it the person's."""
    if not account.is_live(storage(), token, "email", clock.now()):
        raise NotFound("dead_link")
    if request.method == "GET":
        shown = {
            "title": _("Your new address"),
            "words": _("Press, and %(email)s is the address you sign in with.", email=account.email_of(token)),
            "action_url": url_for("account.settings.confirm_email", token=token),
            "button": _("Use this address"),
        }
        return page("account/confirm.html", page=shown, form=None)
    limits.check("token", token)
    account.confirm_email(storage(), token, clock.now())
    say(_("Your new address is kept."))
    return redirect("/account" if current_user.is_authenticated else "/account/sign-in", 303)


@blueprint.route("/account/restore/<token>", methods=["GET", "POST"])
@allow(OPEN)
def restore_email(token: str) -> Response:
    """Behind the link in the letter to an old address: pressing gives it back, and signs everybody out."""
    if not account.is_live(storage(), token, "restore", clock.now()):
        raise NotFound("dead_link")
    if request.method == "GET":
        shown = {
            "title": _("Take your account back"),
            "words": _(
                "Press if it was not you who changed the address. Your account’s address is then %(email)s again,"
                " everybody is signed out, and we send you a link for a new password.",
                email=account.email_of(token),
            ),
            "action_url": url_for("account.settings.restore_email", token=token),
            "button": _("Take my account back"),
        }
        return page("account/confirm.html", page=shown, form=None)
    limits.check("token", token)
    account.restore_email(storage(), token, clock.now())
    say(_("Your address is back, and everybody is signed out. The link for a new password is in your mail."))
    return redirect(url_for("account.sign_in"), 303)
