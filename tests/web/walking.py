"""Walks to look for: of several costs, ages, ways in, languages and categories; and what a page of results says."""

from __future__ import annotations

from typing import Any

from tests.support.page_client import Page, PageClient
from tests.support.world import World


def element(number: int, **values: Any) -> dict[str, Any]:
    """An element of a list."""
    return {"id": f"0192d7b4-0000-7000-8000-00000000000{number}", "order": number, **values}


def walks(world: World) -> World:
    """A town with a free walk at Cupar, one for adults, one for small children, and one for people of Leeds only."""
    health = world.record("taxonomy_term", name="Health")
    below = world.record("taxonomy_term", name="Walks", parent_id=health)
    ramp = [element(1, description="Ramp at the side")]
    hall = world.record(
        "location",
        name="Kirk hall",
        location_type="physical",
        latitude="56.318800",
        longitude="-3.012000",
        city="Cupar",
        accessibility=ramp,
    )
    world.record(
        name="Harbour walk",
        fees_description="Free.",
        categories=[element(1, taxonomy_term_id=below)],
        places=[element(1, location_id=hall)],
        languages=[element(1, name="Polish", code="pl")],
    )
    in_health = [element(1, taxonomy_term_id=health)]
    world.record(name="Hill walk", fees_description="£5", minimum_age=18, categories=in_health)
    world.record(name="Buggy walk", maximum_age=4, eligibility_description="Parents with a buggy")
    world.record(name="Leeds walk", service_areas=[element(1, name="Leeds")])
    return world


def look(client: PageClient, address: str) -> Page:
    """The page of a search, by its query."""
    return client.get(f"/search?{address}")


def names(page: Page) -> list[str]:
    """The names of the results."""
    return [link.text for link in page.all("main .row h2 a")]


def choice(page: Page, name: str) -> str:
    """The address behind a choice of the filters."""
    return next(str(link["href"]) for link in page.all("#narrow a") if link.text.startswith(name))


def said(page: Page) -> str:
    """All that the page says."""
    return page.one("main").text
