"""Runs migrations on SQLite and PostgreSQL, each run in one transaction that fails whole.

SQLite re-creates tables in Alembic's batch mode and loses triggers, expression indexes and child rows: use
native ALTERs. Foreign keys are off while migrating and checked before the commit.
"""

from alembic import context
from sqlalchemy import event

from webapp.storage.engine import make_engine
from webapp.storage.models import Base


def run() -> None:
    """Migrate the database whose URL is in the configuration's attributes."""
    engine = make_engine(context.config.attributes["url"])
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        event.listen(engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA foreign_keys=OFF"))
    with engine.execution_options(write=True).begin() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, transaction_per_migration=False, compare_type=True
        )
        context.run_migrations()
        if is_sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"migration leaves broken references: {broken[:5]}")
    engine.dispose()


run()
