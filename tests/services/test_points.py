"""A record is found where it is, or where its places are; when a place moves, what happens there moves along."""

from __future__ import annotations

from sqlalchemy import text

from tests.support.world import World
from webapp.services import upkeep
from webapp.services.doctor import doctor

LEITH, CUPAR = "55.975700,-3.170000", "56.318800,-3.012000"


def located(world: World, point: str, name: str = "Kirk hall") -> str:
    """A place at a point."""
    latitude, longitude = point.split(",")
    return world.record("location", name=name, location_type="physical", latitude=latitude, longitude=longitude)


def at(world: World, *places: str) -> str:
    """A service at these places."""
    elements = [
        {"id": f"00000000-0000-4000-8000-00000000000{number}", "order": number, "location_id": place}
        for number, place in enumerate(places)
    ]
    return world.record(places=elements)


def points(world: World, record: str) -> str:
    """Where the search knows a record to be."""
    asked = text("SELECT points FROM search_entry WHERE record_id = :record")
    return str(world.one(asked.bindparams(record=record))[0])


def test_a_service_is_where_its_places_are_and_a_place_where_it_is(world: World) -> None:
    hall, shed = located(world, LEITH), located(world, CUPAR, "Shed")
    assert points(world, hall) == LEITH
    assert points(world, at(world, hall, shed)) == f"{LEITH} {CUPAR}"
    assert points(world, world.record()) == ""


def test_when_a_place_moves_its_services_move_along(world: World) -> None:
    hall = located(world, LEITH)
    service = at(world, hall)
    latitude, longitude = CUPAR.split(",")
    (change,) = world.suggest(world.person("ann"), hall, latitude=latitude, longitude=longitude)
    world.approve(change, "rita", "rob", "rhona")
    world.vote(world.person("tess", "trusted"), change)
    world.passes(days=2)
    world.sweep()
    assert world.change(change).state == "applied"
    assert points(world, hall) == CUPAR
    assert points(world, service) == CUPAR


def tags(world: World, record: str) -> set[str]:
    """What filters know of a record."""
    asked = text("SELECT tags FROM search_entry WHERE record_id = :record")
    return set(str(world.one(asked.bindparams(record=record))[0]).split())


def test_when_a_place_gets_a_ramp_its_services_are_step_free(world: World) -> None:
    hall = located(world, LEITH)
    service = at(world, hall)
    assert "fstep" not in tags(world, service)
    ramp = {"id": "00000000-0000-4000-8000-000000000009", "order": 0, "description": "Ramp at the side"}
    (change,) = world.suggest(world.person("ann"), hall, accessibility=[ramp])
    world.approve(change, "rita", "rob")
    assert world.change(change).state == "applied"
    assert "fstep" in tags(world, hall)
    assert "fstep" in tags(world, service)
    assert world.one(text("SELECT lent FROM record WHERE id = :id").bindparams(id=service)).lent is None


def test_a_reindex_lends_what_an_older_schema_did_not_know(world: World) -> None:
    ramp = {"id": "00000000-0000-4000-8000-000000000009", "order": 0, "description": "Ramp at the side"}
    place = world.record("location", name="Hall", location_type="physical", accessibility=[ramp])
    service = at(world, place)
    world.storage.transact(lambda uow: uow.run(text("UPDATE record SET lent = NULL")), world.now)
    assert {breach.code for breach in doctor(world.storage)} == {"copy", "search"}
    world.storage.transact(lambda uow: uow.run(text("UPDATE search_entry SET tags = ''")), world.now)
    upkeep.reindex(world.storage, world.now)
    assert "fstep" in tags(world, service)
    assert doctor(world.storage) == []


def test_a_service_keeps_the_areas_that_it_is_for(world: World) -> None:
    fife = [{"id": "00000000-0000-4000-8000-000000000001", "order": 0, "name": "Fife"}]
    assert {"ucfife"} == {tag for tag in tags(world, world.record(service_areas=fife)) if tag.startswith("u")}
    assert "uall" in tags(world, world.record())
