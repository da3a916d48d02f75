"""Public pages kept in memory as they were last built. Its law: a kept page is what building it now would give.

What a page is made of is told by a *stamp*, read in one query: as long as stamp and minute are the same, so is the
page. Its ETag is the hash of the page itself, so that a browser's copy stays good for as long as the page reads the
same, over minutes, restarts and processes. Whoever is signed in, or has a message waiting, never meets this module;
who comes without any cookie is answered before Flask begins its work, with the very headers that Flask gave it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app, request
from flask import session as cookie
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp import clock, language
from webapp.storage import Connection, Storage
from webapp.web.context import reading
from webapp.web.languages import liked, offered
from webapp.web.render import wants_fragment
from webapp.web.used_last import UsedLast

MOST = 400
"""Pages that one process keeps: some 8 MB."""
Ask = Callable[[Connection], Hashable]
"""Reads the stamp of a page; None where there is no such page."""
Headers = list[tuple[str, str]]
Address = tuple[str, str]
"""The tag of a language, and a path."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it goes out, what it was made of, and its headers once they are known."""

    ask: Ask
    stamp: Hashable
    minute: int
    body: bytes
    etag: str
    headers: tuple[tuple[str, str], ...] = ()


KeptPages = UsedLast[Address, Kept]
"""The pages used last, by language and address: good only while their stamp and minute hold."""


def register(app: Flask) -> None:
    """Give the application its kept pages, and let them answer first."""
    app.extensions["kept_pages"] = KeptPages(MOST)
    app.wsgi_app = Front(app, app.wsgi_app)  # type: ignore[method-assign]  # the documented way to wrap an application


def is_for_everybody() -> bool:
    """Whether this request gets what everybody gets at its address."""
    if request.method not in ("GET", "HEAD") or wants_fragment():
        return False
    return not ("say" in cookie or current_user.is_authenticated)


def kept(ask: Ask, build: Callable[[], Response]) -> Response:
    """The page of this address; a 304 where the browser's copy still reads the same.

    `build` makes the page, or an answer of its own where `ask` gives None; it must depend on nothing but language,
    address, stamp and minute. Whoever is signed in, or asks for more than the address alone, gets what it makes now.
    """
    if request.query_string or not is_for_everybody():
        return build()
    stamp, minute = ask(reading()), this_minute()
    if stamp is None:
        return build()
    pages: KeptPages = current_app.extensions["kept_pages"]
    address = (language.present().tag, request.path)
    page = pages.get(address)
    if page is None or (page.stamp, page.minute) != (stamp, minute):
        body = build().get_data()
        page = Kept(ask, stamp, minute, body, etag_of(body))
        pages.put(address, page)
    response = current_app.response_class(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    return response.make_conditional(request)


def etag_of(body: bytes) -> str:
    """The ETag of a page: what tells it from any that reads otherwise."""
    return hashlib.sha256(body).hexdigest()[:32]


def this_minute() -> int:
    """The minute in which a page is made: what it says of time holds for that long."""
    return int(clock.now().timestamp() // 60)


# -- before Flask -------------------------------------------------------------------------------------------


class Front:
    """Answers who comes without a cookie from the kept pages; everything else goes on to Flask."""

    def __init__(self, app: Flask, inner: Any) -> None:
        self._pages: KeptPages = app.extensions["kept_pages"]
        self._storage: Storage = app.extensions["storage"]
        self._languages = offered(app)
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """As WSGI has it."""
        if not _is_plain(environ):
            return self._inner(environ, start_response)  # type: ignore[no-any-return]  # WSGI names no type for what it gives
        address = (language.tag_of(liked(self._languages, environ)), environ["PATH_INFO"])
        page = self._pages.get(address)
        if page is not None and page.headers and self._still_holds(page):
            return _answer(page, environ.get("HTTP_IF_NONE_MATCH", ""), start_response)

        def note(status: str, headers: Headers, *error: Any) -> Any:
            self._note(address, status, headers)
            return start_response(status, headers, *error)

        return self._inner(environ, note)  # type: ignore[no-any-return]  # WSGI names no type for what it gives

    def _still_holds(self, page: Kept) -> bool:
        try:
            return page.minute == this_minute() and self._storage.glance(page.ask) == page.stamp
        except Exception:  # whatever is wrong, Flask's own way has the words for it
            return False

    def _note(self, address: Address, status: str, headers: Headers) -> None:
        """Learn the headers that a kept page goes out with."""
        page = self._pages.get(address)
        if page is None or page.headers or not status.startswith(("200", "304")):
            return
        if dict(headers).get("ETag") == f'"{page.etag}"' and "Set-Cookie" not in dict(headers):
            self._pages.put(address, replace(page, headers=_headers(page, headers)))


def _headers(page: Kept, given: Headers) -> tuple[tuple[str, str], ...]:
    """The headers of the whole page, from those of its first answer, which may have been a 304."""
    own = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page.body)))]
    return (*own, *((name, value) for name, value in given if name not in ("Date", "Content-Type", "Content-Length")))


def _is_plain(environ: dict[str, Any]) -> bool:
    """A GET without anything that could change the answer."""
    if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING"):
        return False
    return not any(name in environ for name in ("HTTP_COOKIE", "HTTP_HX_REQUEST_TYPE", "HTTP_RANGE"))


def _answer(page: Kept, known: str, start_response: Any) -> Iterable[bytes]:
    if known and page.etag in known:  # 32 hexadecimal digits are never part of another tag
        start_response("304 NOT MODIFIED", [(n, v) for n, v in page.headers if not n.startswith("Content-Length")])
        return ()
    start_response("200 OK", list(page.headers))
    return (page.body,)
