"""Conduct: how rejections of the last seven days weigh against what was applied."""

from __future__ import annotations

from functools import partial

from tests.services.earning import work
from tests.support.world import World
from webapp.services import ruling, standing


def rejected(world: World, author: str, count: int) -> None:
    """So many changes of one author are rejected by a moderator."""
    for number in range(count):
        record = world.record(name=f"Pills {number}", description="Soup")
        (change,) = world.suggest(world.person(author), record, description="Soup and pills")
        decide = ruling.DecideChange(change, world.person("mo", "moderator"), 1, "reject", "no")
        assert ruling.decide_change(world.storage, decide, world.now).state == "rejected"


def conduct_of(world: World, handle: str) -> str:
    """What the score of the last seven days calls for."""
    return world.storage.transact(partial(standing.judge_conduct, person_id=world.person(handle)), world.now)


def test_rejections_count_for_seven_days(world: World) -> None:
    rejected(world, "ann", 3)
    world.passes(days=6, hours=23)
    assert conduct_of(world, "ann") == "warning"
    world.passes(hours=1)
    assert conduct_of(world, "ann") == "fine"


def test_what_is_applied_makes_up_for_rejections(world: World) -> None:
    work(world, "ann", 1)
    rejected(world, "ann", 3)
    assert conduct_of(world, "ann") == "fine"
    rejected(world, "ann", 1)
    assert conduct_of(world, "ann") == "warning"
