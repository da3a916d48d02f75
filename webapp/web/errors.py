"""Errors for people: what happened, what was kept, what to do now."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field

from flask import Flask, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from webapp.domain import errors as domain
from webapp.web.render import page
from webapp.web.wording import refusal_words


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The words of an error page."""

    status: int
    title: str
    what_happened: str
    what_to_do: str
    what_was_kept: str | None = None
    links: list[dict[str, str]] = field(default_factory=list)


HOME = [{"name": "Go to the start", "url": "/"}]
PAGES: dict[int, tuple[str, str, str]] = {
    400: (
        "That request can’t be read",
        "The form came without its safety mark, or was cut short on the way.",
        "Go back, load the page again, and send the form once more.",
    ),
    403: (
        "You may not do that",
        "This page or act is not open to you.",
        "If you think that is wrong, ask a moderator.",
    ),
    404: (
        "Nothing is kept here",
        "There is no page at this address. It may have been moved, or mistyped.",
        "Check the address, or look for the record by name.",
    ),
    405: (
        "That does not work here",
        "This address does not take that kind of request.",
        "Go back and try from the page.",
    ),
    409: (
        "Something moved meanwhile",
        "Somebody else changed this while you were looking at it.",
        "Look at it as it is now, and decide again.",
    ),
    413: (
        "That is too much at once",
        "What was sent is larger than this site takes: one megabyte.",
        "Shorten the text and send it again.",
    ),
    422: (
        "That can’t be taken as it is",
        "Something in what was sent is not right.",
        "Go back and check what you entered.",
    ),
    429: ("A little too fast", "There were many tries in a short time.", "Wait a few minutes, then try again."),
    500: (
        "That is our fault",
        "Something broke while this page was made.",
        "Try again in a moment. If it happens again, tell us what you were doing.",
    ),
    503: ("Busy for a moment", "Many people are writing at the same time.", "Try again in a few seconds."),
}
STATUS: dict[type[domain.WellkeptError], int] = {
    domain.NotFound: 404,
    domain.NotAllowed: 403,
    domain.NotEligible: 422,
    domain.Stale: 409,
    domain.AlreadyClosed: 409,
    domain.Conflict: 409,
    domain.CapReached: 429,
    domain.Busy: 503,
    domain.Refused: 422,
}


def register(app: Flask) -> None:
    """Answer every error with a designed page."""
    app.register_error_handler(domain.WellkeptError, _domain)
    app.register_error_handler(CSRFError, lambda error: answer(400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def answer(status: int, what_happened: str | None = None, links: list[dict[str, str]] | None = None) -> Response:
    """The error page of a status."""
    title, happened, to_do = PAGES.get(status, PAGES[400])
    kept = "Nothing was changed." if request.method == "POST" else None
    error = ErrorPage(status, title, what_happened or happened, to_do, kept, links or HOME)
    response = page("errors/error.html", status, error=error)
    if status in (429, 503):
        response.headers["Retry-After"] = "300" if status == 429 else "2"
    return response


def status_of(error: domain.WellkeptError) -> int:
    """The HTTP status that says what a domain error says."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 422)


def _domain(error: domain.WellkeptError) -> Response:
    links = [
        *(
            [{"name": "See it as it is now", "url": f"/suggestions/{error.values['suggestion']}"}]
            if "suggestion" in error.values
            else []
        ),
        *HOME,
    ]
    return answer(status_of(error), refusal_words(error), links)


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # Werkzeug's own type is wider
    return answer(error.code if error.code in PAGES else 400 if error.code < 500 else 500)


def _unforeseen(error: Exception) -> Response:
    from flask import current_app

    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    current_app.logger.error("%s %s failed: %s", request.method, request.url_rule, said(error))
    return answer(500)


def said(error: BaseException) -> str:
    """An error and what led to it, for a log: kinds and places, without messages, which quote what people typed."""
    parts = []
    one: BaseException | None = error
    while one is not None:
        parts.append(f"{type(one).__name__}\n{''.join(traceback.format_tb(one.__traceback__))}")
        one = one.__cause__ or one.__context__
    return "because of ".join(parts)
