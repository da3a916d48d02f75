"""Stories from the rules, told through the services on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.support.model import faults_of
from tests.support.world import World
from webapp.domain.errors import NotAllowed
from webapp.services import incidents, ruling, suggest
from webapp.storage import Storage
from webapp.storage.models import Change, ModerationEntry, Operation, Outbox
from webapp.storage.unit_of_work import new_id

PHONE = "0192d7b4-0000-7000-8000-000000000001"


def phones(number: str) -> list[dict[str, object]]:
    """One telephone number."""
    return [{"id": PHONE, "order": 0, "number": number}]


def decide(world: World, change: str, person: str, outcome: str = "apply", note: str = "") -> str:
    """A moderator decides; gives the state."""
    seen = world.change(change).content_version
    command = ruling.DecideChange(change, person, seen, outcome, note)
    return ruling.decide_change(world.storage, command, world.now).state


def test_a_new_installation_with_one_administrator(storage: Storage) -> None:
    world = World(storage)
    admin = world.person("admin", "administrator")
    (low,) = world.suggest(admin, world.record(description="Soup"), description="Soup and company")
    with pytest.raises(NotAllowed, match="too_early"):
        decide(world, low, admin)
    (theirs,) = world.suggest(world.person("ann"), world.record(description="Bread"), description="Bread and company")
    world.vote(admin, theirs)
    assert world.change(theirs).state == "applied"  # reduced rules: one approval
    world.passes(hours=23, minutes=59)
    with pytest.raises(NotAllowed, match="too_early"):
        decide(world, low, admin)
    world.passes(minutes=1)
    assert decide(world, low, admin) == "applied"
    assert [row.is_self_decided for row in world.all(select(ModerationEntry))] == [1]
    assert faults_of(storage) == []


def test_three_volunteers_under_the_reduced_rules(storage: Storage) -> None:
    world = World(storage)
    world.person("mo", "moderator")
    (name,) = world.suggest(world.person("ann"), world.record(), name="Harbour Lunch")
    assert world.approve(name, "rita", "rob") == "open"
    world.passes(hours=24)
    world.sweep()
    assert world.change(name).state == "applied"
    closing = suggest.SuggestLifecycle(world.person("ann"), world.record(), "close", "it has gone")
    (close,) = suggest.suggest_lifecycle(world.storage, closing, world.now).change_ids
    world.approve(close, "rita", "rob")
    world.passes(hours=48)
    world.sweep()
    assert world.change(close).state == "open"  # a moderator must be among them
    world.vote(world.person("mo"), close)
    assert world.change(close).state == "applied"


def test_a_contested_phone_number(world: World) -> None:
    record = world.record(phones=phones("+44 131 496 0001"))
    (change,) = world.suggest(world.person("ann"), record, phones=phones("+44 131 496 0002"))
    rita = world.person("rita", "reviewer")
    world.vote(rita, change, "reject")
    assert any("first_reject" in row.payload for row in world.all(select(Outbox)))
    for handle in ("rob", "ray", "rose"):
        world.vote(world.person(handle, "reviewer"), change)
    world.vote(world.person("tess", "trusted"), change)
    world.passes(hours=72)
    world.sweep()
    assert world.change(change).state == "open"  # four to one is three; with a reject it takes four
    world.approve(change, "ruth")
    assert world.change(change).state == "applied"
    assert faults_of(world.storage) == []


def test_a_contested_change_is_escalated_after_a_week_and_a_moderator_decides(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    world.vote(world.person("rita", "reviewer"), change, "reject")
    world.approve(change, "rob", "ray")
    world.passes(days=7, seconds=-1)
    world.sweep()
    assert world.change(change).escalated_at is None
    world.passes(seconds=1)
    world.sweep()
    assert world.change(change).escalated_at is not None
    world.approve(change, "rose", "ruth")
    assert world.change(change).state == "open"
    with pytest.raises(NotAllowed, match="note_missing"):
        decide(world, change, world.person("mo", "moderator"))
    assert decide(world, change, world.person("mo", "moderator"), note="seen their sign") == "applied"


def test_three_rejects_more_than_approvals_reject_after_the_pause(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    for handle in ("rita", "rob", "ray"):
        world.vote(world.person(handle, "reviewer"), change, "reject")
    world.passes(hours=72, seconds=-1)
    world.sweep()
    assert world.change(change).state == "open"
    world.passes(seconds=1)
    world.sweep()
    assert world.change(change).state == "rejected"


def hide(world: World, change: str, at: datetime | None) -> None:
    """As two flags would, and as a moderator shows it again."""
    world.storage.transact(
        lambda uow: uow.run(update(Change).where(Change.id == change).values(hidden_at=at)), world.now
    )


DEADLINES = [
    ("description", timedelta(days=14), "escalated_at"),
    ("description", timedelta(days=60), "closed_at"),
    ("name", timedelta(hours=24), "closed_at"),
]


@pytest.mark.parametrize(("field", "deadline", "what"), DEADLINES, ids=["escalated", "expired", "applied"])
def test_nothing_happens_in_the_last_second_before_a_deadline(
    world: World, field: str, deadline: timedelta, what: str
) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), **{field: "Soup and company"})
    if field == "name":
        world.approve(change, "rita", "rob")
        world.vote(world.person("tess", "trusted"), change)
    opened = world.now
    world.now = opened + timedelta(days=14) if deadline > timedelta(days=14) else opened
    world.sweep()
    world.now = opened + deadline - timedelta(seconds=1)
    world.sweep()
    assert getattr(world.change(change), what) is None
    world.now = opened + deadline
    world.sweep()
    assert getattr(world.change(change), what) == world.now


def test_a_set_of_three_new_records_is_one_operation_and_rolls_back_to_void(world: World) -> None:
    organization, location, service = new_id(), new_id(), new_id()
    records = (
        suggest.NewRecord(organization, "organization", {"name": "Harbour Trust"}),
        suggest.NewRecord(location, "location", {"name": "Harbour Hall", "location_type": "physical"}),
        suggest.NewRecord(service, "service", {"name": "Harbour Lunch", "organization_id": organization}),
    )
    command = suggest.SuggestRecords(world.person("ann"), records, "they opened")
    (change,) = suggest.suggest_records(world.storage, command, world.now).change_ids
    with pytest.raises(suggest.Alike):  # sent twice
        suggest.suggest_records(world.storage, command, world.now)
    hide(world, change, world.now)
    (again,) = suggest.suggest_records(world.storage, command, world.now).change_ids
    hide(world, change, None)
    for id_ in (change, again):
        world.approve(id_, "rita", "rob")
        world.vote(world.person("tess", "trusted"), id_)
    world.passes(hours=24)
    world.sweep()
    states = {world.change(id_).state for id_ in (change, again)}
    assert states == {"applied", "open"}  # the same ids can't be given twice: the other one is conflicted
    (operation,) = world.all(select(Operation).where(Operation.type == "apply"))
    assert operation.total == 3
    incident = incidents.Incident(operation_id=operation.id)
    command_ = incidents.RollBackIncident(incident, world.person("mo", "moderator"), "an invention")
    undone = incidents.roll_back_incident(world.storage, command_, world.now)
    assert {world.row(id_).status for id_ in (organization, location, service)} == {"void"}
    redo = incidents.RollBackIncident(
        incidents.Incident(operation_id=undone.operation_id), world.person("mo"), "it does exist"
    )
    incidents.roll_back_incident(world.storage, redo, world.now)
    assert {world.row(id_).status for id_ in (organization, location, service)} == {"active"}
    assert faults_of(world.storage) == []
