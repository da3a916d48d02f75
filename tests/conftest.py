"""What every test can ask for: a fresh migrated database, on SQLite and on PostgreSQL, and its storage."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from tests.support.compiled import RuleOnce, TemplatesOnce
from tests.support.databases import PostgresServer, SqliteTemplate
from tests.support.profile import PROFILE

pytest.register_assert_rewrite("tests.support.page_client", "tests.support.browser", "tests.support.queries")

# Quick gives the same answer twice; long goes looking. A deadline would only measure the neighbours' load.
settings.register_profile("quick", max_examples=40, deadline=None, derandomize=True)
settings.register_profile(
    "long", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(PROFILE)

# Hundreds of databases are made and thrown away: in memory, where there is room for them, in half the time.
MEMORY, ROOM = Path("/dev/shm"), 6 * 1024**3
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

for name in [name for name in os.environ if name.startswith("WELLKEPT_")]:
    del os.environ[name]  # the settings of whoever runs the tests are not the tests' settings

Flask.jinja_options = {"bytecode_cache": TemplatesOnce()}
Flask.url_rule_class = RuleOnce


def _migrate(url: str) -> None:
    from webapp.storage.migrate import upgrade  # tests of the domain need no database to be there

    upgrade(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A migrated SQLite file, made once a test process."""
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"), _migrate)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A private PostgreSQL without a template; for tests of migrations, which start from nothing."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> PostgresServer:
    """The private PostgreSQL with its migrated template."""
    postgres_server.make_template(_migrate)
    return postgres_server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated, empty database; the test runs on both.

    For one database only, with the reason beside it:
    `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
    """
    if request.param == "sqlite":
        template: SqliteTemplate = request.getfixturevalue("sqlite_template")
        yield template.copy(tmp_path / "test.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_template")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, for tests of migrations; the test runs on both."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_empty(f"empty_{request.node.name.encode().hex()[-40:]}")
    yield url
    server.drop(url)


@pytest.fixture
def storage(database_url: str) -> Iterator[Any]:
    """What `webapp.storage.init` gives, on a fresh database; its connections are closed afterwards."""
    import webapp.storage

    opened = webapp.storage.init(database_url)
    yield opened
    opened.dispose()
