"""`flask worker`, `doctor`, `history verify` and the upkeep of a site."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from webapp import clock
from webapp.cli.common import say, settings, storage
from webapp.jobs import worker as jobs
from webapp.jobs.mail import environment
from webapp.services import doctor as doctors

history = AppGroup("history", help="The hash chain.")


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@with_appcontext
def worker(once: bool) -> None:
    """Deliver the outbox and settle what is due, until told to stop."""
    templates = environment(Path(__file__).resolve().parents[2] / "templates")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # what it reads of the database's version is no news here
    stop = jobs.stop_on_signals()
    if not once:
        jobs.run(storage(), settings(), templates, stop)
        return
    done = jobs.once(storage(), settings(), templates, clock.now(), stop=stop)
    say(f"{done.settled} changes judged, {done.delivered} things delivered, {done.failed} put off.")
    sys.exit(1 if done.failed else 0)


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Check every invariant; exit 1 and a line for each breach."""
    _report(doctors.doctor(storage()), as_json, "Everything is as it should be.")


@history.command("verify")
def verify() -> None:
    """Check the hash chain of every record."""
    _report(doctors.verify(storage()), False, "Every chain verifies.")


def _report(breaches: list[Any], as_json: bool, fine: str) -> None:
    if as_json:
        click.echo(json.dumps([{"code": b.code, "words": b.words, "where": b.where} for b in breaches]))
    else:
        for breach in breaches:
            say(f"{breach.code}: {breach.words} ({breach.where})")
        say(fine if not breaches else f"{len(breaches)} found.")
    sys.exit(1 if breaches else 0)


commands: tuple[click.Command, ...] = (worker, doctor, history)
