"""Undoing many things at once: an incident over many records, in chunks, and the undoing of the undoing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from tests.support.model import faults_of
from tests.support.world import World
from webapp.domain.errors import NotAllowed
from webapp.services import incidents, undoing
from webapp.services.incidents import carry_out, continued
from webapp.storage.models import ModerationEntry, Operation, Outbox

RECORDS = 20


def approve(world: World, change: str) -> None:
    """Two approvals of people whom no cap holds."""
    for handle in ("mona", "max"):
        world.vote(world.person(handle, "moderator"), change)


def spoil(world: World, count: int = RECORDS) -> tuple[list[str], list[str]]:
    """One person's lies in many records, of which the first three were bettered afterwards; gives both lists."""
    liar = world.person("liar", "trusted")
    records = [world.record(name=f"Club {number}", description="Soup") for number in range(count)]
    for record in records:
        (change,) = world.suggest(liar, record, description="Soup and lies")
        approve(world, change)
    for record in records[:3]:
        (change,) = world.suggest(world.person("ann", "trusted"), record, description="Soup and lies, they say")
        approve(world, change)
    return records, records[:3]


def undo(world: World, incident: incidents.Incident, **choice: Mapping[str, frozenset[str]]) -> undoing.Undone:
    """A moderator rolls an incident back."""
    command = incidents.RollBackIncident(
        incident, world.person("mo", "moderator"), "lies", dict(choice.get("chosen", {}))
    )
    return incidents.roll_back_incident(world.storage, command, world.now)


def descriptions(world: World, records: list[str]) -> list[str]:
    """What the records say now."""
    return [world.document(record)["description"] for record in records]


def test_an_incident_is_undone_but_for_what_got_good_changes_after_and_the_undoing_undone(world: World) -> None:
    records, bettered = spoil(world)
    before = descriptions(world, records)
    done = undo(world, incidents.Incident(actor_id=world.person("liar")))
    assert descriptions(world, records) == [
        "Soup and lies, they say" if record in bettered else "Soup" for record in records
    ]
    assert all(done.plans[record].conflicts for record in bettered)
    assert faults_of(world.storage) == []
    undo(world, incidents.Incident(operation_id=done.operation_id))
    assert descriptions(world, records) == before
    assert faults_of(world.storage) == []


def test_a_conflict_that_the_moderator_chooses_is_undone_too(world: World) -> None:
    (record,), _ = spoil(world, 1)
    incident = incidents.Incident(actor_id=world.person("liar"))
    with world.storage.read() as connection:
        (conflict,) = incidents.preview_incident(connection, incident)[record].conflicts
    undo(world, incident, chosen={record: frozenset({conflict.unit})})
    assert descriptions(world, [record]) == ["Soup"]


def test_a_large_roll_back_goes_in_chunks_and_is_judged_again_record_by_record(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 3)
    monkeypatch.setattr(continued, "CHUNK", 4)
    records, _ = spoil(world, 10)
    done = undo(world, incidents.Incident(actor_id=world.person("liar")))
    operation = select(Operation).where(Operation.id == done.operation_id)
    assert (world.one(operation).state, world.one(operation).done) == ("running", 0)
    assert incidents.continue_operations(world.storage, world.now) == 4
    assert (world.one(operation).state, world.one(operation).done) == ("running", 4)
    late = next(r for r in records if world.document(r)["description"] == "Soup and lies")
    (change,) = world.suggest(world.person("ann", "trusted"), late, description="Soup and fewer lies")
    world.approve(change, "rita", "rob")
    assert incidents.continue_operations(world.storage, world.now) == 3  # in the other three nothing happens
    assert (world.one(operation).state, world.one(operation).finished_at) == ("done", world.now)
    assert incidents.continue_operations(world.storage, world.now) == 0
    said = descriptions(world, records)
    assert (said.count("Soup"), said.count("Soup and lies")) == (6, 0)
    assert world.document(late)["description"] == "Soup and fewer lies"
    assert faults_of(world.storage) == []


def test_a_large_roll_back_can_be_undone_midway(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    monkeypatch.setattr(continued, "CHUNK", 1)
    records, _ = spoil(world, 6)
    done = undo(world, incidents.Incident(actor_id=world.person("liar")))
    incidents.continue_operations(world.storage, world.now)
    monkeypatch.setattr(carry_out, "AT_ONCE", 100)
    assert descriptions(world, records).count("Soup") == 1
    undo(world, incidents.Incident(operation_id=done.operation_id))
    assert world.one(select(Operation).where(Operation.id == done.operation_id)).state == "stopped"
    assert incidents.continue_operations(world.storage, world.now) == 0
    assert "Soup" not in descriptions(world, records)
    assert faults_of(world.storage) == []


def test_a_large_roll_back_can_be_stopped_before_it_has_done_anything(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    records, _ = spoil(world, 5)
    done = undo(world, incidents.Incident(actor_id=world.person("liar")))
    before = descriptions(world, records)
    undo(world, incidents.Incident(operation_id=done.operation_id))
    assert incidents.continue_operations(world.storage, world.now) == 0
    assert descriptions(world, records) == before


def test_open_changes_on_rolled_back_records_are_marked_and_people_told(world: World) -> None:
    (record,), _ = spoil(world, 1)
    incident = incidents.Incident(actor_id=world.person("ann"))
    (change,) = world.suggest(world.person("ben"), record, description="Soup and lies, they say so")
    undo(world, incident)
    assert world.change(change).conflicted_at is not None
    assert any('"undone"' in row.payload for row in world.all(select(Outbox)))
    assert [row.act for row in world.all(select(ModerationEntry))] == ["roll_back_incident"]


def test_an_incident_without_a_condition_or_a_trace_is_nothing_to_undo(world: World) -> None:
    spoil(world, 1)
    for incident in (incidents.Incident(), incidents.Incident(text="never said")):
        with pytest.raises(undoing.NothingToUndo):
            undo(world, incident)


def test_only_moderators_roll_incidents_back(world: World) -> None:
    command = incidents.RollBackIncident(incidents.Incident(text="x"), world.person("tess", "trusted"), "no")
    with pytest.raises(NotAllowed):
        incidents.roll_back_incident(world.storage, command, world.now)
