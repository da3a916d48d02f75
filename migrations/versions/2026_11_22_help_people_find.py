"""Help people find: words that mean the same, the directory's words, what nobody found, and lists of services."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what search rows say for filters, and what records lend to those that name them; a reindex fills both in."""
    op.add_column("record", sa.Column("lent", sa.Text(), nullable=True))
    op.execute("ALTER TABLE search_entry ADD COLUMN tags TEXT NOT NULL DEFAULT ''")
    op.create_table(
        "synonym",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("phrases", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(36), nullable=True),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_synonym"),
    )
    op.create_table(
        "search_word",
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_word"),
    )
    op.create_table(
        "unfound",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("area", sa.String(80), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "words", "area", name="pk_unfound"),
    )
    _add_lists()


def _add_lists() -> None:
    op.create_table(
        "service_list",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=True),
        sa.Column("key_hash", sa.String(64), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_service_list"),
        sa.UniqueConstraint("code", name="uq_service_list_code"),
    )
    op.create_index("ix_service_list_person_id", "service_list", ["person_id"], unique=False)
    op.create_index("ix_service_list_expires_at", "service_list", ["expires_at"], unique=False)
    op.create_table(
        "service_list_entry",
        sa.Column("list_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["service_list.id"], name="fk_service_list_entry_list_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_service_list_entry_record_id"),
        sa.PrimaryKeyConstraint("list_id", "record_id", name="pk_service_list_entry"),
    )
    op.create_index("ix_service_list_entry_record_id", "service_list_entry", ["record_id"], unique=False)
