"""Records, their revisions and everything that hangs on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.models.base import Base, Id, Ref, Word


class Record(Base):
    """One directory entry: where its newest revision is, and copies of what lists need."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("kind", "slug"),
        Index("ix_record_kind_name", "kind", "name", "id"),
        Index(
            "ix_record_protected_until",
            "protected_until",
            sqlite_where=text("protected_until IS NOT NULL"),
            postgresql_where=text("protected_until IS NOT NULL"),
        ),
        Index(
            "ix_record_merged_into",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )
    id: Mapped[Id]
    kind: Mapped[Word]
    slug: Mapped[str] = mapped_column(String(120))
    name: Mapped[str]
    summary: Mapped[str]
    status: Mapped[Word]
    newest_revision_id: Mapped[str | None] = mapped_column(String(36))
    newest_number: Mapped[int]
    protection: Mapped[str | None] = mapped_column(String(20))
    protected_until: Mapped[datetime | None]
    merged_into: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[str | None] = mapped_column(String(36))
    checked_how: Mapped[str | None] = mapped_column(String(40))
    touched_by: Mapped[str | None] = mapped_column(String(36))
    point: Mapped[str | None] = mapped_column(String(26))  # "latitude,longitude"
    lent: Mapped[str | None]  # search tokens that those who name it are found by, too: see `words.lent`


class SlugHistory(Base):
    """Every address that a record ever had, so that old ones redirect."""

    __tablename__ = "slug_history"
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    record_id: Mapped[Ref] = mapped_column(ForeignKey("record.id"), index=True)


def _where(name: str, column: str, condition: str) -> Index:
    return Index(name, column, sqlite_where=text(condition), postgresql_where=text(condition))


def _where_named(column: str) -> Index:
    return _where(f"ix_operation_{column}", column, f"{column} IS NOT NULL")


class Operation(Base):
    """What one or many revisions belong to: an apply, an import run, a revert, a roll back, a merge."""

    __tablename__ = "operation"
    # Nearly all operations may be imports, which name neither: an index of those would look useless to a planner.
    __table_args__ = (
        _where_named("change_id"),
        _where_named("undoes_id"),
        _where("ix_operation_running", "id", "state = 'running'"),
        _where("ix_operation_undone_by", "plan", "type = 'undone'"),
    )
    id: Mapped[Id]
    type: Mapped[Word]
    actor_id: Mapped[str | None] = mapped_column(String(36), index=True)
    reason: Mapped[str]
    undoes_id: Mapped[str | None] = mapped_column(String(36))
    change_id: Mapped[str | None] = mapped_column(String(36))
    state: Mapped[Word]  # running | done | stopped
    plan: Mapped[str | None]  # of type undone: the operation that it is part of
    total: Mapped[int]
    done: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]


class Revision(Base):
    """An immutable numbered snapshot with its cause and actor; append-only by trigger."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("record_id", "number"),)
    id: Mapped[Id]
    record_id: Mapped[Ref] = mapped_column(ForeignKey("record.id"))
    number: Mapped[int]
    operation_id: Mapped[Ref] = mapped_column(ForeignKey("operation.id"), index=True)
    actor_id: Mapped[str | None] = mapped_column(String(36), index=True)
    cause: Mapped[Word]
    change_id: Mapped[str | None] = mapped_column(String(36), index=True)
    summary: Mapped[str]
    schema_version: Mapped[int]
    hash_version: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(index=True)


class RevisionContent(Base):
    """The canonical document of a revision and its salt; changed only together with a redaction row."""

    __tablename__ = "revision_content"
    revision_id: Mapped[str] = mapped_column(String(36), ForeignKey("revision.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    document: Mapped[str]
    redaction_seq: Mapped[int | None]  # of the redaction that put this content here


class Rendered(Base):
    """The safe HTML of a Markdown text, by the SHA-256 of the text; outside every revision's hash."""

    __tablename__ = "rendered"
    text_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    html: Mapped[str]
    renderer_version: Mapped[int]


