"""What the queue reads: open changes by preset, oldest first, with their votes, authors and places.

Its law: times come as they are stored. A row that was seen before is told by its text; `timed` is for one that was not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, and_, bindparam, exists, select, tuple_, type_coerce

from webapp.storage.models import (
    IS_OPEN,
    Change,
    ChangeAuthor,
    ChangeRecord,
    Link,
    Person,
    Record,
    Suggestion,
    UtcTime,
    Vote,
    time_of,
)
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.review import HAS_REASON, IS_PARTNER, PARTNER, SURVIVOR, SURVIVORS

TIMES = (
    *("first_opened_at", "opened_at", "conflicted_at", "escalated_at", "hidden_at", "rejudged_at"),
    *("protected_until", "survivor_protected_until", "cast_at"),
)


def _as_text(*columns: Any) -> list[Any]:
    return [type_coerce(column, String).label(column.key) for column in columns]


def timed(row: Any) -> Any:
    """A row of the queue or of its votes, with its times as times."""
    return row._replace(**{name: time_of(getattr(row, name)) for name in TIMES if name in row._fields})


QUEUE = (
    select(
        *(Change.id, Change.suggestion_id, Change.type, Change.record_id, Change.kind, Change.group, Change.risk),
        *(Change.content_version, Change.state, Change.policy_version),
        *_as_text(Change.first_opened_at, Change.opened_at, Change.conflicted_at, Change.escalated_at),
        *_as_text(Change.hidden_at, Change.rejudged_at, Record.protected_until),
        Change.payload,
        Record.name.label("record_name"),
        Record.status.label("record_status"),
        Record.protection,
        HAS_REASON.label("has_reason"),
        *SURVIVORS,
        type_coerce(SURVIVOR.c.protected_until, String).label("survivor_protected_until"),
    )
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .outerjoin(Record, Record.id == Change.record_id)
    .outerjoin(PARTNER, IS_PARTNER)
    .outerjoin(SURVIVOR, SURVIVOR.c.id == PARTNER.c.record_id)
    .where(IS_OPEN)
)
MINE = exists().where(
    ChangeAuthor.change_id == Change.id, ChangeAuthor.person_id == bindparam("person"), ChangeAuthor.role != "supporter"
)
VOTED = exists().where(Vote.change_id == Change.id, Vote.person_id == bindparam("person"), Vote.is_live == 1)
AFTER_KEY = tuple_(bindparam("after_at", type_=UtcTime()), bindparam("after_id"))
AFTER = tuple_(Change.first_opened_at, Change.id) > AFTER_KEY
PRESETS: dict[str, Any] = {
    "waiting": and_(Change.hidden_at.is_(None), ~MINE, ~VOTED),
    "contested": and_(Change.hidden_at.is_(None), Change.contested_at.is_not(None)),
    "escalated": Change.escalated_at.is_not(None),
    "conflicted": Change.conflicted_at.is_not(None),
    "hidden": Change.hidden_at.is_not(None),
    "mine": MINE,
    "all": Change.hidden_at.is_(None),
}
ON_RECORD = exists().where(ChangeRecord.change_id == Change.id, ChangeRecord.record_id == bindparam("record"))
VOTES_OF = prepared(
    select(
        *(Vote.id, Vote.change_id, Vote.content_version, Vote.person_id, Vote.choice),
        *_as_text(Vote.cast_at),
        *(Vote.role, Vote.is_affiliated, Vote.is_steward, Vote.is_live, Vote.is_voided),
    )
    .where(Vote.change_id.in_(bindparam("changes", expanding=True)), Vote.is_live == 1)
    .order_by(Vote.cast_at, Vote.id)
)
AUTHORS_OF = prepared(
    select(ChangeAuthor.change_id, ChangeAuthor.person_id, ChangeAuthor.role, Person.role.label("person_role"))
    .join(Person, Person.id == ChangeAuthor.person_id)
    .where(ChangeAuthor.change_id.in_(bindparam("changes", expanding=True)))
)
PLACES_OF = prepared(
    select(Link.record_id, Link.unit, Record.name)
    .join(Record, Record.id == Link.target_id)
    .where(Link.record_id.in_(bindparam("records", expanding=True)), Link.unit.like("places/%/location_id"))
    .order_by(Link.record_id, Link.unit)
)


def _statement(preset: str, with_record: bool, with_after: bool) -> Any:
    query = QUEUE.where(PRESETS[preset])
    if with_record:
        query = query.where(ON_RECORD)
    if with_after:
        query = query.where(AFTER)
    return prepared(query.order_by(Change.first_opened_at, Change.id).limit(bindparam("limit")))


STATEMENTS = {(p, r, a): _statement(p, r, a) for p in PRESETS for r in (False, True) for a in (False, True)}


def open_changes(
    connection: Connection,
    preset: str,
    person_id: str,
    record_id: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Any]:
    """Open changes, oldest first, after a key; their times are text, see `timed`."""
    values: dict[str, Any] = {"person": person_id, "limit": limit}
    if record_id:
        values["record"] = record_id
    if after:
        values["after_at"], values["after_id"] = after
    return list(execute(connection, STATEMENTS[preset, bool(record_id), bool(after)], values))


def votes_and_authors(connection: Connection, ids: list[str]) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Live votes (their times are text, see `timed`) and authors of several changes, in two queries."""
    votes: dict[str, list[Any]] = {}
    authors: dict[str, list[Any]] = {}
    if ids:
        for vote in execute(connection, VOTES_OF, {"changes": ids}):
            votes.setdefault(vote.change_id, []).append(vote)
        for author in execute(connection, AUTHORS_OF, {"changes": ids}):
            authors.setdefault(author.change_id, []).append(author)
    return votes, authors


def places_of(connection: Connection, record_ids: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """The places of services, by the service: each by its unit, with the name of where it is."""
    ids = sorted(set(record_ids))
    found: dict[str, list[tuple[str, str]]] = {}
    for row in execute(connection, PLACES_OF, {"records": ids}) if ids else ():
        found.setdefault(row.record_id, []).append((row.unit.removesuffix("/location_id"), row.name))
    return {id_: tuple(places) for id_, places in found.items()}
