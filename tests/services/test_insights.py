"""How reviewing goes is counted from what was decided, once a day, and kept."""

from __future__ import annotations

import pytest

from tests.support.world import World
from webapp.jobs import sweep
from webapp.services import history, insights
from webapp.storage.queries import insights as queries


def kept(world: World) -> object:
    with world.storage.read() as connection:
        return queries.figures(connection)


@pytest.fixture
def weekly(world: World) -> World:
    """Two weeks ago one applied after 5 hours, one was withdrawn; this week one took 80, and one waits for 2 days."""
    world.passes(days=40)
    record = world.record(description="Soup")
    ann, rita, rob = world.person("ann"), world.person("rita", "reviewer"), world.person("rob", "reviewer")
    (change,) = world.suggest(ann, record, description="Soup and company")
    world.withdraw(ann, world.suggest(ann, record, summary="Lunch")[0])
    world.passes(hours=5)
    world.vote(rita, change)
    world.vote(rob, change)
    world.passes(days=10)
    (slow,) = world.suggest(ann, record, summary="Lunch")
    world.passes(hours=80)
    world.vote(rita, slow)
    world.vote(rob, slow)
    world.passes(hours=1)
    world.town = {"record": record}
    world.suggest(ann, record, description="Soup for everybody")
    world.passes(days=2)
    return world


def test_the_figures_are_those_of_what_was_decided(weekly: World) -> None:
    found = insights.count(weekly.storage, weekly.now)
    assert kept(weekly) == found
    assert [(week.decided, week.median, week.ninth, week.applied) for week in found.weeks[-3:]] == [
        (1, 5.0, 5.0, 1),
        (0, None, None, 0),
        (1, 80.0, 80.0, 1),
    ]
    assert (found.weeks[-1].active, found.weeks[-1].reduced, found.is_slow) == (2, 0, True)
    assert found.backlog == (0, 1, 0, 0, 0)


def test_what_was_reverted_since_counts_and_counting_again_takes_the_place_of_what_was_kept(weekly: World) -> None:
    before = insights.count(weekly.storage, weekly.now)
    command = history.RevertRevision(weekly.town["record"], 2, weekly.person("mo", "moderator"), 3, "no")
    history.revert_revision(weekly.storage, command, weekly.now)
    after = insights.count(weekly.storage, weekly.now)
    assert [week.reverted for week in before.weeks] == [0] * 13
    assert [week.reverted for week in after.weeks[-3:]] == [1, 0, 0]
    assert kept(weekly) == after


def test_it_is_counted_once_a_day(world: World) -> None:
    assert kept(world) is None
    sweep.sweep(world.storage, world.now)
    first = kept(world)
    assert first is not None
    world.passes(hours=2)
    sweep.sweep(world.storage, world.now)
    assert kept(world) == first
    world.passes(days=1)
    sweep.sweep(world.storage, world.now)
    assert kept(world) != first


def test_counting_ends_with_the_quarter_however_much_there_was_before(
    weekly: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = insights.count(weekly.storage, weekly.now)
    monkeypatch.setattr(queries, "DECISIONS", queries.DECISIONS.limit(1))
    monkeypatch.setattr(queries, "VOTES", queries.VOTES.limit(1))
    assert insights.count(weekly.storage, weekly.now) == found
    weekly.passes(days=100)
    assert {week.decided for week in insights.count(weekly.storage, weekly.now).weeks} == {0}
