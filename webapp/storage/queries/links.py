"""The addresses that open changes propose, a batch of changes at a time, and how each was found to answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_

from webapp.domain.links import key_of, proposed, said_in
from webapp.storage.models import IS_OPEN, Change, Evidence, LinkCheck
from webapp.storage.prepared import LONGEST, execute, in_parts, prepared

BATCH = LONGEST  # changes
_OPEN = (
    select(Change.id, Change.suggestion_id, Change.type, Change.kind, Change.payload, Change.first_opened_at)
    .where(IS_OPEN, Change.hidden_at.is_(None))
    .order_by(Change.first_opened_at, Change.id)
    .limit(BATCH)
)
OPEN = prepared(_OPEN)
OPEN_AFTER = prepared(
    _OPEN.where(
        tuple_(Change.first_opened_at, Change.id)
        > tuple_(bindparam("mark_at", type_=Change.first_opened_at.type), bindparam("mark_id"))
    )
)
EVIDENCE = prepared(
    select(Evidence.detail).where(
        Evidence.suggestion_id.in_(bindparam("ids", expanding=True)), Evidence.detail.contains("://")
    )
)
CHECKS = prepared(select(LinkCheck).where(LinkCheck.key.in_(bindparam("keys", expanding=True))))

Mark = tuple[datetime, str]
"""When a change was opened, and its id."""


@dataclass(frozen=True, slots=True)
class OpenLinks:
    """The addresses of one batch of open changes, each once, and where the next batch begins; None: with the first."""

    urls: tuple[str, ...]
    mark: Mark | None


def open_links(connection: Connection, after: Mark | None) -> OpenLinks:
    """What the open changes after a mark propose, and what was said for them; what is hidden as spam is left out."""
    if after is None:
        rows = execute(connection, OPEN)
    else:
        rows = execute(connection, OPEN_AFTER, {"mark_at": after[0], "mark_id": after[1]})
    if not rows:
        return OpenLinks((), None)
    suggestions = sorted({row.suggestion_id for row in rows})
    told = execute(connection, EVIDENCE, {"ids": suggestions}).scalars()
    urls = [url for row in rows for url in proposed(row.type, row.kind, row.payload)]
    urls += [url for detail in told for url in said_in(detail)]
    mark = (rows[-1].first_opened_at, rows[-1].id) if len(rows) == BATCH else None
    return OpenLinks(tuple(dict.fromkeys(urls)), mark)


def checks_of(connection: Connection, urls: Collection[str]) -> dict[str, Any]:
    """By address: the row of how it answered the last time; none for one that nobody has looked at."""
    of_key = {key_of(url): url for url in urls}
    return {
        of_key[row.key]: row
        for part in in_parts(list(of_key))
        for row in execute(connection, CHECKS, {"keys": part})
    }
