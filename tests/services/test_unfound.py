"""What nobody finds is counted together, by nobody in particular, and forgotten in time."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

import webapp.storage
from tests.support.queries import at_most
from tests.support.world import World
from webapp.domain.errors import Busy
from webapp.jobs import sweep
from webapp.services import redact, unfound
from webapp.services.unfound import AT_ONCE, LONGEST_WAIT, MOST_WAITING, Waiting
from webapp.storage.models import Unfound
from webapp.storage.queries.unfound import SEVERAL, SHOWN, often_unfound, unfound_in_all

WRITERS = 8


def kept(world: World) -> dict[tuple[str, str], int]:
    return {(row.words, row.area): row.times for row in world.all(select(Unfound))}


def put(world: World, *rows: tuple[str, str, str, int]) -> None:
    values = [dict(zip(("month", "words", "area", "times"), row, strict=True)) for row in rows]
    world.storage.transact(lambda uow: uow.run(insert(Unfound), values), world.now)


def shown(world: World) -> list[tuple[str, str, str, int]]:
    with world.storage.read() as connection:
        return [(one.month, one.words, one.area, one.times) for one in often_unfound(connection)]


# -- counting ---------------------------------------------------------------------------------------------


def test_what_waits_is_written_together_and_added_to_what_is_there(world: World) -> None:
    waiting = Waiting(world.storage)
    for text in ("soup on wheels", "Wheels soup", "debt help"):
        waiting.note(text, "Fife", world.now)
    waiting.note("soup wheels", "", world.now)
    assert kept(world) == {}
    assert waiting.write(world.now) == 3
    assert waiting.write(world.now) == 0
    waiting.note("soup wheels", "Fife", world.now)
    waiting.write(world.now)
    assert kept(world) == {("soup wheels", "Fife"): 2, ("soup wheels", ""): 1, ("debt help", "Fife"): 1}


def test_noting_asks_the_database_nothing_and_writing_twice(world: World) -> None:
    waiting = Waiting(world.storage)
    with at_most(0, world.storage.engine):
        for number in range(AT_ONCE):
            waiting.note(f"soup {'abcdefghijklmnopqrstuvwxyz'[number]}x", "", world.now)
    with at_most(2, world.storage.engine):  # how many rows the month has, and the rows
        assert waiting.write(world.now) == AT_ONCE


def test_the_same_search_again_counts_once_while_it_waits(world: World) -> None:
    waiting = Waiting(world.storage)
    assert waiting.note("soup", "", world.now)
    assert not waiting.note("Soup", "", world.now)
    assert not waiting.note("0131 496 0123", "", world.now)
    waiting.write(world.now)
    assert kept(world) == {("soup", ""): 1}


def test_it_is_time_to_write_after_a_minute_or_when_twenty_wait(world: World) -> None:
    waiting = Waiting(world.storage)
    assert not waiting.is_due(world.now)
    waiting.note("soup", "", world.now)
    assert not waiting.is_due(world.now + LONGEST_WAIT - timedelta(seconds=1))
    assert waiting.is_due(world.now + LONGEST_WAIT)
    for number in range(AT_ONCE - 1):
        assert not waiting.is_due(world.now)
        waiting.note("soup", f"area {number}", world.now)
    assert waiting.is_due(world.now)
    waiting.write(world.now)
    assert not waiting.is_due(world.now + LONGEST_WAIT)


def test_a_busy_database_costs_nothing_but_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Waiting(world.storage)
    for number in range(MOST_WAITING + 5):
        waiting.note("soup", f"area {number}", world.now)

    def busy(*_: Any) -> None:
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr(world.storage, "transact", busy)
        assert waiting.write(world.now) == 0
    assert not waiting.is_due(world.now)  # not with the very next page
    assert waiting.is_due(world.now + LONGEST_WAIT)
    assert waiting.write(world.now) == MOST_WAITING
    assert len(kept(world)) == MOST_WAITING


def test_what_the_database_can_not_take_fails_nobody_and_says_no_words(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("soup")

    waiting = Waiting(world.storage)
    waiting.note("soup", "", world.now)
    monkeypatch.setattr(world.storage, "transact", broken)
    with caplog.at_level(logging.WARNING):
        assert waiting.write(world.now) == 0
    assert "1 searches that found nothing were not counted: RuntimeError" in caplog.text
    assert "soup" not in caplog.text


def test_a_month_that_is_full_counts_new_words_without_the_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfound, "MOST_ROWS", 2)
    waiting = Waiting(world.storage)
    for text in ("soup", "debt"):
        waiting.note(text, "", world.now)
    waiting.write(world.now)
    for text in ("soup", "dance", "chess"):
        waiting.note(text, "", world.now)
    waiting.write(world.now)
    assert kept(world) == {("soup", ""): 2, ("debt", ""): 1, ("", ""): 2}
    assert shown(world) == []


def test_many_processes_that_write_at_once_lose_nothing(world: World) -> None:
    """Each with a storage of its own, the same words, in another order."""
    barrier = threading.Barrier(WRITERS)
    told: list[int] = []

    def write(number: int) -> None:
        own = webapp.storage.init(world.storage.url)
        try:
            waiting = Waiting(own)
            words = [f"word{chr(97 + n)}" for n in range(10)]
            for word in words if number % 2 else reversed(words):
                waiting.note(word, "", world.now)
            barrier.wait()
            told.append(_until_written(waiting, world.now))
        finally:
            own.dispose()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [10] * WRITERS
    assert kept(world) == {(f"word{chr(97 + n)}", ""): WRITERS for n in range(10)}


def _until_written(waiting: Waiting, now: datetime) -> int:
    return next(count for _ in range(30) if (count := waiting.write(now)))


def test_two_threads_of_one_process_write_each_search_once(world: World) -> None:
    waiting = Waiting(world.storage)
    barrier = threading.Barrier(4)
    for number in range(12):
        waiting.note("soup", f"area {number}", world.now)

    def write() -> None:
        barrier.wait()
        waiting.write(world.now)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(kept(world).values()) == {1}
    assert len(kept(world)) == 12


# -- reading ----------------------------------------------------------------------------------------------


def test_words_are_shown_from_five_times_on_the_most_frequent_first(world: World) -> None:
    put(
        world,
        ("2026-11", "soup", "Fife", 5),
        ("2026-11", "debt", "Fife", 9),
        ("2026-11", "rare", "Fife", 4),
        ("2026-10", "soup", "Fife", 7),
        ("2026-11", "", "", 50),
    )
    assert shown(world) == [
        ("2026-11", "debt", "Fife", 9),
        ("2026-11", "soup", "Fife", 5),
        ("2026-10", "soup", "Fife", 7),
    ]
    with world.storage.read() as connection:
        assert unfound_in_all(connection) == {"2026-11": 68, "2026-10": 7}


def test_words_that_several_areas_look_for_a_few_times_are_shown_without_the_areas(world: World) -> None:
    put(
        world,
        ("2026-11", "soup", "Fife", 6),
        ("2026-11", "soup", "Angus", 3),
        ("2026-11", "soup", "Moray", 2),
        ("2026-11", "debt", "Angus", 2),
        ("2026-11", "debt", "Moray", 2),
    )
    assert shown(world) == [("2026-11", "soup", "Fife", 6), ("2026-11", "soup", SEVERAL, 5)]


def test_of_each_month_the_first_fifty_are_shown(world: World) -> None:
    put(world, *((month, f"w{n:03}", "", 5) for month in ("2026-10", "2026-11") for n in range(SHOWN + 3)))
    found = shown(world)
    assert [one[0] for one in found].count("2026-10") == [one[0] for one in found].count("2026-11") == SHOWN


# -- forgetting -------------------------------------------------------------------------------------------


def test_the_hourly_sweep_deletes_what_is_older_than_thirteen_months(world: World) -> None:
    present = unfound.month_of(world.now)
    year_ago = f"{int(present[:4]) - 1}{present[4:]}"
    before = f"{int(present[:4]) - 2}{present[4:]}"
    put(world, (present, "soup", "", 1), (year_ago, "soup", "", 2), (before, "soup", "", 3))
    sweep.tidy(world.storage, world.now)
    assert {row.month for row in world.all(select(Unfound))} == {present, year_ago}


def test_a_redaction_drops_what_was_looked_for_with_a_masked_word(world: World) -> None:
    record = world.record(description="Ring Jane Rowbottom for soup")
    put(
        world,
        ("2026-11", "rowbottom soup", "", 5),
        ("2026-11", "jane", "Fife", 7),
        ("2026-11", "soup", "", 6),
    )
    redact.mask(
        world.storage,
        redact.Mask(record, world.person("mo", "moderator"), "a private name", value="Jane Rowbottom"),
        world.now,
    )
    assert kept(world) == {("soup", ""): 6}


def test_a_value_that_only_a_reason_says_is_dropped_as_well(world: World) -> None:
    record = world.record(description="Soup")
    world.suggest(world.person("ann"), record, reason="Jane Rowbottom told me", summary="Lunch")
    put(world, ("2026-11", "rowbottom soup", "", 5), ("2026-11", "soup", "", 6))
    redact.mask(
        world.storage,
        redact.Mask(record, world.person("mo", "moderator"), "a private name", value="Jane Rowbottom"),
        world.now,
    )
    assert kept(world) == {("soup", ""): 6}
