"""What reviewers read of one suggestion: its changes with their votes and authors, what was said, how it is known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, select, tuple_

from webapp.domain.document import Document
from webapp.domain.upcast import read
from webapp.storage.models import (
    Change,
    ChangeAuthor,
    ChangeRecord,
    Comment,
    Decision,
    Evidence,
    Mode,
    Person,
    Record,
    Revision,
    RevisionContent,
    Stewardship,
    Suggestion,
    Vote,
)
from webapp.storage.prepared import execute, prepared

RESUBMITTED = Change.__table__.alias("resubmitted")
SUGGESTION = prepared(
    select(
        Suggestion,
        RESUBMITTED.c.suggestion_id.label("resubmitted_in"),
        Person.role.label("author_role"),
        Person.handle.label("author_handle"),
        Person.display_name.label("author_name"),
        Person.confirmed_at.label("author_confirmed_at"),
        Person.state.label("author_state"),
    )
    .join(Person, Person.id == Suggestion.author_id)
    .outerjoin(RESUBMITTED, RESUBMITTED.c.id == Suggestion.resubmits_id)
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
RECORD_AS_IT_IS = (
    Record.name.label("record_name"),
    Record.slug.label("record_slug"),
    Record.kind.label("record_kind"),
    Record.status.label("record_status"),
    Record.protection,
    Record.protected_until,
    Record.newest_number,
    Revision.schema_version,
    RevisionContent.document,
)
"""A record and its newest document, as a card of the review desk reads them beside a change."""
CHANGE_ROWS = (
    select(
        Change,
        *RECORD_AS_IT_IS,
        Decision.reasons.label("decision_reasons"),
        Decision.outcome,
        Decision.counted,
        APPLIED_AS.label("applied_as"),
        DECIDER.c.display_name.label("decider_name"),
        Decision.note.label("decision_note"),
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
)
CHANGES = prepared(
    CHANGE_ROWS.where(Change.suggestion_id == bindparam("suggestion")).order_by(Change.position, Change.id)
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
MOST_TALK = 200


def _talk(*conditions: Any) -> Any:
    return (
        select(Comment.id, Comment.text, Comment.html, Comment.created_at, Comment.hidden_at, Comment.person_id)
        .add_columns(Comment.asks_about, Person.display_name.label("who"), Person.handle)
        .join(Person, Person.id == Comment.person_id)
        .where(Comment.suggestion_id == bindparam("suggestion"), *conditions)
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(bindparam("most"))
    )


TALK = prepared(_talk())
TALK_BEFORE = prepared(
    _talk(
        tuple_(Comment.created_at, Comment.id)
        < tuple_(bindparam("mark_at", type_=Comment.created_at.type), bindparam("mark_id"))
    )
)
MOST_ASKED = 20
ANSWER = Comment.__table__.alias("answer")
IS_ANSWERED = exists(
    select(1)
    .select_from(ANSWER)
    .join(ChangeAuthor, ChangeAuthor.person_id == ANSWER.c.person_id)
    .where(
        ANSWER.c.suggestion_id == Comment.suggestion_id,
        tuple_(ANSWER.c.created_at, ANSWER.c.id) > tuple_(Comment.created_at, Comment.id),
        ANSWER.c.hidden_at.is_(None),
        ChangeAuthor.change_id == Comment.asks_about,
        ChangeAuthor.role != "supporter",
    )
    .correlate(Comment)
)
"""Of a question: an author of the change that it is about has written since."""
QUESTIONS = prepared(
    select(Comment.id, Comment.asks_about, Comment.created_at, Person.display_name.label("who"))
    .join(Person, Person.id == Comment.person_id)
    .where(
        Comment.suggestion_id == bindparam("suggestion"),
        Comment.asks_about.is_not(None),
        Comment.hidden_at.is_(None),
        ~IS_ANSWERED,
    )
    .order_by(Comment.created_at.desc(), Comment.id.desc())
    .limit(MOST_ASKED)
)
HANDLES = prepared(
    select(Person.handle).where(
        Person.handle.in_(bindparam("handles", expanding=True)),
        Person.confirmed_at.is_not(None),
        Person.state != "erased",
    )
)
EVIDENCE = prepared(
    select(Evidence.how, Evidence.detail, Person.display_name.label("who"), Evidence.person_id)
    .join(Person, Person.id == Evidence.person_id)
    .where(Evidence.suggestion_id == bindparam("suggestion"))
    .order_by(Evidence.created_at, Evidence.id)
)
LOOKED_AFTER = prepared(
    select(ChangeRecord.change_id)
    .join(Change, Change.id == ChangeRecord.change_id)
    .join(Stewardship, Stewardship.record_id == ChangeRecord.record_id)
    .where(
        Change.suggestion_id == bindparam("suggestion"),
        Stewardship.person_id == bindparam("person"),
        Stewardship.ended_at.is_(None),
        Stewardship.is_official == 1,
    )
)
MODE = prepared(select(Mode.mode).order_by(Mode.since.desc(), Mode.id.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class SuggestionPage:
    """Everything that a suggestion's page is made of."""

    row: Any
    changes: tuple[Any, ...]
    votes: dict[str, tuple[Any, ...]]
    authors: dict[str, tuple[Any, ...]]
    talk: tuple[Any, ...]  # the newest, in the order in which they were said
    has_earlier_talk: bool
    evidence: tuple[Any, ...]
    mode: str
    is_check: bool = False  # a planted one, see `check_items`


