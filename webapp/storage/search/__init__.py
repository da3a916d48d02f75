"""The search index: it moves in the records' own transaction, so it is never behind."""

from __future__ import annotations

from sqlalchemy import column, table

from webapp.storage.search.port import Hit, Near, Ranking, SearchIndex
from webapp.storage.search.postgres_fts import POSTGRES_DDL, PostgresSearch
from webapp.storage.search.sqlite_fts import SQLITE_DDL, SqliteSearch

__all__ = ["ENTRY", "POSTGRES_DDL", "SQLITE_DDL", "Hit", "Near", "Ranking", "SearchIndex", "search_index"]


ENTRY = table("search_entry", column("record_id"), column("areas"), column("tags"), column("points"))
"""What others than a search read of a search row: the council areas that its record is about, and what these follow
from; each with spaces between."""


def search_index(dialect: str) -> SearchIndex:
    """The index for a SQLAlchemy dialect, "sqlite" or "postgresql"; KeyError for any other."""
    indexes: dict[str, SearchIndex] = {"sqlite": SqliteSearch(), "postgresql": PostgresSearch()}
    return indexes[dialect]
