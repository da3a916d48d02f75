"""Know where records are: a copy of each place's point, and the points by which a record is found near somewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

POINTS = {
    "sqlite": """
        UPDATE record SET point = (
            SELECT json_extract(c.document, '$.latitude') || ',' || json_extract(c.document, '$.longitude')
            FROM revision_content c WHERE c.revision_id = record.newest_revision_id
        ) WHERE kind = 'location'
    """,
    "postgresql": """
        UPDATE record SET point = (
            SELECT (c.document::json ->> 'latitude') || ',' || (c.document::json ->> 'longitude')
            FROM revision_content c WHERE c.revision_id = record.newest_revision_id
        ) WHERE kind = 'location'
    """,
}


def upgrade() -> None:
    """Add both columns and fill the first; `flask reindex` fills the second with the words of its cells."""
    op.add_column("record", sa.Column("point", sa.String(26), nullable=True))
    op.execute("ALTER TABLE search_entry ADD COLUMN points TEXT NOT NULL DEFAULT ''")
    op.execute(POINTS[op.get_bind().dialect.name])
