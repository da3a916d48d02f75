"""Many people at one moment: a change applies once, everybody is told the truth, and nobody waits for ever."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text

import webapp.storage
from tests.support.model import faults_of
from tests.support.profile import IS_LONG, scaled
from tests.support.racing import Racer, race_in_processes, race_in_threads
from tests.support.world import World
from webapp.services import merging, review
from webapp.services.doctor import doctor
from webapp.storage import unit_of_work
from webapp.storage.models import Revision, SlugHistory, Vote
from webapp.storage.unit_of_work import UnitOfWork

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite's writers take turns
THREADS = scaled(12, 50)
PROCESSES = scaled(6, 50)
TOLD = {  # whoever is busy tries again, and is told one of these in the end
    "vote": {"done", "closed: applied", "closed: withdrawn"},
    "withdraw": {"done", "closed: applied"},
    "roll_back": {"done", "stale", "closed: nothing_to_undo"},
}


def open_change(world: World) -> tuple[str, str]:
    """A record and an open change of its description, by ann."""
    record = world.record(description="Soup")
    return record, world.suggest(world.person("ann"), record, description="Soup and company")[0]


def voters(world: World, change: str, count: int) -> list[Racer]:
    """Reviewers who approve."""
    return [Racer(world.person(f"voter{n}", "reviewer"), "vote", change) for n in range(count)]


def faults_of_race(world: World, change: str, racers: list[Racer], told: list[str]) -> list[str]:
    """What is wrong after a race of voters: two applies, a lost vote, or a threshold that nobody saw."""
    row = world.change(change)
    applied = world.one(select(func.count()).select_from(Revision).where(Revision.change_id == change))[0]
    stored = {v.person_id for v in world.all(select(Vote).where(Vote.change_id == change, Vote.is_live == 1))}
    voted = {r.person for r, word in zip(racers, told, strict=True) if r.act == "vote" and word == "done"}
    found = [f"{r.act}: {word}" for r, word in zip(racers, told, strict=True) if word not in TOLD[r.act]]
    ends = {word.removeprefix("closed: ") for r, word in zip(racers, told, strict=True) if r.act != "roll_back"}
    found += [f"told {end}, and it is {row.state}" for end in ends - {"done", row.state} if not found]
    if applied != (row.state == "applied"):
        found.append(f"{row.state}, written {applied} times")
    if voted != stored:
        found.append(f"{len(voted)} were told that they voted, {len(stored)} votes are stored")
    if row.state == "open" and len(stored) >= 2:
        found.append(f"{len(stored)} approvals, and still open")
    found += [f"the doctor: {breach}" for breach in doctor(world.storage)]
    return found + faults_of(world.storage)


@pytest.mark.parametrize("doors", ["threads", "processes"])
def test_racing_voters_apply_a_change_once(world: World, doors: str) -> None:
    _, change = open_change(world)
    if doors == "threads":
        racers = voters(world, change, THREADS)
        told = race_in_threads(world.storage, racers, world.now)
    else:
        racers = voters(world, change, PROCESSES)
        world.storage.dispose()  # PostgreSQL has a hundred connections for all of us
        told = race_in_processes(world.storage.url, racers, world.now)
    assert faults_of_race(world, change, racers, told) == []
    assert told.count("done") == 2
    assert world.change(change).state == "applied"


@pytest.mark.parametrize("doors", ["threads", "processes"] if IS_LONG else ["threads"])
def test_voters_race_the_withdrawing_author_and_a_moderator_who_rolls_back(world: World, doors: str) -> None:
    record, change = open_change(world)
    (earlier,) = world.suggest(world.person("ben"), record, summary="Lunch")
    world.approve(earlier, "rita", "rob")
    others = [
        Racer(world.person("ann"), "withdraw", change),
        Racer(world.person("mo", "moderator"), "roll_back", record, world.row(record).newest_number),
    ]
    racers = [*others, *voters(world, change, (THREADS if doors == "threads" else PROCESSES) - 2)]
    if doors == "threads":
        told = race_in_threads(world.storage, racers, world.now)
    else:
        world.storage.dispose()
        told = race_in_processes(world.storage.url, racers, world.now)
    assert faults_of_race(world, change, racers, told) == []
    assert (told[0] == "done") == (world.change(change).state == "withdrawn")


def test_two_moderators_who_roll_back_the_same_record_do_it_once(world: World) -> None:
    record, change = open_change(world)
    world.approve(change, "rita", "rob")
    racers = [Racer(world.person(f"mo{n}", "moderator"), "roll_back", record, 2) for n in range(4)]
    told = race_in_threads(world.storage, racers, world.now)
    assert sorted(told) == ["done", "stale", "stale", "stale"]
    assert (world.row(record).newest_number, faults_of(world.storage)) == (3, [])


def test_reverting_races_an_apply_and_neither_is_lost(world: World) -> None:
    record, change = open_change(world)
    world.approve(change, "rita", "rob")
    (next_,) = world.suggest(world.person("ben"), record, description="Soup and company for all")
    world.approve(next_, "rita")
    racers = [
        Racer(world.person("mo", "moderator"), "revert", record, 2),
        Racer(world.person("rob", "reviewer"), "vote", next_),
    ]
    told = race_in_threads(world.storage, racers, world.now)
    assert told in (["done", "done"], ["stale", "done"], ["closed: nothing_to_undo", "done"])
    assert faults_of(world.storage) == []
    assert (world.change(next_).state == "applied") != (world.change(next_).conflicted_at is not None)


def test_two_changes_that_make_the_same_address_get_one_each(world: World) -> None:
    changes = []
    for number in range(4):
        record = world.record(name=f"Club {number}")
        changes += world.suggest(world.person("ann"), record, name="The Shed")
        world.approve(changes[-1], "rita", "rob")
    world.vote(world.person("tess", "trusted"), changes[0], "approve")
    for change in changes[1:]:
        world.vote(world.person("tess", "trusted"), change, "approve")
    world.passes(hours=24)
    racers = [Racer(world.person("last", "reviewer"), "vote", change) for change in changes]
    assert race_in_threads(world.storage, racers, world.now) == ["done"] * 4
    assert {world.change(change).state for change in changes} == {"applied"}
    slugs = world.all(select(SlugHistory.slug).where(SlugHistory.slug.startswith("the-shed")))
    assert len({row.slug for row in slugs}) == 4
    assert faults_of(world.storage) == []


def test_two_voters_on_each_others_changes_do_not_wait_for_each_other(world: World) -> None:
    record, other = world.record(description="Soup"), world.record(description="Bread")
    one, two = world.person("one", "reviewer"), world.person("two", "reviewer")
    (first,) = world.suggest(one, record, description="Soup and company")
    (second,) = world.suggest(two, other, description="Bread and company")
    world.approve(first, "rita")
    world.approve(second, "rita")
    told = race_in_threads(world.storage, [Racer(two, "vote", first), Racer(one, "vote", second)], world.now)
    assert told == ["done", "done"]
    assert {world.change(first).state, world.change(second).state} == {"applied"}


@on_postgresql
def test_who_waited_for_a_change_that_a_merge_moved_locks_the_record_that_it_moved_to(world: World) -> None:
    duplicate, survivor = world.record(description="Soup"), world.record(description="Bread")
    (change,) = world.suggest(world.person("ann"), duplicate, description="Soup and company")
    has_moved = threading.Event()

    def move(uow: UnitOfWork) -> None:
        uow.lock_records([duplicate, survivor])
        merging.move_to(uow, world.change(change), survivor, 2, duplicate)
        has_moved.set()
        wait_until_somebody_waits(world)

    mover = threading.Thread(target=lambda: world.storage.transact(move, world.now))
    mover.start()
    assert has_moved.wait(10)
    records, row = world.storage.transact(lambda uow: uow.lock_change_and_records(change), world.now)
    mover.join(10)
    assert (list(records), row.record_id, row.content_version) == ([survivor], survivor, 2)


def wait_until_somebody_waits(world: World) -> None:
    """Until PostgreSQL says that a session of this database waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + 5
    with world.storage.engine.connect() as connection:
        while not connection.execute(waiting).scalar():
            assert time.monotonic() < deadline, "nobody waited"
            connection.rollback()  # or what it once read stays as it was
            time.sleep(0.01)


