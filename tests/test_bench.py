"""What the bench keeps: only a run of everything is a result that the documentation can speak of."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import __main__ as bench


@pytest.mark.parametrize(
    ("asked", "is_kept"), [([], True), (["--only", "votes"], False), (["--records", "1000"], False)]
)
def test_a_part_never_takes_the_place_of_all_that_was_measured(
    asked: list[str], is_kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = tmp_path / "results.json"
    monkeypatch.setattr(bench, "RESULTS", results)
    monkeypatch.setattr(bench, "_run", lambda options: None)
    monkeypatch.setattr(bench, "_measure", lambda run, only: [])
    bench.main(asked)
    assert results.exists() is is_kept
