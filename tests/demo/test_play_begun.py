"""Where the demo may begin, from nothing, by force, or not at all; and that it ends the same on any day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.demo.played import CONTENT, NOW, STORY, Played, stands
from webapp.demo import play as playing
from webapp.demo.content import record_id
from webapp.demo.play import play
from webapp.demo.story import Step
from webapp.services import suggest
from webapp.services.account import add_person
from webapp.services.demo import NotEmpty, add_records, begin_demo
from webapp.storage import Storage
from webapp.storage.models import Mode
from webapp.storage.queries import demo as queries


def state(storage: Storage) -> str:
    """How much of the demo a database has."""
    with storage.read() as connection:
        return queries.state(connection)


def test_a_database_with_people_is_refused(storage: Storage) -> None:
    assert state(storage) == "empty"
    storage.transact(lambda uow: add_person(uow, "a@people.example", "Ada", None, "administrator"), NOW)
    with pytest.raises(NotEmpty) as refusal:
        play(storage, NOW)
    assert (refusal.value.code, refusal.value.values) == ("not_empty", {"records": 0, "people": 1})
    assert state(storage) == "occupied"
    with storage.read() as connection:
        assert queries.sign_ins(connection) == []


def test_a_database_with_records_is_refused(storage: Storage) -> None:
    add_records(storage, [suggest.NewRecord(record_id("location", "x"), "location", {"name": "Pier"})], NOW)
    with pytest.raises(NotEmpty):
        play(storage, NOW)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the refusals above are the databases' part
def test_force_adds_the_demo_to_what_is_there(storage: Storage) -> None:
    storage.transact(lambda uow: add_person(uow, "m@people.example", "Mo", None, "volunteer", "morag"), NOW)
    few = {"id": record_id("x", "y"), "mode": "reduced", "active_reviewers": 0, "since": NOW - timedelta(days=9)}
    storage.transact(lambda uow: uow.add(Mode, **few), NOW)
    summary = play(storage, NOW, force=True)
    assert summary.people == len(CONTENT.people) + 1
    assert summary.refused == ()
    assert state(storage) == "whole"


def test_a_demo_that_stopped_half_way_is_recognised(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "timeline", lambda story: (Step(1, "stumble", {}, {}),))
    with pytest.raises(AttributeError):
        play(storage, NOW)
    assert state(storage) == "half"
    with storage.read() as connection:
        assert queries.sign_ins(connection) == []
    with pytest.raises(NotEmpty) as refusal:
        begin_demo(storage, NOW, NOW, force=True)
    assert refusal.value.code == "demo_half_loaded"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # time is the same on both
@pytest.mark.parametrize("now", [datetime(2028, 2, 29, 0, 5, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)])
def test_the_story_ends_the_same_on_any_day(storage: Storage, now: datetime) -> None:
    summary = play(storage, now)
    assert summary.refused == ()
    told = Played(storage, summary, [], 0, now)
    assert [row["id"] for row in STORY if stands(told.changes(row)) != row["outcome"]] == []
