"""Know whether the links that open changes propose answer."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the worker fills it."""
    op.create_table(
        "link_check",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("leads_to", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_link_check"),
    )
    op.create_index("ix_link_check_checked_at", "link_check", ["checked_at"], unique=False)
