"""The command line: `flask …`. Each command is a thin door to a service; words and progress live here."""

from __future__ import annotations

from flask import Flask

from webapp.cli import data, database, demo, people, places, policy, synonyms, work


def register(app: Flask) -> None:
    """Add every command to the application's own command line."""
    for module in (database, people, data, places, synonyms, policy, work, demo):
        for command in module.commands:
            app.cli.add_command(command)
