"""The site in a thread of the test's own process: a test fills its database, signs people in without a form, and
learns of every answer which templates it was made of."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask
from jinja2 import Template
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.server import free_port
from tests.support.world import World
from webapp import clock, create_app
from webapp.config import Settings
from webapp.services import account
from webapp.web.access import allow

ROOT = Path(__file__).parents[2]
BROKEN = "/broken"
"""The address of a page that nobody can make."""


@dataclass
class Stage:
    """A running site: its address, its world, and the templates that were asked for since they were last cleared."""

    url: str
    app: Flask
    world: World
    used: set[str] = field(default_factory=set)

    def cookie(self, person: str | None, **values: Any) -> Any:
        """The cookie of a browser in which a person (by id) is signed in, or nobody, as Playwright takes it."""
        if person is not None:
            device = ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 " * 2)[:80]
            values |= {"_user_id": account.sign_in(self.world.storage, person, device, clock.now()), "_fresh": True}
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]  # it is ours
        return {"name": self.app.config["SESSION_COOKIE_NAME"], "value": signer.dumps(values), "url": self.url}


@allow("read_rules")
def _broken() -> str:
    raise RuntimeError("broken on purpose")


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing of what went well."""


@contextmanager
def staged(database_url: str, folder: Path) -> Iterator[Stage]:
    """The site on that database, until the end of the block. Its world begins now, under the full rules."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {"WELLKEPT_DATABASE_URL": database_url, "WELLKEPT_INSTANCE": str(folder), "WELLKEPT_PUBLIC_URL": url}
    app = create_app(Settings.from_environ(settings, ROOT))
    world = World(app.extensions["storage"])
    app.add_url_rule(BROKEN, view_func=_broken)
    world.now = clock.now()
    world.full_rules()
    stage = Stage(url, app, world)
    _watch(app, stage.used)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stage
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        world.storage.dispose()


def _watch(app: Flask, used: set[str]) -> None:
    """Note every template that is asked for: pages, and what they extend, include and import."""
    env = app.jinja_env
    load = env.get_template

    def noted(name: Any, *given: Any, **named: Any) -> Template:
        used.add(str(name))
        return load(name, *given, **named)

    env.get_template = noted  # type: ignore[method-assign]  # nothing else sees them all
