"""How often something may be tried: by address of the network and by account. A GET counts nothing.

Counts live in the database. Keys are kept as keyed hashes, so that the table tells nobody's address.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from contextlib import suppress
from dataclasses import dataclass

from flask import Flask, current_app, request
from flask_login import current_user
from limits import RateLimitItem, parse
from limits.strategies import FixedWindowRateLimiter
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import Busy, CapReached
from webapp.storage.limits import DatabaseLimits
from webapp.web.context import SAFE, end_view, settings_of, storage
from webapp.web.errors import error_page
from webapp.web.wording import refusal_words


@dataclass(frozen=True, slots=True)
class Limit:
    """How often by one network address, and how often with one key (an account, a person)."""

    address: RateLimitItem | None
    key: RateLimitItem | None = None


LIMITS = {
    "sign_in": Limit(parse("50/15 minutes"), parse("10/15 minutes")),
    "sign_up": Limit(parse("10/hour"), parse("5/hour")),
    "reset": Limit(parse("20/hour"), parse("5/hour")),
    "token": Limit(parse("50/15 minutes"), parse("10/15 minutes")),  # links that came by mail
    "password": Limit(None, parse("10/15 minutes")),  # asked again of somebody who is signed in
    "report": Limit(parse("20/hour")),
    "suggest": Limit(parse("60/hour")),
    "list": Limit(parse("300/hour")),  # changes to lists, by whom we don't know
    "list_new": Limit(parse("30/hour")),
    "list_letter": Limit(parse("10/day"), parse("3/day")),  # by the address that it goes to
    "list_letters_of": Limit(None, parse("10/day")),  # by the list, and by the person
    "list_letters": Limit(None, parse("300/day")),  # of the whole site
    "unsafe": Limit(None, parse("300/hour")),  # everything that a signed-in person sends
}


class TooMany(CapReached):
    """A limit is reached; values: `seconds` until it may be tried again."""

    code = "too_many_tries"


def register(app: Flask) -> None:
    """Count what signed-in people send, and answer who sends too much."""
    app.before_request(_count_unsafe)
    app.register_error_handler(TooMany, _answer)


def check(name: str, *keys: str) -> None:
    """Count one try of that name by this request's network address, and by each key the name has a limit for.

    TooMany when there were more than allowed; KeyError for a name that has no limit. Call it in the handling
    of unsafe requests only.
    """
    limit = LIMITS[name]
    end_view()
    if limit.address is not None:
        _count(limit.address, name, "address", network(request.remote_addr))
    if limit.key is not None:
        for key in keys:
            _count(limit.key, name, "key", key)


def _count(item: RateLimitItem, name: str, of: str, value: str) -> None:
    hidden = _hidden(value)
    if not _limiter().hit(item, name, of, hidden):
        ends = _limiter().get_window_stats(item, name, of, hidden).reset_time
        raise TooMany(seconds=max(1, math.ceil(ends - clock.now().timestamp())))


def clear(name: str, key: str) -> None:
    """Forget the tries with a key, once it has shown itself to be right."""
    item = LIMITS[name].key
    if item is not None:
        _limiter().clear(item, name, "key", _hidden(key))


def with_retry_after(response: Response, error: Exception) -> Response:
    """The response, saying when to come back where a limit was reached, which only the limit knows."""
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.values["seconds"])
    return response


def network(address: str | None) -> str:
    """What is counted as one visitor: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.IPv6Network((ip, 64), strict=False))
    return str(ip)


def _limiter() -> FixedWindowRateLimiter:
    if "limits" not in current_app.extensions:
        current_app.extensions["limits"] = FixedWindowRateLimiter(DatabaseLimits(storage()))
    limiter: FixedWindowRateLimiter = current_app.extensions["limits"]
    return limiter


def _hidden(value: str) -> str:
    secret = hashlib.sha256(settings_of().secret_key.encode()).digest()
    return hashlib.blake2b(value.encode(), key=secret, digest_size=16).hexdigest()


def _count_unsafe() -> None:
    is_leaving = request.endpoint == "account.sign_out"  # which nobody is kept from
    if request.method not in SAFE and not is_leaving and current_user.is_authenticated:
        with suppress(Busy):  # what was asked for waits for its own turn, and keeps what was typed when it gets none
            check("unsafe", current_user.row.id)


def _answer(error: TooMany) -> Response:
    return with_retry_after(error_page(429, refusal_words(error)), error)
