"""Drawing incidents up and going on with them: what is in one, what it costs to look, and what holds nothing up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from tests.services.test_incidents import approve, descriptions, spoil, undo
from tests.support.model import faults_of
from tests.support.queries import at_most
from tests.support.world import World
from webapp.domain.errors import AlreadyClosed
from webapp.services import history, incidents, undoing
from webapp.services.incidents import carry_out, continued, records
from webapp.services.revise import start_operation
from webapp.storage.models import Incident as Row
from webapp.storage.models import IncidentRecord, ModerationEntry, Operation, Revision


def changed(world: World, author: str, record: str, **values: Any) -> None:
    """A change of a trusted person that two moderators approve."""
    for change in world.suggest(world.person(author, "trusted"), record, **values):
        approve(world, change)


def test_a_text_taints_only_what_brought_it_in(world: World) -> None:
    record = world.record(description="Soup")
    changed(world, "liar", record, description="Soup and PILLS")
    changed(world, "ann", record, summary="Lunch")
    undo(world, incidents.Incident(text="and pills"))
    document = world.document(record)
    assert (document["description"], document["summary"]) == ("Soup", "Lunch")


def test_a_text_is_looked_for_in_what_is_said_and_not_in_names_of_fields(world: World) -> None:
    record = world.record(description="Soup")
    changed(world, "ann", record, description='Soup, “hot” and "good"\nevery day')
    with world.storage.read() as connection:
        found = {
            said: bool(incidents.tainted_revisions(connection, incidents.Incident(text=said)))
            for said in ("description", '"good"\nevery', "“HOT”", "cold", "100%", "_")
        }
    assert found == {"description": False, '"good"\nevery': True, "“HOT”": True} | dict.fromkeys(
        ("cold", "100%", "_"), False
    )


@pytest.mark.parametrize(
    ("more", "is_found"),
    [({}, False), ({"person": True}, True), ({"days": 200}, True), ({"ago": 50}, True), ({"ago": 120}, False)],
    ids=["words alone", "by a person", "since long ago", "until then", "until before"],
)
def test_words_that_nothing_narrows_are_looked_for_in_the_last_ninety_days(
    world: World, more: dict[str, int], is_found: bool
) -> None:
    changed(world, "liar", world.record(description="Soup"), description="Soup and pills")
    mo = world.person("mo", "moderator")
    world.passes(days=110)
    asked = incidents.Incident(
        text="pills",
        actor_id=world.person("liar", "trusted") if "person" in more else None,
        since=world.now - timedelta(days=more["days"]) if "days" in more else None,
        until=world.now - timedelta(days=more["ago"]) if "ago" in more else None,
    )
    if is_found:
        assert incidents.draw_up(world.storage, asked, mo, world.now)
    else:
        with pytest.raises(undoing.NothingToUndo):
            incidents.draw_up(world.storage, asked, mo, world.now)


def test_an_import_is_undone_by_the_name_of_its_source(world: World) -> None:
    world.storage.transact(lambda uow: start_operation(uow, "import", None, "Import of Pharmacies"), world.now)
    record = world.record()
    operation = world.one(select(Revision.operation_id).where(Revision.record_id == record))[0]
    reason = text("UPDATE operation SET reason = 'Import of Clinics' WHERE id = :id")
    world.storage.transact(lambda uow: uow.connection.execute(reason, {"id": operation}), world.now)
    with world.storage.read() as connection:
        assert list(incidents.tainted_revisions(connection, incidents.Incident(source="Clinics"))) == [record]
        assert incidents.tainted_revisions(connection, incidents.Incident(source="Pharmacies")) == {}


def test_what_is_undone_already_is_refused_and_writes_nothing(world: World) -> None:
    spoil(world, 4)
    incident = incidents.Incident(actor_id=world.person("liar"))
    undo(world, incident)
    counts = [select(func.count()).select_from(table) for table in (Operation, ModerationEntry, Row, IncidentRecord)]
    before = [world.one(count)[0] for count in counts]
    with pytest.raises(undoing.NothingToUndo):
        undo(world, incident)
    assert [world.one(count)[0] for count in counts] == before


def unwritable(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """Whoever writes this record of an incident fails."""
    write = records.write_plan

    def fail(uow: Any, record: Any, *rest: Any) -> None:
        if record.id == broken:
            raise RuntimeError("unreadable")
        write(uow, record, *rest)

    monkeypatch.setattr(records, "write_plan", fail)


def test_a_record_that_always_fails_is_put_aside_and_holds_nothing_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    made, _ = spoil(world, 7)
    done = undo(world, incidents.Incident(actor_id=world.person("liar")))
    others = [world.record(name=f"Bakery {number}", description="Bread") for number in range(2)]
    for record in others:
        changed(world, "forger", record, description="Bread and stones")
    second = undo(world, incidents.Incident(actor_id=world.person("forger")))
    unwritable(monkeypatch, made[5])
    for _ in range(continued.MOST_ATTEMPTS):
        incidents.continue_operations(world.storage, world.now)
    assert descriptions(world, others) == ["Bread", "Bread"]
    assert descriptions(world, made[3:]) == ["Soup", "Soup", "Soup and lies", "Soup"]
    states = [world.one(select(Operation).where(Operation.id == id_.operation_id)).state for id_ in (done, second)]
    assert states == ["done", "done"]
    failed = world.all(select(IncidentRecord.record_id).where(IncidentRecord.state == "failed"))
    assert [row.record_id for row in failed] == [made[5]]
    assert faults_of(world.storage) == []


def test_a_roll_back_that_breaks_at_once_is_gone_on_with_by_the_worker(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = spoil(world, 5)
    mo = world.person("mo", "moderator")
    id_ = incidents.draw_up(world.storage, incidents.Incident(actor_id=world.person("liar")), mo, world.now)
    unwritable(monkeypatch, made[4])
    incidents.apply_incident(world.storage, incidents.ApplyIncident(id_, mo, "lies"), world.now)
    incidents.continue_operations(world.storage, world.now)
    assert descriptions(world, made[3:]) == ["Soup", "Soup and lies"]


def test_the_worker_leaves_a_running_import_alone(world: World) -> None:
    id_ = world.storage.transact(
        lambda uow: start_operation(uow, "import", None, "Import of Clinics", total=0, state="running"), world.now
    )
    incidents.continue_operations(world.storage, world.now)
    assert world.one(select(Operation.state).where(Operation.id == id_)).state == "running"


def test_looking_costs_one_statement_a_hundred_records_and_two_for_a_revert(world: World) -> None:
    made, _ = spoil(world, 6)
    incident, row = incidents.Incident(actor_id=world.person("liar")), world.row(made[0])
    with world.storage.read() as connection, at_most(2, world.storage.engine):
        assert len(incidents.preview_incident(connection, incident)) == 6
    with world.storage.read() as connection, at_most(1, world.storage.engine):
        assert history.preview_revert(connection, row, 2).conflicts
    with world.storage.read() as connection, at_most(2, world.storage.engine):
        assert history.preview_roll_back(connection, row, 1).restored


# -- what is applied is what was seen -------------------------------------------------------------------------


def drawn_up(world: World) -> tuple[str, str]:
    """A moderator, and the preview of everything that the liar wrote."""
    mo = world.person("mo", "moderator")
    return mo, incidents.draw_up(world.storage, incidents.Incident(actor_id=world.person("liar")), mo, world.now)


def rows_of(world: World, incident: str) -> list[Any]:
    """The rows of a preview, in their order."""
    query = select(IncidentRecord).where(IncidentRecord.incident_id == incident).order_by(IncidentRecord.position)
    return world.all(query)


def test_a_preview_puts_conflicts_first_and_writes_no_revision(world: World) -> None:
    made, bettered = spoil(world, 6)
    before = descriptions(world, made)
    _, id_ = drawn_up(world)
    rows = rows_of(world, id_)
    assert {row.record_id for row in rows[:3]} == set(bettered)
    assert [(row.restored, row.conflicts) for row in rows] == [(0, 1)] * 3 + [(1, 0)] * 3
    assert descriptions(world, made) == before


def test_a_record_that_moved_since_the_preview_is_told_before_anything_is_written(world: World) -> None:
    made, _ = spoil(world, 5)
    mo, id_ = drawn_up(world)
    changed(world, "ann", made[4], description="Soup and good company")
    before = descriptions(world, made)
    with pytest.raises(incidents.Moved) as told:
        incidents.apply_incident(world.storage, incidents.ApplyIncident(id_, mo, "lies"), world.now)
    assert (told.value.values, descriptions(world, made)) == ({"count": 1}, before)
    incidents.draw_again(world.storage, id_, mo, world.now)
    incidents.apply_incident(world.storage, incidents.ApplyIncident(id_, mo, "lies"), world.now)
    assert descriptions(world, made[3:]) == ["Soup", "Soup and good company"]


def test_what_was_chosen_is_put_back_too_unless_the_record_has_moved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = spoil(world, 3)
    mo, id_ = drawn_up(world)
    wish = {row.position: frozenset({"description"}) for row in rows_of(world, id_)}
    incidents.choose_units(world.storage, incidents.ChooseUnits(id_, mo, world.now, wish, "because"), world.now)
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)  # so that there is a time between pressing and writing
    incidents.apply_incident(world.storage, incidents.ApplyIncident(id_, mo, "lies"), world.now)
    changed(world, "ann", made[0], description="Soup and lies, they say, but who")
    incidents.continue_operations(world.storage, world.now)
    assert descriptions(world, made) == ["Soup and lies, they say, but who", "Soup", "Soup"]


def test_pressing_twice_applies_a_preview_once(world: World) -> None:
    spoil(world, 4)
    mo, id_ = drawn_up(world)
    done = incidents.apply_incident(world.storage, incidents.ApplyIncident(id_, mo, "lies"), world.now)
    with pytest.raises(AlreadyClosed) as told:
        incidents.apply_incident(world.storage, incidents.ApplyIncident(id_, mo, "lies"), world.now)
    assert told.value.values["operation"] == done.operation_id


def test_one_transaction_works_no_longer_than_others_can_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = spoil(world, 6)
    monkeypatch.setattr(carry_out, "SECONDS", 0.0)
    monkeypatch.setattr(continued, "SECONDS", 0.0)
    done = undo(world, incidents.Incident(actor_id=world.person("liar")))
    operation = select(Operation.state, Operation.done, Operation.total).where(Operation.id == done.operation_id)
    assert tuple(world.one(operation)) == ("running", 1, 3)
    assert [incidents.continue_operations(world.storage, world.now) for _ in range(3)] == [1, 1, 0]
    assert tuple(world.one(operation)) == ("done", 3, 3)
    assert descriptions(world, made[3:]) == ["Soup"] * 3
