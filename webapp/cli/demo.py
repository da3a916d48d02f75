"""`flask demo`: the demo community, made by calling the services with a moving clock."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from webapp import clock
from webapp.cli.common import progress, refusal, say, settings, storage
from webapp.demo.play import play
from webapp.domain.roles import ROLE_NAMES
from webapp.services.demo import NotEmpty
from webapp.storage.queries import demo as queries


@click.command("demo")
@click.option("--force", is_flag=True, help="Also where there are records or people already.")
@click.option("--if-empty", is_flag=True, help="Load it only into an empty database; say the sign-ins in any case.")
@with_appcontext
def demo(force: bool, if_empty: bool) -> None:
    """Load the demo community and say how to sign in."""
    if if_empty and not settings().demo:
        say("To begin: .venv/bin/flask user create you@example.org --role administrator")
        return
    with progress("Loading the demo community") as move:
        try:
            summary = play(storage(), clock.now(), lambda _what, done, total: move(done, total), force=force)
            for refused in summary.refused:
                say(f"Not done, since the rules here are others: {refused}")
        except NotEmpty as error:
            if not if_empty:
                raise refusal(_words(error)) from error
            if error.code == "demo_half_loaded":
                raise refusal(_words(error)) from error
    _say_sign_ins()


def _words(error: NotEmpty) -> str:
    return {
        "demo_there": "The demo community is there already.",
        "demo_half_loaded": "The demo was loaded halfway and then stopped."
        " Remove the database file in instance/ and load it again.",
    }.get(error.code, "This database is not empty, so the demo was not loaded. Say --force to load it all the same.")


def _say_sign_ins() -> None:
    with storage().read() as connection:
        people = queries.sign_ins(connection)
    if people:
        say("Sign in with one click at /account/sign-in, for example as:")
    for person in people:
        say(f"  {person.name}, {ROLE_NAMES[person.role]}")


commands: tuple[click.Command, ...] = (demo,)
