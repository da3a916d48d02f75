"""Read and decide: what was suggested for a field before, questions about a change, changes that are taken up again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

HAS_ENDED = "closed_at IS NOT NULL"


def upgrade() -> None:
    """Two columns that say nothing of what is there already, and an index of what has ended alone."""
    op.add_column("comment", sa.Column("asks_about", sa.String(36), nullable=True))
    op.add_column("suggestion", sa.Column("resubmits_id", sa.String(36), nullable=True))
    op.create_index(
        "ix_change_field",
        "change",
        ["record_id", "group", "closed_at", "id"],
        unique=False,
        sqlite_where=sa.text(HAS_ENDED),
        postgresql_where=sa.text(HAS_ENDED),
    )
