"""Know which records may be the same: keys by which they are found, and pairs with what moderators said of them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables; the worker fills them from the first event on."""
    op.create_table(
        "duplicate_key",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("key", "record_id", name=op.f("pk_duplicate_key")),
    )
    op.create_index(op.f("ix_duplicate_key_record_id"), "duplicate_key", ["record_id"], unique=False)
    op.create_table(
        "duplicate_pair",
        sa.Column("first_id", sa.String(length=36), nullable=False),
        sa.Column("second_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("found_at", sa.String(length=27), nullable=False),
        sa.Column("judged_at", sa.String(length=27), nullable=True),
        sa.Column("judged_by", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_duplicate_pair")),
    )
    op.create_index(op.f("ix_duplicate_pair_second_id"), "duplicate_pair", ["second_id"], unique=False)
    op.create_index(
        "ix_duplicate_pair_state", "duplicate_pair", ["state", "points", "first_id", "second_id"], unique=False
    )
