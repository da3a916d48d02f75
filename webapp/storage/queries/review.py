"""What reviewers read: one suggestion with its changes and votes, and the queue."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, and_, bindparam, exists, func, select, tuple_, type_coerce

from webapp.domain.document import Document
from webapp.domain.upcast import read
from webapp.storage.models import (
    IS_OPEN,
    Change,
    ChangeAuthor,
    ChangeRecord,
    Comment,
    Decision,
    Evidence,
    Link,
    Mode,
    Person,
    Record,
    Revision,
    RevisionContent,
    Suggestion,
    UtcTime,
    Vote,
    time_of,
)
from webapp.storage.prepared import execute, prepared

APPLIED = (
    select(func.count())
    .select_from(Change)
    .join(ChangeAuthor, ChangeAuthor.change_id == Change.id)
    .where(ChangeAuthor.person_id == Suggestion.author_id, ChangeAuthor.role == "author", Change.state == "applied")
    .correlate(Suggestion)
    .scalar_subquery()
)
SUGGESTION = prepared(
    select(
        Suggestion,
        Person.role.label("author_role"),
        Person.handle.label("author_handle"),
        Person.display_name.label("author_name"),
        Person.confirmed_at.label("author_confirmed_at"),
        APPLIED.label("author_applied"),
    )
    .join(Person, Person.id == Suggestion.author_id)
    .where(Suggestion.id == bindparam("suggestion"))
)
DECIDER = Person.__table__.alias("decider")
PARTNER = ChangeRecord.__table__.alias("partner")
SURVIVOR = Record.__table__.alias("survivor")
IS_PARTNER = and_(Change.type == "merge", PARTNER.c.change_id == Change.id, PARTNER.c.record_id != Change.record_id)
HAS_REASON = func.trim(Suggestion.reason, " \t\r\n") != ""
SURVIVORS = (  # of a merge, what it goes into: a judgement looks at both records
    SURVIVOR.c.id.label("survivor_id"),
    SURVIVOR.c.status.label("survivor_status"),
    SURVIVOR.c.protection.label("survivor_protection"),
)
APPLIED_AS = (
    select(Revision.number)
    .where(Revision.change_id == Change.id, Revision.record_id == Change.record_id)
    .correlate(Change)
    .scalar_subquery()
)
"""The revision that a change became in its own record."""
CHANGES = prepared(
    select(
        Change,
        Record.name.label("record_name"),
        Record.slug.label("record_slug"),
        Record.kind.label("record_kind"),
        Record.status.label("record_status"),
        Record.protection,
        Record.protected_until,
        Record.newest_number,
        Revision.schema_version,
        RevisionContent.document,
        Decision.reasons.label("decision_reasons"),
        Decision.outcome,
        Decision.counted,
        APPLIED_AS.label("applied_as"),
        DECIDER.c.display_name.label("decider_name"),
        HAS_REASON.label("has_reason"),
        *SURVIVORS,
        SURVIVOR.c.protected_until.label("survivor_protected_until"),
    )
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .outerjoin(Record, Record.id == Change.record_id)
    .outerjoin(PARTNER, IS_PARTNER)
    .outerjoin(SURVIVOR, SURVIVOR.c.id == PARTNER.c.record_id)
    .outerjoin(Revision, Revision.id == Record.newest_revision_id)
    .outerjoin(RevisionContent, RevisionContent.revision_id == Revision.id)
    .outerjoin(Decision, and_(Decision.change_id == Change.id, Decision.outcome != "escalate"))
    .outerjoin(DECIDER, DECIDER.c.id == Decision.actor_id)
    .where(Change.suggestion_id == bindparam("suggestion"))
    .order_by(Change.position, Change.id)
)
VOTES = prepared(
    select(Vote, Person.display_name, Person.handle)
    .join(Person, Person.id == Vote.person_id)
    .join(Change, Change.id == Vote.change_id)
    .where(Change.suggestion_id == bindparam("suggestion"))
    .order_by(Vote.cast_at, Vote.id)
)
AUTHORS = prepared(
    select(ChangeAuthor.change_id, ChangeAuthor.person_id, ChangeAuthor.role, Person.display_name)
    .join(Change, Change.id == ChangeAuthor.change_id)
    .join(Person, Person.id == ChangeAuthor.person_id)
    .where(Change.suggestion_id == bindparam("suggestion"))
)
TALK = prepared(
    select(
        Comment.id, Comment.text, Comment.html, Comment.created_at, Comment.hidden_at, Person.display_name.label("who")
    )
    .join(Person, Person.id == Comment.person_id)
    .where(Comment.suggestion_id == bindparam("suggestion"))
    .order_by(Comment.created_at, Comment.id)
    .limit(200)
)
EVIDENCE = prepared(
    select(Evidence.how, Evidence.detail, Person.display_name.label("who"), Evidence.person_id)
    .join(Person, Person.id == Evidence.person_id)
    .where(Evidence.suggestion_id == bindparam("suggestion"))
    .order_by(Evidence.created_at, Evidence.id)
)
MODE = prepared(select(Mode.mode).order_by(Mode.since.desc(), Mode.id.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class SuggestionPage:
    """Everything that a suggestion's page is made of."""

    row: Any
    changes: tuple[Any, ...]
    votes: dict[str, tuple[Any, ...]]
    authors: dict[str, tuple[Any, ...]]
    talk: tuple[Any, ...]
    evidence: tuple[Any, ...]
    mode: str


def suggestion_page(connection: Connection, suggestion_id: str) -> SuggestionPage | None:
    """A suggestion, or None."""
    wanted = {"suggestion": suggestion_id}
    row = execute(connection, SUGGESTION, wanted).first()
    if row is None:
        return None
    votes: dict[str, list[Any]] = {}
    for vote in execute(connection, VOTES, wanted):
        votes.setdefault(vote.change_id, []).append(vote)
    authors: dict[str, list[Any]] = {}
    for author in execute(connection, AUTHORS, wanted):
        authors.setdefault(author.change_id, []).append(author)
    return SuggestionPage(
        row,
        tuple(execute(connection, CHANGES, wanted)),
        {k: tuple(v) for k, v in votes.items()},
        {k: tuple(v) for k, v in authors.items()},
        tuple(execute(connection, TALK, wanted)),
        tuple(execute(connection, EVIDENCE, wanted)),
        execute(connection, MODE).scalar() or "reduced",
    )


def current_document(change: Any) -> Document | None:
    """The newest document of a change's record."""
    return read(change.record_kind, change.document, change.schema_version) if change.document else None


# -- the queue --------------------------------------------------------------------------------------------

# Times of the queue come as they are stored: a row that was seen before is told by its text, and `timed` is for one
# that was not.
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
SUGGESTION_OF = prepared(select(Change.suggestion_id).where(Change.id == bindparam("change")))
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


def queue(
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


def suggestion_of(connection: Connection, change_id: str) -> str | None:
    """The suggestion that a change belongs to."""
    found: str | None = execute(connection, SUGGESTION_OF, {"change": change_id}).scalar()
    return found


def creation_entries(payload: str) -> list[dict[str, Any]]:
    """The new records of a creation change."""
    entries: list[dict[str, Any]] = json.loads(payload)["records"]
    return entries
