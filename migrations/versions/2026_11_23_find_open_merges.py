"""Find the few open merges, so that what is open about a record is counted without all that ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OPEN_MERGES = "state = 'open' AND type = 'merge'"


def upgrade() -> None:
    """Add an index of the open merges."""
    op.create_index(
        "ix_change_open_merge",
        "change",
        ["id"],
        unique=False,
        sqlite_where=sa.text(OPEN_MERGES),
        postgresql_where=sa.text(OPEN_MERGES),
    )
