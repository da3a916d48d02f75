"""What can't be done is said in one line, before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text

from tests.cli.test_output import app, run
from tests.interchange.samples import SERVICE
from webapp import clock, create_app
from webapp.config import Settings
from webapp.storage import migrate
from webapp.storage.models import Record

__all__ = ["app"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty(tmp_path: Path) -> Flask:
    """An application whose database was never set up."""
    environ = {"WELLKEPT_DATABASE_URL": f"sqlite:///{tmp_path}/new.db", "WELLKEPT_INSTANCE": str(tmp_path / "instance")}
    return create_app(Settings.from_environ(environ, ROOT))


def _refused(done: Result) -> str:
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert done.output.count("\n") == 1
    return done.output


@pytest.mark.parametrize("command", ["doctor", "history verify", "reindex", "worker --once", "export out --format csv"])
def test_a_database_that_was_never_set_up_is_said_so(empty: Flask, command: str) -> None:
    assert "flask db upgrade" in _refused(run(empty, *command.split()))


@pytest.fixture
def outgrown(tmp_path: Path) -> Flask:
    """An application whose database was set up by an early version."""
    url = f"sqlite:///{tmp_path}/old.db"
    migrate.upgrade(url, "0001")
    return create_app(
        Settings.from_environ({"WELLKEPT_DATABASE_URL": url, "WELLKEPT_INSTANCE": str(tmp_path / "instance")}, ROOT)
    )


@pytest.mark.parametrize("command", ["doctor", "history verify", "reindex", "worker --once"])
def test_a_database_that_is_older_than_the_code_is_said_so(outgrown: Flask, command: str) -> None:
    assert "flask db upgrade" in _refused(run(outgrown, *command.split()))
    assert run(outgrown, "db", "upgrade").exit_code == 0
    assert "flask db upgrade" not in run(outgrown, *command.split()).output


def test_a_database_that_is_newer_than_the_code_is_left_alone(app: Flask) -> None:
    app.extensions["storage"].transact(
        lambda uow: uow.run(text("UPDATE alembic_version SET version_num = '9999'")), clock.now()
    )
    assert "the newer version" in _refused(run(app, "doctor"))


def test_a_wrong_second_file_is_refused_before_the_first_is_taken(app: Flask, tmp_path: Path) -> None:
    mapping, good, other = tmp_path / "m.toml", tmp_path / "good.csv", tmp_path / "other.csv"
    mapping.write_text(SERVICE)
    good.write_text("Id,Name\n1,Lunch club\n")
    other.write_text("Day,Times\nMonday,9\n")
    done = run(app, "import", str(good), str(other), "--format", "csv", "--mapping", str(mapping))
    assert "other.csv has no column Id, Name" in _refused(done)
    with app.extensions["storage"].read() as connection:
        assert connection.scalar(select(func.count()).select_from(Record)) == 0
