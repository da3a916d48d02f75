"""Invariant of the tags of changes: those of an open one follow from its records, and one that has ended has none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from webapp.services.doctor.breach import Breach, batches
from webapp.services.tagging import PRESENT, tags_due
from webapp.storage.models import IS_OPEN, Change, ChangeTag
from webapp.storage.prepared import execute

# What new records are about was found when they were suggested; the places that they name may have moved since.
OPEN = select(Change.id).where(IS_OPEN, Change.type != "create")
STRAY = (
    select(ChangeTag.change_id)
    .outerjoin(Change, Change.id == ChangeTag.change_id)
    .where(Change.id.is_(None) | (Change.state != "open"))
    .distinct()
    .order_by(ChangeTag.change_id)
)


def tags_of_changes(connection: Connection) -> Iterator[Breach]:
    """Each open change has its tags and no others; what has ended has none."""
    for row in connection.execute(STRAY):
        yield Breach("tags", "it is not open, and is still found by area or topic", f"change {row.change_id}")
    run = partial(execute, connection)
    for rows in batches(connection, OPEN, Change.id):
        ids = [row.id for row in rows]
        found: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
        for row in run(PRESENT, {"ids": ids}):
            found[row.change_id].add(tuple(row))
        due = tags_due(run, ids)
        for id_ in ids:
            if found[id_] != due[id_]:
                yield Breach("tags", "its areas and topics are not those of its records", f"change {id_}")
