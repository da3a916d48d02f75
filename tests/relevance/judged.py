"""The judged searches, the records that they are asked of, and what the search page would list for them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from webapp.demo.content import LOADING_ORDER, Record, load, read_synonyms, record_of
from webapp.domain.hours import LONDON
from webapp.domain.words import tokens
from webapp.services import synonyms, vocabulary
from webapp.services.demo import add_records
from webapp.services.find import find
from webapp.services.suggest import NewRecord
from webapp.storage import Storage
from webapp.storage.queries.found import documents_of
from webapp.storage.queries.suggest import terms
from webapp.storage.queries.vocabulary import vocabulary as words_of
from webapp.web.found_hours import UNTOLD, opening_of
from webapp.web.search_asked import asked_in
from webapp.web.search_filters import filters_of

FOLDER = Path(__file__).parent
NOW = datetime(2026, 11, 18, 14, 30, tzinfo=LONDON)  # a Wednesday
TYPED = ("q", "near", "open", "at", "cost", "access", "age", "language", "category", "kind")


@dataclass(frozen=True, slots=True)
class Query:
    """A search as its address has it, and the grades of the records that are worth finding, by slug."""

    typed: Mapping[str, str]
    judged: Mapping[str, int]
    must: bool = False

    @property
    def words(self) -> str:
        """The search in one line: "pharmacy, near LS6, open sun"."""
        others = (f"{name} {value}" for name, value in self.typed.items() if name != "q")
        return ", ".join((self.typed["q"], *others))


@cache
def queries() -> tuple[Query, ...]:
    """All of them, in the order of the file. KeyError for what no search page has a box for."""
    return tuple(_query(dict(row)) for row in _read("queries.toml")["query"])


def _query(row: dict[str, Any]) -> Query:
    judged, must = row.pop("judged"), row.pop("must", False)
    if unknown := set(row) - set(TYPED):
        raise KeyError(*unknown)
    return Query(row, judged, must)


@cache
def records() -> tuple[Record, ...]:
    """The demo community as it was founded and the invented services in real towns, linked-to ones first."""
    today, extra = NOW.date(), _read("extra.toml")
    more = [record_of(kind, row, today) for kind in LOADING_ORDER for row in extra.get(kind, ())]
    return (*load(today).records, *more)


def fill(storage: Storage) -> None:
    """Write them into an empty database, with the phrases that find the same and the words for typing errors."""
    add_records(storage, [NewRecord(one.id, one.kind, one.document) for one in records()], NOW)
    synonyms.load_synonyms(storage, read_synonyms(), NOW)
    vocabulary.refresh(storage, NOW)


def listed(storage: Storage, query: Query) -> list[str]:
    """The slugs of all results, in the order of the search page."""
    slugs = {one.id: one.slug for one in records()}
    with storage.read() as connection:
        return [slugs[id_] for id_ in _found(storage, connection, query)]


def _found(storage: Storage, connection: Connection, query: Query) -> list[str]:
    filters = filters_of(terms(connection))
    known = words_of(connection)
    asked = asked_in(MultiDict(query.typed), filters, lambda text: all(map(known.knows, tokens(text))))
    found = [hit.record_id for hit in find(storage.search, connection, asked.search(filters, NOW)).hits]
    moment = asked.moment(NOW)
    if moment is None:
        return found
    last = asked.last_moment(NOW)
    openings = {id_: opening_of(one, moment, last) for id_, one in documents_of(connection, found).items()}
    return [id_ for id_ in found if openings.get(id_, UNTOLD).is_open]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
