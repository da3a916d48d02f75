"""Find what a person wrote in the order of commits, so that recent changes by somebody cost the same at any size."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

BY_SOMEBODY = "type = 'revision' AND actor_id IS NOT NULL"


def upgrade() -> None:
    """Add an index of people's own revisions; those of imports have no actor."""
    op.create_index(
        "ix_event_actor_id_seq",
        "event",
        ["actor_id", "seq"],
        unique=False,
        sqlite_where=sa.text(BY_SOMEBODY),
        postgresql_where=sa.text(BY_SOMEBODY),
    )
