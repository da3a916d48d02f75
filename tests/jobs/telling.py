"""What tests of notices share: something to tell."""

from __future__ import annotations

from tests.support.world import World


def applied_change(world: World) -> tuple[str, str]:
    """Ann's suggestion, applied by Rita and Rob; gives record and change."""
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    assert world.approve(change, "rita", "rob") == "applied"
    return record, change
