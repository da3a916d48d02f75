"""Count what may be open: the hours of a usual week in each search row, as bits."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from webapp.domain.hours import packed

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT_ONCE = 1000
TOKENS = {"sqlite": "tokens", "postgresql": "array_to_string(tsvector_to_array(tokens), ' ')"}
KEEP = "UPDATE search_entry SET hours = :hours WHERE position = :position"


def upgrade() -> None:
    """Add the column, and fill it from the tokens that each row is found by."""
    op.execute("ALTER TABLE search_entry ADD COLUMN hours TEXT NOT NULL DEFAULT ''")
    connection = op.get_bind()
    for rows in _entries(connection):
        known = [{"position": row.position, "hours": hours} for row in rows if (hours := _hours(row.tokens))]
        if known:
            connection.execute(sa.text(KEEP), known)


def _entries(connection: sa.Connection) -> Iterator[list[Any]]:
    some = sa.text(
        f"SELECT position, {TOKENS[connection.dialect.name]} AS tokens FROM search_entry"
        " WHERE position > :last ORDER BY position LIMIT :most"
    )
    last = -1
    while rows := connection.execute(some, {"last": last, "most": AT_ONCE}).all():
        yield list(rows)
        last = rows[-1].position


def _hours(tokens: str) -> str:
    return packed(token[1:] for token in tokens.split() if token.startswith("_h"))
