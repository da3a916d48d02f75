"""`flask db`: migrations, with Alembic behind them."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from webapp.cli.common import say, settings
from webapp.storage import migrate

db = AppGroup("db", help="Migrations.")


@db.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest schema."""
    url = settings().database_url
    before, head = migrate.current(url)
    if before == head:
        return
    migrate.upgrade(url)
    say(f"The database is at {head}." if before is None else f"The database went from {before} to {head}.")


@db.command("current")
def current() -> None:
    """Say which schema the database has."""
    at, head = migrate.current(settings().database_url)
    say(f"The database is at {at or 'nothing yet'}; the newest is {head}.")


commands: tuple[click.Command, ...] = (db,)
