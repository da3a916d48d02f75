"""Find what was merged into a record: pages follow links through merges, from the end that was merged into too."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

IS_MERGED = "merged_into IS NOT NULL"


def upgrade() -> None:
    """Add an index of merged records alone: few, so that it costs nearly nothing to keep."""
    op.create_index(
        "ix_record_merged_into",
        "record",
        ["merged_into"],
        unique=False,
        sqlite_where=sa.text(IS_MERGED),
        postgresql_where=sa.text(IS_MERGED),
    )
