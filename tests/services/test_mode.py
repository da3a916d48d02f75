"""The mode of few people: who counts as active, when it comes, and what it does to changes that wait."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.support.world import World
from webapp.services import ruling, sanction, standing
from webapp.services.judge import current_mode, newest_policy
from webapp.storage import Storage
from webapp.storage.models import Mode
from webapp.storage.unit_of_work import UnitOfWork


def is_other_moderator_active(world: World) -> bool:
    """As an administrator who wants to decide an own change would be told."""
    alma = world.person("alma", "administrator")

    def work(uow: UnitOfWork) -> bool:
        return standing.other_moderator_active(uow, alma, newest_policy(uow))

    return world.storage.transact(work, world.now)


@pytest.mark.parametrize("act", ["vote", "decide"])
def test_a_moderator_is_active_for_twenty_eight_days(world: World, act: str) -> None:
    mo = world.person("mo", "moderator")
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    assert not is_other_moderator_active(world)
    if act == "vote":
        world.vote(mo, change, "abstain")
    else:
        ruling.decide_change(world.storage, ruling.DecideChange(change, mo, 1, "apply"), world.now)
    world.passes(days=27)
    assert is_other_moderator_active(world)
    world.passes(days=1)
    assert not is_other_moderator_active(world)


def act(world: World, number: int) -> None:
    """A reviewer of that number votes on somebody's change."""
    (change,) = world.suggest(
        world.person(f"author{number}"), world.record(name=f"Club {number}"), alert="Closed today"
    )
    world.vote(world.person(f"voter{number}", "reviewer"), change, "abstain")


def test_who_is_banned_is_no_active_reviewer(storage: Storage) -> None:
    world = World(storage)
    for number in range(10):
        act(world, number)
    command = sanction.BanPerson(world.person("voter9"), world.person("mo", "moderator"), "spam")
    sanction.ban_person(world.storage, command, world.now)
    assert standing.judge_mode(world.storage, world.now) == "reduced"  # nine are left
    sanction.lift_ban(world.storage, command, world.now)
    assert standing.judge_mode(world.storage, world.now) == "full"


def test_a_new_installation_begins_reduced_and_full_comes_with_ten(storage: Storage) -> None:
    world = World(storage)
    for number in range(9):
        act(world, number)
    assert standing.judge_mode(world.storage, world.now) == "reduced"
    act(world, 9)
    assert standing.judge_mode(world.storage, world.now) == "full"
    assert world.storage.transact(current_mode, world.now) == "full"
    world.passes(days=28)
    assert standing.judge_mode(world.storage, world.now) == "reduced"
    assert world.one(select(func.count()).select_from(Mode))[0] >= 2


def test_when_the_mode_is_reduced_waiting_changes_are_looked_at(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    assert world.approve(change, "rita") == "open"
    world.passes(days=1)
    assert standing.judge_mode(world.storage, world.now) == "reduced"
    world.sweep()
    assert world.change(change).state == "applied"
