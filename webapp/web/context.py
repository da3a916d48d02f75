"""What belongs to one request: its storage, its one read connection, and who is looking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, has_request_context, request
from flask_login import current_user

from webapp.config import Settings
from webapp.domain.permissions import Actor, Subject, may
from webapp.domain.roles import Role, at_least
from webapp.storage import Connection, Storage

T = TypeVar("T")


def settings_of(app: Flask | None = None) -> Settings:
    """The application's settings."""
    settings: Settings = (app or current_app).extensions["settings"]
    return settings


def storage() -> Storage:
    """The application's storage; for a command, when the request is one that may write."""
    if has_request_context() and request.method not in SAFE:
        end_view()
    return _storage()


def _storage() -> Storage:
    found: Storage = current_app.extensions["storage"]
    return found


def reading() -> Connection:
    """This request's read connection; opened on first use, closed with the request."""
    if "connection" not in g:
        g.reading = _storage().read()
        g.connection = g.reading.__enter__()
    connection: Connection = g.connection
    return connection


def glance(question: Callable[[Connection], T]) -> T:
    """What `question` reads in one prepared statement, at this moment and without a view that would have to end."""
    return _storage().glance(question)


def look(question: Callable[[Connection], T]) -> T:
    """What a request reads first, in one prepared statement: from its view, or at a glance where it is to write.

    Who has a view by then, as a form's answer does, goes on reading from that.
    """
    return question(reading()) if request.method in SAFE or "connection" in g else glance(question)


def end_view() -> None:
    """Before a command: let go of what was read, so that SQLite's log can begin anew when this request writes.

    A view that stays open while its own request writes keeps the log growing, and each commit copies it in vain.
    The connection stays; what is read after the command is read from a new view, and so is what it wrote.
    """
    if "connection" in g:
        g.connection.rollback()


def close_connection(_error: BaseException | None) -> None:
    """Give the read connection back."""
    opened = g.pop("reading", None)
    g.pop("connection", None)
    if opened is not None:
        opened.__exit__(None, None, None)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, for templates."""

    id: str | None
    is_signed_in: bool
    display_name: str
    handle: str
    role: str
    may_review: bool
    may_moderate: bool
    has_keys: bool  # single keys on the pages of the review desk


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that write nothing."""
NOBODY = Actor()
ANONYMOUS = Viewer(None, False, "", "", "nobody", False, False, False)


def actor() -> Actor:
    """Who is looking, for the permission table."""
    user = current_user._get_current_object()
    if user.is_authenticated:
        found: Actor = user.actor
        return found
    return NOBODY


def viewer() -> Viewer:
    """Who is looking, for templates; made once for a signed-in person and request."""
    user = current_user._get_current_object()
    if not user.is_authenticated:
        return ANONYMOUS
    if g.get("viewer_of") is not user:
        g.viewer_of, g.viewer = user, _seen(user.row, user.actor)
    found: Viewer = g.viewer
    return found


def _seen(row: Any, who: Actor) -> Viewer:
    return Viewer(
        row.id,
        True,
        row.display_name,
        row.handle,
        row.role,
        at_least(who.role, Role.REVIEWER) and not who.banned,
        at_least(who.role, Role.MODERATOR) and not who.banned,
        bool(row.has_keys),
    )


def person_id() -> str:
    """The id of who is signed in; only behind an action that asks for it."""
    return str(current_user.row.id)


def allowed(action: str, subject: Subject | None = None) -> bool:
    """Whether who is looking may do this, for buttons."""
    return bool(may(actor(), action, subject))


Row = Mapping[str, Any]
