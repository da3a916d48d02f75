"""The queue as an address asks for it: what it shows, which filters are in force, and the address of any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from webapp.domain.fields import Risk
from webapp.domain.kinds import KINDS
from webapp.storage.queries.queue import SHOWS, Asked
from webapp.web.context import allowed, viewer

PAGE = "/review"
NEW = "new"
"""As the author that an address asks for: newcomers."""
OF_PEOPLE = ("waiting", "unvoted", "stewarded", "areas", "topics", "mine")
"""What is shown to those who are signed in alone."""
OF_VOTERS = ("waiting", "unvoted")
"""What waits for reviewers: who only suggests could vote on none of it."""


def asked_in(arguments: Mapping[str, str]) -> Asked:
    """What an address asks for. What it asks in words that nobody knows is left out, as if it were not there."""
    kind, risk, record = arguments.get("kind", ""), arguments.get("class", ""), _id(arguments.get("record", ""))
    return Asked(
        _shown(arguments.get("show", ""), bool(record)),
        kind if kind in KINDS else "",
        risk if risk in list(Risk) else "",
        arguments.get("author") == NEW,
        record,
    )


def _id(text: str) -> str:
    return text if len(text) == 36 and text.isascii() and text.replace("-", "").isalnum() else ""


def _shown(show: str, of_record: bool) -> str:
    usual = "waiting" if viewer().may_review and not of_record else "all"
    show = show or usual
    if show not in SHOWS or (show == "hidden" and not allowed("judge_flags")):
        return "all"
    return show if viewer().is_signed_in or show not in OF_PEOPLE else "all"


def address(asked: Asked, path: str = PAGE, **more: str) -> str:
    """The page that shows this, from its beginning."""
    return f"{path}?{urlencode([*pairs(asked), *more.items()])}"


def without(asked: Asked, **other: Any) -> str:
    """The page that shows the same with something else in place of a part of it."""
    return address(replace(asked, **other))


def pairs(asked: Asked) -> Iterator[tuple[str, str]]:
    """The query of its address; what narrows nothing is not said."""
    yield "show", asked.show
    said = (("kind", asked.kind), ("class", asked.risk), ("author", NEW if asked.is_new else ""))
    yield from ((name, value) for name, value in (*said, ("record", asked.record)) if value)


def came_from(asked: Asked) -> str:
    """The query of a suggestion's address by which its page knows the queue that it was found in."""
    return "?" + urlencode({"next": address(asked)})


def queue_in(text: str) -> Asked | None:
    """What the address of a queue asks for, as a form or a link brings it along; None for any other address."""
    try:
        parts = urlsplit(text[:1000])
    except ValueError:
        return None
    if parts.scheme or parts.netloc or parts.path != PAGE:
        return None
    return asked_in(dict(parse_qsl(parts.query)))


def key_of(change: Any) -> str:
    """Where a change stands in the order, for an address; its time is a time or as it is stored."""
    at = change.first_opened_at
    return f"{at.isoformat() if isinstance(at, datetime) else at}~{change.id}"


def after_in(arguments: Mapping[str, str]) -> tuple[datetime, str] | None:
    """The place in the order after which an address wants to go on; None for the beginning, or what is none."""
    at, _mark, id_ = arguments.get("after", "").replace(" ", "+").partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), id_) if moment.tzinfo else None
    except (ValueError, OverflowError):  # the latter at both ends of the calendar
        return None
