"""What a page of results shows beside its rows: the documents that say when each is open, and where its places are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BindParameter, Connection, ScalarSelect, bindparam, cast, func, select

from webapp.domain.document import Document
from webapp.domain.upcast import read
from webapp.storage.models import Record, Revision, RevisionContent
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.newest import NEWEST_OF
from webapp.storage.queries.through import named

NAMED = named(bindparam("ids", expanding=True))
LOCATIONS = prepared(
    select(NAMED.c.record_id, NAMED.c.unit, Record.kind, Revision.schema_version, RevisionContent.document)
    .join(Record, Record.id == NAMED.c.id)
    .join(Revision, Revision.id == Record.newest_revision_id)
    .join(RevisionContent, RevisionContent.revision_id == Revision.id)
    # the kind as an expression: by its index, SQLite would begin with every place that there is
    .where(Record.kind + "" == "location", Record.merged_into.is_(None))
)


# A thousand ids as one parameter: a list of so many would be a statement of its own for each length.
_IDS: BindParameter[str] = bindparam("ids")
_MEMBERS: dict[str, ScalarSelect[str]] = {
    "sqlite": select(func.json_each(_IDS).table_valued("value").c.value).scalar_subquery(),
    "postgresql": select(
        func.json_array_elements_text(cast(_IDS, JSON)).table_valued("value").c.value
    ).scalar_subquery(),
}
FACTS = {
    dialect: prepared(select(Record.id, Record.name, Record.checked_at).where(Record.id.in_(ids)))
    for dialect, ids in _MEMBERS.items()
}
CHECKS = {
    dialect: prepared(select(Record.checked_at).where(Record.id.in_(ids), Record.checked_at.is_not(None)))
    for dialect, ids in _MEMBERS.items()
}


@dataclass(frozen=True, slots=True)
class Found:
    """A record's document, and those of the locations that its places are at, by the unit that names each."""

    document: Document
    locations: dict[str, Document]


def documents_of(connection: Connection, ids: Sequence[str]) -> dict[str, Found]:
    """The newest documents of records and of their locations, by record, in two statements."""
    if not ids:
        return {}
    wanted: dict[str, Any] = {"ids": list(ids)}
    found = {
        row.id: Found(read(row.kind, row.document, row.schema_version), {})
        for row in execute(connection, NEWEST_OF, wanted)
    }
    for row in execute(connection, LOCATIONS, wanted):
        found[row.record_id].locations[row.unit] = read(row.kind, row.document, row.schema_version)
    return found


def facts_of(connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
    """{id, name, checked_at} of records, by id, however many they are, in one statement."""
    return {row.id: row for row in _told(connection, FACTS, ids)}


def checks_of(connection: Connection, ids: Sequence[str]) -> list[datetime]:
    """When those of these records were checked last that ever were, in no order."""
    return [row.checked_at for row in _told(connection, CHECKS, ids)]


def _told(connection: Connection, statements: Mapping[str, Any], ids: Sequence[str]) -> Sequence[Any]:
    return execute(connection, statements[connection.dialect.name], {"ids": json.dumps(list(ids))}) if ids else ()