# -- the same races without locks: the checks above must see it -----------------------------------------------


def meet_before_writing(monkeypatch: pytest.MonkeyPatch, people: int, patience: float) -> None:
    """Hold every voter between reading and writing until all have read, or nobody else comes."""
    barrier, make_row = threading.Barrier(people), review._vote

    def wait_and_make_row(*values: Any) -> dict[str, Any]:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(patience)
        return make_row(*values)

    monkeypatch.setattr(review, "_vote", wait_and_make_row)


def take_locks_away(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same world with the driver's own transactions and without a single lock."""
    for name in ("LOCK_RECORDS", "LOCK_TOUCHED", "LOCK_CHANGES", "LOCK_PEOPLE", "HOLD_CHANGES", "HOLD_PEOPLE"):
        statement = getattr(unit_of_work, name)
        monkeypatch.setattr(unit_of_work, name, statement.with_only_columns(*statement.selected_columns))
        getattr(unit_of_work, name)._for_update_arg = None
    if world.storage.engine.dialect.name == "sqlite":
        monkeypatch.setattr(webapp.storage, "make_engine", create_engine)
    world.storage.dispose()
    world.storage = webapp.storage.init(world.storage.url)
    world.storage._lock = None
    return world


def race_of_two(world: World, monkeypatch: pytest.MonkeyPatch, patience: float) -> list[str]:
    """Two last voters who both read before either writes; gives the faults."""
    _, change = open_change(world)
    world.approve(change, "first")
    racers = voters(world, change, 2)
    meet_before_writing(monkeypatch, 2, patience)
    told = race_in_threads(world.storage, racers, world.now)
    return faults_of_race(world, change, racers, told[:])


def test_with_locks_nobody_reads_before_the_other_has_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found = race_of_two(world, monkeypatch, 0.2)
    assert found == ["1 were told that they voted, 2 votes are stored"]  # the first voter's came before the race


def test_without_locks_the_check_sees_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    if world.storage.engine.dialect.name == "postgresql":
        with world.storage.engine.begin() as connection:  # the last line of defence, taken away too
            connection.execute(text("ALTER TABLE revision DROP CONSTRAINT uq_revision_record_id_number"))
    world = take_locks_away(world, monkeypatch)
    found = race_of_two(world, monkeypatch, 5)
    if world.storage.engine.dialect.name == "postgresql":
        assert any("written 2 times" in fault for fault in found)
    else:
        assert any("IntegrityError" in fault for fault in found)
    world.storage.dispose()
