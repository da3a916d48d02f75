"""Public pages of which too many differ to be kept: their ETags are, so that a 304 costs one query.

Its law is that of `kept`: an answer is what building the page now would give. In memory are the stamp, the minute and
the ETag of a page, never its body; and of its address, which may say what somebody looks for, only a hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from flask import Flask, current_app, g, request
from flask import session as cookie
from werkzeug.wrappers import Response

from webapp import language
from webapp.web.context import reading
from webapp.web.kept import Ask, etag_of, is_for_everybody, this_minute
from webapp.web.used_last import UsedLast

MOST = 2_000
"""Pages of which one process knows the ETag: less than a megabyte."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What a page was made of, its ETag, and what kind of text it is."""

    stamp: Hashable
    minute: int | None
    etag: str
    mimetype: str | None


PageTags = UsedLast[bytes, Tag]
"""By the hash of a language and an address with its query."""


def register(app: Flask) -> None:
    """Give the application a memory for ETags."""
    app.extensions["page_tags"] = PageTags(MOST)


def tagged(ask: Ask, build: Callable[[], Response], *, tells_time: bool = True) -> Response:
    """The page of this address with its query; a 304 where the browser's copy still reads the same.

    While what `ask` reads and the minute are the same, that takes no more than asking. `build` must depend on nothing
    else but language, address, stamp and minute; where it takes account of what is asked for, as a search does that
    finds nothing, a 304 asks for nothing anew. Without `tells_time` it says nothing like "5 minutes ago", and no minute
    counts. Who is signed in, or has a message waiting, gets what it makes.
    """
    if not is_for_everybody():
        return build()
    stamp, minute = ask(reading()), this_minute() if tells_time else None
    tags: PageTags = current_app.extensions["page_tags"]
    address = _address()
    known = tags.get(address)
    if known and (known.stamp, known.minute) == (stamp, minute) and request.if_none_match.contains_weak(known.etag):
        return _tagged(current_app.response_class(mimetype=known.mimetype), known.etag)
    response = build()
    if response.status_code != 200 or cookie.modified or "csrf_token" in g:  # it has a form that is one visitor's own
        return response
    etag = etag_of(response.get_data())
    tags.put(address, Tag(stamp, minute, etag, response.mimetype))
    return _tagged(response, etag)


def _tagged(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    return response.make_conditional(request)


def _address() -> bytes:
    said = f"{language.present().tag} {request.path}?".encode() + request.query_string
    return hashlib.sha256(said).digest()
