"""One broken invariant, and the small words that every check uses; knows no check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select

BATCH = 500
"""Records or changes that are looked at together: what memory is bounded by."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A thing that is not as it must be: which invariant, in words, and where."""

    code: str
    words: str
    where: str


def batches(connection: Connection, query: Select[*tuple[Any, ...]], key: Any) -> Iterator[Sequence[Any]]:
    """The rows of a query in batches, in the order of its unique column `key` (which the rows have as `id`)."""
    last = ""
    while rows := connection.execute(query.where(key > last).order_by(key).limit(BATCH)).all():
        yield rows
        last = rows[-1].id
