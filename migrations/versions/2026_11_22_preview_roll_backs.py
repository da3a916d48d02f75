"""Preview roll backs of many records: what is to be undone is drawn up in rows, which the worker then goes through."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PARTIAL = (
    ("ix_operation_running", "operation", ["id"], "state = 'running'"),
    ("ix_operation_undone_by", "operation", ["plan"], "type = 'undone'"),
    ("ix_incident_record_waiting", "incident_record", ["incident_id", "attempts", "position"], "state = 'waiting'"),
)
RUNNING = sa.text(
    "SELECT id, actor_id, reason, plan, done, created_at FROM operation"
    " WHERE type = 'roll_back' AND state = 'running' AND plan IS NOT NULL AND actor_id IS NOT NULL"
)


def upgrade() -> None:
    """Add the two tables, indexes of the few operations that are looked for, and what running roll backs have left."""
    op.create_table(
        "incident",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.String(27), nullable=False),
        sa.Column("operation_id", sa.String(36), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_incident_person_id"),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name="fk_incident_operation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sa.UniqueConstraint("operation_id", name="uq_incident_operation_id"),
    )
    op.create_table(
        "incident_record",
        sa.Column("incident_id", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("tainted", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("restored", sa.Integer(), nullable=False),
        sa.Column("conflicts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_incident_record_incident_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_incident_record_record_id"),
        sa.PrimaryKeyConstraint("incident_id", "position", name="pk_incident_record"),
    )
    for name, table, columns, condition in PARTIAL:
        where = sa.text(condition)
        op.create_index(name, table, columns, unique=False, sqlite_where=where, postgresql_where=where)
    _carry_on()


def _carry_on() -> None:
    """Roll backs that the worker is at: the records that it has not come to yet, as rows."""
    connection = op.get_bind()
    incident, record = (sa.table(name, *map(sa.column, columns)) for name, columns in COLUMNS.items())
    for operation in connection.execute(RUNNING).all():
        head = (operation.id, operation.actor_id, "{}", operation.reason, operation.created_at, operation.id)
        connection.execute(sa.insert(incident), dict(zip(COLUMNS["incident"], head, strict=True)))
        left = json.loads(operation.plan)[operation.done :]
        rows = [
            (operation.id, operation.done + at, id_, 0, json.dumps(tainted), json.dumps(chosen), 1, 0, "waiting", 0)
            for at, (id_, tainted, chosen) in enumerate(left)
        ]
        if rows:
            connection.execute(
                sa.insert(record), [dict(zip(COLUMNS["incident_record"], row, strict=True)) for row in rows]
            )


COLUMNS = {
    "incident": ("id", "person_id", "conditions", "reason", "drawn_at", "operation_id"),
    "incident_record": (
        *("incident_id", "position", "record_id", "seen", "tainted", "chosen", "restored", "conflicts", "state"),
        "attempts",
    ),
}
