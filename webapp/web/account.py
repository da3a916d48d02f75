"""Getting into an account and out of it: signing up, in and out, and a new password.

Law: nobody learns here whether an address has an account. The pages say the same either way; what differs goes
by mail. A link from a mail does nothing when it is opened, since scanners open links: pressing does.
"""

from __future__ import annotations

import ipaddress
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound, WellkeptError
from webapp.language import _, mark
from webapp.services import account
from webapp.storage.queries.demo import SignIn, sign_ins
from webapp.web import account_interests, account_mail, account_own, account_settings, guest, limits, session
from webapp.web.access import allow
from webapp.web.account_forms import ConfirmForm, ResetForm, ResetRequestForm, SignInForm, SignUpForm
from webapp.web.account_views import role_words
from webapp.web.addresses import local_path
from webapp.web.again import along, arrived
from webapp.web.context import reading, settings_of, storage
from webapp.web.errors import error_page, status_of
from webapp.web.limits import with_retry_after
from webapp.web.render import page, say
from webapp.web.wording import REFUSALS, refusal_words

blueprint = Blueprint("account", __name__)
blueprint.register_blueprint(account_own.blueprint)
blueprint.register_blueprint(account_settings.blueprint)
blueprint.register_blueprint(account_interests.blueprint)
blueprint.register_blueprint(account_mail.blueprint)
blueprint.register_blueprint(guest.blueprint)
blueprint.record_once(lambda state: limits.register(cast(Flask, state.app)))

OPEN = "sign_in"  # the table's action for coming, which is open to everybody
ONE_PRESS = mark("One press, and your account is ready.")
OWN_NAMES = ("localhost", "127.0.0.1", "::1")
OTHER_BROWSER = mark(
    "Enter the password that you chose when you asked for this account. If you didn’t ask for one, close this page."
)
BANNED = mark("This account may not take part any more. Everything can still be read without signing in.")
MAIL_WORDS = mark({
    "confirm": "Open the link in the letter to finish your account.",
    "reset": "If there is an account with this address, the link in the letter lets you choose a new password."
    " It works for half an hour.",
    "guest": "Open the link in the letter and press once: then your suggestion goes to the reviewers."
    " It is kept for two days.",
})


# -- in and out -------------------------------------------------------------------------------------------


@blueprint.route("/account/sign-in", methods=["GET", "POST"])
@allow(OPEN)
def sign_in() -> Response:
    """Sign in by address and password."""
    only_arrives = along() and "email" not in request.form  # with what was typed elsewhere, to be asked who it is
    if request.method == "GET" or only_arrives:
        return _came_back() if current_user.is_authenticated else _sign_in_page(SignInForm(formdata=None))
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form, 422)
    key = account.email_key(form.email.data)
    try:
        limits.check("sign_in", key)
        person = account.check_password(storage(), form.email.data, form.password.data)
    except WellkeptError as error:
        form.form_errors.append(_(BANNED) if isinstance(error, account.Banned) else refusal_words(error))
        return with_retry_after(_sign_in_page(form, status_of(error)), error)
    limits.clear("sign_in", key)
    account.renew_hash(storage(), person, form.password.data, clock.now())
    _begin(person.id)
    return _came_back()


@blueprint.post("/account/demo-sign-in")
@allow(OPEN)
def demo_sign_in() -> Response:
    """Become one of the demo's people with one press: on this machine, in a demo, never in production."""
    person = next((one for one in _demo_people() if one.handle == request.form.get("handle")), None)
    if person is None:
        raise NotFound(what="person")
    _begin(person.person_id)
    return _came_back()


@blueprint.post("/account/sign-out")
@allow("sign_out")
def sign_out() -> Response:
    """End this session."""
    if current_user.is_authenticated:
        session.end()
        say(_("You are signed out."))
    return redirect("/", 303)


def _sign_in_page(form: SignInForm, status: int = 200) -> Response:
    target = local_path(request.values.get("next"))
    people = [
        {"handle": person.handle, "name": person.name, "role_words": role_words(person, clock.now())}
        for person in _demo_people()
    ]
    return page("account/sign_in.html", status, form=form, demo_people=people, next=target, along=along())


def _begin(person_id: str) -> None:
    """A session under a new token; the one before ends."""
    if current_user.is_authenticated:
        session.end()
    session.begin(person_id)


def _came_back() -> Response:
    """To where they came from; by way of what they had typed when their session ended."""
    if request.method == "POST" and (again := arrived()):
        return page("account/resume.html", again=again, back=local_path(request.form.get("next")) or "/account")
    return redirect(local_path(request.values.get("next")) or "/account", 303)


def _demo_people() -> list[SignIn]:
    return [] if settings_of().is_production or not _is_this_machine() else sign_ins(reading())


def _is_this_machine() -> bool:
    """Whether the request comes from this machine itself, and not through a proxy that nobody told us of."""
    if not _is_own_name():
        return False
    if not settings_of().trusted_proxies and ("X-Forwarded-For" in request.headers or "Forwarded" in request.headers):
        return False
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _is_own_name() -> bool:
    """Whether the browser asked for this machine or this site by name, and not for one that was made to lead here."""
    try:
        asked = urlsplit(f"//{request.host}").hostname
    except ValueError:
        return False
    return asked in (*OWN_NAMES, urlsplit(settings_of().public_url).hostname)


# -- a new account ----------------------------------------------------------------------------------------


