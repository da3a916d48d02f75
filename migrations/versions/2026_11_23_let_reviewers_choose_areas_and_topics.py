"""Let reviewers choose areas and topics: what is about a council area, and what open changes are about."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from webapp.domain.geo import points_of
from webapp.gazetteer.areas import all_areas, areas_of

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

AT_ONCE = 1000
SOME = "SELECT record_id, points, tags FROM search_entry WHERE record_id > :last ORDER BY record_id LIMIT :most"
KEEP = "UPDATE search_entry SET areas = :areas WHERE record_id = :id"
# Categories follow from links, and a category from wider ones. New records (without rows of their own yet) are tagged
# by `flask reindex`.
TOPICS = """
    INSERT INTO change_tag (change_id, tag, first_opened_at, kind, risk, is_by_newcomer)
    WITH RECURSIVE up (origin, node) AS (
        SELECT DISTINCT cr.record_id, cr.record_id
        FROM change_record cr JOIN change c ON c.id = cr.change_id WHERE c.state = 'open'
        UNION
        SELECT up.origin, l.target_id FROM up JOIN link l ON l.record_id = up.node
        WHERE l.field IN ('taxonomy_term_id', 'parent_id')
    )
    SELECT DISTINCT c.id, up.node, c.first_opened_at, c.kind, c.risk, c.is_by_newcomer
    FROM up JOIN record r ON r.id = up.node AND r.kind = 'taxonomy_term'
    JOIN change_record cr ON cr.record_id = up.origin JOIN change c ON c.id = cr.change_id
    WHERE c.state = 'open'
"""
ABOUT = """
    SELECT c.id, e.areas, c.first_opened_at, c.kind, c.risk, c.is_by_newcomer
    FROM change c JOIN change_record cr ON cr.change_id = c.id JOIN search_entry e ON e.record_id = cr.record_id
    WHERE c.state = 'open' AND e.areas <> ''
"""
TAG = """
    INSERT INTO change_tag (change_id, tag, first_opened_at, kind, risk, is_by_newcomer)
    VALUES (:id, :tag, :at, :kind, :risk, :is_new)
"""


def upgrade() -> None:
    """Add a column and two tables, and fill them from the search rows, which say where everything is."""
    op.execute("ALTER TABLE search_entry ADD COLUMN areas TEXT NOT NULL DEFAULT ''")
    _add_tables()
    connection = op.get_bind()
    for rows in _entries(connection):
        known = [{"id": row.record_id, "areas": areas} for row in rows if (areas := _areas(row))]
        if known:
            connection.execute(sa.text(KEEP), known)
    op.execute(TOPICS)
    tags = {(row[0], tag): row for row in connection.execute(sa.text(ABOUT)) for tag in row.areas.split()}
    if tags:
        connection.execute(sa.text(TAG), [_tag(row, tag) for (_, tag), row in sorted(tags.items())])


def _add_tables() -> None:
    op.create_table(
        "interest",
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("tag", sa.String(36), nullable=False),
        sa.Column("is_topic", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_interest_person_id"),
        sa.PrimaryKeyConstraint("person_id", "tag", name="pk_interest"),
    )
    op.create_table(
        "change_tag",
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("tag", sa.String(36), nullable=False),
        sa.Column("first_opened_at", sa.String(27), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("risk", sa.String(40), nullable=False),
        sa.Column("is_by_newcomer", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("change_id", "tag", name="pk_change_tag"),
    )
    ordered = ["tag", "first_opened_at", "change_id", "kind", "risk", "is_by_newcomer"]
    op.create_index("ix_change_tag_order", "change_tag", ordered, unique=False)


def _entries(connection: sa.Connection) -> Iterator[list[Any]]:
    last = ""
    while rows := connection.execute(sa.text(SOME), {"last": last, "most": AT_ONCE}).all():
        yield list(rows)
        last = rows[-1].record_id


def _areas(row: Any) -> str:
    """Those that it serves, by the tags that it is found by, and those in which it lies."""
    served = {tag for tag in row.tags.split() if tag in all_areas()}
    return " ".join(sorted(served | set(areas_of((), points_of(row.points)))))


def _tag(row: Any, tag: str) -> dict[str, Any]:
    at = {"at": row.first_opened_at, "is_new": row.is_by_newcomer}
    return {"id": row.id, "tag": tag, "kind": row.kind, "risk": row.risk, **at}
