"""`flask synonyms`: the phrases that find the same, from a file; afterwards moderators keep them on their own page."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp import clock
from webapp.cli.common import plural, refusal, say, storage
from webapp.domain.errors import NotEligible, Refused
from webapp.domain.synonyms import groups_in, said
from webapp.services.synonyms import Loaded, load_synonyms
from webapp.web.synonyms import problem_words
from webapp.web.wording import refusal_words

MOST_BYTES = 200_000  # more groups than there can be
MOST_TOLD = 5


@click.command("synonyms")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def synonyms(file: Path) -> None:
    """Add groups of phrases that find the same: a group a line, commas between. Twice the same file changes nothing."""
    if file.stat().st_size > MOST_BYTES:
        raise refusal(f"{file} is too large. It has at most {MOST_BYTES:,} bytes: one group a line.")
    try:
        groups = groups_in(file.read_text(encoding="utf-8"))
        _say(load_synonyms(storage(), groups, clock.now()))
    except UnicodeDecodeError as error:
        raise refusal(f"{file} is not text in UTF-8. Save it as that.") from error
    except Refused as refused:
        raise refusal(_wrong(refused)) from refused
    except NotEligible as error:
        raise refusal(refusal_words(error)) from error


def _wrong(refused: Refused) -> str:
    told = [f"{problem.where}: {problem_words(problem)}" for problem in refused.problems[:MOST_TOLD]]
    more = len(refused.problems) - len(told)
    return " ".join(["Nothing was changed.", *told, *([f"And {more} more like these."] if more else [])])


def _say(done: Loaded) -> None:
    if not (done.added or done.left_alone):
        say(f"Nothing was changed: what the file says is there already ({plural(done.unchanged, 'group')}).")
        return
    say(f"{plural(done.added, 'group')} added, {done.unchanged} there already, {len(done.left_alone)} left alone.")
    for phrases, present in done.left_alone:
        say(f"  left alone: {said(phrases)} (there is: {said(present)})")


commands: tuple[click.Command, ...] = (synonyms,)