def suggestion_page(
    connection: Connection, suggestion_id: str, talk_before: tuple[datetime, str] | None = None
) -> SuggestionPage | None:
    """A suggestion, or None; with what was said before a moment and id, where they are given."""
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
    talk = _newest_talk(connection, suggestion_id, talk_before)
    return SuggestionPage(
        row,
        tuple(execute(connection, CHANGES, wanted)),
        {k: tuple(v) for k, v in votes.items()},
        {k: tuple(v) for k, v in authors.items()},
        tuple(reversed(talk[:MOST_TALK])),
        len(talk) > MOST_TALK,
        tuple(execute(connection, EVIDENCE, wanted)),
        execute(connection, MODE).scalar() or "reduced",
    )


def _newest_talk(connection: Connection, suggestion_id: str, before: tuple[datetime, str] | None) -> list[Any]:
    """One more than is shown, the newest first."""
    wanted: dict[str, Any] = {"suggestion": suggestion_id, "most": MOST_TALK + 1}
    if before is None:
        return list(execute(connection, TALK, wanted))
    return list(execute(connection, TALK_BEFORE, {**wanted, "mark_at": before[0], "mark_id": before[1]}))


def open_questions(connection: Connection, suggestion_id: str) -> dict[str, list[Any]]:
    """By change: the questions about it that none of its authors has written after, the newest first."""
    found: dict[str, list[Any]] = {}
    for row in execute(connection, QUESTIONS, {"suggestion": suggestion_id}):
        found.setdefault(row.asks_about, []).append(row)
    return found


def known_handles(connection: Connection, handles: Iterable[str]) -> frozenset[str]:
    """Those of some handles that belong to a person with a profile."""
    wanted = sorted(set(handles))
    return frozenset(execute(connection, HANDLES, {"handles": wanted}).scalars()) if wanted else frozenset()


def looked_after(connection: Connection, suggestion_id: str, person_id: str) -> frozenset[str]:
    """The changes of a suggestion to records that a person officially looks after: their steward may vote on them."""
    wanted = {"suggestion": suggestion_id, "person": person_id}
    return frozenset(execute(connection, LOOKED_AFTER, wanted).scalars())


def current_document(change: Any) -> Document | None:
    """The newest document of a change's record."""
    return read(change.record_kind, change.document, change.schema_version) if change.document else None


def record_name(change: Any) -> str:
    """The name of the record that a change is about; of a new one, as it was suggested; "" where it has none."""
    if change.record_name or change.type != "create":
        return change.record_name or ""
    return str(creation_entries(change.payload)[0]["document"].get("name") or "")


def creation_entries(payload: str) -> list[dict[str, Any]]:
    """The new records of a creation change."""
    entries: list[dict[str, Any]] = json.loads(payload)["records"]
    return entries
