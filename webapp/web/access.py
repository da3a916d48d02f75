"""Deny by default: a view that names no action of the permission table does not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.exceptions import InternalServerError
from werkzeug.wrappers import Response

from webapp.domain.errors import NotAllowed
from webapp.domain.permissions import PERMISSIONS, admits
from webapp.web.context import actor

View = TypeVar("View", bound=Callable[..., Any])


def allow(action: str) -> Callable[[View], View]:
    """Declare which action a view is. KeyError at import for one that the table does not name."""
    if action not in PERMISSIONS:
        raise KeyError(action)

    def mark(view: View) -> View:
        view.action = action  # type: ignore[attr-defined]  # read again by the guard
        return view

    return mark


def register(app: Flask) -> None:
    """Ask the table before every view."""
    app.before_request(_guard)


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # 404 and 405 answer for themselves
    action = getattr(current_app.view_functions[request.endpoint], "action", None)
    if action is None:
        raise InternalServerError(f"{request.endpoint} names no action")
    verdict = admits(actor(), action)
    if verdict:
        return None
    if verdict.code == "sign_in_needed":
        if request.method == "GET":
            return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")), 303)
        raise NotAllowed("sign_in_needed", action=action)
    raise NotAllowed(verdict.code, action=action)
