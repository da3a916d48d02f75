"""Signed-in browsers: Flask-Login over sessions that live in a table and can be revoked."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import Flask, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import URLSafeTimedSerializer

from webapp import clock
from webapp.domain.errors import Busy
from webapp.domain.permissions import Actor
from webapp.services import account
from webapp.services.people import actor_of
from webapp.storage.prepared import execute, prepared
from webapp.web.context import SAFE, look, storage

BY_TOKEN = prepared(account.BY_TOKEN)


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A person in a session; its id for Flask-Login is the session's token."""

    def __init__(self, row: Any, token: str) -> None:
        self.row = row
        self.token = token
        self.actor: Actor = actor_of(row, clock.now())

    def get_id(self) -> str:
        """The token, kept in the signed cookie; only its hash is stored."""
        return self.token


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookies; what signs them is made once, not twice a request."""

    def __init__(self, app: Flask) -> None:
        self._signer = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs this application's cookies."""
        return self._signer


def load(token: str) -> SignedIn | None:
    """Who a token belongs to, unless its session was revoked or is over."""
    wanted = {"hash": account.token_hash(token), "now": clock.now()}
    row = look(lambda connection: execute(connection, BY_TOKEN, wanted).first())
    return SignedIn(row, token) if row is not None and row.state != "erased" else None


def register(app: Flask) -> None:
    """Set Flask-Login up."""
    app.session_interface = Cookies(app)
    manager = LoginManager(app)
    manager.session_protection = None  # the table decides
    manager.user_loader(load)
    app.before_request(_note_seen)


def _note_seen() -> None:
    """Last-seen moves hourly, and only with an unsafe request: a GET writes nothing."""
    if request.method in SAFE or not current_user.is_authenticated:
        return
    if clock.now() - current_user.row.session_seen_at > timedelta(hours=1):
        with suppress(Busy):  # the next request notes it
            account.note_seen(storage(), current_user.token, clock.now())


def begin(person_id: str) -> None:
    """Sign a person in: a new token, a new cookie."""
    device = (request.user_agent.string or "unknown")[:80]
    token = account.sign_in(storage(), person_id, device, clock.now())
    session.clear()
    session.permanent = True

    found = load(token)
    if found is not None:
        login_user(found)
    g.pop("csrf_token", None)


def end() -> None:
    """Sign out: the session is revoked, the cookie emptied."""
    account.sign_out(storage(), current_user.token, clock.now())
    logout_user()
    session.clear()
