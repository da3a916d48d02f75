"""`flask policy`: the rules in a file, what they would have made of the past, and of a year that is only played."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from webapp import clock
from webapp.cli.common import plural, progress, refusal, say, storage
from webapp.domain.errors import Refused
from webapp.domain.policy import DEFAULT, Policy, from_data, to_data
from webapp.domain.replay import Compared, compare
from webapp.domain.simulate import ASSUMPTIONS, Knobs, Result, Year, meanings, modes_of, out_of_bounds, pasts_of
from webapp.services.judge import all_policies
from webapp.services.replay import Asked, replay_policy
from webapp.web.policy_words import problem_words
from webapp.web.replay_words import assumptions, lines

policy = AppGroup("policy", help="The rules as data.")
MOST_BYTES = 100_000
MOST_DAYS = 36_600
STEP = 250  # changes between two looks at the progress bar
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


# -- which rules ------------------------------------------------------------------------------------------


def chosen(file: Path | None, version: int | None) -> tuple[str, Policy]:
    """The rules that a command is asked about, and their name: a file's, a version's, or the newest."""
    with storage().read() as connection:
        kept = all_policies(connection) or {DEFAULT.version: DEFAULT}
    newest = kept[max(kept)]
    if file is not None:
        return file.name, draft_in(file, kept.get(version, newest) if version else newest)
    if version is not None and version not in kept:
        raise refusal(f"There is no version {version}. The newest is {newest.version}.")
    return f"version {version or newest.version}", kept[version] if version else newest


def draft_in(file: Path, base: Policy) -> Policy:
    """The rules of a file that says what should be otherwise than in `base`; a refusal when they can't be."""
    if file.stat().st_size > MOST_BYTES:
        raise refusal(f"{file} is too large. Rules take a few thousand bytes.")
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
        return from_data({**_over(to_data(base), read), "version": base.version + 1})
    except UnicodeDecodeError as error:
        raise refusal(f"{file} is not text in UTF-8. Save it as that.") from error
    except tomllib.TOMLDecodeError as error:
        raise refusal(f"{file} is not TOML: {error}") from error
    except Refused as refused:
        told = [f"{problem.where}: {problem_words(problem)}" for problem in refused.problems]
        raise refusal(" ".join([f"{file}: these rules can't be.", *told])) from refused


