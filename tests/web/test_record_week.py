"""What happens at a place, as a week: what runs, when, through merges, and nothing that is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.support.hostile import ATTACKS
from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH
from tests.web.test_hostile import faults
from tests.web.test_merged import merge
from webapp import clock
from webapp.domain.hours import LONDON
from webapp.storage.unit_of_work import new_id


def hall(world: World, name: str = "Hall", **values: Any) -> str:
    return world.record("location", name=name, location_type="physical", **values)


def row(day: str, opens: str, closes: str, **more: Any) -> dict[str, Any]:
    return {"id": new_id(), "order": 0, "freq": "WEEKLY", "byday": day, "opens_at": opens, "closes_at": closes, **more}


def at(world: World, place: str, name: str, *rows: dict[str, Any], **values: Any) -> str:
    """A service at a place with these times."""
    schedules = [one | {"order": number} for number, one in enumerate(rows)]
    places = [{"id": new_id(), "order": 0, "location_id": place, "schedules": schedules}]
    return world.record(name=name, places=places, **values)


def week(page: Page) -> dict[str, list[str]]:
    """The days of the page's week in their order, each with its lines."""
    return {day.one("h3").text: day.texts("li") for day in page.all(".day")}


@ON_BOTH
def test_each_day_has_its_services_in_the_order_of_their_times(world: World, client: PageClient) -> None:
    place = hall(world)
    at(world, place, "Soup", row("MO,FR", "12:00", "14:00"))
    at(world, place, "Chess", row("MO", "09:30", "11:00", description="Bring a set"))
    at(world, place, "Away", row("FR", "18:00", "20:00"), status="temporarily closed")
    page = client.get("/locations/hall")  # on a Monday
    assert week(page) == {
        "Monday Today": ["09:30 to 11:00 Chess Bring a set", "12:00 to 14:00 Soup"],
        "Friday": ["12:00 to 14:00 Soup"],
    }
    assert page.one("#week").text == "What happens here"
    assert "Nothing that we know of: Tuesday to Thursday, Saturday and Sunday." in page.one("main").text
    assert [link["href"] for link in page.all(".day a")] == ["/services/chess", "/services/soup", "/services/soup"]
    assert "More about each" in page.texts("main h2")


def test_what_is_the_same_on_every_day_is_said_once(world: World, client: PageClient) -> None:
    place = hall(world)
    at(world, place, "Fridge", {"id": new_id(), "order": 0, "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU"})
    at(world, place, "Soup", row("TU", "12:00", "14:00"))
    page = client.get("/locations/hall")
    assert week(page) == {"Every day": ["24 hours Fridge"], "Tuesday": ["12:00 to 14:00 Soup"]}
    assert "Nothing that we know of" not in page.one("main").text


@ON_BOTH
def test_what_a_merged_place_held_happens_where_it_went(world: World, client: PageClient) -> None:
    old, new = hall(world, "The Hall"), hall(world, "Port Hall")
    at(world, old, "Soup", row("MO", "12:00", "14:00"))
    merge(world, old, new)
    assert week(client.get("/locations/port-hall")) == {"Monday Today": ["12:00 to 14:00 Soup"]}
    assert client.get("/locations/the-hall", status=301).location == "/locations/port-hall"


def test_times_at_another_place_stay_there(world: World, client: PageClient) -> None:
    here, there = hall(world, "Here"), hall(world, "There")
    times = ((here, "MO", "10:00", "12:00"), (there, "TU", "14:00", "16:00"))
    places = [
        {"id": new_id(), "order": number, "location_id": place, "schedules": [row(*when)]}
        for number, (place, *when) in enumerate(times)
    ]
    world.record(name="Advice", places=places)
    assert week(client.get("/locations/here")) == {"Monday Today": ["10:00 to 12:00 Advice"]}
    assert week(client.get("/locations/there")) == {"Tuesday": ["14:00 to 16:00 Advice"]}