@blueprint.route("/account/sign-up", methods=["GET", "POST"])
@allow(OPEN)
def sign_up() -> Response:
    """Ask for an account; the answer is the same for an address that has one."""
    if current_user.is_authenticated:
        return _came_back()
    form = SignUpForm()
    if request.method == "GET":
        return _sign_up_page(form)
    if not form.validate():
        return _sign_up_page(form, 422)
    try:
        limits.check("sign_up", account.email_key(form.email.data))
        command = account.SignUp(form.email.data, form.password.data, form.display_name.data)
        kept = account.sign_up(storage(), command, clock.now())
    except WellkeptError as error:
        form.form_errors.append(refusal_words(error))
        return with_retry_after(_sign_up_page(form, status_of(error)), error)
    cookie["signed_up"] = [kept, local_path(request.form.get("next"))]
    return _mail_sent("confirm", form.email.data)


def _sign_up_page(form: SignUpForm, status: int = 200) -> Response:
    return page("account/sign_up.html", status, form=form, next=local_path(request.values.get("next")))


def _mail_sent(what: str, email: str) -> Response:
    cookie["mail_sent"] = [what, email]
    return redirect(url_for("account.check_mail"), 303)


@blueprint.get("/account/check-mail")
@allow(OPEN)
def check_mail() -> Response:
    """Say where to look now."""
    if "mail_sent" not in cookie:
        return redirect(url_for("account.sign_in"), 303)
    what, email = cookie["mail_sent"]
    told = {"what": _(MAIL_WORDS[what]), "is_guest": what == "guest", "outbox": _outbox()}
    return page("account/check_mail.html", email=email, **told)


def _outbox() -> str | None:
    """The folder that letters go to while an installation is tried out; told on the machine itself only."""
    is_told = not settings_of().is_production and not settings_of().mail_url and _is_this_machine()
    return str(settings_of().outbox) if is_told else None


@blueprint.route("/account/confirm/<token>", methods=["GET", "POST"])
@allow(OPEN)
def confirm(token: str) -> Response:
    """Confirm an address; the browser that signed up needs one press, another one the password."""
    kept, target = cookie.get("signed_up") or ["", ""]
    form = None if kept == account.token_hash(token) else ConfirmForm()
    if not account.is_live(storage(), token, "confirm", clock.now()):
        return _dead_link("account.sign_up")
    if request.method == "GET":
        return _confirm_page(token, form)
    if form is not None and not form.validate():
        return _confirm_page(token, form, 422)
    try:
        limits.check("token", token)
        person_id = (
            account.confirm_with_password(storage(), token, form.password.data, clock.now())
            if form
            else account.confirm_address(storage(), token, clock.now())
        )
    except WellkeptError as error:
        if form is None:
            raise
        form.form_errors.append(_not_that(error))
        return with_retry_after(_confirm_page(token, form, status_of(error)), error)
    _begin(person_id)
    say(_("Your address is confirmed. Welcome!"))
    return redirect(local_path(target) or "/account", 303)


def _not_that(error: WellkeptError) -> str:
    if isinstance(error, account.WrongSignIn):
        return _("That is not the password that was chosen. If you don’t know it, ask for a new one.")
    return refusal_words(error)


def _confirm_page(token: str, form: ConfirmForm | None, status: int = 200) -> Response:
    shown = {
        "title": _("Confirm your address"),
        "words": _(ONE_PRESS if form is None else OTHER_BROWSER),
        "action_url": url_for("account.confirm", token=token),
        "button": _("Confirm and sign in"),
        "email": account.address_behind(storage(), token, "confirm", clock.now()),
    }
    return page("account/confirm.html", status, page=shown, form=form)


def _dead_link(again: str) -> Response:
    views = [(_("Ask for a new link"), again), (_("Sign in"), "account.sign_in")]
    links = [{"name": name, "url": url_for(view)} for name, view in views]
    return error_page(404, _(REFUSALS["dead_link"]), links, "dead_link")


# -- a new password ---------------------------------------------------------------------------------------


@blueprint.route("/account/reset", methods=["GET", "POST"])
@allow(OPEN)
def reset_request() -> Response:
    """Ask for a link; the answer is the same for an address without an account."""
    form = ResetRequestForm()
    if request.method == "GET":
        return page("account/reset_request.html", form=form)
    if not form.validate():
        return page("account/reset_request.html", 422, form=form)
    try:
        limits.check("reset", account.email_key(form.email.data))
        account.ask_reset(storage(), form.email.data, clock.now())
    except WellkeptError as error:
        form.form_errors.append(refusal_words(error))
        return with_retry_after(page("account/reset_request.html", status_of(error), form=form), error)
    return _mail_sent("reset", form.email.data)


@blueprint.route("/account/reset/<token>", methods=["GET", "POST"])
@allow(OPEN)
def reset(token: str) -> Response:
    """Choose a new password behind the link; every other session ends."""
    form = ResetForm()
    if not account.is_live(storage(), token, "reset", clock.now()):
        return _dead_link("account.reset_request")
    if request.method == "GET":
        return _reset_page(token, form)
    if not form.validate():
        return _reset_page(token, form, 422)
    limits.check("token", token)
    person_id = account.reset_password(storage(), token, form.password.data, clock.now())
    _begin(person_id)
    say(_("Your new password is kept. Everywhere else you are signed out."))
    return redirect("/account", 303)


def _reset_page(token: str, form: ResetForm, status: int = 200) -> Response:
    email = account.address_behind(storage(), token, "reset", clock.now())
    shown = {"action_url": url_for("account.reset", token=token), "email": email}
    return page("account/reset.html", status, form=form, page=shown)
