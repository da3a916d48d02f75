"""What tests of voting share: a record to suggest about, and the page of a suggestion."""

from __future__ import annotations

from tests.support.world import World


def soup(world: World) -> str:
    """A service with words, which pass quickly, and a number, which is careful."""
    return world.record(
        description="Soup",
        phones=[{"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0, "number": "01632 960100"}],
    )


def suggestion_url(world: World, change: str) -> str:
    """The page of the suggestion that a change is part of."""
    return f"/suggestions/{world.change(change).suggestion_id}"
