"""How the links that open changes propose answered, as far as it is kept.

Its law: a copy that can be had again. An address is kept as its hash, and what was found goes two weeks after the last
look at it: what is still proposed is looked at each week.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert

from webapp.domain.links import is_due, key_of
from webapp.storage import Storage
from webapp.storage.models import LinkCheck
from webapp.storage.prepared import prepared
from webapp.storage.queries.links import Mark, checks_of, open_links
from webapp.storage.unit_of_work import UnitOfWork

FORGET = prepared(delete(LinkCheck).where(LinkCheck.key.in_(bindparam("keys", expanding=True))))
FORGET_ALL = prepared(delete(LinkCheck))
KEEP = prepared(insert(LinkCheck))


@dataclass(frozen=True, slots=True)
class Due:
    """The links of one batch of changes that are to be looked at, with their tries, and where the next batch begins."""

    tries: Mapping[str, int]  # by address: how often in a row nobody has answered
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Found:
    """How one link answered now."""

    url: str
    state: str
    leads_to: str | None
    tries: int


def due(storage: Storage, after: Mark | None, now: datetime) -> Due:
    """Which links of the next open changes nobody has looked at of late."""
    with storage.read() as connection:
        batch = open_links(connection, after)
        known = checks_of(connection, batch.urls)
    tries: dict[str, int] = {}
    for url in batch.urls:
        last = known.get(url)
        if last is None or is_due(last.state, last.tries, last.checked_at, now):
            tries[url] = last.tries if last else 0
    return Due(tries, batch.mark)


def keep(storage: Storage, found: list[Found], now: datetime) -> None:
    """Keep how links answered, in place of what was known of them."""
    storage.transact(lambda uow: _keep(uow, found), now)


def _keep(uow: UnitOfWork, found: list[Found]) -> None:
    rows = [
        {
            "key": key_of(one.url),
            "state": str(one.state),
            "leads_to": one.leads_to,
            "tries": one.tries,
            "checked_at": uow.now,
        }
        for one in found
    ]
    uow.run(FORGET, {"keys": [row["key"] for row in rows]})
    uow.run(KEEP, rows)


def forget_links(uow: UnitOfWork) -> None:
    """Forget all of them: nobody can tell which hash, or which address that a link leads to, says a masked value."""
    uow.run(FORGET_ALL)
