"""`flask import`, `flask export`, and the upkeep of a site's data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from webapp import clock
from webapp.cli.common import progress, refusal, say, settings, storage
from webapp.interchange.records import FormatError
from webapp.services import export as exports
from webapp.services import upkeep
from webapp.services.intake.files import FileImport, import_files
from webapp.services.intake.summary import LEFT_ALONE, Summary


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", required=True, type=click.Choice(["csv", "hsds-json", "oruk", "hsds-csv"]))
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="For csv: what is what.")
@click.option("--source", default="", help="The source's name, where the mapping gives none.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--as-suggestions", is_flag=True, help="Suggest everything, and let people decide.")
@with_appcontext
def import_(
    files: tuple[Path, ...], format_: str, mapping: Path | None, source: str, dry_run: bool, as_suggestions: bool
) -> None:
    """Read other people's data. Twice the same file changes nothing."""
    command = FileImport(files, format_, mapping, source, dry_run=dry_run, as_suggestions=as_suggestions)
    with progress("Reading") as move:
        try:
            summary = import_files(storage(), command, clock.now(), lambda so_far: move(so_far.read))
        except FormatError as error:
            raise refusal(str(error)) from error
    _say(summary)


def _say(summary: Summary) -> None:
    if summary.is_dry_run:
        say("Nothing was changed: this was a dry run.")
    say(
        f"{summary.source}: {summary.created:,} created, {summary.changed:,} changed, {summary.unchanged:,} unchanged,"
        f" {summary.refused:,} refused"
    )
    if summary.suggested or summary.waiting:
        say(
            f"{summary.suggested:,} suggested: {summary.offered:,} open for review, {summary.waiting:,} wait their turn"
        )
    for code, count in summary.left_alone.items():
        say(f"  {count:,} left alone: {LEFT_ALONE.get(code, code)}")
    if summary.missing:
        say(f"  {summary.missing:,} known from before are not in it any more; they stay as they are")
    _say_remarks("kept, but look at them", summary.doubts)
    _say_remarks("kept out", summary.kept_out)
    for refused in summary.refused_examples:
        say(f"  refused, line {refused.row}: {refused.reason}")
    if summary.refused:
        say("  Every refused row is in the file that ends in .refused.csv, with its reason.")


def _say_remarks(title: str, remarks: Any) -> None:
    for remark in remarks:
        first = remark.examples[0] if remark.examples else None
        example = f" (for example “{first.value}” in line {first.row})" if first is not None else ""
        say(f"  {remark.count:,} {title}: {remark.words}{example}")


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--format", "format_", required=True, type=click.Choice(sorted(exports.FORMATS)))
@with_appcontext
def export(folder: Path, format_: str) -> None:
    """Write the whole directory; importing it elsewhere gives the same documents."""
    with progress("Writing") as move:
        counts = exports.run(storage(), folder, format_, lambda done, total: move(done, total))
    for name, count in counts.items():
        say(f"{count:,} {name.replace('_', ' ')}")


# -- upkeep -----------------------------------------------------------------------------------------------


@click.command("reindex")
@with_appcontext
def reindex() -> None:
    """Make the search index and the stored HTML anew."""
    with progress("Indexing") as move:
        done = upkeep.reindex(storage(), clock.now(), lambda _what, count: move(count))
    say(f"{done.records:,} records and {done.comments:,} comments done.")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Copy the database into a file, while the site runs."""
    _fit(lambda: upkeep.backup(storage(), file))
    say(f"Kept in {file}.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Put a backup in the place of a database that is not there, then look it over."""
    done = _fit(lambda: upkeep.restore(file, settings().database_url, clock.now()))
    say(f"{done.records:,} records are back, {len(done.breaches)} faults found.")
    say("Redactions that were made since the backup must be made again.")


@click.command("copy-to")
@click.argument("url")
@with_appcontext
def copy_to(url: str) -> None:
    """Copy everything to another, empty database, and compare. Stop the site first."""
    with progress("Copying") as move:
        done = _fit(lambda: upkeep.copy_to(storage(), url, clock.now(), lambda _what, count: move(count)))
    say(f"{done.rows:,} rows copied, {len(done.breaches)} faults found.")


def _fit(work: Any) -> Any:
    try:
        return work()
    except upkeep.Unfit as error:
        raise refusal(str(error)) from error


commands: tuple[click.Command, ...] = (import_, export, reindex, backup, restore, copy_to)
