"""The web addresses that a change proposes, and what is to be made of how each of them answered.

Only fields that are declared as web addresses count, and addresses in somebody's evidence; no other text is searched.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from webapp.domain.diff import Edit, edits_from_json
from webapp.domain.document import locate
from webapp.domain.fields import Field, FieldType, Kind
from webapp.domain.kinds import KINDS

MOST = 20  # of one change, or of one evidence, that are looked at
TRIES = 3  # in a row without an answer, until a link is taken to be dead
AGAIN = timedelta(hours=1)  # from one such try to the next
STALE = timedelta(days=7)  # until a link is looked at anew
IN_TEXT = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)
AFTER_IT = ".,;:!?)]}'’*_"  # what follows an address in a sentence, rather than belonging to it


class LinkState(StrEnum):
    """How a link answered, all its redirects followed."""

    ANSWERS = "answers"
    GONE = "gone"  # there is a website, and it says that there is no such page
    BROKEN = "broken"  # the website says that something is wrong with itself
    SHUT = "shut"  # it answered, but shows the page to nobody, or not to us
    UNTRUSTED = "untrusted"  # its certificate is not right
    LOST = "lost"  # redirects without end
    UNKNOWN = "unknown"  # no public website has this name
    SILENT = "silent"  # nobody answered
    UNTRIED = "untried"  # not the sort of address that is looked at


UNANSWERED = frozenset({LinkState.UNKNOWN, LinkState.SILENT})
PASSING = UNANSWERED | {LinkState.BROKEN}
"""What may be otherwise in an hour."""


def key_of(url: str) -> str:
    """By what an address is known where it is not to be read."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()


def is_dead(state: str, tries: int) -> bool:
    """Whether a link may be called dead: a website said so, or nobody has answered often enough in a row."""
    return state == LinkState.GONE or (state in UNANSWERED and tries >= TRIES)


def is_due(state: str, tries: int, checked_at: datetime, now: datetime) -> bool:
    """Whether a link that answered so the last time, after so many tries like that, is to be looked at again."""
    return now - checked_at >= (AGAIN if state in PASSING and tries < TRIES else STALE)


def tries_after(state: str, before: int) -> int:
    """How often in a row a link has not answered, this time included."""
    return before + 1 if state in PASSING else 0


def proposed(change_type: str, kind: str, payload: str) -> tuple[str, ...]:
    """The web addresses that a change of such a type, kind and payload would put into records, each once."""
    if "http" not in payload:
        return ()  # of most changes this is all that need be known
    said = json.loads(payload)
    if change_type == "create":
        found = (url for one in said["records"] for url in _within(KINDS[one["kind"]].fields(), one["document"]))
    else:
        found = (url for edit in edits_from_json(said.get("edits", ())) for url in _of_edit(KINDS[kind], edit))
    return tuple(dict.fromkeys(found))[:MOST]


def said_in(text: str) -> tuple[str, ...]:
    """The web addresses in what somebody wrote, each once."""
    return tuple(dict.fromkeys(_alone(found) for found in IN_TEXT.findall(text)))[:MOST]


def _alone(found: str) -> str:
    """An address without what follows it; a bracket that it opened, as in "/Leith_(town)", is its own to close."""
    url = found.rstrip(AFTER_IT)
    return f"{url})" if found[len(url) :].startswith(")") and url.count("(") > url.count(")") else url


def _of_edit(kind: Kind, edit: Edit) -> Iterator[str]:
    try:
        groups, field = locate(kind, edit.unit)
    except KeyError:
        return  # of an older schema
    if isinstance(edit.after, dict):
        yield from _within(field.element.fields() if field and field.element else groups[-1].fields, edit.after)
    elif field is not None:
        yield from _within((field,), {field.name: edit.after})


def _within(fields: Iterable[Field], values: Mapping[str, Any]) -> Iterator[str]:
    for field in fields:
        value = values.get(field.name)
        if field.type is FieldType.URL and isinstance(value, str):
            yield value
        elif field.element is not None and isinstance(value, list):
            for element in value:
                yield from _within(field.element.fields(), element)
