"""What the site itself keeps: work to be done, reports, the moderation log, limits, properties."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.models.base import Base, Id, Ref, Word


class Outbox(Base):
    """A side effect promised in a transaction: mail, webhook, link check. `key` makes it happen once."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due", "due_at", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")
        ),
    )
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    type: Mapped[Word]
    person_id: Mapped[str | None] = mapped_column(String(36))
    payload: Mapped[str]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]


class Report(Base):
    """Somebody says that something is wrong; no account needed."""

    __tablename__ = "report"
    id: Mapped[Id]
    record_id: Mapped[str | None] = mapped_column(String(36), index=True)
    person_id: Mapped[str | None] = mapped_column(String(36))
    what: Mapped[Word]
    text: Mapped[str]
    contact: Mapped[str | None] = mapped_column(String(254))
    is_urgent: Mapped[int]
    state: Mapped[Word]  # open | done
    created_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(36))
    answer: Mapped[str]


class ModerationEntry(Base):
    """One line of the public moderation log."""

    __tablename__ = "moderation_log"
    id: Mapped[Id]
    actor_id: Mapped[Ref]
    act: Mapped[Word]
    record_id: Mapped[str | None] = mapped_column(String(36), index=True)
    change_id: Mapped[str | None] = mapped_column(String(36))
    person_id: Mapped[str | None] = mapped_column(String(36))
    operation_id: Mapped[str | None] = mapped_column(String(36))
    note: Mapped[str]
    is_self_decided: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)


class RateCount(Base):
    """How often something was tried within a window; for limits on unsafe requests."""

    __tablename__ = "rate_count"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class IdempotencyKey(Base):
    """The answer that was given to a keyed request."""

    __tablename__ = "idempotency_key"
    person_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


class SiteProperty(Base):
    """A property of this database, such as that it holds the demo community."""

    __tablename__ = "site_property"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str]


class LinkCheck(Base):
    """How the worker found a link that open changes propose; a copy, made anew."""

    __tablename__ = "link_check"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # the address, hashed
    state: Mapped[Word]  # see domain.links.LinkState
    leads_to: Mapped[str | None]  # where its redirects led
    tries: Mapped[int]  # how often in a row it gave no answer that will do
    checked_at: Mapped[datetime] = mapped_column(index=True)


class DuplicateKey(Base):
    """By what a record may be found to be another's double: hashes, see `domain.duplicates`; a copy, made anew."""

    __tablename__ = "duplicate_key"
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)


class DuplicatePair(Base):
    """Two records that may be the same, `first_id` the lower id; the reasons hold no value of theirs."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (Index("ix_duplicate_pair_state", "state", "points", "first_id", "second_id"),)
    first_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    second_id: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
    kind: Mapped[Word]
    points: Mapped[int]
    reasons: Mapped[str]  # JSON: pairs of a code and a per cent
    state: Mapped[Word]  # open | different
    found_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]
    judged_by: Mapped[str | None] = mapped_column(String(36))
