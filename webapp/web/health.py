"""Whether the site lives and is ready, for those who run it."""

from __future__ import annotations

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from webapp.web.access import allow
from webapp.web.context import storage

blueprint = Blueprint("health", __name__)


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


def _plain(words: str, status: int) -> Response:
    response = make_response(words + "\n", status)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response
