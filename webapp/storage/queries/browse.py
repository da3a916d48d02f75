"""What the public pages read: a record with what it links to, results, what a category holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, and_, bindparam, func, select, type_coerce

from webapp.domain.kinds import GONE_STATUSES, KINDS
from webapp.domain.upcast import read
from webapp.storage.models import (
    IS_OPEN_MERGE,
    Change,
    Counter,
    Link,
    Person,
    Record,
    Rendered,
    Revision,
    RevisionContent,
    SlugHistory,
    touches,
)
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.through import OWN, named, taken_in

_COUNT = select(func.count()).select_from(Change).where(Change.hidden_at.is_(None))
# Its own, and the open merges of others into it: a record of many years has thousands of changes that have ended.
OPEN_CHANGES = (
    _COUNT.where(Change.record_id == Record.id, Change.state == "open").scalar_subquery()
    + _COUNT.where(IS_OPEN_MERGE, Change.record_id != Record.id, touches([Record.id])).scalar_subquery()
)
RECORD = (
    select(
        Record,
        Revision.schema_version,
        RevisionContent.document,
        Person.display_name.label("checker"),
        Person.role.label("checker_role"),
        OPEN_CHANGES.label("open_changes"),
    )
    .join(Revision, Revision.id == Record.newest_revision_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .outerjoin(Person, Person.id == Record.checked_by)
)
BY_SLUG = prepared(RECORD.where(Record.kind == bindparam("kind"), Record.slug == bindparam("slug")))
BY_ID = prepared(RECORD.where(Record.id == bindparam("id")))
EVENTS = prepared(select(Counter.value).where(Counter.name == "event"))
# Everything that an anonymous record page depends on but for the time. Revisions of this record and of all that it
# shows, redactions, merges: each has an event. Times stay text: they are compared, not read.
STAMP = prepared(
    select(
        EVENTS.scalar_subquery().label("events"),
        Record.newest_revision_id,
        Record.protection,
        type_coerce(Record.protected_until, String),
        type_coerce(Record.checked_at, String),
        Record.checked_how,
        Person.role,
        OPEN_CHANGES.label("open_changes"),
    )
    .outerjoin(Person, Person.id == Record.checked_by)
    .where(Record.kind == bindparam("kind"), Record.slug == bindparam("slug"), Record.merged_into.is_(None))
)
_STEPS = select(Record.id, Record.merged_into).where(Record.id == bindparam("record")).cte("steps", recursive=True)
_STEPS = _STEPS.union(select(Record.id, Record.merged_into).join(_STEPS, Record.id == _STEPS.c.merged_into))
SURVIVOR = prepared(
    select(Record.kind, Record.slug, Record.name)
    .join(_STEPS, _STEPS.c.id == Record.id)
    .where(Record.merged_into.is_(None))
)
TAKEN_IN = prepared(
    select(Record.id, Record.kind, Record.slug, Record.name, Record.updated_at)
    .where(Record.merged_into == bindparam("record"))
    .order_by(Record.updated_at.desc(), Record.id)
    .limit(50)
)
MOVED = prepared(
    select(Record.kind, Record.slug)
    .join(SlugHistory, SlugHistory.record_id == Record.id)
    .where(SlugHistory.kind == bindparam("kind"), SlugHistory.slug == bindparam("slug"))
)
NAMED = named(bindparam("record"))
TARGETS = prepared(
    select(
        NAMED.c.unit,
        NAMED.c.field,
        Record.id,
        Record.kind,
        Record.slug,
        Record.name,
        Record.status,
        Revision.schema_version,
        RevisionContent.document,
    )
    .join(Record, Record.id == NAMED.c.id)
    .join(Revision, Revision.id == Record.newest_revision_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Record.merged_into.is_(None), Record.id != bindparam("record"))
    .order_by(Record.name, Record.id)
)
HERE = taken_in(Record.id == bindparam("record"))
INBOUND = prepared(
    select(Record.id, Record.kind, Record.slug, Record.name, Record.summary, Record.status, Record.point, Link.field)
    .join(Link, Link.record_id == Record.id)
    .where(
        Link.target_id.in_(select(HERE.c.id)),
        Record.id != bindparam("record"),
        Record.status.not_in(GONE_STATUSES),
    )
    .distinct()
    .order_by(Record.name, Record.id)
    .limit(100)
)
HTML = prepared(
    select(Rendered.text_hash, Rendered.html).where(Rendered.text_hash.in_(bindparam("hashes", expanding=True)))
)
ROWS = prepared(
    select(Record.id, Record.kind, Record.slug, Record.name, Record.summary, Record.status, Record.checked_at).where(
        Record.id.in_(bindparam("ids", expanding=True))
    )
)


@dataclass(frozen=True, slots=True)
class Linked:
    """A record that another one names."""

    unit: str
    field: str
    id: str
    kind: str
    url: str
    name: str
    status: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A record with everything that its page shows."""

    row: Any
    kind: str
    url: str
    document: Mapping[str, Any]
    targets: tuple[Linked, ...]
    inbound: tuple[Linked, ...]


