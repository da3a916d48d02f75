"""The search index: it moves in the records' own transaction, so it is never behind."""

from __future__ import annotations

from webapp.storage.search.port import Hit, Near, Ranking, SearchIndex
from webapp.storage.search.postgres_fts import POSTGRES_DDL, PostgresSearch
from webapp.storage.search.sqlite_fts import SQLITE_DDL, SqliteSearch

__all__ = ["POSTGRES_DDL", "SQLITE_DDL", "Hit", "Near", "Ranking", "SearchIndex", "search_index"]


def search_index(dialect: str) -> SearchIndex:
    """The index for a SQLAlchemy dialect, "sqlite" or "postgresql"; KeyError for any other."""
    indexes: dict[str, SearchIndex] = {"sqlite": SqliteSearch(), "postgresql": PostgresSearch()}
    return indexes[dialect]
