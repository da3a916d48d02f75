"""What reviewers read of an author: how their newest suggestions ended, and where they belong. Counts are bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
    union_all,
)

from webapp.storage.models import Affiliation, Change, ChangeRecord, Operation, Record, Stewardship, Suggestion
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.standing import UNDONE

NEWEST = 200
"""Suggestions that are looked at, so that a page of who suggests daily costs what any other does."""
MOST_TIES = 5

_NEWEST = (
    select(Suggestion.id)
    .where(Suggestion.author_id == bindparam("author"))
    .order_by(Suggestion.created_at.desc(), Suggestion.id.desc())
    .limit(NEWEST)
    .subquery()
)
_WAS_UNDONE = and_(Change.state == "applied", exists(select(1).where(Operation.change_id == Change.id, UNDONE)))
COUNTS = prepared(
    select(
        func.count(func.distinct(_NEWEST.c.id)).label("suggestions"),
        func.count(case((Change.state == "applied", 1))).label("applied"),
        func.count(case((Change.state == "rejected", 1))).label("rejected"),
        func.count(case((_WAS_UNDONE, 1))).label("reverted"),
    )
    .select_from(_NEWEST)
    .join(Change, Change.suggestion_id == _NEWEST.c.id)
)
_TOUCHED = (
    select(ChangeRecord.record_id)
    .join(Change, Change.id == ChangeRecord.change_id)
    .where(Change.suggestion_id == bindparam("suggestion"))
)


def _named(is_steward: str) -> Any:
    return select(Record.name, literal_column(is_steward).label("is_steward"))


TIES = prepared(
    union_all(
        _named("0")
        .join(Affiliation, Affiliation.organization_id == Record.id)
        .where(Affiliation.person_id == bindparam("author"), Affiliation.ended_at.is_(None)),
        _named("1")
        .join(Stewardship, Stewardship.record_id == Record.id)
        .where(
            Record.id.in_(_TOUCHED),
            Stewardship.person_id == bindparam("author"),
            Stewardship.ended_at.is_(None),
            Stewardship.is_official == 1,
        ),
    )
    .order_by("is_steward", "name")
    .limit(MOST_TIES)
)


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """How an author's newest suggestions ended; `is_cut` where there may be more than were looked at."""

    applied: int
    rejected: int
    reverted: int
    is_cut: bool
    organizations: tuple[str, ...]  # that they have declared to belong to
    looks_after: tuple[str, ...]  # records of this suggestion, officially


def author_record(connection: Connection, author_id: str, suggestion_id: str) -> AuthorRecord:
    """What is known of the author of a suggestion."""
    wanted = {"author": author_id, "suggestion": suggestion_id}
    counts = execute(connection, COUNTS, wanted).first()
    ties = execute(connection, TIES, wanted)
    return AuthorRecord(
        counts.applied,
        counts.rejected,
        counts.reverted,
        counts.suggestions >= NEWEST,
        tuple(tie.name for tie in ties if not tie.is_steward),
        tuple(tie.name for tie in ties if tie.is_steward),
    )
