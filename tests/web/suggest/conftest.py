"""Tests of the forms that suggest get a town with something to suggest about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.suggest.suggesting import Town
from webapp import clock
from webapp.storage import Storage


@pytest.fixture
def town(storage: Storage, tmp_path: Path) -> Iterator[Town]:
    """The town at its own time."""
    made = Town(storage, tmp_path)
    with clock.fixed(made.world.now):
        yield made
