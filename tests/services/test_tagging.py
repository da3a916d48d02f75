"""What open changes are about: areas and topics, as their records have them at any moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests.support.world import World
from webapp.domain.errors import CapReached
from webapp.services import suggest, upkeep
from webapp.services.doctor import doctor
from webapp.services.interests import MOST, ChooseInterests, choose_interests
from webapp.services.revise import Writing, start_operation, write_revision
from webapp.storage.models import Change, ChangeTag
from webapp.storage.queries.interests import interests, interests_in
from webapp.storage.queries.queue import Asked, open_changes
from webapp.storage.queries.queue_beside import counts
from webapp.storage.unit_of_work import UnitOfWork, new_id

CUPAR = {"latitude": "56.320000", "longitude": "-3.010000"}
THURSO = {"latitude": "58.593000", "longitude": "-3.522000"}
FIFE, HIGHLAND = "ucfife", "uchighland"


def place(world: World, **point: str) -> str:
    return world.record("location", name="Hall", location_type="physical", **point)


def at(*places: str) -> dict[str, Any]:
    """A service's places."""
    return {"places": [_element(number, location_id=id_) for number, id_ in enumerate(places)]}


def under(*terms: str) -> dict[str, Any]:
    """A record's categories."""
    return {"categories": [_element(number, taxonomy_term_id=id_) for number, id_ in enumerate(terms)]}


def _element(number: int, **values: str) -> dict[str, Any]:
    return {"id": f"00000000-0000-4000-8000-00000000000{number}", "order": number, **values}


def term(world: World, name: str, **values: str) -> str:
    return world.record("taxonomy_term", name=name, **values)


def lunch(world: World, author: str = "ann", **values: Any) -> str:
    """An open change of a new service."""
    return world.suggest(world.person(author), world.record(name="Lunch", **values), description="Soup")[0]


def tags(world: World, change: str) -> list[str]:
    with world.storage.read() as connection:
        return sorted(connection.scalars(select(ChangeTag.tag).where(ChangeTag.change_id == change)))


def move(world: World, record: str, **values: Any) -> None:
    """A record says something else from now on."""

    def write(uow: UnitOfWork) -> None:
        (row,) = uow.lock_records([record]).values()
        why = Writing(start_operation(uow, "import", None, "test"), "import", None, "From a file")
        write_revision(uow, row, {**world.document(record), **values}, why)

    world.storage.transact(write, world.now)


def choose(world: World, areas: tuple[str, ...] = (), topics: tuple[str, ...] = ()) -> str:
    """Rob looks after these; gives his id."""
    rob = world.person("rob", "reviewer")
    choose_interests(world.storage, ChooseInterests(rob, frozenset(areas), frozenset(topics)), world.now)
    return rob


def shown(world: World, show: str, **filters: str) -> list[str]:
    with world.storage.read() as connection:
        asked = Asked(show, **filters)  # type: ignore[arg-type]  # filters are texts here
        return [row.id for row in open_changes(connection, asked, world.person("rob", "reviewer"), None, 50)]


# -- which areas and topics ---------------------------------------------------------------------------------


def test_a_change_is_about_the_areas_where_its_record_is_and_those_that_it_is_for(world: World) -> None:
    there = lunch(world, **at(place(world, **CUPAR), place(world, **THURSO)))
    for_them = lunch(world, service_areas=[_element(1, name="Highland"), _element(2, name="Scotland")])
    hall = world.suggest(world.person("ann"), place(world, **CUPAR), description="By the sea")[0]
    assert (tags(world, there), tags(world, for_them), tags(world, hall)) == ([FIFE, HIGHLAND], [HIGHLAND], [FIFE])
    assert tags(world, lunch(world)) == []
    assert doctor(world.storage) == []


def test_a_change_is_about_its_record_s_topics_and_the_wider_ones(world: World) -> None:
    food = term(world, "Food")
    meals = term(world, "Meals", parent_id=food)
    assert tags(world, lunch(world, **under(meals))) == sorted((food, meals))
    of_term = world.suggest(world.person("ann"), meals, description="Hot")[0]
    assert tags(world, of_term) == sorted((food, meals))


def test_new_records_are_about_the_places_and_topics_that_they_name(world: World) -> None:
    food, known = term(world, "Food"), place(world, **CUPAR)
    hall = suggest.NewRecord(new_id(), "location", {"name": "Hall", "location_type": "physical", **THURSO})
    soup = suggest.NewRecord(new_id(), "service", {"name": "Soup", **at(known, hall.id), **under(food)})
    command = suggest.SuggestRecords(world.person("ann"), (hall, soup), "new")
    (change,) = suggest.suggest_records(world.storage, command, world.now).change_ids
    assert tags(world, change) == sorted((FIFE, HIGHLAND, food))
    world.storage.transact(lambda uow: uow.run(delete(ChangeTag)), world.now)
    upkeep.reindex(world.storage, world.now)
    assert tags(world, change) == sorted((FIFE, HIGHLAND, food))


# -- as records move ----------------------------------------------------------------------------------------


