"""Let people say where they belong: stewardships in several terms, the claims that lead to them, and patrol marks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PRESENT = sa.text("ended_at IS NULL")
WAITING = sa.text("state = 'open'")
TWICE = """
    UPDATE affiliation SET ended_at = since WHERE ended_at IS NULL AND EXISTS (
        SELECT 1 FROM affiliation other
        WHERE other.person_id = affiliation.person_id AND other.organization_id = affiliation.organization_id
        AND other.ended_at IS NULL AND other.id < affiliation.id
    )
"""


def upgrade() -> None:
    """Past terms stay as rows of their own, so only the present one is the only one of its kind."""
    if op.get_bind().dialect.name == "sqlite":
        _stewardship_anew()
    else:
        op.drop_constraint("uq_stewardship_person_id_record_id", "stewardship", type_="unique")
    op.create_index(
        "uq_stewardship_present",
        "stewardship",
        ["person_id", "record_id"],
        unique=True,
        sqlite_where=PRESENT,
        postgresql_where=PRESENT,
    )
    op.execute(TWICE)
    op.create_index(
        "uq_affiliation_present",
        "affiliation",
        ["person_id", "organization_id"],
        unique=True,
        sqlite_where=PRESENT,
        postgresql_where=PRESENT,
    )
    _add_claims()
    _add_patrols()


def _stewardship_anew() -> None:
    """SQLite drops a constraint only with its table. Nothing refers to this one, and it has no triggers."""
    op.create_table(
        "stewardship_anew",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("is_official", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_stewardship_person_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_stewardship_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stewardship"),
    )
    op.execute(
        "INSERT INTO stewardship_anew (id, person_id, record_id, is_official, since, ended_at)"
        " SELECT id, person_id, record_id, is_official, since, ended_at FROM stewardship"
    )
    op.drop_table("stewardship")
    op.rename_table("stewardship_anew", "stewardship")
    op.create_index("ix_stewardship_record_id", "stewardship", ["record_id"], unique=False)


def _add_claims() -> None:
    op.create_table(
        "stewardship_claim",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("is_official", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("judged_at", sa.String(27), nullable=True),
        sa.Column("judged_by", sa.String(36), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_stewardship_claim_person_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_stewardship_claim_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stewardship_claim"),
    )
    op.create_index("ix_stewardship_claim_person_id", "stewardship_claim", ["person_id", "record_id"], unique=False)
    op.create_index(
        "uq_stewardship_claim_open",
        "stewardship_claim",
        ["record_id", "person_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _add_patrols() -> None:
    op.create_table(
        "patrol",
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name="fk_patrol_change_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_patrol_person_id"),
        sa.PrimaryKeyConstraint("change_id", name="pk_patrol"),
    )
