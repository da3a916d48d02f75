"""What the forms for suggesting read: a record at a revision, records to choose from, categories, changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, select

from webapp.domain.document import Document
from webapp.domain.kinds import GONE_STATUSES
from webapp.domain.needs import understand
from webapp.domain.upcast import read
from webapp.domain.words import kind_tag
from webapp.language import _
from webapp.storage.models import (
    Change,
    ChangeAuthor,
    Link,
    Record,
    Revision,
    RevisionContent,
    Suggestion,
)
from webapp.storage.prepared import execute, prepared
from webapp.storage.search import SearchIndex

MOST_TERMS = 1000
HINT_LENGTH = 80
AT_NUMBER = prepared(
    select(Record.kind, Revision.schema_version, RevisionContent.document)
    .select_from(Record)
    .join(Revision, Revision.record_id == Record.id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Record.id == bindparam("record"), Revision.number == bindparam("number"))
)
CHOICES = prepared(
    select(
        Record.id,
        Record.kind,
        Record.slug,
        Record.name,
        Record.status,
        Record.protection,
        Record.protected_until,
        Record.newest_number,
        Revision.schema_version,
        RevisionContent.document,
    )
    .join(Revision, Revision.id == Record.newest_revision_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    .where(Record.id.in_(bindparam("ids", expanding=True)))
)
BY_PREFIX = prepared(
    select(Record.id)
    .where(
        Record.kind == bindparam("kind"),
        func.lower(Record.name).like(bindparam("prefix"), escape="\\"),
        Record.status.not_in(GONE_STATUSES),
    )
    .order_by(Record.name, Record.id)
    .limit(bindparam("most"))
)
TERMS = prepared(
    select(Record.id, Record.name, Record.slug, Link.target_id.label("parent"))
    .outerjoin(Link, (Link.record_id == Record.id) & (Link.field == "parent_id"))
    .where(Record.kind == "taxonomy_term", Record.status == "active")
    .order_by(Record.name, Record.id)
    .limit(MOST_TERMS)
)
CHANGE = prepared(
    select(Change, Suggestion.author_id, Suggestion.reason)
    .join(Suggestion, Suggestion.id == Change.suggestion_id)
    .where(Change.id == bindparam("change"), Change.suggestion_id == bindparam("suggestion"))
)
AUTHORS = prepared(
    select(ChangeAuthor.person_id).where(
        ChangeAuthor.change_id == bindparam("change"), ChangeAuthor.role != "supporter"
    )
)
ALIKE = prepared(
    select(Change.id, Change.suggestion_id, Change.content_version, Change.type, Change.kind, Change.group)
    .add_columns(Change.state, Change.hidden_at, Record.name.label("record_name"))
    .add_columns(
        exists()
        .where(
            ChangeAuthor.change_id == Change.id,
            ChangeAuthor.person_id == bindparam("person"),
            ChangeAuthor.role != "supporter",
        )
        .label("is_own")
    )
    .outerjoin(Record, Record.id == Change.record_id)
    .where(Change.id.in_(bindparam("changes", expanding=True)))
)
WAITING = prepared(
    select(Change.suggestion_id, Change.type, Change.kind, Change.group)
    .where(Change.record_id == bindparam("record"), Change.state == "open", Change.hidden_at.is_(None))
    .order_by(Change.opened_at, Change.id)
    .limit(50)
)


REJECTED = prepared(
    select(Change.payload)
    .join(ChangeAuthor, ChangeAuthor.change_id == Change.id)
    .where(
        Change.id == bindparam("change"),
        Change.record_id == bindparam("record"),
        Change.type == "edit",
        Change.state == "rejected",
        ChangeAuthor.person_id == bindparam("person"),
        ChangeAuthor.role == "author",
    )
)
"""What a rejected change of somebody's said, by `rejected_by`; nothing where it is not that."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A record that can be chosen, with what tells it from others of the name."""

    id: str
    kind: str
    slug: str
    name: str
    hint: str
    document: Document
    newest_number: int
    status: str
    protection: str | None
    protected_until: datetime | None


