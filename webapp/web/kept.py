"""Public pages kept in memory as they were last built. Its law: a kept page is what building it now would give.

What a page is made of is told by a *stamp*, read in one query: as long as stamp and minute are the same, so is the
page. Its ETag is the hash of the page itself, so that a browser's copy stays good for as long as the page reads the
same, over minutes, restarts and processes. Whoever is signed in, or has a message waiting, never meets this module.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from flask import Flask, current_app, request
from flask import session as cookie
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp import clock
from webapp.web.render import wants_fragment

MOST = 400
"""Pages that one process keeps: some 8 MB."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it goes out."""

    body: bytes
    etag: str


class KeptPages:
    """The pages used last, by what they were made of; safe for threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        """The page of that key."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: Hashable, page: Kept) -> None:
        """Keep a page, and forget the one that was not asked for longest."""
        with self._lock:
            self._pages[key] = page
            if len(self._pages) > self._most:
                self._pages.popitem(last=False)


def register(app: Flask) -> None:
    """Give the application its kept pages."""
    app.extensions["kept_pages"] = KeptPages()


def is_for_everybody() -> bool:
    """Whether this request gets the page that everybody gets."""
    return request.method in ("GET", "HEAD") and not (
        wants_fragment() or "say" in cookie or current_user.is_authenticated
    )


def kept(stamp: Hashable, build: Callable[[], Response]) -> Response:
    """The page of this address for a stamp; a 304 where the browser's copy still reads the same.

    `build` makes the page and must depend on nothing but address, stamp and minute.
    """
    pages: KeptPages = current_app.extensions["kept_pages"]
    key = (request.full_path, stamp, int(clock.now().timestamp() // 60))
    page = pages.get(key)
    if page is None:
        body = build().get_data()
        page = Kept(body, hashlib.sha256(body).hexdigest()[:32])
        pages.put(key, page)
    response = current_app.response_class(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    return response.make_conditional(request)