def test_times_that_hold_everywhere_hold_here_and_stand_on_the_services_own_page(
    world: World, client: PageClient
) -> None:
    halls = (hall(world, "Here"), hall(world, "There"))
    places = [{"id": new_id(), "order": number, "location_id": place} for number, place in enumerate(halls)]
    world.record(name="Advice", places=places, schedules=[row("MO", "10:00", "12:00")])
    assert week(client.get("/locations/here")) == {"Monday Today": ["10:00 to 12:00 Advice"]}
    page = client.get("/services/advice")
    assert page.texts(".facts dt")[:2] == ["When", "Where"]
    assert "Monday, 10:00 to 12:00" in page.texts(".facts dd")[0]


def test_what_is_not_of_every_week_is_said_in_words_and_what_is_over_not_at_all(
    world: World, client: PageClient
) -> None:
    place = hall(world)
    monthly = {"id": new_id(), "order": 0, "freq": "MONTHLY", "byday": "2TU", "opens_at": "14:00", "closes_at": "16:00"}
    over = {"id": new_id(), "order": 0, "dtstart": "2026-03-01", "closed": True}
    at(world, place, "Memory Café", monthly, over)
    page = client.get("/locations/hall")
    assert week(page) == {}
    words = page.one("#week + ul li").text
    assert words == "Memory Café Second Tuesday of the month, 14:00 to 16:00"


def test_where_nobody_knows_a_time_there_is_no_week(world: World, client: PageClient) -> None:
    at(world, hall(world), "Soup")
    page = client.get("/locations/hall")
    assert not page.all("#week")
    assert page.texts("main h2")[0] == "What happens here"


def test_a_bank_holiday_is_warned_of_where_something_would_happen(world: World, client: PageClient) -> None:
    place = hall(world, postal_code="EH6 5NA")
    at(world, place, "Soup", row("MO", "12:00", "14:00"))
    with clock.fixed(datetime(2026, 4, 30, 9, tzinfo=LONDON)):
        said = client.get("/locations/hall").one(".note.waiting").text
    assert said == "Times may differ on the bank holiday, Monday 4 May 2026 (May Day)."
    with clock.fixed(datetime(2026, 5, 5, 9, tzinfo=LONDON)):
        assert not client.get("/locations/hall").all(".note.waiting")


def test_no_name_and_no_remark_acts_in_a_week(world: World, client: PageClient) -> None:
    place = hall(world)
    for number, text in enumerate(ATTACKS[:16]):
        line = " ".join(text.split())[:120]
        rows = (row("MO", "10:00", "12:00", description=line), {"id": new_id(), "order": 0, "description": line})
        at(world, place, f"{number} {line}", *rows)
    page = client.get("/locations/hall")
    assert len(page.all(".day li")) == len(page.all("#week ~ ul li")) == 16
    assert faults(page) == []


def test_a_hundred_services_cost_no_more_statements_than_one(world: World, client: PageClient) -> None:
    place = hall(world)
    for number in range(101):
        at(world, place, f"Group {number:03}", row("WE", "10:00", "12:00"))
    with at_most(5, world.storage.engine):
        page = client.get("/locations/hall")
    assert len(page.all(".day li")) == 100


def test_a_kept_page_moves_with_the_times_of_what_happens_there(world: World, client: PageClient) -> None:
    place = hall(world)
    service = at(world, place, "Soup", row("MO", "12:00", "14:00"))
    assert week(client.get("/locations/hall"))
    (change,) = world.suggest(world.person("ann"), service, places=[])
    world.approve(change, "rita", "rob", "ruth")
    for voter in ("tess", "tom"):
        if world.change(change).state == "open":
            world.vote(world.person(voter, "trusted"), change)
    world.passes(hours=80)
    world.sweep()
    assert world.change(change).state == "applied"
    with clock.fixed(world.now + timedelta(minutes=1)):
        assert not week(client.get("/locations/hall"))
