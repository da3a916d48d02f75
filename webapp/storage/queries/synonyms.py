"""The groups of phrases that find the same: all of them, since there are few and a search needs them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from webapp.storage.models import Person, Synonym
from webapp.storage.prepared import execute, prepared

ALL = prepared(
    select(Synonym.id, Synonym.phrases, Synonym.changed_at, Person.display_name.label("who"))
    .outerjoin(Person, Person.id == Synonym.changed_by)
    .order_by(Synonym.id)
)
PHRASES = prepared(select(Synonym.phrases).order_by(Synonym.id))


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """One group, its phrases as they were written; `who` is None where a command loaded it."""

    id: str
    phrases: tuple[str, ...]
    changed_at: datetime
    who: str | None


def all_groups(connection: Connection) -> list[SynonymGroup]:
    """Every group, in the order in which they were made."""
    return [
        SynonymGroup(row.id, tuple(row.phrases.split("\n")), row.changed_at, row.who)
        for row in execute(connection, ALL)
    ]


def all_phrases(connection: Connection) -> tuple[str, ...]:
    """The phrases alone of every group, in that order; a line each."""
    return tuple(execute(connection, PHRASES).scalars())
