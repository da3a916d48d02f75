"""Patrol: a moderator has looked at an applied change."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.moderating import described
from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotEligible, NotFound
from webapp.services import patrol
from webapp.storage.models import ModerationEntry, Patrol
from webapp.storage.unit_of_work import new_id


def look(world: World, change: str, handle: str = "mo", role: str = "moderator") -> bool:
    command = patrol.PatrolChange(change, world.person(handle, role))
    return patrol.patrol_change(world.storage, command, world.now)


def test_a_look_is_marked_once_and_stands_in_the_log(world: World) -> None:
    record, change = described(world)
    world.approve(change, "rita", "rob")
    assert (look(world, change), look(world, change, "max")) == (True, False)
    assert [(row.change_id, row.person_id) for row in world.all(select(Patrol))] == [(change, world.person("mo"))]
    log = world.all(select(ModerationEntry))
    assert [(row.act, row.change_id, row.record_id) for row in log] == [("patrol_change", change, record)]


def test_only_what_was_applied_is_looked_at(world: World) -> None:
    _, change = described(world)
    with pytest.raises(NotEligible, match="not_applied"):
        look(world, change)
    with pytest.raises(NotFound):
        look(world, new_id())


def test_nobody_patrols_an_own_change_and_only_moderators_patrol(world: World) -> None:
    world.person("mo", "moderator")
    _, change = described(world, "mo")
    world.approve(change, "rita", "rob")
    with pytest.raises(NotAllowed, match="own_change"):
        look(world, change)
    with pytest.raises(NotAllowed, match="role_needed"):
        look(world, change, "tess", "trusted")
    assert look(world, change, "max")
