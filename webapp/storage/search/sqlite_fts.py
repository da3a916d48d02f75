"""Search on SQLite: FTS5 over tokens made by `domain/words.py`; it never takes a word apart itself.

`search_entry` holds the tokens, `search_words` (FTS5, external content) only their index. Its row id is the
record's position: standing first, so that the best thousand of many matches are the first that FTS5 finds.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, text

from webapp.domain.needs import Asked, Need
from webapp.domain.search_text import SearchText
from webapp.domain.words import Term, tag_token
from webapp.storage.prepared import execute, prepared
from webapp.storage.search.ranking import STANDING_SHIFT, Reader, columns, first_position

# The ascii tokenizer takes every character beyond ASCII as part of a word, so tokens stay as they were made,
# whatever Unicode SQLite knows. One column and no positions (detail=none): ranking does not ask for them.
SQLITE_DDL = (
    """CREATE TABLE search_entry (
    position INTEGER PRIMARY KEY,
    record_id VARCHAR(36) NOT NULL UNIQUE,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    tokens TEXT NOT NULL,
    points TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '',
    areas TEXT NOT NULL DEFAULT '',
    hours TEXT NOT NULL DEFAULT ''
)""",
    """CREATE VIRTUAL TABLE search_words USING fts5(
    tokens, content='search_entry', content_rowid='position',
    tokenize="ascii tokenchars '_'", prefix='2 3', detail=none
)""",
)

FIND = prepared(
    text(
        "SELECT position, name, summary, tokens, points, tags, areas, hours FROM search_entry WHERE record_id = :record"
    )
)
LAST = prepared(text("SELECT max(position) FROM search_entry WHERE position >= :low AND position < :high"))
ADD = prepared(
    text(
        "INSERT INTO search_entry (position, record_id, name, summary, tokens, points, tags, areas, hours)"
        " VALUES (:position, :record, :name, :summary, :tokens, :points, :tags, :areas, :hours)"
    )
)
PUT = prepared(
    text(
        "UPDATE search_entry SET name = :name, summary = :summary, tokens = :tokens, points = :points,"
        " tags = :tags, areas = :areas, hours = :hours WHERE position = :at"
    )
)
DROP = prepared(text("DELETE FROM search_entry WHERE position = :position"))
INDEX = prepared(text("INSERT INTO search_words (rowid, tokens) VALUES (:position, :tokens)"))
# An external-content index forgets a row only when it is told the words that it learned.
FORGET = prepared(text("INSERT INTO search_words (search_words, rowid, tokens) VALUES ('delete', :position, :tokens)"))
OPTIMIZE = prepared(text("INSERT INTO search_words (search_words) VALUES ('optimize')"))
# A window on the index's own list of terms. It lies beside the database, so that looking through it writes nothing.
OPEN_TERMS = prepared(
    text(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_terms"  # a pooled connection may have it already
        " USING fts5vocab('main', 'search_words', 'row')"
    )
)
TERMS = prepared(text("SELECT term, doc AS records FROM temp.search_terms"))
CLOSE_TERMS = prepared(text("DROP TABLE temp.search_terms"))


class SqliteSearch(Reader):
    """The search index of a SQLite database; see `port.SearchIndex`."""

    FIRST = prepared(
        text(
            "SELECT record_id, name, summary, points, tags, areas, hours FROM search_entry"
            " ORDER BY position LIMIT :most"
        )
    )
    MATCHING = prepared(
        text(
            "SELECT e.record_id, e.name, e.summary, e.points, e.tags, e.areas, e.hours"
            " FROM search_words w JOIN search_entry e ON e.position = w.rowid"
            " WHERE w.search_words MATCH :match ORDER BY w.rowid LIMIT :most"
        )
    )
    WHOLE = prepared(
        text(
            "SELECT e.record_id, e.name, e.summary, e.points, e.tags, e.areas, e.hours, e.tokens"
            " FROM search_words w JOIN search_entry e ON e.position = w.rowid"
            " WHERE w.search_words MATCH :match ORDER BY w.rowid LIMIT :most"
        )
    )

    def expression(self, asked: Asked, *, any_word: bool = False) -> str:
        """The search in FTS5's syntax, each word in quotes; made of letters and digits, none breaks out."""
        parts = [_need(need) for need in asked.needs]
        parts = ["(" + " OR ".join(parts) + ")"] if any_word else parts
        parts += ["(" + " OR ".join(f'"{tag_token(tag)}"' for tag in choices) + ")" for choices in asked.tags]
        return " AND ".join(parts)

    def upsert(self, connection: Connection, record_id: str, entry: SearchText, standing: int = 0) -> None:
        """See `port.SearchIndex`."""
        low = first_position(standing)
        tokens = entry.all_tokens()
        old = execute(connection, FIND, {"record": record_id}).first()
        may_stay = old is not None and _is_in(old.position, low)
        words = {"tokens": tokens, **columns(entry)}
        if old and may_stay and all(getattr(old, name) == value for name, value in words.items()):
            return
        if old and may_stay:
            execute(connection, FORGET, {"position": old.position, "tokens": old.tokens})
            execute(connection, PUT, {"at": old.position, **words})
            execute(connection, INDEX, {"position": old.position, "tokens": tokens})
            return
        if old:
            _forget(connection, old)
        position = self._next_position(connection, low)
        execute(connection, ADD, {"position": position, "record": record_id, **words})
        execute(connection, INDEX, {"position": position, "tokens": tokens})

    def delete(self, connection: Connection, record_id: str) -> None:
        """See `port.SearchIndex`."""
        old = execute(connection, FIND, {"record": record_id}).first()
        if old:
            _forget(connection, old)

    def token_counts(self, connection: Connection) -> dict[str, int]:
        """See `port.SearchIndex`."""
        execute(connection, OPEN_TERMS)
        counts = {row.term: row.records for row in execute(connection, TERMS)}
        execute(connection, CLOSE_TERMS)
        return counts

    def purge(self, connection: Connection) -> None:
        """Merge FTS5's segments, which keep deleted words till then; `secure_delete` wipes pages."""
        execute(connection, OPTIMIZE)

    def _next_position(self, connection: Connection, low: int) -> int:
        last = execute(connection, LAST, {"low": low, "high": low + (1 << STANDING_SHIFT)}).scalar()
        return low if last is None else int(last) + 1


def _forget(connection: Connection, old: Row[Any]) -> None:
    execute(connection, FORGET, {"position": old.position, "tokens": old.tokens})
    execute(connection, DROP, {"position": old.position})


def _is_in(position: int, low: int) -> bool:
    return low <= position < low + (1 << STANDING_SHIFT)


def _need(need: Need) -> str:
    choices = [" AND ".join(map(_term, choice)) for choice in need.choices]
    return choices[0] if len(choices) == 1 else "((" + ") OR (".join(choices) + "))"


def _term(term: Term) -> str:
    if term.prefix is None:
        return f'"{term.stem}"'
    words = [f'"{word}"' for word in term.begun] or [f'"{term.prefix}" *']
    return f'("{term.stem}" OR ' + " OR ".join(words) + ")"
