"""Let reviewers choose from the queue: what newcomers suggested, and an index for each choice of open changes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FILTERED = ("first_opened_at", "id", "kind", "risk")
ALL_FILTERED = (*FILTERED, "is_by_newcomer")
INDEXES = (
    ("ix_change_open_kind", ("kind", "first_opened_at", "id"), ""),
    ("ix_change_open_risk", ("risk", "first_opened_at", "id"), ""),
    ("ix_change_open_kind_risk", ("kind", "risk", "first_opened_at", "id"), ""),
    ("ix_change_newcomers", FILTERED, "is_by_newcomer = 1"),
    ("ix_change_unvoted", ALL_FILTERED, "approvals = 0 AND rejects = 0"),
    ("ix_change_contested", ALL_FILTERED, "contested_at IS NOT NULL"),
    ("ix_change_conflicted", ALL_FILTERED, "conflicted_at IS NOT NULL"),
    ("ix_change_escalated", ALL_FILTERED, "escalated_at IS NOT NULL"),
    ("ix_change_hidden", ALL_FILTERED, "hidden_at IS NOT NULL"),
)
NEWCOMERS = """
    UPDATE change SET is_by_newcomer = 1 WHERE state = 'open' AND suggestion_id IN (
        SELECT s.id FROM suggestion s JOIN person p ON p.id = s.author_id
        WHERE s.door <> 'import' AND p.role IN ('guest', 'volunteer') AND NOT EXISTS (
            SELECT 1 FROM suggestion other JOIN change applied ON applied.suggestion_id = other.id
            WHERE other.author_id = s.author_id AND applied.state = 'applied'
        )
    )
"""


def upgrade() -> None:
    """Mark what newcomers have open as far as one can say it now, and add the indexes."""
    op.add_column("change", sa.Column("is_by_newcomer", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute(NEWCOMERS)
    for name, columns, also in INDEXES:
        where = sa.text(f"state = 'open' AND {also}" if also else "state = 'open'")
        op.create_index(name, "change", list(columns), sqlite_where=where, postgresql_where=where)
    _add_desk()


def _add_desk() -> None:
    """What reviewers keep for themselves."""
    op.create_table(
        "saved_queue",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("query", sa.String(200), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_saved_queue_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_queue"),
        sa.UniqueConstraint("person_id", "name", name="uq_saved_queue_person_id_name"),
    )
    op.create_table(
        "attention",
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("until", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name="fk_attention_change_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_attention_person_id"),
        sa.PrimaryKeyConstraint("change_id", "person_id", name="pk_attention"),
    )
    op.create_index("ix_attention_until", "attention", ["until"], unique=False)
    op.create_table(
        "preference",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_preference_person_id"),
        sa.PrimaryKeyConstraint("person_id", "name", name="pk_preference"),
    )
