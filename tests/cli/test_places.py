"""`flask places load`: what is told of what was loaded, left out and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.cli.test_output import HOSTILE, app, run
from tests.gazetteer.directories import CODE_POINT, DIRECTORY, NAMES, written
from webapp.cli import places
from webapp.gazetteer import exact, of_postcode

__all__ = ["app"]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """No other test asks this one's file."""
    yield
    exact.use(None)


def test_it_tells_what_it_did_and_the_second_time_that_it_did_nothing(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path, "one.csv", CODE_POINT + "EH6,10,1,2\n")
    done = run(app, "places", "load", str(file))
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "3 postcodes added, 0 changed.",
        "  left out: 1 row that has no place",
        "  left out: 1 row in which something is wrong",
        "    one.csv, line 5: not a full postcode",
        "3 postcodes known now, in 0.0 MB. They count from the next search on.",
    ]
    again = run(app, "places", "load", str(file))
    assert "Nothing was changed: what the files say is there already." in again.output
    assert (found := of_postcode("G33 4RZ")) is not None
    assert found.scale == "postcode"


def test_it_says_where_the_names_of_councils_are_missing(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path, "one.csv", DIRECTORY)
    assert "4 of 4 council areas have no name that is known here" in run(app, "places", "load", str(file)).output
    done = run(app, "places", "load", str(written(tmp_path, "names.csv", NAMES)))
    assert "3 council areas got another name." in done.output


def test_what_can_not_be_loaded_is_refused_in_a_line(app: Flask, tmp_path: Path) -> None:
    done = run(app, "places", "load", str(written(tmp_path, "one.txt", CODE_POINT)))
    assert done.exit_code == 1
    assert done.output.startswith("Error: Nothing was changed. one.txt is neither")


def test_whoever_stops_it_is_told_how_to_go_on(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(places, "load", stopped)
    done = run(app, "places", "load", str(written(tmp_path, "one.csv", CODE_POINT)))
    assert done.exit_code == 1
    assert "The same command goes on from here." in done.output


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_file_acts_on_the_terminal(text: str, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    lines = f"{CODE_POINT}{text},10,1,2\nEH6 6AA,{text},1,2\nEH6 6AA,10,{text},{text}\n"
    file.write_bytes(lines.encode("utf-8", "surrogateescape"))
    run(app, "places", "load", str(file))  # fails for a letter that a terminal acts upon
    named = tmp_path / f"{text.replace('/', '')}.csv".encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    named.write_text(CODE_POINT + "EH6,10,1,2\n")
    run(app, "places", "load", str(named))
