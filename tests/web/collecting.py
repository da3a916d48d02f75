"""A list of services, as a visitor begins one by its pages."""

from __future__ import annotations

from sqlalchemy import select

from tests.support.page_client import Page, PageClient
from tests.support.world import World
from webapp.storage.models import ServiceList

RECORD = "/services/harbour-soup-lunch"
ROWS = [{"id": "7c9e6679-7425-40de-944b-e07fc1f90ae8", "order": 0, "freq": "WEEKLY", "byday": "TU",
         "opens_at": "12:00", "closes_at": "14:00"}]  # fmt: skip
PHONES = [{"id": "7c9e6679-7425-40de-944b-e07fc1f90ae9", "order": 0, "number": "0131 496 0000"}]
PLACE = {"id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "order": 0}


def soup_lunch(world: World) -> str:
    """A service with a number, a place, times and a cost."""
    hall = world.record("location", name="Harbour Hall", location_type="physical", address_1="4 Pier Brae")
    return world.record(
        summary="Hot soup",
        phones=PHONES,
        places=[{**PLACE, "location_id": hall, "schedules": ROWS}],
        fees_description="Two *pounds*",
    )


def collect(client: PageClient, path: str = RECORD, name: str = "For Mum") -> Page:
    """Begin a list with a service; gives its page."""
    form = client.get(f"{path}/list").form("main form")
    if "name" in form.values:
        form.fill(name=name)
    return form.submit().follow()


def only(world: World) -> ServiceList:
    """The one list that there is."""
    (row,) = world.all(select(ServiceList))
    return row  # type: ignore[no-any-return]  # a row that reads like one
