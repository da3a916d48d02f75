"""Whether results are open now: what their rows say, and finding only those that are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.lunching import CUPAR, look, service, services
from webapp import clock


def opening(world: World, name: str, opens: str, closes: str, day: str = "MO") -> None:
    """A service of that name with hours on one day of the week, at a hall in Cupar."""
    hall = world.record(
        "location", name=f"Hall of {name}", location_type="physical", latitude=CUPAR[0], longitude=CUPAR[1]
    )
    schedule = {
        "id": "0192d7b4-0000-7000-8000-000000000003",
        "order": 0,
        "freq": "WEEKLY",
        "byday": day,
        "opens_at": opens,
        "closes_at": closes,
    }
    place = {"id": "0192d7b4-0000-7000-8000-000000000002", "order": 0, "location_id": hall, "schedules": [schedule]}
    world.record(name=name, places=[place])


@pytest.fixture
def timed(world: World) -> World:
    """On this Monday at nine, one is open, one opens later, one is closed on Mondays, one says nothing."""
    opening(world, "Early lunch", "08:00", "17:00")
    opening(world, "Late lunch", "12:00", "14:00")
    opening(world, "Tuesday lunch", "08:00", "17:00", "TU")
    service(world, "Silent lunch", CUPAR)
    return world


def test_results_say_whether_they_are_open(timed: World, client: PageClient) -> None:
    rows = {row.one("h2").text: row.text for row in look(client, "lunch near Cupar").all("main .row")}
    assert "Open now, until 17:00" in rows["Early lunch"]
    assert "Closed now. Opens today at 12:00" in rows["Late lunch"]
    assert "now" not in rows["Silent lunch"]


@pytest.mark.parametrize("address", ["/search?q=lunch+near+Cupar+open+now", "/search?q=lunch&near=Cupar&open=now"])
def test_asked_for_what_is_open_now_only_that_is_found(timed: World, client: PageClient, address: str) -> None:
    page = client.get(address)
    assert services(page) == ["Early lunch"]
    assert "1 result open now" in page.one("main").text
    assert page.one("#open").get("checked") is not None
    everything = client.get(str(page.all("main .tags a")[-1]["href"]))
    assert len(services(everything)) == 4
    assert everything.one("#near")["value"] == "Cupar"


def test_where_nothing_is_known_to_be_open_the_page_says_so_and_shows_the_way_to_all(
    timed: World, client: PageClient
) -> None:
    with clock.fixed(timed.now + timedelta(hours=12)):
        page = look(client, "lunch open now")
    assert "Nothing that we know to be open now" in page.one("main").text
    assert len(services(client.get(str(page.one(".empty a")["href"])))) == 4
