"""The areas and topics that a person looks after in the queue: theirs alone to see."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from webapp.storage.models import Interest
from webapp.storage.prepared import execute, prepared

OF_PERSON = prepared(select(Interest.tag).where(Interest.person_id == bindparam("person")).order_by(Interest.tag))
OF_SORT = prepared(
    select(Interest.tag)
    .where(Interest.person_id == bindparam("person"), Interest.is_topic == bindparam("is_topic"))
    .order_by(Interest.tag)
)


def interests(connection: Connection, person_id: str) -> tuple[str, ...]:
    """The tags of a person's areas and topics."""
    return tuple(row.tag for row in execute(connection, OF_PERSON, {"person": person_id}))


def interests_in(connection: Connection, person_id: str, *, is_topic: bool) -> tuple[str, ...]:
    """The tags of a person's topics, or of their areas."""
    rows = execute(connection, OF_SORT, {"person": person_id, "is_topic": int(is_topic)})
    return tuple(row.tag for row in rows)
