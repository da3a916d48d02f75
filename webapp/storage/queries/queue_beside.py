"""What stands beside the rows of the queue for whoever looks: how many each tab has, their own tabs, who looks at what,
and how reviewing goes.

One statement for all four, each part of it bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, exists, func, literal_column, select, union_all
from sqlalchemy.orm import aliased

from webapp.domain.insights import Figures, from_text
from webapp.storage.models import Attention, Change, ChangeTag, Interest, SavedQueue, SiteProperty, UtcTime, Vote
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.insights import KEPT
from webapp.storage.queries.queue import ABOUT, Asked, about, about_conditions, conditions, index_for

MOST = 50
"""What is counted no further: a page of the queue."""
HAS_VOTED = exists().where(
    Vote.change_id == Attention.change_id, Vote.person_id == Attention.person_id, Vote.is_live == 1
)
LOOKED_AT: Any = (
    select(literal_column("'looked'"), Attention.change_id, literal_column("''"), literal_column("''"))
    .where(
        Attention.change_id.in_(bindparam("changes", expanding=True)),
        Attention.person_id != bindparam("person"),
        Attention.until > bindparam("now", type_=UtcTime()),
        ~HAS_VOTED,  # they are done with it
    )
    .distinct()
)
SAVED: Any = select(literal_column("'saved'"), SavedQueue.id, SavedQueue.name, SavedQueue.query).where(
    SavedQueue.person_id == bindparam("person")
)
FIGURES: Any = select(
    literal_column("'figures'"), literal_column("''"), literal_column("''"), SiteProperty.value
).where(SiteProperty.name == KEPT)
ONLY_LOOKED_AT = prepared(LOOKED_AT)


@dataclass(frozen=True, slots=True)
class Saved:
    """A choice of the queue that the person keeps; `query` is that of its address."""

    id: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Beside:
    """`counts` in the order in which they were asked for, MOST + 1 for more than MOST; `looked_at`: ids of changes."""

    counts: tuple[int, ...]
    saved: tuple[Saved, ...]
    looked_at: frozenset[str]
    figures: Figures | None


def _count(place: int, asked: Asked) -> Any:
    """Values of filters stand in the text: what is counted are a handful of tabs of our own."""
    found = (_about(asked) if asked.show in ABOUT else _of_changes(asked)).limit(MOST + 1).subquery()
    number = select(func.count()).select_from(found).scalar_subquery()
    return select(literal_column("'count'").label("what"), literal_column(f"'{place}'").label("key")).add_columns(
        literal_column("''").label("name"), cast(number, String).label("value")
    )


def _of_changes(asked: Asked) -> Any:
    return (
        select(literal_column("1"))
        .select_from(Change)
        .where(*conditions(asked, asked.kind, asked.risk))
        .with_hint(Change, f"INDEXED BY {index_for(asked)}", "sqlite")
    )


def _about(asked: Asked) -> Any:
    """Each change once: by the first of the person's tags that it has."""
    is_topic = int(asked.show == "topics")
    own = select(Interest.tag).where(Interest.person_id == bindparam("person"), Interest.is_topic == is_topic)
    other = aliased(ChangeTag)
    has_earlier = exists().where(
        other.change_id == ChangeTag.change_id, other.tag < ChangeTag.tag, other.tag.in_(own)
    )
    return about(asked, literal_column("1")).where(
        ChangeTag.tag.in_(own), ~has_earlier, *about_conditions(asked, asked.kind, asked.risk)
    )


@cache
def _counting(tabs: tuple[Asked, ...]) -> Any:
    return prepared(union_all(*(_count(place, asked) for place, asked in enumerate(tabs))))


@cache
def _everything(tabs: tuple[Asked, ...]) -> Any:
    return prepared(union_all(*(_count(place, asked) for place, asked in enumerate(tabs)), SAVED, LOOKED_AT, FIGURES))


def counts(connection: Connection, tabs: tuple[Asked, ...], person_id: str) -> tuple[int, ...]:
    """How many each tab has, counted up to MOST + 1. `tabs` are the site's own, a few: each set becomes a statement."""
    return _counts_in(execute(connection, _counting(tabs), {"person": person_id}))


def beside(
    connection: Connection, tabs: tuple[Asked, ...], person_id: str, changes: Sequence[str], now: datetime
) -> Beside:
    """All that stands beside these changes for a person; "" for a visitor."""
    values = {"person": person_id, "changes": changes or [""], "now": now}
    rows = execute(connection, _everything(tabs), values)
    saved = sorted((Saved(row.key, row.name, row.value) for row in rows if row.what == "saved"), key=lambda one: one.id)
    looked = frozenset(row.key for row in rows if row.what == "looked")
    figures = next((from_text(row.value) for row in rows if row.what == "figures"), None)
    return Beside(_counts_in(rows), tuple(saved), looked, figures)


def looked_at(connection: Connection, changes: Sequence[str], person_id: str, now: datetime) -> frozenset[str]:
    """Those of some changes that somebody else is looking at now and has not voted on."""
    values = {"person": person_id, "changes": changes or [""], "now": now}
    return frozenset(row[1] for row in execute(connection, ONLY_LOOKED_AT, values))


def _counts_in(rows: Iterable[Any]) -> tuple[int, ...]:
    found = sorted((int(row.key), int(row.value)) for row in rows if row.what == "count")
    return tuple(number for _place, number in found)
