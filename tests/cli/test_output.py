"""What other people wrote is text on a terminal: no escape sequence, no colour, no line of its own, and no crash."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.interchange.samples import SERVICE
from webapp import create_app
from webapp.cli import common
from webapp.config import Settings

ROOT = Path(__file__).parents[2]
HOSTILE = [
    "\x1b[2J\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://zq.example\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31m",
    "back\b\b\b\bzq",
    "one\r0 refused",
    "[/bold] [link=https://zq.example]zq[/link] [red]zq",
    "[/]",
    ":smile: zq",
    "\u202egnp.exe\u2066",
    "\u200bzq\ufeff",
    "line\u2028zq\x85zq\x0bzq",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"),
    "\\x1b[2J",
]


@pytest.fixture
def app(sqlite_template: object, tmp_path: Path) -> Iterator[Flask]:
    """The application with its own command line; what it prints is the same on every database."""
    url = sqlite_template.copy(tmp_path / "test.db")  # type: ignore[attr-defined]  # see tests/support/databases.py
    environ = {"WELLKEPT_DATABASE_URL": url, "WELLKEPT_INSTANCE": str(tmp_path / "instance")}
    made = create_app(Settings.from_environ(environ, ROOT))
    yield made
    made.extensions["storage"].dispose()


def faults(output: str) -> list[str]:
    """Every letter that a terminal would act upon, or that nobody sees."""
    return [
        f"{letter!r}"
        for letter in output
        if letter != "\n" and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_what_is_said_is_one_line_of_plain_text(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(common.console, "_file", out)
    monkeypatch.setattr(common.console, "_force_terminal", True)
    common.say(f"refused: {text}")
    assert faults(out.getvalue()) == []
    assert out.getvalue().count("\n") == 1
    if text.isprintable() and "\\x" not in text:
        assert out.getvalue() == f"refused: {text}\n"


def run(app: Flask, *arguments: str) -> Result:
    """A command's end; an error that is not told in words fails here."""
    done = app.test_cli_runner().invoke(args=list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), (arguments, done.exception)
    assert faults(done.output) == []
    return done


def test_no_file_acts_on_the_terminal(app: Flask, tmp_path: Path) -> None:
    mapping, data, lines = tmp_path / "m.toml", tmp_path / "main.csv", tmp_path / "services.ndjson"
    mapping.write_text(SERVICE + 'url = "{Url}"\nemail = "{Mail}"\n')
    given = ("import", str(data), "--format", "csv", "--mapping", str(mapping))
    said = [text.encode("utf-8", "surrogateescape") for text in HOSTILE]
    rows = [
        b"%d,%b,http://x,%b\n%d,Lunch,%b,a@b.example" % (2 * n, one, one, 2 * n + 1, one) for n, one in enumerate(said)
    ]
    data.write_bytes(b"\n".join([b"Id,Name,Url,Mail", *rows, *(b"900," + one for one in said)]))
    for options in ((*given, "--dry-run"), given, (*given, "--as-suggestions")):
        assert r"\x1b" in run(app, *options).output  # it is said what was refused, and read
    lines.write_bytes(b"\n".join(b'{"id": "%b", "name": "%b"}\n{%b' % (one, one, one) for one in said))
    run(app, "import", str(lines), "--format", "hsds-json", "--source", HOSTILE[0])
    run(app, "export", str(tmp_path / "out"), "--format", "csv")
    for command in (("doctor",), ("history", "verify"), ("reindex",)):
        run(app, *command)
    for one in said:
        data.write_bytes(b"Id,Name," + one + b"\n1,2,3\n")
        assert run(app, *given).exit_code == 1


def test_a_name_that_a_file_gives_away_is_no_colour(app: Flask) -> None:
    done = run(app, "user", "create", "a@b.example", "--name", "[/red]\x1b[31m", "--password", "seven-otters-hum")
    assert "a@b.example is volunteer." in done.output


def test_what_runs_beside_the_site_prints_no_line_of_the_library_that_migrates(app: Flask, tmp_path: Path) -> None:
    url = str(app.extensions["settings"].database_url)
    environ = {**os.environ, "WELLKEPT_DATABASE_URL": url, "WELLKEPT_INSTANCE": str(tmp_path / "instance")}
    command = [sys.executable, "-m", "flask", "worker", "--once"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert "delivered" in done.stdout
    assert "SQLiteImpl" not in done.stdout + done.stderr
