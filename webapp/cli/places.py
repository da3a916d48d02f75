"""`flask places load`: full postcodes, for whoever wants them, from the directories that are published of them."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from webapp.cli.common import plural, progress, refusal, say, settings
from webapp.gazetteer.loaded import Loaded, NotLoaded
from webapp.gazetteer.loading import load

places = AppGroup("places", help="Where postcodes are.")
LEFT_OUT = {
    "nowhere": ("has no place", "have no place"),
    "ended": ("is no postcode any more", "are no postcodes any more"),
    "no council": ("names what is no council area", "name what is no council area"),
}


@places.command("load")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_(files: tuple[Path, ...]) -> None:
    """Add full postcodes: Code-Point Open, or a directory with council areas. Twice the same files change nothing.

    FILES are .csv or .csv.gz files, or archives of them (.zip, .whl). Once stopped, the same command goes on.
    """
    with progress("Reading") as move:
        try:
            done = load(files, settings().places, move)
        except NotLoaded as error:
            raise refusal(f"Nothing was changed. {error}") from error
        except KeyboardInterrupt:
            raise refusal("Stopped, and nothing was changed. The same command goes on from here.") from None
    _say(done)


def _say(done: Loaded) -> None:
    if done.gone_on_from:
        say(f"Went on where the last run had stopped, after {done.gone_on_from:,} rows.")
    if done.has_changed:
        say(f"{plural(done.added, 'postcode')} added, {done.moved:,} changed.")
    else:
        say("Nothing was changed: what the files say is there already.")
    if done.renamed:
        say(f"{plural(done.renamed, 'council area')} got another name.")
    _say_left_out(done)
    if done.unknown:
        say(f"  {done.unknown:,} of {plural(done.areas, 'council area')} have no name that is known here.")
        say("  There the area is worked out from places nearby. Load the file of their names, too.")
    say(f"{plural(done.total, 'postcode')} known now, in {done.size / 1e6:.1f} MB. They count from the next search on.")


def _say_left_out(done: Loaded) -> None:
    for why, count in done.tally.left_out.items():
        say(f"  left out: {plural(count, 'row')} that {LEFT_OUT[why][count > 1]}")
    if done.tally.wrong:
        say(f"  left out: {plural(done.tally.wrong, 'row')} in which something is wrong")
    for example in done.tally.examples:
        say(f"    {example}")


commands: tuple[click.Command, ...] = (places,)
