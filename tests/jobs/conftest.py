"""Every test of a job gets a world, settings of its own, and the letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jinja2 import Environment

from tests.jobs.office import ROOT, MailServer, Office
from tests.support.world import World
from webapp.config import Settings
from webapp.jobs.mail import environment
from webapp.storage import Storage

GivenSettings = Callable[..., Settings]


@pytest.fixture
def world(storage: Storage) -> World:
    """A world with the full rules in force."""
    made = World(storage)
    made.full_rules()
    return made


@pytest.fixture
def settings_with(tmp_path: Path, database_url: str) -> GivenSettings:
    """Settings of an installation at directory.example, with what the test adds."""

    def make(**given: str) -> Settings:
        environ = {
            "WELLKEPT_INSTANCE": str(tmp_path / "instance"),
            "WELLKEPT_DATABASE_URL": database_url,
            "WELLKEPT_PUBLIC_URL": "https://directory.example",
            **given,
        }
        return Settings.from_environ(environ, tmp_path)

    return make


@pytest.fixture
def letters() -> Environment:
    """The letters of the house."""
    return environment(ROOT / "templates")


@pytest.fixture
def office(world: World, settings_with: GivenSettings, letters: Environment) -> Office:
    """A worker that writes to a folder."""
    return Office(world, settings_with(), letters)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that is up."""
    server = MailServer()
    server.start()
    yield server
    server.stop()
