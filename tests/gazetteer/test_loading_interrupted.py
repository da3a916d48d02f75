"""Whatever stops the loading of postcodes, the file that was there stays whole, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gazetteer.directories import CODE_POINT, found, loaded, written
from webapp.gazetteer import loading
from webapp.gazetteer.loaded import NotLoaded
from webapp.gazetteer.loading import draft_of, load

ROOT = Path(__file__).parents[2]


class Stop(BaseException):
    """As Ctrl-C."""


def test_a_run_that_was_stopped_goes_on_where_it_was(
    target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH", 2)
    file = written(tmp_path, "one.csv", CODE_POINT + "no,10,1,2\n")

    def stop(count: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        load([file], target, stop)
    assert not target.exists()
    assert found("G33 4RZ").is_wider
    seen: list[int] = []
    done = load([file], target, seen.append)
    assert (done.gone_on_from, seen, done.total, done.tally.read, done.tally.wrong) == (2, [4, 5], 3, 5, 1)
    assert not draft_of(target).exists()


def test_a_draft_of_other_files_is_thrown_away(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "BATCH", 1)

    def stop(count: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        load([written(tmp_path, "one.csv", CODE_POINT)], target, stop)
    done = loaded(target, written(tmp_path, "two.csv", "KY15 4AA,10,337400,714400\n"))
    assert (done.gone_on_from, done.total) == (0, 1)


def test_what_is_no_draft_is_thrown_away(target: Path, tmp_path: Path) -> None:
    draft_of(target).write_bytes(b"torn" * 5000)
    assert loaded(target, written(tmp_path, "one.csv", CODE_POINT)).total == 3


def test_two_at_once_do_not_disturb_each_other(target: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "one.csv", CODE_POINT)
    said: list[str] = []

    def meanwhile(count: int) -> None:
        with pytest.raises(NotLoaded) as refused:
            loaded(target, file)
        said.append(str(refused.value))

    assert load([file], target, meanwhile).total == 3
    assert said == ["Somebody else is loading postcodes just now."]


def test_a_process_that_is_killed_leaves_the_file_as_it_was(target: Path, tmp_path: Path) -> None:
    loaded(target, written(tmp_path, "one.csv", CODE_POINT))
    before = target.read_bytes()
    units = (f"{n // 676}{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}" for n in range(5000))
    many = "".join(f"EH1 {unit},10,326812,676300\n" for unit in units)
    file = written(tmp_path, "many.csv", many)
    program = (
        "import os, signal, sys; from pathlib import Path; from webapp.gazetteer import loading;"
        "loading.BATCH = 500;"
        "loading.load([Path(sys.argv[1])], Path(sys.argv[2]),"
        " lambda count: os.kill(os.getpid(), signal.SIGKILL) if count >= 2000 else None)"
    )
    killed = subprocess.run([sys.executable, "-c", program, file, target], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert target.read_bytes() == before
    assert found("EH6 6AA").scale == "postcode"
    done = loaded(target, file)
    assert done.gone_on_from == 2000
    assert done.tally.read == 5000
    assert found("EH1 0AA").scale == "postcode"


def test_another_file_in_its_place_is_asked_at_once(target: Path, tmp_path: Path) -> None:
    loaded(target, written(tmp_path, "one.csv", CODE_POINT))
    assert found("EH6 6AB").is_wider
    loaded(target, written(tmp_path, "two.csv", "EH6 6AB,10,326812,676300\n"))
    assert not found("EH6 6AB").is_wider
    target.unlink()
    assert found("EH6 6AB").is_wider


def test_a_child_process_opens_the_file_for_itself(target: Path, tmp_path: Path) -> None:
    loaded(target, written(tmp_path, "one.csv", CODE_POINT))
    assert not found("EH6 6AA").is_wider
    child = os.fork()
    if not child:
        os._exit(0 if not found("EH6 6AA").is_wider else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert not found("EH6 6AA").is_wider
