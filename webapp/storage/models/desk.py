"""What the review desk keeps of each reviewer: tabs of their own, what they look at, and how they like it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.models.base import Base, Id, Ref, Word


class SavedQueue(Base):
    """A choice of the queue that a person keeps by name."""

    __tablename__ = "saved_queue"
    __table_args__ = (UniqueConstraint("person_id", "name"),)
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(200))  # of its address, in one spelling
    created_at: Mapped[datetime]


class Attention(Base):
    """Somebody is looking at a change, until they are taken to have gone; it keeps nobody from anything."""

    __tablename__ = "attention"
    change_id: Mapped[str] = mapped_column(String(36), ForeignKey("change.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"), primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)


class Interest(Base):
    """An area or a topic that a person looks after in the queue; nobody else is told."""

    __tablename__ = "interest"
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(36), primary_key=True)  # as in ChangeTag
    is_topic: Mapped[int]


class ChangeTag(Base):
    """What an open change is about: council areas by their tags, and categories by their ids, wider ones too.

    Beside the tag stands what the queue orders and narrows by, so that its index says all of it. It refers to no row:
    whoever moves a place would else wait for each vote that is cast on what happens there.
    """

    __tablename__ = "change_tag"
    __table_args__ = (
        Index("ix_change_tag_order", "tag", "first_opened_at", "change_id", "kind", "risk", "is_by_newcomer"),
    )
    change_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tag: Mapped[str] = mapped_column(String(36), primary_key=True)
    first_opened_at: Mapped[datetime]
    kind: Mapped[Word]
    risk: Mapped[Word]
    is_by_newcomer: Mapped[int]


class Preference(Base):
    """How a person likes the site to be, where that is not what it is for everybody."""

    __tablename__ = "preference"
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
