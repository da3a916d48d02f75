"""People, what they may do, and how they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.models.base import Base, Id, Ref, Word


class Person(Base):
    """Somebody with an account; a guest is a person without a password."""

    __tablename__ = "person"
    id: Mapped[Id]
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254), unique=True)  # casefolded
    password_hash: Mapped[str | None]
    role: Mapped[Word]  # copy of the highest role granted; grants are the truth
    state: Mapped[Word]  # active | banned | erased
    about: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  # moves hourly
    paused_until: Mapped[datetime | None]


class RoleGrant(Base):
    """A role that was given, by whom and why, until it was taken back."""

    __tablename__ = "role_grant"
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Word]
    granted_by: Mapped[str | None] = mapped_column(String(36))  # None: earned, by rule
    reason: Mapped[str]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(36))


def _one_present(name: str, *columns: str) -> Index:
    """Past terms stay as rows; of present ones there is one."""
    present = text("ended_at IS NULL")
    return Index(name, *columns, unique=True, sqlite_where=present, postgresql_where=present)


class Affiliation(Base):
    """A declared tie between a person and an organisation's record, for one term."""

    __tablename__ = "affiliation"
    __table_args__ = (_one_present("uq_affiliation_present", "person_id", "organization_id"),)
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[Ref] = mapped_column(ForeignKey("record.id"), index=True)
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Stewardship(Base):
    """A person who looks after a record, in the name of who runs it or as a volunteer, for one term."""

    __tablename__ = "stewardship"
    __table_args__ = (_one_present("uq_stewardship_present", "person_id", "record_id"),)
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    record_id: Mapped[Ref] = mapped_column(ForeignKey("record.id"), index=True)
    is_official: Mapped[int]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class StewardshipClaim(Base):
    """Somebody says that they look after a record; a moderator grants it or refuses."""

    __tablename__ = "stewardship_claim"
    __table_args__ = (
        Index("ix_stewardship_claim_person_id", "person_id", "record_id"),
        Index(
            "uq_stewardship_claim_open",
            "record_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    record_id: Mapped[Ref] = mapped_column(ForeignKey("record.id"))
    is_official: Mapped[int]  # asked for in the name of who runs it
    words: Mapped[str]
    state: Mapped[Word]  # open | granted | refused
    created_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]
    judged_by: Mapped[str | None] = mapped_column(String(36))
    answer: Mapped[str]


class Sanction(Base):
    """A pause, a ban, or the loss of the right to flag."""

    __tablename__ = "sanction"
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    type: Mapped[Word]  # pause | ban | no_flags
    reason: Mapped[str]
    actor_id: Mapped[str | None] = mapped_column(String(36))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(36))


class PersonSession(Base):
    """One signed-in browser; only the hash of its token is kept."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_person_id", "person_id"),)
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    device: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class MailToken(Base):
    """A link sent by mail: single use, short-lived, kept as a hash."""

    __tablename__ = "mail_token"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[Word]  # confirm | reset
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ParkedSuggestion(Base):
    """What somebody without an account suggested, until they press the link in their mail; nobody is shown it."""

    __tablename__ = "parked_suggestion"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    type: Mapped[Word]  # change | records | lifecycle
    command: Mapped[str]  # JSON: the name that was typed, and the command
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Subscription(Base):
    """What a person wants to hear of."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("person_id", "topic", "target"),)
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    topic: Mapped[Word]
    target: Mapped[str] = mapped_column(String(200))
    rhythm: Mapped[Word]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
