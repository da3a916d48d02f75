"""What stands on a list: which services, in which order, with which notes, and when many write at once."""


from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from tests.services.listing import add, begin, names, row, with_key
from tests.support.rows import set_record
from tests.support.world import World
from webapp.domain.errors import Busy, NotEligible, NotFound, Refused
from webapp.domain.lists import MOST_ENTRIES
from webapp.services import lists
from webapp.storage.models import ServiceList, ServiceListEntry
from webapp.storage.unit_of_work import new_id


def test_the_same_service_stands_on_a_list_once(world: World) -> None:
    made, record = begin(world), world.record()
    assert [add(world, made, record), add(world, made, record)] == [True, False]
    assert names(world, made) == ["Harbour Soup Lunch"]


def test_a_hundred_services_and_no_more(world: World) -> None:
    made = begin(world)
    id_ = row(world, made).id
    for number in range(MOST_ENTRIES - 1):
        values = {"list_id": id_, "record_id": world.record(name=f"Lunch {number}"), "position": number, "note": ""}
        world.storage.transact(lambda uow, v=values: uow.add(ServiceListEntry, **v, added_at=uow.now), world.now)  # type: ignore[misc]  # bound at once
    assert add(world, made, world.record(name="The hundredth"))
    with pytest.raises(NotEligible, match="list_full"):
        add(world, made, world.record(name="One more"))
    assert names(world, made)[-1] == "The hundredth"
    assert len(names(world, made)) == MOST_ENTRIES


def test_only_services_that_are_there_stand_on_a_list(world: World) -> None:
    made, gone = begin(world), world.record()
    set_record(world, gone, status="void")
    with pytest.raises(NotEligible, match="record_gone"):
        add(world, made, gone)
    with pytest.raises(NotEligible, match="not_a_service"):
        add(world, made, world.record("organization", name="Trust"))
    with pytest.raises(NotFound):
        add(world, made, new_id())


def test_a_list_that_can_not_have_its_first_service_is_not_made(world: World) -> None:
    with pytest.raises(NotFound):
        begin(world, record=new_id())
    assert world.all(select(ServiceList)) == []


def test_what_is_void_or_closed_stays_where_it_stood(world: World) -> None:
    made, soup, lunch = begin(world), world.record(name="Soup"), world.record(name="Lunch")
    for record in (soup, lunch):
        add(world, made, record)
    set_record(world, soup, status="void")
    set_record(world, lunch, status="closed")
    assert names(world, made) == ["Soup", "Lunch"]
    assert lists.remove_entry(world.storage, made.code, with_key(made), soup, world.now)
    assert names(world, made) == ["Lunch"]


def test_a_merged_service_is_the_one_that_took_it_in_at_whatever_remove(world: World) -> None:
    made = begin(world)
    soup, stew, broth = (world.record(name=name) for name in ("Soup", "Stew", "Broth"))
    tea = world.record(name="Tea")
    for record in (soup, tea, stew):
        add(world, made, record)
    set_record(world, soup, status="merged", merged_into=stew)
    set_record(world, stew, status="merged", merged_into=broth)
    assert names(world, made) == ["Broth", "Tea"]
    assert not add(world, made, broth)
    assert not add(world, made, soup)
    assert lists.move_entry(world.storage, made.code, with_key(made), soup, up=False, now=world.now)
    assert names(world, made) == ["Tea", "Broth"]
    assert lists.remove_entry(world.storage, made.code, with_key(made), soup, world.now)
    assert names(world, made) == ["Tea"]
    fresh = begin(world, record=soup)
    named = select(ServiceListEntry.record_id).where(ServiceListEntry.list_id == row(world, fresh).id)
    assert world.one(named).record_id == broth


def test_services_move_up_and_down_and_stop_at_the_ends(world: World) -> None:
    made = begin(world)
    ids = [world.record(name=name) for name in "abc"]
    for record in ids:
        add(world, made, record)

    def move(record: str, *, up: bool) -> bool:
        return lists.move_entry(world.storage, made.code, with_key(made), record, up=up, now=world.now)

    assert move(ids[2], up=True)
    assert names(world, made) == ["a", "c", "b"]
    assert move(ids[0], up=False)
    assert names(world, made) == ["c", "a", "b"]
    assert not move(ids[2], up=True)
    assert not move(ids[1], up=False)
    lists.remove_entry(world.storage, made.code, with_key(made), ids[0], world.now)
    assert move(ids[1], up=True)
    assert names(world, made) == ["b", "c"]
    with pytest.raises(NotFound):
        move(ids[0], up=True)


def test_notes_are_kept_as_they_are_and_have_a_length(world: World) -> None:
    made, record = begin(world), world.record()
    add(world, made, record)
    lists.note_entry(world.storage, made.code, with_key(made), record, " <b>Ask</b> for Jean ", world.now)
    assert [one.note for one in world.all(select(ServiceListEntry))] == ["<b>Ask</b> for Jean"]
    with pytest.raises(Refused):
        lists.note_entry(world.storage, made.code, with_key(made), record, "x" * 501, world.now)
    with pytest.raises(NotFound):
        lists.note_entry(world.storage, made.code, with_key(made), new_id(), "x", world.now)


def test_many_at_one_moment_add_each_service_once_and_no_two_in_one_place(world: World) -> None:
    made = begin(world)
    records = [world.record(name=f"Lunch {number}") for number in range(6)]
    told: list[bool] = []

    def come(record: str) -> None:
        while True:
            try:
                told.append(add(world, made, record))
            except Busy:
                continue
            return

    threads = [threading.Thread(target=come, args=(record,)) for record in records * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 6 + [True] * 6
    places = [one.position for one in world.all(select(ServiceListEntry))]
    assert sorted(places) == list(range(1, 7))
