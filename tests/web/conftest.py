"""Every test of a page gets the whole application on a fresh database, a world to fill it, and clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, has_request_context, request
from limits import parse

from tests.support import pseudo
from tests.support.addresses import small_town
from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.collecting import soup_lunch
from tests.web.lunching import four_lunches
from webapp import clock, create_app
from webapp.config import Settings
from webapp.services import account
from webapp.storage import Storage
from webapp.web import limits

ROOT = Path(__file__).resolve().parents[2]
SignIn = Callable[[str], PageClient]
ON_BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Pages run on SQLite, since what stands below them is tested on both databases; `ON_BOTH` runs a test on both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield str(request.getfixturevalue("sqlite_template").copy(tmp_path / "test.db"))
        return
    server = request.getfixturevalue("postgres_template")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def in_brackets(tmp_path: Path) -> None:
    """An instance with the language of brackets; named by `usefixtures`, it comes before the application starts."""
    pseudo.install(tmp_path / "instance")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application."""
    settings = Settings.from_environ(
        {
            "WELLKEPT_DATABASE_URL": database_url,
            "WELLKEPT_INSTANCE": str(tmp_path / "instance"),
            "WELLKEPT_PUBLIC_URL": "http://localhost",
        },
        ROOT,
    )
    made = create_app(settings)
    made.testing = True
    storage: Storage = made.extensions["storage"]
    with _no_view_while_writing(storage):
        yield made
    storage.dispose()


@contextmanager
def _no_view_while_writing(storage: Storage) -> Iterator[None]:
    """Fails the test when a request still held what it had read while it began to write: SQLite's log would grow."""
    held: list[str] = []

    transact = storage.transact

    def look_first(*given: Any) -> Any:
        view = g.get("connection") if has_request_context() else None
        if view is not None and view.in_transaction():
            held.append(f"{request.method} {request.path}")
        return transact(*given)

    storage.transact = look_first  # type: ignore[method-assign] # whatever writes goes through it
    yield
    assert held == []


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """A world in the application's database, with the full rules in force, and the application's clock with it."""
    made = World(app.extensions["storage"])
    made.full_rules()
    with clock.fixed(made.now):
        yield made


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A visitor who is not signed in."""
    return PageClient(app)


@pytest.fixture
def sign_in(app: Flask, world: World) -> SignIn:
    """Gives a client in which a person (by id) is signed in."""

    def make(person_id: str) -> PageClient:
        token = account.sign_in(app.extensions["storage"], person_id, "test", world.now)
        made = PageClient(app)
        with made.browser.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        made.is_signed_in = True
        return made

    return make


@pytest.fixture
def mo(world: World, sign_in: SignIn) -> PageClient:
    """A moderator's browser."""
    return sign_in(world.person("mo", "moderator"))


@pytest.fixture
def town(world: World) -> dict[str, str]:
    """A small town, so that every address leads somewhere."""
    return small_town(world)


@pytest.fixture
def soup(world: World) -> str:
    """A service with a number, a place, times and a cost."""
    return soup_lunch(world)


@pytest.fixture
def lunches(world: World) -> World:
    """A world with a lunch at Cupar, one in Lerwick, one in Headingley, and one by telephone."""
    return four_lunches(world)


@pytest.fixture
def tokenless(app: Flask) -> None:
    """Forms are taken without their token: a test sends what no page offers."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit on how much is sent."""
    monkeypatch.setattr(limits, "LIMITS", {name: limits.Limit(None, parse("9999/hour")) for name in limits.LIMITS})
