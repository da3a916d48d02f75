"""The directory's words as they were counted last, kept by each process until they are counted anew."""

from __future__ import annotations

from sqlalchemy import Connection, select

from webapp.domain.spelling import Vocabulary
from webapp.storage.models import SearchWord, SiteProperty
from webapp.storage.per_process import PerProcess
from webapp.storage.prepared import execute, prepared

STAMP_NAME = "vocabulary"  # the site property that is another after each change of the words
STAMP = prepared(select(SiteProperty.value).where(SiteProperty.name == STAMP_NAME))
ALL = prepared(select(SearchWord.word, SearchWord.records))


class _Kept:
    """The words as of a stamp. No two databases have a stamp in common but copies, which have the words too."""

    def __init__(self) -> None:
        self.last: tuple[str | None, Vocabulary] = (None, Vocabulary({}))


_KEPT = PerProcess(_Kept)


def stamp(connection: Connection) -> str | None:
    """What changes whenever the words do; None where they were never counted."""
    found: str | None = execute(connection, STAMP).scalar()
    return found


def vocabulary(connection: Connection) -> Vocabulary:
    """The directory's words: one short statement, and a second where they have changed since the last time."""
    present = stamp(connection)
    kept = _KEPT.get()
    known, words = kept.last
    if known != present:
        words = Vocabulary(rows(connection) if present else {})
        kept.last = (present, words)
    return words


def rows(connection: Connection) -> dict[str, int]:
    """Every word with its records; 0 for a stem that is no word."""
    return {row.word: row.records for row in execute(connection, ALL)}
