"""Keep check items and what reviewers answered, in tables of their own that nothing else points to."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "check_item",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(36), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("retired_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_check_item_record_id"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_check_item_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_check_item"),
    )
    op.create_table(
        "check_answer",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("choice", sa.String(40), nullable=False),
        sa.Column("answered_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_check_answer_person_id"),
        sa.ForeignKeyConstraint(["item_id"], ["check_item.id"], name="fk_check_answer_item_id"),
        sa.PrimaryKeyConstraint("person_id", "item_id", name="pk_check_answer"),
    )
