"""Each test of full postcodes has a site of its own that asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.gazetteer import exact


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """Where the site keeps its full postcodes."""
    folder = tmp_path / "instance #1"
    folder.mkdir()
    exact.use(folder / "places.db")
    yield folder / "places.db"
    exact.use(None)
