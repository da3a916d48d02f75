"""What the figures of reviewing are counted from, once a day; and the figures as they were kept.

Its law: a page reads the one row that is kept. Counting goes back by id, which follows the order in which rows were
written, and ends with the quarter: it costs what a quarter holds, not what there ever was, and needs no index of times.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, exists, func, select

from webapp.domain.insights import AGES, Began, Cast, Decided, Figures, from_text
from webapp.storage.models import IS_OPEN, Change, Decision, Mode, Operation, Person, SiteProperty, UtcTime, Vote
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.standing import REVIEWERS, UNDONE

KEPT = "insights"
"""The site property that keeps the figures."""
BATCH = 1000
MOST_MODES = 500
BELOW = "~"  # comes after every id
DECISIONS = prepared(
    select(Decision.id, Decision.outcome, Decision.created_at, Change.first_opened_at)
    .add_columns(exists().where(Operation.change_id == Decision.change_id, UNDONE).label("is_reverted"))
    .join(Change, Change.id == Decision.change_id)
    .where(Decision.id < bindparam("before"), Decision.outcome.in_(("apply", "reject")))
    .order_by(Decision.id.desc())
    .limit(BATCH)
)
VOTES = prepared(
    select(Vote.id, Vote.person_id, Vote.cast_at.label("created_at"), Person.role, Person.state)
    .join(Person, Person.id == Vote.person_id)
    .where(Vote.id < bindparam("before"))
    .order_by(Vote.id.desc())
    .limit(BATCH)
)
MODES = prepared(select(Mode.mode, Mode.since).order_by(Mode.since.desc(), Mode.id.desc()).limit(MOST_MODES))
AGE = case(
    *((Change.first_opened_at > bindparam(f"age{n}", type_=UtcTime()), n) for n in range(len(AGES))), else_=len(AGES)
)
BACKLOG = prepared(select(AGE.label("age"), func.count().label("changes")).where(IS_OPEN).group_by(AGE))
FIGURES = prepared(select(SiteProperty.value).where(SiteProperty.name == KEPT))


def decided_since(connection: Connection, since: datetime) -> list[Decided]:
    """What was applied or rejected since then."""
    return [
        Decided(row.first_opened_at, row.created_at, row.outcome == "apply", bool(row.is_reverted))
        for row in _back_to(connection, DECISIONS, since)
    ]


def cast_since(connection: Connection, since: datetime) -> list[Cast]:
    """The votes since then of who reviews today."""
    rows = _back_to(connection, VOTES, since)
    return [Cast(r.person_id, r.created_at) for r in rows if r.role in REVIEWERS and r.state == "active"]


def _back_to(connection: Connection, statement: Any, since: datetime) -> Iterator[Any]:
    """Rows from the newest back, batch by batch, until a whole batch is older."""
    before = BELOW
    while rows := execute(connection, statement, {"before": before}):
        young = [row for row in rows if row.created_at > since]
        yield from young
        if not young:
            return
        before = rows[-1].id


def modes(connection: Connection) -> list[Began]:
    """Which rules were in force from when on, the newest first."""
    return [Began(row.mode == "reduced", row.since) for row in execute(connection, MODES)]


def backlog(connection: Connection, now: datetime) -> tuple[int, ...]:
    """How many open changes there are of each age, the youngest first."""
    asked = {f"age{place}": now - age for place, age in enumerate(AGES)}
    found = {row.age: row.changes for row in execute(connection, BACKLOG, asked)}
    return tuple(found.get(place, 0) for place in range(len(AGES) + 1))


def figures(connection: Connection) -> Figures | None:
    """The figures as they were last counted; None before that."""
    text = execute(connection, FIGURES).scalar()
    return from_text(text) if text else None
