"""Errors for people: what happened, what was kept, what to do now."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from webapp.domain import errors as domain
from webapp.domain.permissions import admits
from webapp.language import _, mark
from webapp.web.again import Again, came_from, typed_again
from webapp.web.context import actor
from webapp.web.render import page, wants_fragment
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
    offers_search: bool = False
    again: Again | None = None


HOME = [{"name": mark("Go to the start"), "url": "/"}]
RULES = {"name": mark("How changes are decided"), "url": "/rules"}
ACCOUNT = {"name": mark("Your account"), "url": "/account"}
SIGN_IN = {"name": mark("Sign in"), "url": "/account/sign-in"}
PAGES: dict[int, tuple[str, ...]] = mark({
    400: (
        "That request can’t be read",
        "The form was open for very long, or was cut short on the way.",
        "Load the page again, and send it once more.",
    ),
    403: (
        "That is not open to you",
        "This page is for somebody else, or the request came from another site.",
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
        "What was sent is larger than this site takes, which is one megabyte: some five hundred pages of text.",
        "Go back, send less, or send it in parts.",
    ),
    422: (
        "That can’t be taken as it is",
        "Something in what was sent is not right.",
        "Go back and check what you entered.",
    ),
    429: ("A little too fast", "There were many tries in a short time. Wait a few minutes, then try again."),
    500: (
        "That is our fault",
        "Something broke while this page was made.",
        "Try again in a moment. If it happens again, tell us what you were doing.",
    ),
    503: ("Busy for a moment", "Many people are writing at the same time.", "Try again in a few seconds."),
})
ADVICE: dict[str, tuple[str, ...]] = mark({
    "dead_link": ("This link no longer works",),
    "list_gone": (
        "This list is not here",
        "Ask whoever gave you the link for another, or look for what you need.",
    ),
    "sign_in_needed": ("Sign in first", "Then go back to what you were doing, and send it again."),
    "role_needed": (
        "Not open to your role",
        "Roles are earned by helping: how stands on the page about how changes are decided.",
    ),
    "address_unconfirmed": (
        "Confirm your address first",
        "No letter there? Look among the unwanted mail, or choose a new password, which confirms your address too.",
    ),
    "paused": ("You are paused for a while", "Your account’s page says until when."),
    "protected": ("This record is protected", "Protections always end by themselves. The record’s page says when."),
    "already_closed": ("This was decided meanwhile", "Look at how it ended. You can always suggest something new."),
    "vote_ended": ("There is nothing left to take back", "While the change is open you can vote on it again."),
    "not_open": ("This was decided meanwhile", "Look at how it ended. You can always suggest something new."),
})
"""Title and advice by an error's code, where its status says too little."""
ENOUGH = mark(("That is enough for now", "Everything that you sent before goes on."))
"""Of what the rules limit by the day or by the number open, where waiting some minutes is no help."""
AGAIN = mark({422: "Mend it here, and send it again.", 400: "Look it over, and send it again."})
"""Advice where what was typed stands on the page."""
LOST = ("", "not_found", "list_gone")
"""Codes of what was not found and may be looked for."""
ENDED = "sign_in_needed"
SIGNED_OUT = mark("You are not signed in any more: you signed out in another tab, or waited for very long.")
UNCHANGED = mark("Nothing was changed.")
KEPT = mark("Nothing was changed. What you typed is still here.")
ALONG = mark("Nothing was changed. What you typed is still here, and goes along when you sign in.")
ALONG_TO_DO = mark("Sign in. Then look it over once more, and send it.")
LINKS_OF = {"sign_in_needed": [SIGN_IN], "role_needed": [RULES], "paused": [ACCOUNT]}
STATUS: dict[type[domain.WellkeptError], int] = {
    domain.NotFound: 404,
    domain.NotAllowed: 403,
    domain.NotEligible: 422,
    domain.Stale: 409,
    domain.AlreadyClosed: 409,
    domain.Conflict: 409,
    domain.VoteEnded: 409,
    domain.CapReached: 429,
    domain.Busy: 503,
    domain.Refused: 422,
}