def url_of(kind: str, slug: str) -> str:
    """A record's address."""
    return f"/{KINDS[kind].path}/{slug}"


def find_record(connection: Connection, kind: str, slug: str) -> Any | None:
    """A record's row with its newest document and counts, by its present address."""
    return execute(connection, BY_SLUG, {"kind": kind, "slug": slug}).first()


def stamp(connection: Connection, kind: str, slug: str) -> tuple[Any, ...] | None:
    """What tells whether a record's public page has changed, in one query; None where no record has such a page there:
    that of a merged one is its survivor's."""
    found = execute(connection, STAMP, {"kind": kind, "slug": slug}).first()
    return tuple(found) if found else None


def find_by_id(connection: Connection, record_id: str) -> Any | None:
    """As `find_record`, by id."""
    return execute(connection, BY_ID, {"id": record_id}).first()


def moved_to(connection: Connection, kind: str, slug: str) -> str | None:
    """Where a record that once had this address is now."""
    row = execute(connection, MOVED, {"kind": kind, "slug": slug}).first()
    return url_of(row.kind, row.slug) if row else None


def survivor_of(connection: Connection, record_id: str) -> Any | None:
    """{kind, slug, name} of what a record was merged into, at the end of the way; its own where it was not."""
    return execute(connection, SURVIVOR, {"record": record_id}).first()


def taken_in_by(connection: Connection, record_id: str) -> list[Any]:
    """{id, kind, slug, name, updated_at} of the records that were merged into this one."""
    return list(execute(connection, TAKEN_IN, {"record": record_id}))


def record_page(connection: Connection, row: Any) -> RecordPage:
    """The rest of a record's page: what it names, and what names it or one that was merged into it.

    What names a merged record belongs to the page of the one that it was merged into.
    """
    targets = [_target(t) for t in execute(connection, TARGETS, {"record": row.id})]
    inbound: tuple[Linked, ...] = ()
    if row.kind != "service":
        inbound = tuple(
            Linked("", t.field, t.id, t.kind, url_of(t.kind, t.slug), t.name, t.status, _brief(t))
            for t in execute(connection, INBOUND, {"record": row.id})
        )
    return RecordPage(
        row,
        row.kind,
        url_of(row.kind, row.slug),
        read(row.kind, row.document, row.schema_version),
        tuple(t for t in targets if t.field != OWN),
        inbound,
    )


def _brief(t: Any) -> dict[str, Any]:
    """As much of a document as lists and maps show."""
    return {"summary": t.summary, "point": t.point}


def _target(t: Any) -> Linked:
    document = read(t.kind, t.document, t.schema_version)
    return Linked(t.unit, t.field, t.id, t.kind, url_of(t.kind, t.slug), t.name, t.status, document)


def html_of(connection: Connection, hashes: Iterable[str]) -> dict[str, str]:
    """Stored HTML by the hash of its text."""
    wanted = list(hashes)
    return {r.text_hash: r.html for r in execute(connection, HTML, {"hashes": wanted})} if wanted else {}


def rows_of(connection: Connection, ids: list[str]) -> list[Any]:
    """The list rows of records, in the order of the ids."""
    found = {row.id: row for row in execute(connection, ROWS, {"ids": ids})} if ids else {}
    return [found[id_] for id_ in ids if id_ in found]


NAMED_BY_MANY = named(bindparam("ids", expanding=True))


TERM_HERE = taken_in(Record.id == bindparam("term"))
IS_NARROWER = Record.id.in_(
    select(Link.record_id).where(Link.field == "parent_id", Link.target_id.in_(select(TERM_HERE.c.id)))
)
NARROWER = taken_in(and_(IS_NARROWER, Record.merged_into.is_(None)), "narrower")
BELOW = prepared(
    select(Record.id, Record.kind, Record.slug, Record.name, Record.summary, Record.status)
    .join(Link, Link.record_id == Record.id)
    .where(
        Link.field == "taxonomy_term_id",
        Link.target_id.in_(select(TERM_HERE.c.id).union(select(NARROWER.c.id))),
        Record.status.not_in(GONE_STATUSES),
    )
    .distinct()
    .order_by(Record.name, Record.id)
    .limit(200)
)


def below_term(connection: Connection, term_id: str) -> list[Linked]:
    """The records in a category or in one right below it."""
    return [
        Linked("", "taxonomy_term_id", r.id, r.kind, url_of(r.kind, r.slug), r.name, r.status, {"summary": r.summary})
        for r in execute(connection, BELOW, {"term": term_id})
    ]
