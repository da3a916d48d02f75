"""The page about the rules names what the commands print, and every assumption that they make."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp.domain.simulate import ASSUMPTIONS

TEXT = " ".join((Path(__file__).parents[2] / "docs/policy.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("words", ASSUMPTIONS)
def test_every_assumption_of_a_simulation_is_documented(words: str) -> None:
    assert words.partition(": nobody earns")[0].rstrip(".") in TEXT


@pytest.mark.parametrize("command", ["policy show", "policy replay", "policy simulate"])
def test_every_command_is_documented(command: str) -> None:
    assert f".venv/bin/flask {command}" in TEXT
