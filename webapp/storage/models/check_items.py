"""Planted changes and what reviewers made of them. Law: no change, vote, record or revision points here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.models.base import Base, Id, Ref, Word


class CheckItem(Base):
    """A planted change to a record as it was at one revision, with its right answer and why it is right."""

    __tablename__ = "check_item"
    id: Mapped[Id]
    record_id: Mapped[Ref] = mapped_column(ForeignKey("record.id"))
    base_number: Mapped[int]
    payload: Mapped[str]  # canonical JSON, as that of a change: edits
    answer: Mapped[Word]  # approve | reject
    reason: Mapped[str]  # what it gives as its own
    why: Mapped[str]  # the answer is right
    made_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class CheckAnswer(Base):
    """What somebody answered, once; for their own eyes."""

    __tablename__ = "check_answer"
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(36), ForeignKey("check_item.id"), primary_key=True)
    choice: Mapped[Word]  # approve | reject | abstain | improve | ask | flag
    answered_at: Mapped[datetime]