class Event(Base):
    """The only numbered stream: gapless, in the order of commits; `/changes`, webhooks and feeds read it."""

    __tablename__ = "event"
    # What a person wrote, in the order of commits. Imports have no actor, and are most of what there is.
    __table_args__ = (
        Index(
            "ix_event_actor_id_seq",
            "actor_id",
            "seq",
            sqlite_where=text("type = 'revision' AND actor_id IS NOT NULL"),
            postgresql_where=text("type = 'revision' AND actor_id IS NOT NULL"),
        ),
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    type: Mapped[Word]
    record_id: Mapped[str | None] = mapped_column(String(36), index=True)
    revision_id: Mapped[str | None] = mapped_column(String(36))
    actor_id: Mapped[str | None] = mapped_column(String(36))
    operation_id: Mapped[str | None] = mapped_column(String(36))
    detail: Mapped[str]
    created_at: Mapped[datetime]


class Counter(Base):
    """One row a stream, locked last of all."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]


class Link(Base):
    """A reference from one record's document to another record; derived, never written by hand."""

    __tablename__ = "link"
    __table_args__ = (Index("ix_link_target_id_field", "target_id", "field"),)
    record_id: Mapped[str] = mapped_column(String(36), ForeignKey("record.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(200), primary_key=True)
    field: Mapped[str] = mapped_column(String(80))
    target_id: Mapped[Ref]


class Source(Base):
    """Somebody else's data that is imported again and again."""

    __tablename__ = "source"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    licence: Mapped[str]
    created_at: Mapped[datetime]


class SourceItem(Base):
    """What a source said last of one record, so that its next word merges three ways.

    The record need not exist: an import may only suggest it, and reviewers may say no.
    """

    __tablename__ = "source_item"
    __table_args__ = (UniqueConstraint("source_id", "external_id"),)
    id: Mapped[Id]
    source_id: Mapped[Ref] = mapped_column(ForeignKey("source.id"))
    external_id: Mapped[str] = mapped_column(String(200))
    record_id: Mapped[Ref] = mapped_column(index=True)
    document: Mapped[str]
    seen_at: Mapped[datetime]


class ImportWaiting(Base):
    """What an import is going to suggest when fewer of its suggestions are open; `id` gives the order."""

    __tablename__ = "import_waiting"
    __table_args__ = (UniqueConstraint("source_id", "key"),)
    id: Mapped[Id]
    source_id: Mapped[Ref] = mapped_column(ForeignKey("source.id"))
    key: Mapped[str] = mapped_column(String(80))  # "edit:" or "create:", and the (first) record's id
    payload: Mapped[str]  # canonical JSON: edits of a record, or new records
    created_at: Mapped[datetime]


class Confirmation(Base):
    """Somebody said "still correct"; append-only but for being voided."""

    __tablename__ = "confirmation"
    __table_args__ = (
        Index("ix_confirmation_record_id_created_at", "record_id", "created_at"),
        Index("ix_confirmation_person_id_created_at", "person_id", "created_at"),
    )
    id: Mapped[Id]
    record_id: Mapped[Ref] = mapped_column(ForeignKey("record.id"))
    group: Mapped[str | None] = mapped_column(String(80))
    number: Mapped[int]  # of the revision that was seen
    person_id: Mapped[Ref]
    how: Mapped[Word]
    created_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[str | None] = mapped_column(String(36))


class Redaction(Base):
    """A value taken out of all history for privacy; names revisions and paths, never the value."""

    __tablename__ = "redaction"
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    record_id: Mapped[Ref] = mapped_column(ForeignKey("record.id"), index=True)
    lifts: Mapped[int | None] = mapped_column(unique=True)  # the redaction whose originals this one put back
    units: Mapped[str]
    reason: Mapped[str]
    masked_by: Mapped[Ref]
    masked_at: Mapped[datetime]
    finished_by: Mapped[str | None] = mapped_column(String(36))
    finished_at: Mapped[datetime | None]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class RedactedContent(Base):
    """Which revision a redaction put replacement content in, and that content's hash."""

    __tablename__ = "redacted_content"
    redaction_seq: Mapped[int] = mapped_column(ForeignKey("redaction.seq"), primary_key=True)
    revision_id: Mapped[str] = mapped_column(String(36), ForeignKey("revision.id"), primary_key=True, index=True)
    content_hash: Mapped[str] = mapped_column(String(64))


class RedactedRow(Base):
    """A permit: this one row of an append-only table may be redacted, until the transaction closes the permit."""

    __tablename__ = "redacted_row"
    redaction_seq: Mapped[int] = mapped_column(ForeignKey("redaction.seq"), primary_key=True)
    place: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    is_open: Mapped[int]


class Sealed(Base):
    """An original that a mask took out of a row: lifting puts it back, finishing deletes it for good."""

    __tablename__ = "sealed"
    redaction_seq: Mapped[int] = mapped_column(ForeignKey("redaction.seq"), primary_key=True)
    place: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    original: Mapped[str]
    left_hash: Mapped[str] = mapped_column(String(64))  # SHA-256 of what the mask left there: has it moved since?
