"""Bringing a database to the newest schema, without Flask."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from webapp.storage.engine import make_engine

ROOT = Path(__file__).resolve().parents[2]


def alembic_config(url: str) -> Config:
    """Alembic's configuration for a database URL; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def upgrade(url: str, to: str = "head") -> None:
    """Migrate to a revision, the newest unless another is named; a failed migration leaves nothing behind."""
    command.upgrade(alembic_config(url), to)


def current(url: str) -> tuple[str | None, str | None]:
    """The revision that the database is at, and the newest there is."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return at, ScriptDirectory.from_config(alembic_config(url)).get_current_head()
