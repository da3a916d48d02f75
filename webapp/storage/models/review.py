"""Suggestions, their changes, votes and decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, and_, exists, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.models.base import Base, Id, Ref, Word


class Suggestion(Base):
    """What a volunteer sends for review: one or more changes with one reason."""

    __tablename__ = "suggestion"
    id: Mapped[Id]
    author_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    door: Mapped[Word]  # web | api | import | demo
    created_at: Mapped[datetime]
    resubmits_id: Mapped[str | None] = mapped_column(String(36))  # the rejected change that this one takes up again
    __table_args__ = (Index("ix_suggestion_author_id_created_at", "author_id", "created_at"),)


_FILTERED = ("first_opened_at", "id", "kind", "risk")


def _open(name: str, *columns: str, also: str = "") -> Index:
    where = text(f"state = 'open' AND {also}" if also else "state = 'open'")
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Change(Base):
    """The unit of decision: one field group of one record, a creation set, a close, a reopening, a merge."""

    __tablename__ = "change"
    __table_args__ = (
        # Of the open ones only: an index of every state would look good to a planner that has better ones, such as
        # by the author, and make it read all applied changes that there ever were.
        # The queue reads each in its order (storage/queries/queue.py): one for what many have, by each pair of filters;
        # and of what few have one that says the filters, so that only what is shown is looked up.
        _open("ix_change_open", "first_opened_at", "id"),
        _open("ix_change_open_kind", "kind", "first_opened_at", "id"),
        _open("ix_change_open_risk", "risk", "first_opened_at", "id"),
        _open("ix_change_open_kind_risk", "kind", "risk", "first_opened_at", "id"),
        _open("ix_change_newcomers", *_FILTERED, also="is_by_newcomer = 1"),
        _open("ix_change_unvoted", *_FILTERED, "is_by_newcomer", also="approvals = 0 AND rejects = 0"),
        _open("ix_change_contested", *_FILTERED, "is_by_newcomer", also="contested_at IS NOT NULL"),
        _open("ix_change_conflicted", *_FILTERED, "is_by_newcomer", also="conflicted_at IS NOT NULL"),
        _open("ix_change_escalated", *_FILTERED, "is_by_newcomer", also="escalated_at IS NOT NULL"),
        _open("ix_change_hidden", *_FILTERED, "is_by_newcomer", also="hidden_at IS NOT NULL"),
        Index(
            "ix_change_settle_at",
            "settle_at",
            sqlite_where=text("settle_at IS NOT NULL"),
            postgresql_where=text("settle_at IS NOT NULL"),
        ),
        Index("ix_change_record_id_state", "record_id", "state"),
        _open("ix_change_open_merge", "id", also="type = 'merge'"),
        Index(
            "ix_change_field",
            "record_id",
            "group",
            "closed_at",
            "id",
            sqlite_where=text("closed_at IS NOT NULL"),
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
    )
    id: Mapped[Id]
    suggestion_id: Mapped[Ref] = mapped_column(ForeignKey("suggestion.id"), index=True)
    position: Mapped[int]
    type: Mapped[Word]  # edit | create | close | reopen | merge
    record_id: Mapped[str | None] = mapped_column(String(36))  # None for a creation set
    kind: Mapped[Word]
    group: Mapped[str] = mapped_column(String(80))
    base_number: Mapped[int]
    payload: Mapped[str]  # canonical JSON: edits, or the creation set
    risk: Mapped[Word]
    content_version: Mapped[int]
    amendments: Mapped[int]
    state: Mapped[Word]
    policy_version: Mapped[int]
    first_opened_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    settle_at: Mapped[datetime | None]
    contested_at: Mapped[datetime | None]
    conflicted_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    rejudged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    approvals: Mapped[int]  # copies for lists; votes are the truth
    rejects: Mapped[int]
    settle_attempts: Mapped[int]
    is_by_newcomer: Mapped[int] = mapped_column(server_default=text("0"))  # when it was suggested


IS_OPEN = Change.state == literal_column("'open'")
"""For whoever reads through all open changes: only a condition that spells the word out may use their index."""
IS_OPEN_MERGE = and_(IS_OPEN, Change.type == literal_column("'merge'"))
"""The few that touch a record beside the one that they are about."""


class ChangeRecord(Base):
    """The records that a change touches, for locks and for finding clashing changes."""

    __tablename__ = "change_record"
    change_id: Mapped[str] = mapped_column(String(36), ForeignKey("change.id"), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)


def touches(records: Any) -> Any:
    """That a change touches one of some records, for a change that is looked at already: by the key of the two."""
    found = exists().where(ChangeRecord.change_id == Change.id, ChangeRecord.record_id.in_(records))
    return found.correlate_except(ChangeRecord)


class ChangeAuthor(Base):
    """Author, co-authors (who improved or rebased) and supporters (who brought evidence) of a change."""

    __tablename__ = "change_author"
    change_id: Mapped[str] = mapped_column(String(36), ForeignKey("change.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[Word]  # author | coauthor | supporter
    since: Mapped[datetime]


class ChangeVersion(Base):
    """What a change said before it was amended, rebased or improved."""

    __tablename__ = "change_version"
    change_id: Mapped[str] = mapped_column(String(36), ForeignKey("change.id"), primary_key=True)
    content_version: Mapped[int] = mapped_column(primary_key=True)
    base_number: Mapped[int]
    payload: Mapped[str]
    act: Mapped[Word]  # suggest | amend | rebase | improve | move
    actor_id: Mapped[Ref]
    created_at: Mapped[datetime]


class Vote(Base):
    """One person's word on one content version of a change; earlier ones are kept, superseded."""

    __tablename__ = "vote"
    __table_args__ = (
        Index(
            "uq_vote_live",
            "change_id",
            "person_id",
            unique=True,
            sqlite_where=text("is_live = 1"),
            postgresql_where=text("is_live = 1"),
        ),
        Index("ix_vote_person_id_cast_at", "person_id", "cast_at"),
    )
    id: Mapped[Id]
    change_id: Mapped[Ref] = mapped_column(ForeignKey("change.id"), index=True)
    content_version: Mapped[int]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    choice: Mapped[Word]
    reason: Mapped[str] = mapped_column(String(40))
    note: Mapped[str]
    role: Mapped[Word]
    is_affiliated: Mapped[int]
    is_steward: Mapped[int]
    is_live: Mapped[int]
    is_voided: Mapped[int]  # by a ban
    cast_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SpamFlag(Base):
    """A reviewer says: this is spam. Two hide a change until a moderator looks."""

    __tablename__ = "spam_flag"
    __table_args__ = (UniqueConstraint("change_id", "person_id"),)
    id: Mapped[Id]
    change_id: Mapped[Ref] = mapped_column(ForeignKey("change.id"))
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    judged: Mapped[str | None] = mapped_column(String(20))  # right | wrong
    judged_at: Mapped[datetime | None]