def test_when_a_place_moves_what_happens_there_moves_too(world: World) -> None:
    hall = place(world, **CUPAR)
    change = lunch(world, **at(hall))
    move(world, hall, **THURSO)
    assert tags(world, change) == [HIGHLAND]
    assert doctor(world.storage) == []


def test_when_a_record_s_topics_change_so_do_those_of_its_open_changes(world: World) -> None:
    food, walks = term(world, "Food"), term(world, "Walks")
    change = lunch(world, **under(food))
    move(world, str(world.change(change).record_id), **under(walks))
    assert tags(world, change) == [walks]


def test_when_a_topic_gets_a_wider_one_everything_under_it_has_that_too(world: World) -> None:
    food, meals = term(world, "Food"), term(world, "Meals")
    soups = term(world, "Soups", parent_id=meals)
    change = lunch(world, **under(soups))
    move(world, meals, parent_id=food)
    assert tags(world, change) == sorted((food, meals, soups))
    assert doctor(world.storage) == []


def test_what_has_ended_has_no_tags(world: World) -> None:
    withdrawn, applied = (lunch(world, **at(place(world, **CUPAR))) for _ in range(2))
    world.withdraw(world.person("ann"), withdrawn)
    assert world.approve(applied, "rita", "ray") == "applied"
    assert (tags(world, withdrawn), tags(world, applied)) == ([], [])
    assert doctor(world.storage) == []


def test_reindexing_finds_again_what_was_lost(world: World) -> None:
    change = lunch(world, **at(place(world, **CUPAR)))
    world.storage.transact(lambda uow: uow.run(update(ChangeTag).values(tag="lost")), world.now)
    assert [breach.code for breach in doctor(world.storage)] == ["tags"]
    upkeep.reindex(world.storage, world.now)
    assert tags(world, change) == [FIFE]
    assert doctor(world.storage) == []


def test_doctor_sees_a_tag_of_what_has_ended(world: World) -> None:
    change = lunch(world, **at(place(world, **CUPAR)))
    world.storage.transact(
        lambda uow: uow.run(update(Change).where(Change.id == change).values(state="withdrawn")), world.now
    )
    assert [breach.code for breach in doctor(world.storage)] == ["tags"]


# -- in the queue -------------------------------------------------------------------------------------------


def test_one_s_areas_and_topics_show_what_one_may_still_vote_on_there(world: World) -> None:
    food = term(world, "Food")
    meals = term(world, "Meals", parent_id=food)
    near, far = lunch(world, **at(place(world, **CUPAR))), lunch(world, **at(place(world, **THURSO)), **under(meals))
    assert (shown(world, "areas"), shown(world, "topics")) == ([], [])
    choose(world, (FIFE,), (food,))
    assert (shown(world, "areas"), shown(world, "topics")) == ([near], [far])
    assert shown(world, "areas", kind="service", risk="low") == [near]
    assert shown(world, "areas", kind="location") == shown(world, "areas", risk="high") == []
    assert shown(world, "areas", record=str(world.change(near).record_id)) == [near]
    assert shown(world, "areas", record=str(world.change(far).record_id)) == []
    choose(world, (FIFE, HIGHLAND))
    assert (shown(world, "areas"), shown(world, "topics")) == ([near, far], [])
    world.approve(near, "rob")
    assert shown(world, "areas") == [far]


def test_several_areas_are_one_list_by_key_in_which_nothing_is_missed_or_twice(world: World) -> None:
    made = []
    for number in range(6):
        points = ((CUPAR, THURSO), (CUPAR,), (THURSO,))[number % 3]
        made.append(lunch(world, f"ann{number}", **at(*(place(world, **point) for point in points))))
        world.passes(hours=number % 2)
    rob, key, seen = choose(world, (FIFE, HIGHLAND)), None, []
    with world.storage.read() as connection:
        while page := open_changes(connection, Asked("areas"), rob, key, 2):
            seen += [row.id for row in page]
            key = (datetime.fromisoformat(page[-1].first_opened_at), page[-1].id)
        assert counts(connection, (Asked("areas"), Asked("topics")), rob) == (6, 0)
    assert seen == sorted(made, key=lambda id_: (world.change(id_).first_opened_at, id_))


# -- choosing -----------------------------------------------------------------------------------------------


def test_a_choice_takes_the_place_of_the_one_before_and_leaves_out_what_nobody_knows(world: World) -> None:
    food = term(world, "Food")
    rob = choose(world, (FIFE, "ucnowhere"), (food, world.record(name="Lunch"), "nonsense"))
    with world.storage.read() as connection:
        assert interests(connection, rob) == tuple(sorted((FIFE, food)))
        assert interests_in(connection, rob, is_topic=True) == (food,)
    choose(world, (HIGHLAND,))
    with world.storage.read() as connection:
        assert interests(connection, rob) == (HIGHLAND,)


def test_nobody_chooses_more_than_the_queue_can_ask_for(world: World) -> None:
    choose(world, (FIFE,))
    with pytest.raises(CapReached, match="interests_full"):
        choose(world, (), tuple(new_id() for _ in range(MOST + 1)))
    with world.storage.read() as connection:
        assert interests(connection, world.person("rob")) == (FIFE,)
