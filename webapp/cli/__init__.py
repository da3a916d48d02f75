"""The command line: `flask …`. Each command is a thin door to a service; words and progress live here."""

from __future__ import annotations

from flask import Flask

from webapp.cli import data, database, demo, people, work


def register(app: Flask) -> None:
    """Add every command to the application's own command line."""
    for group in (database.commands, people.commands, data.commands, work.commands, demo.commands):
        for command in group:
            app.cli.add_command(command)
