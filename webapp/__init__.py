"""Wellkept: a directory of community resources that the community itself keeps true."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from webapp.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The site as a WSGI application: the only place where all layers meet.

    Without `settings` they are read from the environment; SettingsError when one of them is wrong. Imports
    stand inside, so that the domain can be had without Flask.
    """
    import os
    from pathlib import Path

    from flask import Flask

    from webapp import cli, storage, web
    from webapp.config import Settings
    from webapp.gazetteer import exact

    root = Path(__file__).resolve().parent.parent
    settings = settings or Settings.from_environ(os.environ, root)
    app = Flask("webapp", root_path=str(root), template_folder="templates", static_folder=None)
    app.extensions["settings"] = settings
    app.extensions["storage"] = storage.init(settings.database_url)
    exact.use(settings.places)
    web.register(app, root)
    cli.register(app)
    return app
