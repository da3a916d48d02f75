"""The key of a visitor's list, in a signed cookie of its own. Its law: it is given with a change, never by looking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from webapp.domain.lists import LASTS
from webapp.services.lists import Maker
from webapp.web.context import settings_of, viewer


@dataclass(frozen=True, slots=True)
class ListKey:
    """The list that was made in this browser, and what changes it."""

    code: str
    key: str


def present() -> ListKey | None:
    """The key that this browser brings; None without one, or with one that we did not sign."""
    try:
        code, key = _signer().loads(request.cookies.get(_name(), ""))
    except (BadSignature, ValueError, TypeError):
        return None
    return ListKey(str(code), str(key))


def maker(code: str | None = None) -> Maker:
    """Who asks: whoever is signed in, with this browser's key where it is that of the list."""
    own = present()
    return Maker(viewer().id, own.key if own is not None and own.code == code else None)


def give(response: Response, own: ListKey) -> Response:
    """Keep the key in the browser for as long as the list lasts from now on."""
    signed = str(_signer().dumps([own.code, own.key]))
    response.set_cookie(_name(), signed, max_age=int(LASTS.total_seconds()), **_how())
    return response


def take(response: Response) -> Response:
    """Let the browser forget it."""
    response.delete_cookie(_name(), **_how())
    return response


def _how() -> dict[str, Any]:
    return {"secure": settings_of().is_https, "httponly": True, "samesite": "Lax", "path": "/"}


def _name() -> str:
    return "__Host-list" if settings_of().is_https else "list"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="wellkept-list")
