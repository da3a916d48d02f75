"""What a moderator means to undo together, before and while it is undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.models.base import Base, Id, Ref, Word

NOTHING = text("'{}'")
IS_WAITING = text("state = 'waiting'")


class Incident(Base):
    """A roll back of many records as it was previewed; one that nobody applies is swept away."""

    __tablename__ = "incident"
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))  # who drew it up last
    conditions: Mapped[str]  # canonical JSON: what is to be undone
    reason: Mapped[str]  # as far as it is typed
    drawn_at: Mapped[datetime]
    operation_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("operation.id"), unique=True)


class IncidentRecord(Base):
    """One record of an incident: what was seen of it, what is to be done, and what came of it."""

    __tablename__ = "incident_record"
    __table_args__ = (
        Index(
            "ix_incident_record_waiting",
            "incident_id",
            "attempts",
            "position",
            sqlite_where=IS_WAITING,
            postgresql_where=IS_WAITING,
        ),
    )
    incident_id: Mapped[str] = mapped_column(String(36), ForeignKey("incident.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[Ref] = mapped_column(ForeignKey("record.id"))
    seen: Mapped[int]  # the record's newest revision in the preview
    tainted: Mapped[str]  # JSON: ids of the revisions that are to be undone, oldest first
    chosen: Mapped[str]  # JSON: units that are to be put back although they conflict
    restored: Mapped[int]  # units that the preview puts back
    conflicts: Mapped[int]
    stays: Mapped[str] = mapped_column(server_default=NOTHING)  # JSON: by field, revisions of others that stay
    state: Mapped[Word]  # waiting | restored | kept | failed
    attempts: Mapped[int]
