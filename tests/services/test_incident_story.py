"""The hour after a vandal: two hundred records, thirty of which got good changes afterwards; undone, and that undone.

Also what happens when others do something at the same moment.
"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.services.test_incidents_drawn import changed, rows_of
from tests.support.model import faults_of
from tests.support.profile import IS_LONG, scaled
from tests.support.racing import Racer, race_in_processes, race_in_threads
from tests.support.world import World
from webapp.services import incidents
from webapp.services.doctor import doctor
from webapp.services.incidents import carry_out, continued
from webapp.storage.models import Operation

ALL, BETTERED = scaled(20, 200), scaled(3, 30)


def vandalised(world: World, count: int = ALL, bettered: int = BETTERED) -> list[str]:
    """Records that somebody spoiled within the hour; the first few got a good change of the same field, or another."""
    made = [world.record(name=f"Club {number}", description="Soup") for number in range(count)]
    for record in made:
        changed(world, "vandal", record, description="Soup and pills")
        world.passes(seconds=3600 / count)
    for place, record in enumerate(made[:bettered]):
        changed(world, "ann", record, **({"description": "Soup and pills, no"} if place % 3 else {"summary": "Lunch"}))
    return made


def preview(world: World, who: str = "mo") -> tuple[str, str]:
    """A moderator, and what they drew up of all that the vandal wrote."""
    mo = world.person(who, "moderator")
    return mo, incidents.draw_up(world.storage, incidents.Incident(actor_id=world.person("vandal")), mo, world.now)


def said(world: World, records: list[str]) -> list[Any]:
    """What the records say now."""
    return [world.document(record) for record in records]


def test_an_hour_of_vandalism_is_previewed_undone_and_the_undoing_undone(world: World) -> None:
    made = vandalised(world)
    before = said(world, made)
    mo, id_ = preview(world)
    rows = {row.record_id: row for row in rows_of(world, id_)}
    clashing = [record for place, record in enumerate(made[:BETTERED]) if place % 3]
    assert sum(row.restored > 0 for row in rows.values()) == ALL - len(clashing)
    assert {record for record, row in rows.items() if row.conflicts} == set(clashing)
    done = incidents.apply_incident(world.storage, incidents.ApplyIncident(id_, mo, "pills"), world.now)
    while incidents.continue_operations(world.storage, world.now):
        pass
    after = said(world, made)
    assert [one["description"] for one in after] == [
        "Soup and pills, no" if record in clashing else "Soup" for record in made
    ]
    assert [one.get("summary") for one in after] == [one.get("summary") for one in before]
    undo = incidents.draw_up(world.storage, incidents.Incident(operation_id=done.operation_id), mo, world.now)
    incidents.apply_incident(world.storage, incidents.ApplyIncident(undo, mo, "not so"), world.now)
    while incidents.continue_operations(world.storage, world.now):
        pass
    assert said(world, made) == before
    assert (faults_of(world.storage), doctor(world.storage)) == ([], [])


# -- at the same moment ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("doors", ["threads", "processes"] if IS_LONG else ["threads"])
def test_two_moderators_who_roll_back_the_same_thing_do_it_once(world: World, doors: str) -> None:
    made = vandalised(world, 4, 0)
    racers = [Racer(person, "incident", id_) for person, id_ in (preview(world, "mo"), preview(world, "moira"))]
    racers.append(racers[0])  # one of them presses twice
    if doors == "threads":
        told = race_in_threads(world.storage, racers, world.now)
    else:
        world.storage.dispose()
        told = race_in_processes(world.storage.url, racers, world.now)
    assert told.count("done") == 1
    assert set(told) <= {"done", "closed: incident_applied", "stale"}
    count = select(func.count()).select_from(Operation).where(Operation.type == "roll_back")
    assert world.one(count)[0] == 1
    assert [world.row(record).newest_number for record in made] == [3] * 4
    assert (faults_of(world.storage), doctor(world.storage)) == ([], [])


def test_a_roll_back_that_races_an_apply_loses_neither(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    monkeypatch.setattr(continued, "CHUNK", 2)
    made = vandalised(world, 6, 0)
    mo, id_ = preview(world)
    incidents.apply_incident(world.storage, incidents.ApplyIncident(id_, mo, "pills"), world.now)
    changes = [world.suggest(world.person("ann", "trusted"), record, summary="Lunch")[0] for record in made]
    for change in changes:
        world.vote(world.person("rita", "reviewer"), change)
    rob = world.person("rob", "reviewer")
    told: list[str] = []

    def vote() -> None:
        for change in changes:
            world.vote(rob, change)
            with world.storage.read() as connection:  # nobody who reads waits
                connection.execute(select(Operation.id).limit(1)).all()
        told.append("voted")

    voter = threading.Thread(target=vote, daemon=True)
    voter.start()
    while incidents.continue_operations(world.storage, world.now):
        pass
    voter.join(60)
    assert told == ["voted"]
    assert [(one["description"], one["summary"]) for one in said(world, made)] == [("Soup", "Lunch")] * 6
    assert (faults_of(world.storage), doctor(world.storage)) == ([], [])


def test_readers_are_not_kept_waiting_while_a_roll_back_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = vandalised(world, 3, 0)
    mo, id_ = preview(world)
    seen: list[str] = []
    write = carry_out.move_on

    def read_first(*given: Any) -> bool:
        seen.extend(one["description"] for one in said(world, made))  # written, and not committed yet
        return write(*given)

    monkeypatch.setattr(carry_out, "move_on", read_first)
    incidents.apply_incident(world.storage, incidents.ApplyIncident(id_, mo, "pills"), world.now)
    assert seen == ["Soup and pills"] * 3
    assert [one["description"] for one in said(world, made)] == ["Soup"] * 3
