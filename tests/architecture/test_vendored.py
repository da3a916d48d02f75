"""Other people's files are what they were when they were brought in, and each folder has its licence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(sums.parent for place in ("static", "tests") for sums in (ROOT / place).rglob("SHA256SUMS"))


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_vendored_files_match_their_sums(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    wanted = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    files = {file.name: file for file in folder.iterdir() if file.name != "SHA256SUMS"}
    assert {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()} == wanted


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_vendored_files_come_with_their_licence(folder: Path) -> None:
    assert [file for file in folder.iterdir() if file.name.startswith(("LICENSE", "OFL"))]


def test_every_vendored_folder_has_sums() -> None:
    vendored = {ROOT / "static" / "fonts"}
    for place in ("static/vendor", "tests/support/vendor"):
        vendored |= {folder for folder in (ROOT / place).iterdir() if folder.is_dir()}
    assert vendored == set(FOLDERS)
