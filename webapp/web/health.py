"""Whether the site lives and is ready, for those who run it; and whom to tell of a weakness (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, timedelta

from flask import Blueprint, Flask, abort, current_app, make_response
from werkzeug.wrappers import Response

from webapp import clock
from webapp.web.access import allow
from webapp.web.context import settings_of, storage

blueprint = Blueprint("health", __name__)
CONTACT_LASTS = timedelta(days=180)
"""How long after a start the named contact may be relied on: a site that nobody looks after says so in the end."""


@blueprint.get("/healthz")
@allow("read_rules")
def healthz() -> Response:
    """The process answers."""
    return _plain("ok", 200)


@blueprint.get("/readyz")
@allow("read_rules")
def readyz() -> Response:
    """The database answers too."""
    if not storage().is_ready():
        return _plain("the database does not answer", 503)
    return _plain("ready", 200)


@blueprint.get("/.well-known/security.txt")
@allow("read_rules")
def security_txt() -> Response:
    """Whom to tell of a weakness, and until when that holds; nothing where nobody was named."""
    settings = settings_of()
    if settings.security_contact is None:
        abort(404)
    lines = {
        "Contact": settings.security_contact,
        "Expires": current_app.extensions["contact_expires"],
        "Preferred-Languages": "en",
        "Canonical": f"{settings.public_url}/.well-known/security.txt",
    }
    return _plain("\n".join(f"{name}: {value}" for name, value in lines.items()), 200)


def _note_start(app: Flask) -> None:
    began = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    app.extensions["contact_expires"] = f"{began + CONTACT_LASTS:%Y-%m-%dT%H:%M:%SZ}"


blueprint.record_once(lambda state: _note_start(state.app))  # type: ignore[arg-type]  # always a Flask here


def _plain(words: str, status: int) -> Response:
    response = make_response(words + "\n", status)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response
