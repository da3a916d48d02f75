"""The site: one module a role. Every view names its action in the permission table, or it does not answer."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.web import access, crawlers, errors, headers, kept, languages, received, session, tagged
from webapp.web import render as rendering
from webapp.web.context import close_connection, settings_of

MOST_BYTES = 1_000_000
MOST_FIELDS = 2_000

PAGES = (
    "browse",
    "search",
    "lists",
    "history",
    "blame",
    "recent",
    "feeds",
    "contributions",
    "suggest",
    "queue",
    "review",
    "comments",
    "together",
    "check_items",
    "rules",
    "policy_versions",
    "insights",
    "operations",
    "account",
    "moderate",
    "check_desk",
    "incidents",
    "merges",
    "duplicates",
    "tugs",
    "people_desk",
    "people_acts",
    "redactions",
    "steward",
    "synonyms",
    "unfound",
    "policy",
    "replay",
    "languages",
    "crawlers",
    "health",
)
"""The modules here that answer addresses, each by its `blueprint`."""


def register(app: Flask, root: Path) -> None:
    """Give the application its settings, its guards and its addresses."""
    _configure(app)
    languages.register(app)
    CSRFProtect(app)
    received.register(app)
    rendering.register(app, root)
    kept.register(app)
    tagged.register(app)
    headers.register(app)
    crawlers.register(app)
    session.register(app)
    access.register(app)
    errors.register(app)
    for name in PAGES:
        app.register_blueprint(import_module(f"{__name__}.{name}").blueprint)
    app.teardown_appcontext(close_connection)


def _configure(app: Flask) -> None:
    settings = settings_of(app)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
        SESSION_COOKIE_NAME="__Host-session" if settings.is_https else "session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # the documented way to wrap an application