class Decision(Base):
    """Why a change ended or was escalated; append-only."""

    __tablename__ = "decision"
    id: Mapped[Id]
    change_id: Mapped[Ref] = mapped_column(ForeignKey("change.id"), index=True)
    content_version: Mapped[int]
    outcome: Mapped[Word]
    reasons: Mapped[str]
    policy_version: Mapped[int]
    mode: Mapped[Word]
    protection: Mapped[str | None] = mapped_column(String(20))
    counted: Mapped[str]  # ids of the votes counted, as JSON
    actor_id: Mapped[str | None] = mapped_column(String(36))  # a moderator who decided, or None
    note: Mapped[str]
    created_at: Mapped[datetime]


class Patrol(Base):
    """A moderator has looked at an applied change."""

    __tablename__ = "patrol"
    change_id: Mapped[str] = mapped_column(String(36), ForeignKey("change.id"), primary_key=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Evidence(Base):
    """How somebody knows."""

    __tablename__ = "evidence"
    id: Mapped[Id]
    suggestion_id: Mapped[Ref] = mapped_column(ForeignKey("suggestion.id"), index=True)
    person_id: Mapped[Ref]
    how: Mapped[Word]  # phoned | visited | website | run_it | other
    detail: Mapped[str]
    created_at: Mapped[datetime]


class Comment(Base):
    """A word in the discussion of a suggestion."""

    __tablename__ = "comment"
    id: Mapped[Id]
    suggestion_id: Mapped[Ref] = mapped_column(ForeignKey("suggestion.id"), index=True)
    person_id: Mapped[Ref]
    text: Mapped[str]
    html: Mapped[str]
    renderer_version: Mapped[int]
    created_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[str | None] = mapped_column(String(36))
    asks_about: Mapped[str | None] = mapped_column(String(36))  # the change that a question is about


class PolicyVersion(Base):
    """One version of the rules; append-only."""

    __tablename__ = "policy"
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    body: Mapped[str]
    reason: Mapped[str]
    actor_id: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime]


class Mode(Base):
    """Whether the full or the reduced rules were in force, from when; append-only."""

    __tablename__ = "mode"
    id: Mapped[Id]
    mode: Mapped[Word]  # full | reduced
    active_reviewers: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)
