"""What the commands share: the application's storage and settings, words and progress on the terminal.

Law: what other people wrote is text there. Nothing in a name or a file moves a cursor, colours or begins a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import current_app
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from webapp.config import Settings
from webapp.storage import Storage, migrate

console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)


def say(line: str) -> None:
    """One line on the terminal."""
    console.print(plain(line))


def plural(number: int, one: str, many: str | None = None) -> str:
    """ "1 row", "12 rows": the terminal speaks English only."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def refusal(words: str) -> click.ClickException:
    """The error that ends a command with one line; to be raised."""
    return click.ClickException(plain(words))


def plain(text: str) -> str:
    """A text with its escape sequences, line breaks and unseen letters written out."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def storage() -> Storage:
    """The application's storage; a refusal when the database does not answer, or has another schema than this code."""
    found: Storage = current_app.extensions["storage"]
    if not found.is_ready():
        raise refusal("The database does not answer, or was not set up yet. If it is new, run: flask db upgrade")
    at, newest = migrate.current(settings().database_url)
    if at != newest:
        raise refusal(_other_schema(at or "none", newest or "none"))
    return found


def _other_schema(at: str, newest: str) -> str:
    said = f"The database has the schema {at}, and this version of the program works with {newest}."
    return f"{said} " + ("Run: flask db upgrade" if at < newest else "Run the newer version that the database is from.")


def settings() -> Settings:
    """The application's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


@contextmanager
def progress(title: str) -> Iterator[Any]:
    """A bar on a terminal, plain lines elsewhere; yields `move(done, total)`."""
    if not console.is_terminal:
        yield _lines(title)
        return
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total=None: bar.update(task, completed=done, total=total)


def _lines(title: str) -> Any:
    said = {"at": 0}

    def move(done: int, total: int | None = None) -> None:
        if done - said["at"] >= 5000 or done == total:
            said["at"] = done
            say(f"{title}: {done:,}" + (f" of {total:,}" if total else ""))

    return move
