"""Tell what a roll back keeps: of each record, what others changed since and stays, by field."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was drawn up or carried out before, nothing is known."""
    stays = sa.Column("stays", sa.Text(), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("incident_record", stays)
