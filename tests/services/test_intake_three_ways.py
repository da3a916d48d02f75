"""Imports of what is known: what a source changes is merged, what people wrote stays, what clashes is suggested."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.services.importing import PHONE, corrected, decide, healthy, item, rows, suggestions, take
from tests.support.world import World
from webapp.domain.kinds import KINDS
from webapp.services import intake
from webapp.storage.models import Person, Record, Revision


def test_a_volunteers_correction_and_the_sources_other_change_both_survive(world: World) -> None:
    take(world, item("1", email="old@example.org", description="Soup."))
    record = corrected(world, description="Soup and bread, every day.")
    summary = take(world, item("1", email="new@example.org", description="Soup."))
    assert (summary.changed, summary.suggested) == (1, 0)
    document = world.document(record)
    assert (document["email"], document["description"]) == ("new@example.org", "Soup and bread, every day.")
    assert healthy(world)


def test_a_clash_becomes_a_suggestion_and_the_rest_is_applied(world: World) -> None:
    take(world, item("1", email="old@example.org", url="https://old.example.org/"))
    record = corrected(world, email="people@example.org")
    told = item("1", email="source@example.org", url="https://new.example.org/")
    summary = take(world, told)
    assert (summary.changed, summary.suggested, summary.offered) == (1, 1, 1)
    document = world.document(record)
    assert (document["email"], document["url"]) == ("people@example.org", "https://new.example.org/")
    (change,) = suggestions(world)
    assert '"source@example.org"' in change.payload
    assert change.conflicted_at is None
    person = world.one(select(Person).where(Person.id == change.author_id))
    assert (person.handle, person.role, person.password_hash) == ("import-small-town", "volunteer", None)
    assert person.confirmed_at
    again = take(world, told)
    assert (again.changed, again.suggested, again.unchanged) == (0, 0, 1)
    assert len(suggestions(world)) == 1
    assert healthy(world)


def test_a_clash_that_was_rejected_is_not_suggested_again(world: World) -> None:
    take(world, item("1", email="old@example.org"))
    corrected(world, email="people@example.org")
    take(world, item("1", email="source@example.org"))
    (change,) = suggestions(world)
    decide(world, change.id, "reject")
    take(world, item("1", email="source@example.org"))
    assert [row.state for row in suggestions(world)] == ["rejected"]


def test_a_clash_that_is_approved_ends_in_the_record(world: World) -> None:
    take(world, item("1", email="old@example.org"))
    record = corrected(world, email="people@example.org")
    take(world, item("1", email="source@example.org"))
    decide(world, suggestions(world)[0].id)
    assert world.document(record)["email"] == "source@example.org"


def test_the_sources_newer_word_takes_back_its_older_suggestion(world: World) -> None:
    take(world, item("1", email="old@example.org"))
    corrected(world, email="people@example.org")
    take(world, item("1", email="first@example.org"))
    take(world, item("1", email="second@example.org"))
    assert [row.state for row in suggestions(world)] == ["withdrawn", "open"]
    take(world, item("1", email="people@example.org"))
    assert [row.state for row in suggestions(world)] == ["withdrawn", "withdrawn"]


def test_what_people_have_made_true_already_only_moves_the_sources_word(world: World) -> None:
    take(world, item("1", email="old@example.org"))
    corrected(world, email="new@example.org")
    before = rows(world, Revision)
    summary = take(world, item("1", email="new@example.org"))
    assert (summary.unchanged, summary.suggested, rows(world, Revision)) == (1, 0, before)
    assert take(world, item("1", email="later@example.org")).changed == 1


def test_an_entry_that_people_took_out_is_suggested_again_whole_when_the_source_changes_it(world: World) -> None:
    place = {"id": PHONE, "location_id": item("9").record_id, "description": "Ramp at the side."}
    take(world, item("1", places=[place]))
    record = item("1").record_id
    for change in world.suggest(world.person("vera"), record, places=[]):
        decide(world, change)
    assert "places" not in world.document(record)
    summary = take(world, item("1", places=[{**place, "description": "Ramp at the front."}]))
    assert summary.suggested == 1
    for change in suggestions(world):
        decide(world, change.id)
    (back,) = world.document(record)["places"]
    assert (back["location_id"], back["description"]) == (place["location_id"], "Ramp at the front.")


def test_a_record_that_was_there_before_its_source_only_gets_what_it_lacks(world: World) -> None:
    told = item("1", email="source@example.org", url="https://source.example.org/")
    world.storage.transact(
        lambda uow: _make(uow, told.record_id, {"name": told.document["name"], "email": "people@example.org"}),
        world.now,
    )
    summary = take(world, told)
    assert (summary.created, summary.changed, summary.suggested) == (0, 1, 1)
    document = world.document(told.record_id)
    assert (document["email"], document["url"]) == ("people@example.org", "https://source.example.org/")


def _make(uow: Any, id_: str, document: dict[str, Any]) -> None:
    from webapp.services.revise import Writing, create_record, start_operation

    create_record(uow, id_, KINDS["service"], document, Writing(start_operation(uow, "apply", None, ""), "x", None, ""))


def test_open_suggestions_of_people_are_marked_when_an_import_moves_the_record(world: World) -> None:
    take(world, item("1", email="old@example.org"))
    (change,) = world.suggest(world.person("vera"), item("1").record_id, email="people@example.org")
    take(world, item("1", email="source@example.org"))
    assert world.change(change).conflicted_at is not None


def test_a_protected_record_is_not_changed_by_an_import_but_suggested_to(world: World) -> None:
    take(world, item("1", email="old@example.org"))
    world.storage.transact(
        lambda uow: uow.run(Record.__table__.update().values(protection="trusted", protected_until=None)), world.now
    )
    summary = take(world, item("1", email="source@example.org"))
    assert (summary.changed, summary.suggested, summary.offered, summary.waiting) == (0, 1, 0, 1)
    world.storage.transact(lambda uow: uow.run(Record.__table__.update().values(protection=None)), world.now)
    assert intake.offer_waiting(world.storage, world.now) == 1