MISSING = {"note_missing": 422, "reason_missing": 422}
"""Codes of what is allowed as soon as something is typed, whatever their kind."""


def register(app: Flask) -> None:
    """Answer every error with a designed page."""
    app.register_error_handler(domain.WellkeptError, _domain)
    app.register_error_handler(CSRFError, lambda error: unproven())
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def error_page(
    status: int, what_happened: str | None = None, links: list[dict[str, str]] | None = None, code: str = ""
) -> Response:
    """The error page of a status; `code` names a domain error that has words of its own.

    `what_happened` is in the language spoken; names of links may still be as the catalogue has them.
    """
    again = typed_again(status, has_ended=code == ENDED)
    goes_along = again is not None and again.url is not None and code == ENDED
    title, happened, to_do = _words(status, code)
    if code == ENDED and request.method == "POST":
        what_happened = _(SIGNED_OUT)
    if again and again.url:
        to_do = AGAIN.get(status, to_do)
    if goes_along:
        to_do = ALONG_TO_DO
    ways = [*_way_back(), *(links or [*([] if goes_along else LINKS_OF.get(code, [])), *HOME])]
    ways = [{"name": _(way["name"]), "url": way["url"]} for way in ways]
    is_lost = status == 404 and code in LOST
    kept = _kept(again, goes_along=goes_along)
    error = ErrorPage(status, _(title), what_happened or _(happened), _(to_do), kept, ways, is_lost, again)
    told = page("errors/error.html", status, fragment="ended" if goes_along else None, error=error)
    if goes_along and wants_fragment():
        told.headers["HX-Reswap"] = "beforebegin"  # beside what stands there, where more may be typed
    return told


def _words(status: int, code: str) -> tuple[str, str, str]:
    """Title, what happened and what to do now, as the catalogue has them."""
    title, happened, *to_do = PAGES.get(status, PAGES[400])
    if code in ADVICE or (status == 429 and code):
        title, *to_do = ADVICE.get(code, ENOUGH)
    return title, happened, "".join(to_do)


def _kept(again: Again | None, *, goes_along: bool) -> str | None:
    if goes_along:
        return _(ALONG)
    if again:
        return _(KEPT)
    return _(UNCHANGED) if request.method == "POST" else None


def unproven() -> Response:
    """The answer to a form whose mark is not this session's: whoever is signed out by now is told that."""
    action = getattr(current_app.view_functions.get(request.endpoint or ""), "action", None)
    if action is not None and admits(actor(), action).code == ENDED:
        return error_page(403, code=ENDED)
    return error_page(400)


def _way_back() -> list[dict[str, str]]:
    path = came_from()
    return [{"name": mark("Back to the page before"), "url": path}] if path else []


def status_of(error: domain.WellkeptError) -> int:
    """The HTTP status that says what a domain error says."""
    by_kind = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 422)
    return MISSING.get(error.code, by_kind)


def _domain(error: domain.WellkeptError) -> Response:
    seen = error.values.get("suggestion")
    links = [{"name": mark("See it as it is now"), "url": f"/suggestions/{seen}"}, *HOME] if seen else None
    return error_page(status_of(error), refusal_words(error), links, error.code)


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # Werkzeug's own type is wider
    return error_page(error.code if error.code in PAGES else 400 if error.code < 500 else 500)


def _unforeseen(error: Exception) -> Response:
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    current_app.logger.error("%s %s failed: %s", request.method, request.url_rule, said(error))
    return error_page(500)


def said(error: BaseException) -> str:
    """An error and what led to it, for a log: kinds and places, without messages, which quote what people typed."""
    parts = []
    one: BaseException | None = error
    while one is not None:
        parts.append(f"{type(one).__name__}\n{''.join(traceback.format_tb(one.__traceback__))}")
        one = one.__cause__ or one.__context__
    return "because of ".join(parts)
