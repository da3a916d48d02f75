"""What the bench keeps: each part by itself, and none that was measured at other sizes than the bench's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench.report import Figure


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where figures are kept; each part finds one, and nothing is measured."""
    file = tmp_path / "results.json"
    monkeypatch.setattr(bench, "RESULTS", file)
    monkeypatch.setattr(bench, "_run", lambda options: None)
    monkeypatch.setattr(bench, "CASES", {name: lambda run: [Figure("vote", "counts", 1, 0.5)] for name in bench.CASES})
    return file


def test_a_part_takes_the_place_of_what_it_found_before_and_of_nothing_else(results: Path) -> None:
    bench.main([])
    before = json.loads(results.read_text())
    assert set(before) == set(bench.CASES)
    results.write_text(json.dumps({**before, "votes": {"figures": []}, "saves": {"figures": ["as it was"]}}))
    bench.main(["--only", "votes"])
    after = json.loads(results.read_text())
    assert [figure["ratio"] for figure in after["votes"]["figures"]] == [0.5]
    assert after["saves"] == {"figures": ["as it was"]}


def test_what_was_measured_at_other_sizes_is_printed_only(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(["--records", "1000"])
    bench.main(["--desk-open", "10", "--only", "desk"])
    assert not results.exists()
    assert "0.50" in capsys.readouterr().out
