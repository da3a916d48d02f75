"""The only writer of revisions. Nothing else changes a record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from webapp.domain.chain import GENESIS, HASH_VERSION, Link, content_hash, link_hash, new_salt
from webapp.domain.document import SCHEMA_VERSION, Document, canonical, to_units
from webapp.domain.fields import FieldType, Kind
from webapp.domain.kinds import KINDS
from webapp.storage.models import Link as LinkRow
from webapp.storage.models import Operation, Record, Revision, RevisionContent, SlugHistory, time_text
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

PREVIOUS_HASH = select(Revision.hash).where(Revision.id == bindparam("id"))
CONTENT = select(RevisionContent.document).where(RevisionContent.revision_id == bindparam("id"))
ADD_REVISION = insert(Revision)
ADD_CONTENT = insert(RevisionContent)
ADD_RECORD = insert(Record)
ADD_SLUG = insert(SlugHistory)
ADD_LINK = insert(LinkRow)
DROP_LINKS = delete(LinkRow).where(LinkRow.record_id == bindparam("record"))
LINKS = select(LinkRow.unit, LinkRow.target_id).where(LinkRow.record_id == bindparam("record"))
SLUG_TAKEN = select(SlugHistory.record_id).where(
    SlugHistory.kind == bindparam("kind"), SlugHistory.slug == bindparam("slug")
)
NAMES = select(Record.id, Record.name).where(Record.id.in_(bindparam("ids", expanding=True)))
MOVE_RECORD = (
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
    """The newest document of a (locked) record row."""
    from webapp.domain.upcast import read  # the newest schema, whatever was stored

    return read(record.kind, uow.value(CONTENT, {"id": record.newest_revision_id}))


def create_record(uow: UnitOfWork, record_id: str, kind: Kind, document: Document, why: Writing) -> str:
    """Write a new record with its first revision; gives the revision's id."""
    slug = free_slug(uow, kind.name, str(document.get("name", "")), record_id)
    revision_id = new_id()
    uow.run(
        ADD_RECORD,
        {
            "id": record_id,
            "kind": kind.name,
            "slug": slug,
            **_copies(document),
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
        },
    )
    uow.run(ADD_SLUG, {"kind": kind.name, "slug": slug, "record_id": record_id})
    _append(uow, record_id, revision_id, 1, GENESIS, document, why)
    _follow(uow, record_id, kind, document, is_new=True)
    return revision_id


def write_revision(uow: UnitOfWork, record: Row, document: Document, why: Writing) -> str:
    """Write the next revision of a locked record; gives the revision's id. The document must be valid."""
    kind = KINDS[record.kind]
    revision_id = new_id()
    number = record.newest_number + 1
    previous: str = uow.value(PREVIOUS_HASH, {"id": record.newest_revision_id})
    _append(uow, record.id, revision_id, number, previous, document, why)
    copies = _copies(document)
    slug = record.slug
    if copies["name"] != record.name:
        slug = free_slug(uow, kind.name, copies["name"], record.id)
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
    _follow(uow, record.id, kind, document, is_new=False)
    return revision_id


def _append(
    uow: UnitOfWork, record_id: str, revision_id: str, number: int, previous: str, document: Document, why: Writing
) -> None:
    text, salt = canonical(document), new_salt()
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
        content_hash(salt, text),
        previous,
    )
    uow.run(
        ADD_REVISION,
        {
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
            "content_hash": link.content_hash,
            "previous_hash": previous,
            "hash": link_hash(link),
            "created_at": uow.now,
        },
    )
    uow.run(ADD_CONTENT, {"revision_id": revision_id, "salt": salt, "document": text, "redaction_seq": None})
    uow.event(
        "revision",
        record_id=record_id,
        revision_id=revision_id,
        actor_id=why.actor_id,
        operation_id=why.operation_id,
        detail={"number": number, "cause": why.cause},
    )


def _copies(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": document.get("name", ""),
        "summary": document.get("summary") or _first_words(document.get("description", "")),
        "status": document.get("status", "active"),
        "merged_into": document.get("merged_into"),
    }


def _first_words(text: str, most: int = 200) -> str:
    plain = " ".join(re.sub(r"[*_#>`\[\]]|\(https?:[^)]*\)", "", text).split())
    return plain if len(plain) <= most else plain[:most].rsplit(" ", 1)[0] + "…"


# -- what follows a record: links and the search row ------------------------------------------------------


def links_of(kind: Kind, document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every reference to another record as (unit, field, target id)."""
    linking = {
        field.name for field in _all_fields(kind) if field.type is FieldType.LINK and field.name != "merged_into"
    }
    for unit, value in to_units(kind, document).items():
        if isinstance(value, dict):
            for name in sorted(linking & value.keys()):
                yield f"{unit}.{name}", name, value[name]
        elif unit.rpartition("/")[2] in linking:
            yield unit, unit.rpartition("/")[2], value


def _all_fields(kind: Kind) -> Iterator[Any]:
    waiting = list(kind.fields())
    while waiting:
        field = waiting.pop()
        yield field
        if field.element:
            waiting.extend(field.element.fields())


def _follow(uow: UnitOfWork, record_id: str, kind: Kind, document: Document, *, is_new: bool) -> None:
    found = sorted(set(links_of(kind, document)))
    known = set() if is_new else {(row.unit, row.target_id) for row in uow.run(LINKS, {"record": record_id})}
    if {(unit, target) for unit, _, target in found} != known:
        if known:
            uow.run(DROP_LINKS, {"record": record_id})
        if found:
            uow.run(ADD_LINK, [{"record_id": record_id, "unit": u, "field": f, "target_id": t} for u, f, t in found])
    index(uow, record_id, kind, document, [target for _, _, target in found])


def index(uow: UnitOfWork, record_id: str, kind: Kind, document: Document, targets: list[str]) -> None:
    """Move the record's search row along; what is void or merged can't be found."""
    from webapp.domain.words import search_text

    if document.get("status") in ("void", "merged"):
        uow.search.delete(uow.connection, record_id)
        return
    names = {row.id: row.name for row in uow.run(NAMES, {"ids": targets})} if targets else {}
    uow.search.upsert(uow.connection, record_id, search_text(kind, document, names))


# -- addresses --------------------------------------------------------------------------------------------


def slugify(name: str) -> str:
    """A name as a piece of an address: ASCII letters, digits and single hyphens, at most 80 characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:80].strip("-") or "record"


def free_slug(uow: UnitOfWork, kind: str, name: str, record_id: str) -> str:
    """The name's slug, or with the end of the record's id where another record of the kind has or had it."""
    slug = slugify(name)
    holder = uow.value(SLUG_TAKEN, {"kind": kind, "slug": slug})
    return slug if holder in (None, record_id) else f"{slug}-{record_id[-6:]}"
