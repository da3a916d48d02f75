"""What helps people to find things, beside the search index itself: words that mean the same, and lists to keep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.models.base import Base, Id, Ref


class Synonym(Base):
    """A group of phrases that find the same: one a line, in the order in which a moderator wrote them."""

    __tablename__ = "synonym"
    id: Mapped[Id]
    phrases: Mapped[str]
    changed_by: Mapped[str | None] = mapped_column(String(36))
    changed_at: Mapped[datetime]


class SearchWord(Base):
    """A word of the directory and in how many records it stands, for typing errors: counted now and then.

    A stem that is no word has 0 records: it is known by it that its words are there.
    """

    __tablename__ = "search_word"
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    records: Mapped[int]


class Unfound(Base):
    """How often something was looked for and not found in a month, by nobody in particular."""

    __tablename__ = "unfound"
    month: Mapped[str] = mapped_column(String(7), primary_key=True)  # 2026-11
    words: Mapped[str] = mapped_column(String(200), primary_key=True)  # folded
    area: Mapped[str] = mapped_column(String(80), primary_key=True)  # a council area, or blank
    times: Mapped[int]


class ServiceList(Base):
    """Services that somebody collected. Whoever has the link reads it; whoever made it changes it."""

    __tablename__ = "service_list"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(16), unique=True)  # in its address; chance makes it
    name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(String(36), index=True)  # None: of a visitor
    key_hash: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of the key in the visitor's browser
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)  # a visitor's list is not kept for ever


class ServiceListEntry(Base):
    """A record on a list."""

    __tablename__ = "service_list_entry"
    __table_args__ = (Index("ix_service_list_entry_record_id", "record_id"),)
    list_id: Mapped[Ref] = mapped_column(ForeignKey("service_list.id"), primary_key=True)
    record_id: Mapped[Ref] = mapped_column(ForeignKey("record.id"), primary_key=True)
    position: Mapped[int]
    note: Mapped[str]
    added_at: Mapped[datetime]
