"""Lunches to look for, near and far: what tests of finding near somewhere share."""

from __future__ import annotations

from urllib.parse import quote_plus

from tests.support.page_client import Page, PageClient
from tests.support.world import World

CUPAR, LERWICK, HEADINGLEY = ("56.318800", "-3.012000"), ("60.153000", "-1.144000"), ("53.819500", "-1.570000")


def service(world: World, name: str, point: tuple[str, str] | None = None) -> None:
    """A service of that name, at a hall at that point, or by telephone."""
    places = []
    if point:
        hall = world.record(
            "location", name=f"Hall of {name}", location_type="physical", latitude=point[0], longitude=point[1]
        )
        places = [{"id": "0192d7b4-0000-7000-8000-000000000002", "order": 0, "location_id": hall}]
    world.record(name=name, places=places)


def four_lunches(world: World) -> World:
    """A lunch at Cupar, one in Lerwick, one in Headingley, and one by telephone."""
    service(world, "Lunch on the line")
    service(world, "Lunch in Lerwick", LERWICK)
    service(world, "Lunch of Headingley", HEADINGLEY)
    service(world, "Lunch at Cupar", CUPAR)
    return world


def look(client: PageClient, q: str, near: str = "") -> Page:
    """The page of results."""
    return client.get(f"/search?q={quote_plus(q)}" + (f"&near={quote_plus(near)}" if near else ""))


def services(page: Page) -> list[str]:
    """The names of the services on a page of results, without the halls."""
    return [link.text for link in page.all("main .row h2 a") if not link.text.startswith("Hall")]
