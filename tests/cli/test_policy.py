"""`flask policy`: rules go through a file, are replayed on the past, and are played for a year."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.cli.test_output import app, faults, run
from tests.services.test_policy import described
from tests.support.world import World
from webapp import clock
from webapp.cli.policy import draft_in
from webapp.domain.policy import DEFAULT
from webapp.domain.simulate import ASSUMPTIONS, meanings
from webapp.web.replay_words import assumptions

__all__ = ["app"]
SMALL = ("--people", "60", "--changes", "300", "--days", "30", "--puppets", "4")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "quick.toml"


def test_the_rules_that_are_shown_are_read_again_as_the_same(app: Flask, file: Path) -> None:
    file.write_text(run(app, "policy", "show").output)
    assert 'earliest = "24h"' in file.read_text()
    assert draft_in(file, DEFAULT) == replace(DEFAULT, version=2)


def test_a_file_says_only_what_should_be_otherwise(file: Path) -> None:
    file.write_text("contested_margin = 2\n[rules.low]\nthreshold = 1\n")
    low = replace(DEFAULT.rules.low, threshold=1)
    assert draft_in(file, DEFAULT) == replace(
        DEFAULT, version=2, contested_margin=2, rules=replace(DEFAULT.rules, low=low)
    )


def test_a_replay_says_by_how_many_hours_and_what_it_cannot_know(app: Flask, file: Path) -> None:
    file.write_text("[rules.low]\nthreshold = 1\n")
    world = World(app.extensions["storage"])
    world.full_rules()
    change = described(world)
    world.approve(change, "rita")
    world.passes(hours=14)
    world.approve(change, "rob")
    with clock.fixed(world.now):
        done = run(app, "policy", "replay", str(file))
        since = run(app, "policy", "replay", str(file), "--since", f"{world.now:%Y-%m-%d}")
    assert done.exit_code == 0
    told = done.output.splitlines()
    assert "1 change of the last 90 days, judged again by quick.toml:" in told
    assert "          1  Would have applied earlier. Half of them by 14 hours or more, one in ten by 14 or more." in (
        told[told.index("1 change of the last 90 days, judged again by quick.toml:") + 1]
    )
    assert all(f"  - {words}" in told for words in assumptions())
    assert faults(done.output) == []
    assert "1 change of the last 1 day" in since.output


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[rules.low]\nthreshold = 0\n", "rules.low.threshold: From one to 50. With none everything would apply"),
        ("[rules.low]\nthreshold = 'two'\n", "rules.low.threshold: Type a whole number."),
        ("[rules.medium]\nthreshold = 2\n", "rules.medium: There is no such rule."),
        ("expire_after = '1w'\n", "expire_after: Type a whole number, and choose minutes, hours or days."),
        ("rules = 3\n", "rules: This is a table of several rules."),
        ("[rules.low\n", "is not TOML"),
    ],
)
def test_a_file_that_holds_no_rules_is_refused_in_one_line(app: Flask, file: Path, text: str, words: str) -> None:
    file.write_text(text)
    for command in (("replay", str(file)), ("simulate", str(file), *SMALL)):
        done = run(app, "policy", *command)
        assert done.exit_code == 1
        assert words in done.output


def test_a_version_that_there_is_not_is_refused(app: Flask) -> None:
    done = run(app, "policy", "replay", "--version", "7")
    assert (done.exit_code, "There is no version 7. The newest is 1." in done.output) == (1, True)


def test_a_year_is_told_with_all_its_knobs_and_assumptions(app: Flask, file: Path) -> None:
    file.write_text("[rules.low]\nthreshold = 1\n[reduced.low]\nthreshold = 1\n")
    done = run(app, "policy", "simulate", "--against", str(file), *SMALL)
    assert done.exit_code == 0, done.output
    told = done.output
    for words in (*ASSUMPTIONS, "hours to a decision, nine in ten", "wrong changes that applied", "backlog at the end"):
        assert words in told
    for name, _default, _meaning in meanings():
        assert name.replace("_", "-") in told
    heads = next(line for line in told.splitlines() if "quick.toml" in line and "version 1" in line)
    assert heads.split() == ["version", "1", "quick.toml"]
    assert "judged again" not in told
    replayed = run(app, "policy", "simulate", "--against", str(file), "--replay", *SMALL).output
    assert "of the last 30 days, judged again by quick.toml:" in replayed
    assert "Would have applied earlier" in replayed
    assert run(app, "policy", "simulate", "--replay", *SMALL).exit_code == 1
    again = run(app, "policy", "simulate", "--against", str(file), *SMALL)
    assert again.output == told


def test_every_knob_is_an_option_with_its_default(app: Flask) -> None:
    told = " ".join(run(app, "policy", "simulate", "--help").output.split())
    for name, default, _meaning in meanings():
        assert f"--{name.replace('_', '-')}" in told
        assert f"[default: {default}" in told


def test_a_community_that_cannot_be_is_refused(app: Flask) -> None:
    done = run(app, "policy", "simulate", "--people", "1", "--reviewers", "1.5")
    assert done.exit_code == 1
    assert "people: from 2 to 20,000" in done.output
    assert "reviewers: from 0 to 1" in done.output
