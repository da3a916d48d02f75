"""A large roll back that somebody stopped goes on where it stopped, once, and never when it is undone."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.services.test_incidents import descriptions, undo
from tests.services.test_incidents_drawn import changed
from tests.support.model import faults_of
from tests.support.racing import Racer, race_in_threads
from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotFound
from webapp.services import incidents
from webapp.services.doctor import doctor
from webapp.services.incidents import carry_out, continued
from webapp.storage.models import Incident, IncidentRecord, ModerationEntry, Operation, Outbox

RECORDS = 6


@pytest.fixture(autouse=True)
def _in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    monkeypatch.setattr(continued, "CHUNK", 2)


def mo(world: World) -> str:
    return world.person("mo", "moderator")


def lies(world: World, count: int = RECORDS) -> list[str]:
    """Records in each of which one person wrote a lie."""
    made = [world.record(name=f"Club {number}", description="Soup") for number in range(count)]
    for record in made:
        changed(world, "liar", record, description="Soup and lies")
    return made


def halted(world: World) -> tuple[str, list[str]]:
    """A roll back that was stopped after its first chunk, and its records."""
    made = lies(world)
    done = undo(world, incidents.Incident(actor_id=world.person("liar")))
    assert incidents.continue_operations(world.storage, world.now) == 2
    assert incidents.stop_operation(world.storage, done.operation_id, mo(world), world.now)
    return done.operation_id, made


def preview(world: World, operation: str) -> str:
    """What undoing it would do, drawn up."""
    return incidents.draw_up(world.storage, incidents.Incident(operation_id=operation), mo(world), world.now)


def resume(world: World, operation: str) -> None:
    incidents.resume_operation(world.storage, operation, mo(world), world.now)


def to_the_end(world: World) -> None:
    while incidents.continue_operations(world.storage, world.now):
        pass


def state_of(world: World, operation: str) -> tuple[str, int, int]:
    found = world.one(select(Operation.state, Operation.done, Operation.total).where(Operation.id == operation))
    return tuple(found)


def acts(world: World) -> list[str]:
    return [row.act for row in world.all(select(ModerationEntry).order_by(ModerationEntry.id))]


def refused(world: World, operation: str) -> str:
    """The code of why it can't go on."""
    with pytest.raises(incidents.CannotGoOn) as told:
        resume(world, operation)
    return told.value.code


def test_a_stopped_roll_back_goes_on_where_it_stopped(world: World) -> None:
    operation, made = halted(world)
    assert incidents.continue_operations(world.storage, world.now) == 0
    resume(world, operation)
    assert state_of(world, operation) == ("running", 2, RECORDS)
    to_the_end(world)
    assert state_of(world, operation) == ("done", RECORDS, RECORDS)
    assert descriptions(world, made) == ["Soup"] * RECORDS
    assert acts(world) == ["roll_back_incident", "stop_operation", "resume_operation"]
    assert (faults_of(world.storage), doctor(world.storage)) == ([], [])


def test_what_moved_while_it_was_stopped_is_treated_as_any_chunk_treats_it(world: World) -> None:
    operation, _ = halted(world)
    waiting = world.all(select(IncidentRecord.record_id).where(IncidentRecord.state == "waiting"))
    bettered = waiting[0].record_id
    changed(world, "ann", bettered, description="Soup and good company")
    resume(world, operation)
    to_the_end(world)
    assert world.document(bettered)["description"] == "Soup and good company"
    assert state_of(world, operation)[0] == "done"


def test_going_on_twice_has_one_effect_and_says_so(world: World) -> None:
    operation, _ = halted(world)
    resume(world, operation)
    assert refused(world, operation) == "goes_on_already"
    assert acts(world).count("resume_operation") == 1


def test_what_is_through_or_undone_or_being_undone_can_not_go_on(world: World) -> None:
    operation, _ = halted(world)
    undoing = undo(world, incidents.Incident(operation_id=operation)).operation_id
    assert (state_of(world, undoing)[0], refused(world, operation)) == ("running", "is_undone")
    to_the_end(world)
    assert (state_of(world, undoing)[0], refused(world, operation)) == ("done", "is_undone")
    assert refused(world, undoing) == "is_through"


def test_only_moderators_let_it_go_on_and_only_what_there_is(world: World) -> None:
    operation, _ = halted(world)
    with pytest.raises(NotAllowed):
        incidents.resume_operation(world.storage, operation, world.person("tess", "trusted"), world.now)
    with pytest.raises(NotFound):
        resume(world, "00000000-0000-7000-8000-000000000000")


def test_a_preview_of_undoing_it_is_not_applied_while_it_goes_on(world: World) -> None:
    operation, made = halted(world)
    id_ = preview(world, operation)
    resume(world, operation)
    with pytest.raises(incidents.GoesOn) as told:
        incidents.apply_incident(world.storage, incidents.ApplyIncident(id_, mo(world), "not so"), world.now)
    assert told.value.values == {"operation": operation}
    to_the_end(world)
    assert descriptions(world, made) == ["Soup"] * RECORDS


def test_a_preview_that_is_older_than_what_was_written_since_is_drawn_anew(world: World) -> None:
    operation, made = halted(world)
    id_ = preview(world, operation)
    resume(world, operation)
    to_the_end(world)
    apply = incidents.ApplyIncident(id_, mo(world), "not so")
    with pytest.raises(incidents.Moved) as told:
        incidents.apply_incident(world.storage, apply, world.now)
    assert told.value.values == {"count": RECORDS - 2}
    incidents.draw_again(world.storage, id_, mo(world), world.now)
    incidents.apply_incident(world.storage, apply, world.now)
    to_the_end(world)
    assert descriptions(world, made) == ["Soup and lies"] * RECORDS


def test_people_whose_changes_are_undone_after_it_went_on_are_told_too(world: World) -> None:
    operation, _ = halted(world)
    before = world.one(select(func.count()).select_from(Outbox).where(Outbox.type == "notice"))[0]
    resume(world, operation)
    assert world.one(select(func.count()).select_from(Outbox).where(Outbox.type == "notice"))[0] == before + 1


def test_of_going_on_and_undoing_at_the_same_moment_one_wins_and_the_other_is_told(world: World) -> None:
    operation, made = halted(world)
    max_ = world.person("max", "moderator")
    racers = [Racer(mo(world), "resume", operation), Racer(max_, "incident", preview(world, operation))]
    told = race_in_threads(world.storage, racers, world.now)
    assert told in (["done", "closed: goes_on"], ["closed: is_undone", "done"])
    to_the_end(world)
    assert set(descriptions(world, made)) == ({"Soup"} if told[0] == "done" else {"Soup and lies"})
    applied = world.one(select(func.count()).select_from(Incident).where(Incident.operation_id.is_not(None)))[0]
    assert applied == (1 if told[0] == "done" else 2)
    assert (faults_of(world.storage), doctor(world.storage)) == ([], [])


def test_two_who_let_it_go_on_at_the_same_moment_do_it_once(world: World) -> None:
    operation, _ = halted(world)
    racers = [Racer(mo(world), "resume", operation), Racer(world.person("max", "moderator"), "resume", operation)]
    told = race_in_threads(world.storage, racers, world.now)
    assert sorted(told) == ["closed: goes_on_already", "done"]
    assert acts(world).count("resume_operation") == 1
