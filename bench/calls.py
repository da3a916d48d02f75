"""Requests to a WSGI application within this process, and who is signed in."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask
from flask_wtf.csrf import generate_csrf

from webapp.services import account
from webapp.storage import Storage


class Answer:
    """What an application answered."""

    def __init__(self, app: Any, environ: dict[str, Any]) -> None:
        self.status, self.headers = "", {}
        body = app(environ, self._start)
        self.body = b"".join(body)
        if hasattr(body, "close"):
            body.close()

    def _start(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
        self.status, self.headers = status, dict(headers)
        return io.BytesIO().write


def environ_of(path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """A GET request as a server hands it to the application."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return environ | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()}


def getter(app: Flask, path: str, headers: dict[str, str] | None = None, status: str = "200") -> Callable[[], Answer]:
    """A function that asks for a page once; the first answer must have that status."""
    environ = environ_of(path, headers)
    first = Answer(app.wsgi_app, dict(environ))
    assert first.status.startswith(status), (path, first.status, first.body[:300])
    return lambda: Answer(app.wsgi_app, dict(environ))


def signed_in(app: Flask, person_id: str, now: datetime) -> tuple[str, str]:
    """A cookie by which a person is signed in, and the form's safety mark that belongs to it."""
    storage: Storage = app.extensions["storage"]
    token = account.sign_in(storage, person_id, "bench", now)
    with app.test_request_context("/"):
        from flask import session

        mark = generate_csrf()
        session.update(_user_id=token, _fresh=True)
        signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own session has it
        return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(dict(session))}", mark
