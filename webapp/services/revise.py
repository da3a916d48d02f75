"""The only writer of revisions. Nothing else changes a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from webapp.domain.chain import GENESIS, HASH_VERSION, Link, content_hash, link_hash, new_salt
from webapp.domain.document import SCHEMA_VERSION, Document, canonical
from webapp.domain.errors import NotFound
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS
from webapp.domain.upcast import read
from webapp.services import following, tagging
from webapp.services.copies import copies_of
from webapp.storage.models import Operation, Record, Revision, RevisionContent, SlugHistory, time_text
from webapp.storage.prepared import prepared
from webapp.storage.search import ENTRY
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

ENTRY_NOW = prepared(select(ENTRY.c.areas, ENTRY.c.tags, ENTRY.c.points).where(ENTRY.c.record_id == bindparam("id")))
PREVIOUS_HASH = prepared(select(Revision.hash).where(Revision.id == bindparam("id")))
CONTENT = prepared(
    select(RevisionContent.document, Revision.schema_version)
    .join(Revision, Revision.id == RevisionContent.revision_id)
    .where(RevisionContent.revision_id == bindparam("id"))
)
ADD_REVISION = prepared(insert(Revision))
ADD_CONTENT = prepared(insert(RevisionContent))
ADD_RECORD = prepared(insert(Record))
ADD_SLUG = prepared(insert(SlugHistory))
SLUG_TAKEN = prepared(
    select(SlugHistory.record_id).where(SlugHistory.kind == bindparam("kind"), SlugHistory.slug == bindparam("slug"))
)
MOVE_RECORD = prepared(
    update(Record)
    .where(Record.id == bindparam("record"))
    .values(
        {
            name: bindparam(f"to_{name}")
            for name in (
                "slug",
                "name",
                "summary",
                "status",
                "merged_into",
                "newest_revision_id",
                "newest_number",
                "updated_at",
                "touched_by",
                "point",
                "lent",
            )
        }
    )
)


@dataclass(frozen=True, slots=True)
class Writing:
    """Why a revision is written."""

    operation_id: str
    cause: str  # suggestion | moderator | import | revert | roll_back | merge | undo | demo
    actor_id: str | None
    summary: str
    change_id: str | None = None


def start_operation(
    uow: UnitOfWork,
    type_: str,
    actor_id: str | None,
    reason: str,
    *,
    change_id: str | None = None,
    undoes_id: str | None = None,
    total: int = 1,
    state: str = "done",
    plan: str | None = None,
) -> str:
    """Add an operation and give its id; one that ends in this transaction is `done` from the start."""
    id_ = new_id()
    uow.add(
        Operation,
        id=id_,
        type=type_,
        actor_id=actor_id,
        reason=reason,
        undoes_id=undoes_id,
        change_id=change_id,
        state=state,
        plan=plan,
        total=total,
        done=total if state == "done" else 0,
        created_at=uow.now,
        finished_at=uow.now if state == "done" else None,
    )
    return id_


def read_document(uow: UnitOfWork, record: Row) -> Document:
    """The newest document of a (locked) record row, as today's schema has it; NotFound for a record without one."""
    stored = uow.one(CONTENT, {"id": record.newest_revision_id})
    if stored is None:
        raise NotFound(what="revision")
    return read(record.kind, stored.document, stored.schema_version)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A record to be; its document is valid and in stored form. `text` is its canonical text, where it is known."""

    id: str
    kind: Kind
    document: Document
    text: str = ""


def create_record(uow: UnitOfWork, record_id: str, kind: Kind, document: Document, why: Writing) -> str:
    """Write a new record with its first revision; gives the revision's id."""
    return create_records(uow, [Fresh(record_id, kind, document)], why)[0]


def create_records(uow: UnitOfWork, fresh: Sequence[Fresh], why: Writing) -> list[str]:
    """Write new records with their first revisions, a few statements for all; gives the revisions' ids.

    They may refer to each other and to records that come later. The ids must be new.
    """
    if not fresh:
        return []
    revision_ids = [new_id() for _ in fresh]
    slugs = _slugs(uow, fresh)
    uow.run(ADD_RECORD, [_new_row(uow, one, id_, slugs, why) for one, id_ in zip(fresh, revision_ids, strict=True)])
    uow.run(ADD_SLUG, [{"kind": one.kind.name, "slug": slugs[one.id], "record_id": one.id} for one in fresh])
    _append(
        uow,
        [
            (one.id, id_, 1, GENESIS, one.text or canonical(one.document))
            for one, id_ in zip(fresh, revision_ids, strict=True)
        ],
        why,
    )
    targets = following.add_links(uow, [(one.id, one.kind, one.document) for one in fresh])
    known = following.targets_of(uow, set().union(*targets.values()))
    for one in fresh:
        following.index(uow, one.id, one.kind, one.document, following.own_of(known, targets[one.id]))
    tagging.follow(uow, following.index_linkers(uow, [one.id for one in fresh], but=[one.id for one in fresh]))
    return revision_ids


