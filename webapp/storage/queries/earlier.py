"""What was suggested before for the fields that a suggestion is about: the newest of each, with their ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, union_all

from webapp.storage.models import Change, Person, Suggestion
from webapp.storage.prepared import execute, prepared

MOST = 5
"""Shown of one field."""
SIZES = (1, 2, 4, 8, 16, 32, 64)
"""A statement reads so many fields: one for each size, since a limit for each field needs a part of its own."""

Place = tuple[str, str]
"""A record's id and the group of its fields that a change is about."""


def _of_one(number: int) -> Select[Any]:
    """The newest that ended of one field, from `ix_change_field` alone."""
    newest = (
        select(Change.id, Change.suggestion_id, Change.record_id, Change.group, Change.state, Change.closed_at)
        .where(
            Change.record_id == bindparam(f"record_{number}"),
            Change.group == bindparam(f"group_{number}"),
            Change.closed_at.is_not(None),
            Change.hidden_at.is_(None),
            Change.suggestion_id != bindparam("suggestion"),
        )
        .order_by(Change.closed_at.desc(), Change.id.desc())
        .limit(MOST)
        .subquery()
    )
    return select(newest)


def _statement(size: int) -> Any:
    found = union_all(*map(_of_one, range(size))).subquery()
    return prepared(
        select(found, Person.display_name)
        .join(Suggestion, Suggestion.id == found.c.suggestion_id)
        .join(Person, Person.id == Suggestion.author_id)
        .order_by(found.c.closed_at.desc(), found.c.id.desc())
    )


STATEMENTS = {size: _statement(size) for size in SIZES}


def earlier_changes(connection: Connection, suggestion_id: str, places: Iterable[Place]) -> dict[Place, list[Any]]:
    """By record and group: up to `MOST` changes of other suggestions that ended, the newest first."""
    wanted = sorted(set(places))[: SIZES[-1]]
    if not wanted:
        return {}
    size = next(size for size in SIZES if size >= len(wanted))
    values: dict[str, str] = {"suggestion": suggestion_id}
    for number in range(size):
        record, group = wanted[number] if number < len(wanted) else ("", "")
        values |= {f"record_{number}": record, f"group_{number}": group}
    found: dict[Place, list[Any]] = {}
    for row in execute(connection, STATEMENTS[size], values):
        found.setdefault((row.record_id, row.group), []).append(row)
    return found
