"""Search on PostgreSQL: a tsvector of tokens made by `domain/words.py`, under a GIN index; no extension.

The vector is built from an array, not from text, so that PostgreSQL's own parser never takes a word apart.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from webapp.domain.needs import Asked, Need
from webapp.domain.search_text import SearchText
from webapp.domain.words import Term, tag_token
from webapp.storage.prepared import execute, prepared
from webapp.storage.search.ranking import STANDING_SHIFT, Reader, columns, first_position

POSTGRES_DDL = (
    "CREATE SEQUENCE search_position",
    """CREATE TABLE search_entry (
    position BIGINT PRIMARY KEY,
    record_id VARCHAR(36) NOT NULL UNIQUE,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    tokens TSVECTOR NOT NULL,
    points TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '',
    areas TEXT NOT NULL DEFAULT '',
    hours TEXT NOT NULL DEFAULT ''
)""",
    "CREATE INDEX search_entry_tokens ON search_entry USING gin (tokens)",
)

_NEXT = "CAST(:low AS bigint) + nextval('search_position')"
_TOKENS = "array_to_tsvector(string_to_array(:tokens, ' '))"
# A record keeps its place among its equals as long as its standing does not change.
_IS_MOVED = f"e.position >> {STANDING_SHIFT} <> CAST(:low AS bigint) >> {STANDING_SHIFT}"
UPSERT = prepared(
    text(
        "INSERT INTO search_entry AS e (position, record_id, name, summary, tokens, points, tags, areas, hours)"  # noqa: S608 - constants only
        f" VALUES ({_NEXT}, :record, :name, :summary, {_TOKENS}, :points, :tags, :areas, :hours)"
        " ON CONFLICT (record_id) DO UPDATE SET name = excluded.name, summary = excluded.summary,"
        " tokens = excluded.tokens, points = excluded.points, tags = excluded.tags,"
        " areas = excluded.areas, hours = excluded.hours,"
        f" position = CASE WHEN {_IS_MOVED} THEN excluded.position ELSE e.position END"
        " WHERE (e.name, e.summary, e.tokens, e.points, e.tags, e.areas, e.hours) IS DISTINCT FROM"
        " (excluded.name, excluded.summary, excluded.tokens, excluded.points, excluded.tags, excluded.areas,"
        " excluded.hours)"
        f" OR {_IS_MOVED}"
    )
)
DELETE = prepared(text("DELETE FROM search_entry WHERE record_id = :record"))
CLEAN = prepared(text("SELECT gin_clean_pending_list('search_entry_tokens')"))
COUNTS = prepared(text("SELECT word, ndoc AS records FROM ts_stat('SELECT tokens FROM search_entry')"))


class PostgresSearch(Reader):
    """The search index of a PostgreSQL database; see `port.SearchIndex`."""

    FIRST = prepared(
        text(
            "SELECT record_id, name, summary, points, tags, areas, hours FROM search_entry"
            " ORDER BY position LIMIT :most"
        )
    )
    MATCHING = prepared(
        text(
            "SELECT record_id, name, summary, points, tags, areas, hours FROM search_entry"
            " WHERE tokens @@ CAST(:match AS tsquery) ORDER BY position LIMIT :most"
        ),
        planned_anew=True,
    )
    WHOLE = prepared(
        text(
            "SELECT record_id, name, summary, points, tags, areas, hours,"
            " array_to_string(tsvector_to_array(tokens), ' ') AS tokens FROM search_entry"
            " WHERE tokens @@ CAST(:match AS tsquery) ORDER BY position LIMIT :most"
        ),
        planned_anew=True,
    )

    def expression(self, asked: Asked, *, any_word: bool = False) -> str:
        """The search as a tsquery, each word in quotes; of letters and digits, none can break out."""
        parts = [_need(need) for need in asked.needs]
        parts = ["(" + " | ".join(parts) + ")"] if any_word else parts
        parts += ["(" + " | ".join(f"'{tag_token(tag)}'" for tag in choices) + ")" for choices in asked.tags]
        return " & ".join(parts)

    def upsert(self, connection: Connection, record_id: str, entry: SearchText, standing: int = 0) -> None:
        """See `port.SearchIndex`."""
        words = {"tokens": entry.all_tokens(), **columns(entry)}
        execute(connection, UPSERT, {"low": first_position(standing), "record": record_id, **words})

    def delete(self, connection: Connection, record_id: str) -> None:
        """See `port.SearchIndex`."""
        execute(connection, DELETE, {"record": record_id})

    def token_counts(self, connection: Connection) -> dict[str, int]:
        """See `port.SearchIndex`."""
        return {row.word: row.records for row in execute(connection, COUNTS)}

    def purge(self, connection: Connection) -> None:
        """Empties the index's pending list; dead rows go with the next VACUUM, outside a transaction."""
        execute(connection, CLEAN)


def _need(need: Need) -> str:
    choices = [" & ".join(map(_term, choice)) for choice in need.choices]
    return choices[0] if len(choices) == 1 else "((" + ") | (".join(choices) + "))"


def _term(term: Term) -> str:
    if term.prefix is None:
        return f"'{term.stem}'"
    words = [f"'{word}'" for word in term.begun] or [f"'{term.prefix}':*"]
    return f"('{term.stem}' | " + " | ".join(words) + ")"