def _slugs(uow: UnitOfWork, fresh: Sequence[Fresh]) -> dict[str, str]:
    by_kind: dict[str, dict[str, str]] = defaultdict(dict)
    for one in fresh:
        by_kind[one.kind.name][one.id] = str(one.document.get("name", ""))
    found: dict[str, str] = {}
    for kind, names in by_kind.items():
        found |= following.free_slugs(uow, kind, names)
    return found


def _new_row(uow: UnitOfWork, one: Fresh, revision_id: str, slugs: Mapping[str, str], why: Writing) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.name,
        "slug": slugs[one.id],
        **copies_of(one.kind, one.document),
        "newest_revision_id": revision_id,
        "newest_number": 1,
        "protection": None,
        "protected_until": None,
        "created_at": uow.now,
        "updated_at": uow.now,
        "checked_at": None,
        "checked_by": None,
        "checked_how": None,
        "touched_by": why.actor_id,
    }


def write_revision(uow: UnitOfWork, record: Row, document: Document, why: Writing, text: str = "") -> str:
    """Write the next revision of a locked record; gives the revision's id. The document must be valid.

    `text` is its canonical text, where it is known.
    """
    kind = KINDS[record.kind]
    revision_id = new_id()
    number = record.newest_number + 1
    previous: str = uow.value(PREVIOUS_HASH, {"id": record.newest_revision_id})
    _append(uow, [(record.id, revision_id, number, previous, text or canonical(document))], why)
    copies = copies_of(kind, document)
    if copies["status"] != record.status:
        detail = {"from": record.status, "to": copies["status"]}
        uow.event(
            "status", record_id=record.id, actor_id=why.actor_id, operation_id=why.operation_id, detail=detail
        )
    slug = record.slug
    if copies["name"] != record.name:
        slug = following.free_slug(uow, kind.name, copies["name"], record.id)
    if slug != record.slug and uow.value(SLUG_TAKEN, {"kind": kind.name, "slug": slug}) is None:
        uow.run(ADD_SLUG, {"kind": kind.name, "slug": slug, "record_id": record.id})
    moved = {
        **copies,
        "slug": slug,
        "newest_revision_id": revision_id,
        "newest_number": number,
        "updated_at": uow.now,
        "touched_by": why.actor_id,
    }
    uow.run(MOVE_RECORD, {"record": record.id, **{f"to_{name}": value for name, value in moved.items()}})
    _lead(uow, record, kind, document, copies)
    return revision_id


def _lead(uow: UnitOfWork, record: Row, kind: Kind, document: Document, copies: Mapping[str, Any]) -> None:
    """Move along what follows from a record: links, search rows, and tags where its areas or links are others now."""
    entry = uow.one(ENTRY_NOW, {"id": record.id})
    known, is_linked_anew = following.move_links(uow, record.id, kind, document)
    is_elsewhere = following.index(uow, record.id, kind, document, known, entry) != (entry.areas if entry else "")
    moved = [record.id] if is_linked_anew or is_elsewhere else []
    if any(copies[name] != getattr(record, name) for name in following.FOLLOWED):
        moved += following.index_linkers(uow, [record.id], but=[record.id])
    if moved:
        tagging.follow(uow, moved)


Appended = tuple[str, str, int, str, str]  # record, revision, number, previous hash, canonical document


def _append(uow: UnitOfWork, appended: Sequence[Appended], why: Writing) -> None:
    revisions, contents = [], []
    for one in appended:
        record_id, revision_id, number, _, text = one
        salt = new_salt()
        revisions.append(_revision_row(uow, one, content_hash(salt, text), why))
        contents.append({"revision_id": revision_id, "salt": salt, "document": text, "redaction_seq": None})
        uow.event(
            "revision",
            record_id=record_id,
            revision_id=revision_id,
            actor_id=why.actor_id,
            operation_id=why.operation_id,
            detail={"number": number, "cause": why.cause},
        )
    uow.run(ADD_REVISION, revisions)
    uow.run(ADD_CONTENT, contents)


def _revision_row(uow: UnitOfWork, one: Appended, hash_of_content: str, why: Writing) -> dict[str, Any]:
    record_id, revision_id, number, previous, _ = one
    link = Link(
        record_id,
        number,
        why.operation_id,
        why.actor_id,
        why.cause,
        why.summary,
        time_text(uow.now),
        SCHEMA_VERSION,
        HASH_VERSION,
        hash_of_content,
        previous,
    )
    return {
        "id": revision_id,
        "record_id": record_id,
        "number": number,
        "operation_id": why.operation_id,
        "actor_id": why.actor_id,
        "cause": why.cause,
        "change_id": why.change_id,
        "summary": why.summary,
        "schema_version": SCHEMA_VERSION,
        "hash_version": HASH_VERSION,
        "content_hash": hash_of_content,
        "previous_hash": previous,
        "hash": link_hash(link),
        "created_at": uow.now,
    }
