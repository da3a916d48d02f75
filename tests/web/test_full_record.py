"""A record with very many places and numbers: the first ones are read at once, the others opened."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.world import World
from webapp.storage.unit_of_work import new_id

AT_ONCE = 12


def slug(world: World, count: int) -> str:
    """A service with so many places and telephone numbers."""
    halls = [world.record("location", name=f"Hall {n}", location_type="physical") for n in range(count)]
    places = [{"id": new_id(), "order": n, "location_id": hall} for n, hall in enumerate(halls)]
    phones = [{"id": new_id(), "order": n, "number": f"0131 496 {n:04}"} for n in range(count)]
    return str(world.row(world.record(places=places, phones=phones)).slug)


@pytest.mark.parametrize("count", [AT_ONCE, AT_ONCE + 1, AT_ONCE + 3])
def test_beyond_a_dozen_places_and_numbers_the_others_are_folded(count: int, world: World, client: PageClient) -> None:
    page = client.get(f"/services/{slug(world, count)}")
    for found, unit in ((".sitting", "place"), (".number", "number")):
        more = count - AT_ONCE
        assert len(page.all(found)) == count
        assert len(page.all(f"details {found}")) == more
        summaries = [one.text for one in page.all("main details summary") if unit in one.text]
        assert summaries == ([f"{more} more {unit}{'s' * (more > 1)}"] if more else [])
