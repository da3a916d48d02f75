"""Every test of a service gets a world on a fresh database of each kind."""

from __future__ import annotations

import pytest

from tests.services.redacting import leak
from tests.support.world import World
from webapp.storage import Storage


@pytest.fixture
def world(storage: Storage) -> World:
    """A world with the full rules in force."""
    made = World(storage)
    made.full_rules()
    return made


@pytest.fixture
def leaky(world: World) -> World:
    """A world in which one telephone number has got into everything that people can write."""
    return leak(world)
