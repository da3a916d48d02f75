"""A search index by itself, with what tests put in and ask for."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from webapp.domain.needs import understand
from webapp.domain.search_text import SearchText
from webapp.domain.words import stem, tokens
from webapp.storage.search import POSTGRES_DDL, SQLITE_DDL, Hit, SearchIndex, search_index

DDL = {"sqlite": SQLITE_DDL, "postgresql": POSTGRES_DDL}


def create(engine: Engine) -> None:
    with engine.begin() as connection:
        for statement in DDL[engine.dialect.name]:
            connection.exec_driver_sql(statement)


def _both(words: str) -> str:
    return " ".join(form for token in tokens(words) for form in dict.fromkeys((stem(token), token)))


def entry(name: str, summary: str = "", body: str = "", tags: str = "") -> SearchText:
    return SearchText(_both(name), _both(summary), _both(body), tags)


class Index:
    """An index with its connection, so that tests read as sentences."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.index: SearchIndex = search_index(connection.dialect.name)

    def put(self, record_id: str, found_by: SearchText, standing: int = 0) -> None:
        self.index.upsert(self.connection, record_id, found_by, standing)

    def hits(self, asked: str, *tags: str | tuple[str, ...], limit: int = 20, offset: int = 0) -> list[Hit]:
        return self.index.query(self.connection, understand(asked, tags), limit, offset)

    def ids(self, asked: str, *tags: str | tuple[str, ...], limit: int = 20, offset: int = 0) -> list[str]:
        return [hit.record_id for hit in self.hits(asked, *tags, limit=limit, offset=offset)]
