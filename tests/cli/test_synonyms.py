"""`flask synonyms`: what is added, what was there already, what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.cli.test_output import HOSTILE, app, run
from webapp.cli import synonyms as command
from webapp.demo.content import FOLDER
from webapp.services import synonyms as services
from webapp.storage.queries.synonyms import all_groups

__all__ = ["app"]


def kept(app: Flask) -> list[tuple[str, ...]]:
    with app.extensions["storage"].read() as connection:
        return [group.phrases for group in all_groups(connection)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "words.txt"


def test_the_second_time_nothing_is_changed(app: Flask) -> None:
    first = run(app, "synonyms", str(FOLDER / "synonyms.txt"))
    count = len(kept(app))
    assert first.output == f"{count} groups added, 0 there already, 0 left alone.\n"
    second = run(app, "synonyms", str(FOLDER / "synonyms.txt"))
    assert second.output == f"Nothing was changed: what the file says is there already ({count} groups).\n"
    assert len(kept(app)) == count >= 40
    assert first.exit_code == second.exit_code == 0


def test_a_group_that_meets_another_is_left_alone_and_said_so(app: Flask, file: Path) -> None:
    file.write_text("chemist, pharmacy\n")
    run(app, "synonyms", str(file))
    file.write_text("# mine\nchemist, drug store\ngp, doctor\n")
    done = run(app, "synonyms", str(file))
    assert done.output.splitlines() == [
        "1 group added, 0 there already, 1 left alone.",
        "  left alone: chemist, drug store (there is: chemist, pharmacy)",
    ]
    assert kept(app) == [("chemist", "pharmacy"), ("gp", "doctor")]


def test_a_wrong_line_is_named_and_nothing_changed(app: Flask, file: Path) -> None:
    file.write_text("gp, doctor\nchemist\n" + "&, a b\n" * 9)
    done = run(app, "synonyms", str(file))
    assert done.exit_code == 1
    assert done.output.startswith("Error: Nothing was changed. line 2: Give at least two phrases.")
    assert "line 3: There is no word to look for in “&”." in done.output
    assert "line 7" not in done.output
    assert done.output.endswith("And 5 more like these.\n")
    assert kept(app) == []


def test_what_is_no_text_or_too_much_of_it_is_refused_in_a_line(
    app: Flask, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_bytes(b"caf\xe9, coffee\n")
    assert "is not text in UTF-8" in run(app, "synonyms", str(file)).output
    file.write_text("a" * (command.MOST_BYTES + 1))
    assert "is too large" in run(app, "synonyms", str(file)).output
    file.write_text("gp, doctor\nchemist, pharmacy")
    monkeypatch.setattr(services, "MOST_GROUPS", 1)
    assert "There are 1 groups already" in run(app, "synonyms", str(file)).output
    assert kept(app) == []


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_file_acts_on_the_terminal(text: str, app: Flask, file: Path) -> None:
    file.write_bytes(f"gp, doctor {text}\nx {text}, doctor {text}\n".encode("utf-8", "surrogateescape"))
    run(app, "synonyms", str(file))  # fails for a letter that a terminal acts upon
    run(app, "synonyms", str(file))
