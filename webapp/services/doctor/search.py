"""Invariant of the search index: each row says what its record says, and the index knows the words of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import DatabaseError

from webapp.domain.document import Document
from webapp.domain.kinds import GONE_STATUSES, KINDS
from webapp.services.doctor.breach import Breach
from webapp.services.following import TARGETS, Target, entry_of
from webapp.storage.prepared import execute

_SQLITE = text("SELECT record_id, name, tokens, points, areas FROM search_entry WHERE record_id IN :records")
_POSTGRES = text(
    "SELECT record_id, name, array_to_string(tsvector_to_array(tokens), ' ') AS tokens, points, areas"
    " FROM search_entry WHERE record_id IN :records"
)
ROWS = {
    "sqlite": _SQLITE.bindparams(bindparam("records", expanding=True)),
    "postgresql": _POSTGRES.bindparams(bindparam("records", expanding=True)),
}
STRAY = text(
    "SELECT e.record_id FROM search_entry e LEFT JOIN record r ON r.id = e.record_id"
    " WHERE r.id IS NULL OR r.status IN ('void', 'merged')"
)
INTEGRITY = "INSERT INTO search_words (search_words, rank) VALUES ('integrity-check', 1)"


def search_index(connection: Connection) -> Iterator[Breach]:
    """No row for what can't be found; and on SQLite, the full-text index agrees with its rows."""
    for row in connection.execute(STRAY):
        yield Breach("search", "it is found, though it is void, merged or unknown", f"record {row.record_id}")
    if connection.dialect.name != "sqlite":
        return
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(INTEGRITY)
    except DatabaseError as error:
        if "malformed" not in str(error.orig):
            raise
        yield Breach("search", "the full-text index does not know the words of its rows", "search_words")


def entries(connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
    """The search rows of some records, by record."""
    rows = connection.execute(ROWS[connection.dialect.name], {"records": list(ids)})
    return {row.record_id: row for row in rows}


def targets_of(connection: Connection, ids: set[str]) -> dict[str, Target]:
    """The linked records, by whose names and places those that link to them are found."""
    rows = execute(connection, TARGETS, {"ids": sorted(ids)}) if ids else ()
    return {row.id: Target(row.name, row.point, row.lent) for row in rows}


def disagreement(kind: str, document: Document, entry: Any | None, known: Mapping[str, Target]) -> str | None:
    """How a record's search row differs from what the record says, in words; None when they agree.

    `known` are the records that it refers to. Tags beyond the document's own are others' to give, so only words and
    places are compared.
    """
    if document.get("status") in GONE_STATUSES:
        return None  # `search_index` looks for those
    if entry is None:
        return "it can't be found: it has no search row"
    due = entry_of(KINDS[kind], document, known)
    wanted, found = set(due.all_tokens().split()), set(entry.tokens.split())
    if due.name != entry.name or wanted - found:
        return "its search row lacks words that it has"
    if any(not token.startswith("_") for token in found - wanted):
        return "its search row has words that it has not"
    if due.points != entry.points:
        return "its search row says that it is somewhere else"
    if due.areas != entry.areas:
        return "its search row says that it is about other areas"
    return None
