"""What one author has open of everyday changes, for a reviewer who looks through them together."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from webapp.storage.models import IS_OPEN, Change, Person, Suggestion
from webapp.storage.prepared import execute, prepared
from webapp.storage.queries.queue import FOR_VOTING
from webapp.storage.queries.review import CHANGE_ROWS

MOST = 20
"""Changes on one page: as many as somebody reads in one go."""
AUTHOR = prepared(
    select(Person.id, Person.display_name).where(Person.handle == bindparam("handle"), Person.state == "active")
)
OF_AUTHOR = prepared(
    CHANGE_ROWS.add_columns(Suggestion.reason.label("why"))
    .where(IS_OPEN, FOR_VOTING, Change.risk == "low", Change.type == "edit", Change.conflicted_at.is_(None))
    .where(Change.suggestion_id.in_(select(Suggestion.id).where(Suggestion.author_id == bindparam("author"))))
    .order_by(Change.first_opened_at, Change.id)
    .limit(MOST)
)


def author_of(connection: Connection, handle: str) -> Any:
    """A person by handle, {id, display_name}, or None."""
    return execute(connection, AUTHOR, {"handle": handle}).first()


def everyday_changes(connection: Connection, author_id: str, person_id: str) -> list[Any]:
    """The author's open edits of low class that the person may still vote on, closing soonest first, at most MOST."""
    return list(execute(connection, OF_AUTHOR, {"author": author_id, "person": person_id}))