def document_at(connection: Connection, record_id: str, number: int) -> Document | None:
    """A record's document at a revision, or None where there is no such revision."""
    row = execute(connection, AT_NUMBER, {"record": record_id, "number": number}).first()
    return read(row.kind, row.document, row.schema_version) if row else None


def choices_of(connection: Connection, ids: Iterable[str]) -> dict[str, Choice]:
    """Records by id, as choices; ids that name none are left out."""
    wanted = sorted(set(ids))[:500]
    rows = execute(connection, CHOICES, {"ids": wanted}) if wanted else ()
    return {row.id: _choice(row) for row in rows}


def find_choices(connection: Connection, index: SearchIndex, kind: str, text: str, most: int = 12) -> list[Choice]:
    """Records of a kind by the beginning of their name, then by their words."""
    text = " ".join(text.split())[:120]
    if not text:
        return []
    prefix = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    ids = [row.id for row in execute(connection, BY_PREFIX, {"kind": kind, "prefix": prefix, "most": most})]
    ids += [hit.record_id for hit in index.query(connection, understand(text, (kind_tag(kind),)), most)]
    found = choices_of(connection, ids)
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found][:most]


def terms(connection: Connection) -> list[Any]:
    """Every category in use, by name, with its slug and the id of the wider one."""
    return list(execute(connection, TERMS))


def find_change(connection: Connection, suggestion_id: str, change_id: str) -> Any | None:
    """A change of a suggestion, with its author and reason."""
    return execute(connection, CHANGE, {"change": change_id, "suggestion": suggestion_id}).first()


def alike(connection: Connection, change_ids: Iterable[str], person_id: str | None) -> list[Any]:
    """Changes that say what a person wanted to suggest, in this order, with `record_name` and whether each `is_own`.

    Ids that name none are left out.
    """
    wanted = list(dict.fromkeys(change_ids))
    rows = execute(connection, ALIKE, {"changes": wanted, "person": person_id}) if wanted else ()
    found = {row.id: row for row in rows}
    return [found[id_] for id_ in wanted if id_ in found]


def authors_of(connection: Connection, change_id: str) -> frozenset[str]:
    """The author and co-authors of a change."""
    return frozenset(row.person_id for row in execute(connection, AUTHORS, {"change": change_id}))


def waiting(connection: Connection, record_id: str) -> list[Any]:
    """The open changes of a record, oldest first."""
    return list(execute(connection, WAITING, {"record": record_id}))


def _choice(row: Any) -> Choice:
    document = read(row.kind, row.document, row.schema_version)
    name = row.name or _address(document) or _("Without a name")
    as_it_is = (row.newest_number, row.status, row.protection, row.protected_until)
    return Choice(row.id, row.kind, row.slug, name, _hint(row, document), document, *as_it_is)


def _hint(row: Any, document: Document) -> str:
    said = {"closed": _("closed"), "defunct": _("no longer exists")}.get(row.status, "")
    about = _address(document) if row.kind == "location" else _begin(str(document.get("summary", "")))
    return _(", ").join(part for part in (about, said) if part)


def _begin(text: str) -> str:
    """The beginning of a text, in whole words and with an ellipsis where it goes on."""
    return text if len(text) <= HINT_LENGTH else text[: HINT_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def _address(document: Document) -> str:
    parts = (document.get("address_1"), document.get("city"), document.get("postal_code"))
    return ", ".join(str(part) for part in parts if part)


def rejected_by(change_id: str, record_id: str, person_id: str) -> dict[str, str]:
    """What `REJECTED` is asked with."""
    return {"change": change_id, "record": record_id, "person": person_id}


def rejected_payload(connection: Connection, change_id: str, record_id: str, person_id: str) -> str | None:
    """What a person's own rejected change to a record said; None where it is not that."""
    found: str | None = execute(connection, REJECTED, rejected_by(change_id, record_id, person_id)).scalar()
    return found
