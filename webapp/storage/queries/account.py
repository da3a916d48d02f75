"""What the pages of people read: the own suggestions and sessions, and what a profile shows of somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, case, func, select, tuple_

from webapp.storage.models import Change, Confirmation, Person, PersonSession, Record, Suggestion, Vote
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.review import record_name

PAGE = 20
LOOKED_THROUGH = 100
"""Of somebody's suggestions, the newest, in which a profile looks for what was applied lately."""
MOST_COUNTED = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page of a list begins: after the row of that time and id, from newest to oldest."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class OwnChange:
    """One change of a suggestion, as far as its author's list shows it; of something new there is no record yet."""

    id: str
    type: str
    kind: str
    group: str
    state: str
    is_escalated: bool
    record_slug: str | None
    record_status: str | None


@dataclass(frozen=True, slots=True)
class OwnSuggestion:
    """A suggestion in its author's list; `record_name` is "" where the record has none."""

    id: str
    record_name: str
    created_at: datetime
    changes: tuple[OwnChange, ...]


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A browser that is signed in."""

    token_hash: str
    device: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as everybody may see them; what they did is counted to one more than `MOST_COUNTED`."""

    id: str
    handle: str
    display_name: str
    role: str
    is_banned: bool
    about: str
    since: datetime
    applied: int
    votes: int
    confirmations: int


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """A change of somebody's that was applied; `record_name` is "" where the record has none."""

    id: str
    suggestion_id: str
    record_name: str
    type: str
    kind: str
    group: str
    closed_at: datetime


CREATED = case((Change.type == "create", Change.payload), else_=None).label("payload")
"""What is new is in the payload; of other changes it is left where it is."""


def since(time: Any, id_: Any) -> Any:
    """Rows after a mark, where one is given."""
    return tuple_(time, id_) < tuple_(bindparam("mark_at", type_=time.type), bindparam("mark_id"))


def _own(*conditions: Any) -> Any:
    page = (
        select(Suggestion.id)
        .where(Suggestion.author_id == bindparam("person"), *conditions)
        .order_by(Suggestion.created_at.desc(), Suggestion.id.desc())
        .limit(bindparam("most"))
    )
    return (
        select(Suggestion.id.label("suggestion"), Suggestion.created_at, Change.type, Change.kind, Change.group)
        .add_columns(Change.id, Change.state, Change.escalated_at, Record.name.label("record_name"), CREATED)
        .add_columns(Record.slug.label("record_slug"), Record.status.label("record_status"))
        .join(Change, Change.suggestion_id == Suggestion.id)
        .outerjoin(Record, Record.id == Change.record_id)
        .where(Suggestion.id.in_(page))
        .order_by(Suggestion.created_at.desc(), Suggestion.id.desc(), Change.position)
    )


NEWEST = (  # of a person's suggestions
    select(Suggestion.id)
    .where(Suggestion.author_id == bindparam("person"))
    .order_by(Suggestion.created_at.desc(), Suggestion.id.desc())
    .limit(bindparam("newest"))
    .subquery()
)
LATELY = prepared(
    select(Change.id, Change.suggestion_id, Change.type, Change.kind, Change.group, Change.closed_at)
    .add_columns(Record.name.label("record_name"), CREATED)
    .join(NEWEST, NEWEST.c.id == Change.suggestion_id)
    .outerjoin(Record, Record.id == Change.record_id)
    .where(Change.state == "applied")
    .order_by(Change.closed_at.desc(), Change.id.desc())
    .limit(PAGE)
)
OWN, OWN_AFTER = prepared(_own()), prepared(_own(since(Suggestion.created_at, Suggestion.id)))
SESSIONS = prepared(
    select(PersonSession.token_hash, PersonSession.device, PersonSession.created_at, PersonSession.seen_at)
    .where(
        PersonSession.person_id == bindparam("person"),
        PersonSession.revoked_at.is_(None),
        PersonSession.expires_at > bindparam("now"),
    )
    .order_by(PersonSession.seen_at.desc(), PersonSession.token_hash)
)


PROFILE = prepared(
    select(
        *(Person.id, Person.handle, Person.display_name, Person.role, Person.state, Person.about, Person.created_at)
    ).where(Person.handle == bindparam("handle"), Person.confirmed_at.is_not(None), Person.state != "erased")
)


def _counted(name: str, rows: Select[Any]) -> Any:
    """How many rows there are, counted to one more than `MOST_COUNTED`."""
    found = rows.limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(found).scalar_subquery().label(name)


OF_PERSON: BindParameter[str] = bindparam("person")
SUMS = prepared(
    select(
        _counted(
            "applied",
            select(Change.id)
            .join(Suggestion, Suggestion.id == Change.suggestion_id)
            .where(Suggestion.author_id == OF_PERSON, Change.state == "applied"),
        ),
        _counted("votes", select(Vote.id).where(Vote.person_id == OF_PERSON, Vote.is_live == 1, Vote.is_voided == 0)),
        _counted(
            "confirmations",
            select(Confirmation.id).where(Confirmation.person_id == OF_PERSON, Confirmation.voided_at.is_(None)),
        ),
    )
)


def own_suggestions(
    connection: Connection, person_id: str, mark: Mark | None = None, most: int = PAGE
) -> list[OwnSuggestion]:
    """A person's suggestions, newest first, from the mark on."""
    values = {"person": person_id, "most": most, **marked(mark)}
    rows = execute(connection, OWN_AFTER if mark else OWN, values)
    return [_suggestion(list(group)) for _, group in groupby(rows, key=lambda row: row.suggestion)]


def _suggestion(rows: list[Row[Any]]) -> OwnSuggestion:
    first = rows[0]
    changes = (
        OwnChange(
            r.id, r.type, r.kind, r.group, r.state, r.escalated_at is not None, r.record_slug, r.record_status
        )
        for r in rows
    )
    return OwnSuggestion(first.suggestion, record_name(first), first.created_at, tuple(changes))


def marked(mark: Mark | None) -> dict[str, Any]:
    """The mark as `since` wants it."""
    return {"mark_at": mark.at, "mark_id": mark.id} if mark else {}


def sessions(connection: Connection, person_id: str, now: datetime) -> list[OwnSession]:
    """The browsers in which a person is signed in, the last seen first."""
    rows = execute(connection, SESSIONS, {"person": person_id, "now": now})
    return [OwnSession(*row) for row in rows]


def profile_row(connection: Connection, handle: str) -> Any | None:
    """The person whom everybody may see under a handle; None for who never confirmed an address or was erased."""
    return execute(connection, PROFILE, {"handle": handle}).first()


def profile(connection: Connection, handle: str) -> Profile | None:
    """What everybody may see of somebody; None as for `profile_row`."""
    row = profile_row(connection, handle)
    if row is None:
        return None
    is_banned = row.state == "banned"
    about = "" if is_banned else row.about
    sums = execute(connection, SUMS, {"person": row.id})[0]
    return Profile(row.id, row.handle, row.display_name, row.role, is_banned, about, row.created_at, *sums)


def applied_lately(connection: Connection, person_id: str, newest: int = LOOKED_THROUGH) -> list[AppliedChange]:
    """What applied last of a person's newest suggestions; all of what they did is theirs to page through elsewhere."""
    rows = execute(connection, LATELY, {"person": person_id, "newest": newest})
    return [
        AppliedChange(row.id, row.suggestion_id, record_name(row), row.type, row.kind, row.group, row.closed_at)
        for row in rows
    ]
