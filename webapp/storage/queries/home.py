"""What the start page reads: the categories with their counts, what is kept, what was applied lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from webapp.domain.kinds import GONE_STATUSES, LIFECYCLE_STATUSES
from webapp.storage.models import IS_OPEN, Change, Link, Person, Record, Revision
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.browse import EVENTS, url_of
from webapp.storage.queries.through import gone_to

TOP_TERMS = prepared(
    select(Record.id, Record.slug, Record.name)
    .outerjoin(Link, and_(Link.record_id == Record.id, Link.field == "parent_id"))
    .where(Record.kind == "taxonomy_term", Record.status == "active", Link.target_id.is_(None))
    .order_by(Record.name)
    .limit(24)
)
PARENT = Link.__table__.alias("parent")
TERM = gone_to("taxonomy_term")
TOP = TERM.alias("top")
TERM_ID = func.coalesce(TERM.c.survivor, Link.target_id)
TERM_COUNTS = prepared(
    select(
        func.coalesce(TOP.c.survivor, PARENT.c.target_id, TERM_ID).label("term"),
        func.count(func.distinct(Link.record_id)).label("records"),
    )
    .join(Record, Record.id == Link.record_id)
    .outerjoin(TERM, TERM.c.loser == Link.target_id)
    .outerjoin(PARENT, and_(PARENT.c.record_id == TERM_ID, PARENT.c.field == "parent_id"))
    .outerjoin(TOP, TOP.c.loser == PARENT.c.target_id)
    .where(Link.field == "taxonomy_term_id", Record.status.not_in((*LIFECYCLE_STATUSES, "defunct")))
    .group_by("term")
)
SUMS = select(
    select(func.count())
    .select_from(Record)
    .where(Record.kind == "service", Record.status.not_in(GONE_STATUSES))
    .scalar_subquery()
    .label("services"),
    select(func.count())
    .select_from(Record)
    .where(Record.checked_at > bindparam("month"))
    .scalar_subquery()
    .label("checked"),
    select(func.count())
    .select_from(Person)
    .where(Person.state == "active", Person.confirmed_at.is_not(None))
    .scalar_subquery()
    .label("volunteers"),
    select(func.count())
    .select_from(Change)
    .where(IS_OPEN, Change.hidden_at.is_(None))
    .scalar_subquery()
    .label("waiting"),
)
KEPT = prepared(SUMS)
STAMP = prepared(SUMS.add_columns(EVENTS.scalar_subquery().label("events")))
RECENT = prepared(
    select(
        Revision.cause,
        Revision.summary,
        Revision.created_at,
        Record.kind,
        Record.slug,
        Record.name,
    )
    .join(Record, Record.id == Revision.record_id)
    .where(Revision.cause.in_(("suggestion", "moderator", "revert", "roll_back")), Record.status.not_in(GONE_STATUSES))
    .order_by(Revision.created_at.desc(), Revision.id.desc())
    .limit(5)
)


@dataclass(frozen=True, slots=True)
class HomePage:
    """The start page's numbers and lists."""

    categories: list[dict[str, Any]]
    kept: dict[str, int]
    recent: list[Any]
    waiting: int


def home_page(connection: Connection, now: datetime) -> HomePage:
    """Categories with counts, what is kept, and what was applied lately."""
    counts = {row.term: row.records for row in execute(connection, TERM_COUNTS)}
    categories = [
        {"name": row.name, "url": url_of("taxonomy_term", row.slug), "count": counts.get(row.id, 0)}
        for row in execute(connection, TOP_TERMS)
    ]
    kept = execute(connection, KEPT, _month(now)).first()
    recent = list(execute(connection, RECENT))
    numbers = {"services": kept.services, "checked_this_month": kept.checked, "volunteers": kept.volunteers}
    return HomePage(categories, numbers, recent, kept.waiting)


def stamp(connection: Connection, now: datetime) -> tuple[Any, ...]:
    """What tells whether the start page has changed, in one query: all that it shows of records has an event."""
    return tuple(execute(connection, STAMP, _month(now)).first())


def _month(now: datetime) -> dict[str, datetime]:
    return {"month": now - timedelta(days=30)}
