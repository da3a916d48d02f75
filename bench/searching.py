"""What searches among very many are measured with: words by how many records have them, and the bare neighbours.

The neighbours hold the same tokens under the same numbers: FTS5 as it comes, ranked by its own bm25, and tantivy.
"""

from __future__ import annotations

import shutil
import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.filled import Filled

TOP = 20  # results of a page
BARE = f"SELECT rowid FROM bare WHERE bare MATCH ? ORDER BY rank LIMIT {TOP}"


@dataclass(frozen=True, slots=True)
class Words:
    """Words to look for, by the share of all records that have them."""

    rare: tuple[str, ...]  # from a few records to 5 % of all, evenly by the logarithm
    middle: tuple[str, ...]  # about 4 %
    common: tuple[str, ...]  # about a third
    category: str  # the tag that most services have


def words_in(file: Path) -> Words:
    """The words of a database as people type them; no stems that are no words."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'search_words', 'row')")
        total = connection.execute("SELECT count(*) FROM search_entry").fetchone()[0]
        rows = connection.execute("SELECT doc, term FROM temp.terms WHERE doc > 2 ORDER BY doc, term").fetchall()
        words = {word for (word,) in connection.execute("SELECT word FROM search_word WHERE records > 0")}
    spoken = [(doc, term) for doc, term in rows if term in words and len(term) > 3]
    tags = Counter({term: doc for doc, term in rows if term.startswith("_c")})
    return Words(
        rare=_spread(spoken, 3, total * 0.05, 24),
        middle=_nearest(spoken, total * 0.04, 8),
        common=_nearest(spoken, total / 3, 6),
        category=tags.most_common(1)[0][0].removeprefix("_"),
    )


def _spread(words: Sequence[tuple[int, str]], least: float, most: float, count: int) -> tuple[str, ...]:
    steps = [least * (most / least) ** (number / (count - 1)) for number in range(count)]
    found = [words[min(bisect_left(words, (step, "")), len(words) - 1)] for step in steps]
    return tuple(dict.fromkeys(word for doc, word in found if doc <= most))


def _nearest(words: Sequence[tuple[int, str]], wanted: float, count: int) -> tuple[str, ...]:
    return tuple(word for _, word in sorted(words, key=lambda one: abs(one[0] - wanted))[:count])


# -- FTS5 as it comes --------------------------------------------------------------------------------------


def bare_fts5(country: Filled) -> Path:
    """A file beside the database with the same tokens in a plain FTS5 table; made once."""
    file = country.file.with_name(country.file.stem + "-bare.db")
    if file.exists():
        return file
    half = file.with_suffix(".half")
    half.unlink(missing_ok=True)
    with closing(sqlite3.connect(half)) as connection:
        connection.execute("ATTACH ? AS ours", (str(country.file),))
        connection.execute(
            "CREATE VIRTUAL TABLE bare USING fts5(tokens, content='', tokenize=\"ascii tokenchars '_'\")"
        )
        connection.execute("INSERT INTO bare (rowid, tokens) SELECT position, tokens FROM ours.search_entry")
        connection.execute("INSERT INTO bare (bare) VALUES ('optimize')")
        connection.commit()
    half.rename(file)
    return file


# -- tantivy -----------------------------------------------------------------------------------------------


def tantivy_index(country: Filled) -> Any:
    """An index of tantivy's with the same tokens; made once."""
    import tantivy

    folder = country.file.with_name(country.file.stem + "-tantivy")
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("tokens", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("position", stored=True)
    schema = builder.build()
    if folder.exists():
        return tantivy.Index(schema, path=str(folder))
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    index = tantivy.Index(schema, path=str(half))
    writer = index.writer(heap_size=256_000_000, num_threads=1)
    for position, _, _, _, tokens, _, _ in entries(country.file):
        writer.add_document(tantivy.Document(tokens=[tokens], position=[position]))
    writer.commit()
    writer.wait_merging_threads()
    half.rename(folder)
    return tantivy.Index(schema, path=str(folder))


def entries(file: Path) -> Iterator[tuple[Any, ...]]:
    """Every entry of the search: position, record, name, summary, tokens, points, tags."""
    columns = "position, record_id, name, summary, tokens, points, tags"
    with closing(sqlite3.connect(file)) as connection:
        yield from connection.execute(f"SELECT {columns} FROM search_entry ORDER BY position")
