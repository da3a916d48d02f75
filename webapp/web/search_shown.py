"""What a page of results shows of all that was found; where things have to be open, each is looked at for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp.services.found import Found
from webapp.storage.queries.found import Found as Documents
from webapp.storage.queries.found import documents_of
from webapp.storage.search import Hit
from webapp.web.context import reading
from webapp.web.found_hours import UNTOLD, Opening, opening_of
from webapp.web.search_asked import Asked
from webapp.web.search_counts import about_open_words, total_open_words, total_words, unseen_words

PER_PAGE = 20
LOOKED_AT = 400  # results of which those that are open are picked
AT_ONCE = 50  # of them


@dataclass(frozen=True, slots=True)
class Shown:
    """The hits of a page and one more where there is one, what they say, when they are open, and how many there are.

    `unseen`: where more fit than were looked at, how to see others; else blank.
    """

    hits: Sequence[Hit]
    documents: Mapping[str, Documents]
    openings: Mapping[str, Opening]
    count: int
    total_words: str
    unseen: str


def shown_of(asked: Asked, found: Found, now: datetime) -> Shown:
    """What a page shows of what was found."""
    end = asked.start + PER_PAGE + 1
    if asked.day:
        return _open_ones(asked, found, now, end)
    hits = found.hits[asked.start : end]
    documents = documents_of(reading(), [hit.record_id for hit in hits])
    openings = {id_: opening_of(one, now) for id_, one in documents.items()}
    total = total_words(len(found.hits), is_least=found.is_capped)
    return Shown(hits, documents, openings, len(found.hits), total, unseen_words() if found.is_capped else "")


def _open_ones(asked: Asked, found: Found, now: datetime, needed: int) -> Shown:
    """Those that are open then, looked for among those that may be until there are enough."""
    moment, last = asked.moment(now) or now, asked.last_moment(now)
    hits: list[Hit] = []
    documents: dict[str, Documents] = {}
    openings: dict[str, Opening] = {}
    looked_at = 0
    while looked_at < min(len(found.hits), LOOKED_AT) and len(hits) < needed:
        some = found.hits[looked_at : looked_at + AT_ONCE]
        looked_at += len(some)
        said = documents_of(reading(), [hit.record_id for hit in some])
        documents |= said
        openings |= {id_: opening_of(one, moment, last) for id_, one in said.items()}
        hits += [hit for hit in some if openings.get(hit.record_id, UNTOLD).is_open]
    total = _total_open(len(hits), found, is_whole=looked_at >= len(found.hits), is_now=asked.day == "now")
    return Shown(hits[asked.start : needed], documents, openings, len(hits), total, _unseen_open(found, looked_at))


def _total_open(count: int, found: Found, *, is_whole: bool, is_now: bool) -> str:
    if is_whole or found.is_capped:
        return total_open_words(count, is_least=found.is_capped, is_now=is_now)
    return about_open_words(len(found.hits), is_now=is_now)


def _unseen_open(found: Found, looked_at: int) -> str:
    if looked_at < len(found.hits):
        return unseen_words(looked_at)
    return unseen_words() if found.is_capped else ""
