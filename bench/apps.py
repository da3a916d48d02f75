"""The two sides as servers run them: the application, and the least that could answer in its place."""

from __future__ import annotations

import os
import pickle
import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, request

from bench import town
from bench.filled import NOW, settings_for
from bench.replay import connect, replay
from webapp import clock, create_app
from webapp.web.context import ANONYMOUS

PATHS = {"record": town.BIG_PATH, "queue": "/review"}
TEMPLATES = {"record": "browse/record.html", "queue": "review/queue.html"}


def ours() -> Flask:
    """The application on the database that BENCH_FILE names."""
    return create_app(settings_for(Path(os.environ["BENCH_FILE"])))


def floor() -> Flask:
    """The least, with what BENCH_FILE holds as constants and BENCH_WRITES as writes."""
    file = Path(os.environ["BENCH_FILE"])
    app = bare(create_app(settings_for(file)))
    if writes := os.environ.get("BENCH_WRITES"):
        add_writes(app, file, pickle.loads(Path(writes).read_bytes()))  # noqa: S301 - this run wrote it
    return app


def bare(app: Flask) -> Flask:
    """A bare Flask: a word, and our own templates filled in with constants; no database, nobody signed in."""
    least = Flask("least")
    least.extensions["assets"] = app.extensions["assets"]
    least.add_url_rule("/bare", "bare", lambda: "ok")
    for name, path in PATHS.items():
        template, context = app.jinja_env.get_template(TEMPLATES[name]), _constants(app, TEMPLATES[name], path)
        least.add_url_rule(f"/{name}", name, lambda t=template, c=context: t.render(c))
    return least


def _constants(app: Flask, template: str, path: str) -> dict[str, Any]:
    """What our page hands its template."""
    seen: dict[str, Any] = {}
    wanted = app.jinja_env.get_template(template)
    render = wanted.render

    def spy(context: dict[str, Any]) -> str:
        seen.update(context)
        return render(context)

    wanted.render = spy  # type: ignore[method-assign]  # the documented way to wrap an application
    app.extensions["kept_pages"].clear()
    try:
        with clock.fixed(NOW):
            answer = app.test_client().get(path)
    finally:
        del wanted.render  # type: ignore[attr-defined]  # Flask's own session has it
    assert answer.status_code == 200, answer.text
    assert seen, template
    return {**seen, "viewer": ANONYMOUS, "messages": []}


def add_writes(app: Flask, file: Path, batches: list[Any]) -> None:
    """A route that reads a form and does the writes of one recorded act in one transaction."""
    of_thread = threading.local()

    @app.post("/write/<int:number>")
    def write(number: int) -> Response:
        assert request.form.get("csrf_token")
        if not hasattr(of_thread, "connection"):
            of_thread.connection = connect(file)
        replay(of_thread.connection, batches[number])
        return redirect("/bare", 303)  # type: ignore[return-value]  # Werkzeug's own type is wider