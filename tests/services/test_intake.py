"""Imports: a run writes what is new, once; as suggestions, only so many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from tests.services.importing import PHONE, TOWN, decide, healthy, item, rows, suggestions, take
from tests.support.world import World
from webapp.domain.needs import understand
from webapp.domain.policy import DEFAULT, to_json
from webapp.interchange.ids import record_id
from webapp.interchange.records import Item, Refused, Remark
from webapp.services import intake
from webapp.services.intake.run import MOST
from webapp.storage.models import (
    ImportWaiting,
    Operation,
    Person,
    PolicyVersion,
    Record,
    Revision,
    SlugHistory,
    SourceItem,
)

# -- a run ------------------------------------------------------------------------------------------------


def test_new_records_come_with_a_revision_each_and_one_operation(world: World) -> None:
    summary = take(world, item("1"), item("2", phones=[{"id": PHONE, "number": "0131 496 0123"}]))
    assert (summary.read, summary.created, summary.changed) == (2, 2, 0)
    assert world.document(item("2").record_id)["phones"][0]["number"] == "0131 496 0123"
    operation = world.one(select(Operation))
    assert (operation.id, operation.type, operation.state) == (summary.operation_id, "import", "done")
    assert (operation.total, operation.done) == (2, 2)
    assert healthy(world)


def test_a_second_run_changes_nothing_and_leaves_no_operation(world: World) -> None:
    items = [item(str(number)) for number in range(5)]
    take(world, *items)
    before = rows(world, Revision)
    again = take(world, *items)
    assert (again.created, again.changed, again.unchanged, again.operation_id) == (0, 0, 5, None)
    assert rows(world, Revision) == before
    assert rows(world, Operation) == 1


def test_a_dry_run_counts_and_writes_nothing(world: World) -> None:
    take(world, item("1"))
    tables = (Record, Revision, Operation, SourceItem, ImportWaiting, Person)
    before = [rows(world, model) for model in tables]
    summary = take(world, item("1", email="new@example.org"), item("2"), dry_run=True)
    assert (summary.created, summary.changed, summary.is_dry_run) == (1, 1, True)
    assert [rows(world, model) for model in tables] == before


def test_links_may_point_at_records_that_come_later_and_are_searched_by_their_names(world: World) -> None:
    place = item("9", "location", row=1, location_type="physical", name="Gasworks hall")
    service = item("1", row=1, places=[{"id": PHONE, "location_id": place.record_id}])
    take(world, service, place)
    with world.storage.read() as connection:
        found = {hit.record_id for hit in world.storage.search.query(connection, understand("gasworks"))}
    assert found == {place.record_id, service.record_id}
    assert healthy(world)


def test_a_name_that_arrives_in_a_later_run_reaches_the_search_rows_of_those_that_refer_to_it(world: World) -> None:
    place = item("9", "location", location_type="physical", name="Gasworks hall")
    take(world, item("1", places=[{"id": PHONE, "location_id": place.record_id}]))
    take(world, place)
    assert healthy(world)
    take(world, item("9", "location", location_type="physical", name="Ropeworks hall"))
    assert healthy(world)


def test_thousands_may_share_a_name_and_each_keeps_an_address(world: World) -> None:
    same_end = [Item(str(n), f"{n:08d}-0000-4000-8000-00000000abcd", "service", {"name": "Boots"}) for n in range(9)]
    assert take(world, *same_end).created == 9
    assert rows(world, SlugHistory) == 9
    assert healthy(world)


def test_more_than_one_batch_keeps_to_one_operation_and_reports_as_it_goes(world: World) -> None:
    seen: list[int] = []
    items = [item(str(number)) for number in range(MOST + 30)]
    summary = take(world, *items, progress=lambda so_far: seen.append(so_far.created))
    assert summary.created == MOST + 30
    assert len(seen) > 1
    assert max(b - a for a, b in zip([0, *seen], seen, strict=False)) <= MOST
    assert rows(world, Operation) == 1


def test_a_run_that_broke_off_goes_on_where_it_was(world: World) -> None:
    items = [item(str(number)) for number in range(120)]

    def breaking() -> Iterator[Item]:
        yield from items[:90]
        raise OSError("the disk was pulled out")

    with pytest.raises(OSError, match="pulled out"):
        intake.run(world.storage, TOWN, breaking(), world.now)
    stopped = world.one(select(Operation))
    assert stopped.state == "stopped"
    made = rows(world, Record)
    assert 0 < made < 120
    summary = take(world, *items)
    assert (summary.unchanged, summary.created) == (made, 120 - made)
    assert rows(world, Revision) == 120
    assert healthy(world)


def test_a_run_whose_process_died_is_closed_by_the_next_one(world: World) -> None:
    take(world, item("1"))
    world.storage.transact(
        lambda uow: uow.run(Operation.__table__.update().values(state="running", finished_at=None)), world.now
    )
    take(world, item("1"))
    assert world.one(select(Operation)).state == "stopped"


def test_what_the_source_no_longer_says_is_reported_and_kept(world: World) -> None:
    take(world, item("1"), item("2"))
    summary = take(world, item("1"))
    assert (summary.missing, summary.missing_examples) == (1, ("SVC:2",))
    assert rows(world, Record) == 2


def test_refused_rows_doubts_and_what_was_kept_out_are_counted_with_examples(world: World) -> None:
    doubts = tuple(Remark("a.csv", n, ("Tel",), "phones", "12", "odd_phone", "Odd.") for n in range(5))
    odd = Item("SVC:1", record_id("Small town", "SVC:1"), "service", {"name": "Lunch"}, doubts, doubts[:1], (1,))
    summary = take(world, odd, Refused("a.csv", 9, ("x",), "no id"))
    assert summary.refused == 1
    assert summary.refused_examples[0].reason == "no id"
    assert (summary.doubts[0].code, summary.doubts[0].count, len(summary.doubts[0].examples)) == ("odd_phone", 5, 3)
    assert summary.kept_out[0].count == 1


def test_what_is_said_twice_in_one_run_is_taken_once(world: World) -> None:
    summary = take(world, item("1"), item("1", email="other@example.org"))
    assert (summary.created, summary.left_alone) == (1, {"said_twice": 1})
    assert "email" not in world.document(item("1").record_id)


# -- as suggestions ---------------------------------------------------------------------------------------


def test_as_suggestions_records_given_together_become_one_suggestion_each(world: World) -> None:
    place = item("9", "location", row=7, location_type="physical")
    summary = take(world, item("1", row=7), place, item("2", row=8), as_suggestions=True)
    assert (summary.created, summary.suggested, summary.offered) == (0, 3, 2)
    assert rows(world, Record) == 0
    assert [change.payload.count('"document"') for change in suggestions(world)] == [2, 1]
    again = take(world, item("1", row=7), place, item("2", row=8), as_suggestions=True)
    assert (again.suggested, again.left_alone) == (0, {"only_suggested": 3})
    decide(world, suggestions(world)[0].id)
    assert rows(world, Record) == 2
    changed = item("1", row=7, email="new@example.org")
    assert take(world, changed, place, item("2", row=8), as_suggestions=True).suggested == 1
    assert rows(world, Revision) == 2
    assert healthy(world)


def at_most(world: World, open_import: int) -> None:
    """A policy under which an import may have so many suggestions open."""
    policy = replace(DEFAULT, version=2, caps=replace(DEFAULT.caps, open_import=open_import))
    row = {"version": 2, "body": to_json(policy), "reason": "", "actor_id": None, "created_at": world.now}
    world.storage.transact(lambda uow: uow.run(insert(PolicyVersion), row), world.now)


def test_only_so_many_are_open_and_the_rest_is_offered_as_places_free_up(world: World) -> None:
    assert DEFAULT.caps.open_import == 200
    at_most(world, 20)
    items = [item(f"{number:03d}", row=number + 1) for number in range(23)]
    summary = take(world, *items, as_suggestions=True)
    assert (summary.offered, summary.waiting) == (20, 3)
    assert intake.offer_waiting(world.storage, world.now) == 0
    first, second = suggestions(world)[:2]
    decide(world, first.id)
    decide(world, second.id)
    world.passes(days=100)
    assert intake.offer_waiting(world.storage, world.now) == 2
    assert rows(world, ImportWaiting) == 1
    assert suggestions(world)[-1].opened_at == world.now


def test_an_import_never_speaks_as_a_human_who_has_its_handle(world: World) -> None:
    human = world.person("import-small-town")
    take(world, item("1"), as_suggestions=True)
    (change,) = suggestions(world)
    assert change.author_id != human