def _over(base: Mapping[str, Any], read: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of `base` with what was read put over them; names that it does not know stay, to be refused."""
    merged = dict(base)
    for name, value in read.items():
        under = base.get(name)
        both_tables = isinstance(under, Mapping) and isinstance(value, Mapping)
        merged[name] = _over(under, value) if both_tables else value  # type: ignore[arg-type]  # both are tables
    return merged


@policy.command("show")
@click.option("--version", type=int, help="Which version; by default the newest.")
def show(version: int | None) -> None:
    """Print the rules as TOML, to be changed in a file and handed to replay or simulate."""
    _, found = chosen(None, version)
    _print_table(to_data(found), "")


def _print_table(table: Mapping[str, Any], where: str) -> None:
    if where:
        say(f"[{where}]")
    for name, value in table.items():
        if not isinstance(value, Mapping) and name != "version":
            say(f"{name} = {_toml(value)}")
    for name, value in table.items():
        if isinstance(value, Mapping):
            _print_table(value, f"{where}.{name}" if where else name)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


# -- the past ---------------------------------------------------------------------------------------------


@policy.command("replay")
@click.argument("file", type=FILE, required=False)
@click.option("--version", type=int, help="A version that was written, in place of a file.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Changes suggested since that day.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=90, show_default=True, help="Or so many days.")
def replay(file: Path | None, version: int | None, since: datetime | None, days: int) -> None:
    """Say what other rules would have made of past changes. FILE says in TOML what should be otherwise."""
    name, wanted = chosen(file, version)
    now = clock.now()
    if since is not None:
        days = min(max((now - since.replace(tzinfo=UTC)).days + 1, 1), MOST_DAYS)
    with progress("Replaying") as move, storage().read() as connection:
        found = replay_policy(connection, wanted, Asked(days), now, _seldom(move))
    _say_replay(name, found, days)


def _say_replay(name: str, found: Compared, days: int) -> None:
    say(f"{plural(found.changes, 'change')} of the last {plural(days, 'day')}, judged again by {name}:")
    for line in lines(found):
        if line.count:
            say(f"  {line.count:>9,}  {line.what}." + (f" {line.more}" if line.more else ""))
    say("What a replay can't know:")
    for words in assumptions():
        say(f"  - {words}")


def _seldom(move: Callable[..., object], total: int | None = None) -> Callable[[int], None]:
    """Tell the progress bar now and then: it costs more than a judgement."""

    def moved(done: int) -> None:
        if done % STEP == 0 or done == total:
            move(done, total)

    return moved


# -- a year that is only played ---------------------------------------------------------------------------


def _with_knobs(command: Callable[..., None]) -> Callable[..., None]:
    for name, default, meaning in reversed(list(meanings())):
        option = click.option(f"--{name.replace('_', '-')}", type=type(default), default=default, show_default=True,
                              help=f"{meaning[:1].upper()}{meaning[1:]}.")  # fmt: skip
        command = option(command)
    return command


@policy.command("simulate")
@click.argument("file", type=FILE, required=False)
@click.option("--version", type=int, help="A version that was written, in place of a file.")
@click.option("--against", type=FILE, help="Play the same year under the rules of this file, too.")
@click.option("--replay", "is_replayed", is_flag=True, help="Judge the votes of the first year again, too.")
@_with_knobs
def play(file: Path | None, version: int | None, against: Path | None, is_replayed: bool, **given: Any) -> None:
    """Play a year of a community against the rules, or against two, and say what came of it."""
    knobs = Knobs(**given)
    wrong = out_of_bounds(knobs)
    if wrong:
        raise refusal(" ".join(["Such a community can't be.", *wrong]))
    asked = [chosen(file, version), *([chosen(against, None)] if against else [])]
    if is_replayed and not against:
        raise refusal("--replay judges again by the rules of --against FILE. Name them.")
    years = [(name, _played(name, knobs, wanted, keeps=is_replayed)) for name, wanted in asked]
    _say_year(knobs, [(name, year.result) for name, year in years])
    if is_replayed:
        _replay_year(years[0][1], *asked[1], days=knobs.days)


def _played(name: str, knobs: Knobs, wanted: Policy, *, keeps: bool) -> Year:
    with progress(f"Playing {name}") as move:
        year = Year(knobs, wanted, _seldom(move, knobs.changes), keeps=keeps)
        year.play()
    return year


def _replay_year(year: Year, name: str, other: Policy, *, days: int) -> None:
    with progress("Replaying") as move:
        told = _seldom(move, len(year.changes))
        found = compare(pasts_of(year), lambda _: year.policy, other, modes_of(year), year.end, told)
    _say_replay(name, found, days)


def _say_year(knobs: Knobs, results: list[tuple[str, Result]]) -> None:
    say(f"{plural(knobs.people, 'person', 'people')}, {plural(knobs.changes, 'change')}, {plural(knobs.days, 'day')}, "
        f"seed {knobs.seed}.")  # fmt: skip
    say(_row("", [name for name, _ in results]))
    for what, told in ROWS:
        say(_row(what, [told(result) for _, result in results]))
    moved = [f"{name.replace('_', '-')} {getattr(knobs, name)}" for name, _default, _meaning in meanings()]
    say(f"Knobs: {', '.join(moved)}.")
    say("What this takes for granted:")
    for words in ASSUMPTIONS:
        say(f"  - {words}")


def _row(what: str, values: list[str]) -> str:
    return f"{what:<46}" + "".join(f"{value[:24]:>26}" for value in values)


ROWS: tuple[tuple[str, Callable[[Result], str]], ...] = (
    ("hours to a decision, half of all", lambda r: f"{r.median:,.1f}"),
    ("hours to a decision, nine in ten", lambda r: f"{r.nine_tenths:,.1f}"),
    ("suggested", lambda r: f"{r.suggested:,}"),
    ("held back, since their authors were paused", lambda r: f"{r.held_back:,}"),
    ("applied", lambda r: f"{r.applied:,}"),
    ("rejected", lambda r: f"{r.rejected:,}"),
    ("expired", lambda r: f"{r.expired:,}"),
    ("escalated", lambda r: f"{r.escalated:,}"),
    ("decided by moderators", lambda r: f"{r.by_moderators:,}"),
    ("wrong changes suggested", lambda r: f"{r.wrong:,}"),
    ("wrong changes that applied", lambda r: f"{r.wrong_applied:,}"),
    ("  of sock-puppets", lambda r: f"{r.wrong_by_puppets:,}"),
    ("  of vandals", lambda r: f"{r.wrong_by_vandals:,}"),
    ("share of what applied that was wrong", lambda r: f"{100 * r.wrong_share:.2f} %"),
    ("harm: hours that wrong values stood", lambda r: f"{r.harm_hours:,.0f}"),
    ("right changes rejected or expired", lambda r: f"{r.right_lost:,}"),
    ("backlog at the end", lambda r: f"{r.backlog:,}"),
    ("most open at once", lambda r: f"{r.most_open:,}"),
    ("days with the rules for few people", lambda r: f"{r.days_reduced:,}"),
    ("votes", lambda r: f"{r.votes:,}"),
    ("judgements", lambda r: f"{r.decisions:,}"),
)
commands: tuple[click.Command, ...] = (policy,)
