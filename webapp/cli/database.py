"""`flask db`: migrations, with Alembic behind them."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from webapp import clock
from webapp.cli.common import progress, say, settings, storage
from webapp.services import upkeep
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
    if before is None:
        say(f"The database is at {head}.")
        return
    say(f"The database went from {before} to {head}.")
    with progress("Indexing") as move:  # what follows from records may follow differently now
        upkeep.reindex(storage(), clock.now(), lambda _what, count: move(count))


@db.command("current")
def current() -> None:
    """Say which schema the database has."""
    at, head = migrate.current(settings().database_url)
    say(f"The database is at {at or 'nothing yet'}; the newest is {head}.")


commands: tuple[click.Command, ...] = (db,)
