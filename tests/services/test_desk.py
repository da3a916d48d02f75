"""What the desk keeps of each reviewer: tabs of their own, what they look at, how many more votes count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support.queries import at_most
from tests.support.world import World
from webapp.domain.errors import CapReached, NotAllowed, NotEligible, NotFound
from webapp.domain.policy import DEFAULT, to_data
from webapp.services import account, attention, policy, queues, voting_room
from webapp.storage.models import Preference
from webapp.storage.queries import queue_beside, together
from webapp.storage.queries.queue import Asked, own_vote
from webapp.storage.queries.queue_beside import MOST, Beside

TABS = (Asked(), Asked("unvoted"), Asked("waiting", risk="low"), Asked("stewarded"), Asked("mine"))


def described(world: World, author: str = "ann", name: str = "Soup") -> str:
    return world.suggest(world.person(author), world.record(name=name), description=f"{name} and company")[0]


def beside(world: World, handle: str, *changes: str) -> Beside:
    """What stands beside some changes for somebody; asked in one statement."""
    person = world.person(handle, "reviewer")
    with at_most(1, world.storage.engine), world.storage.read() as connection:
        return queue_beside.beside(connection, TABS, person, changes, world.now)


def keep(world: World, handle: str, name: str, query: str = "show=all") -> None:
    queues.save_queue(world.storage, queues.SaveQueue(world.person(handle, "reviewer"), name, query), world.now)


def test_tabs_are_counted_for_who_asks(world: World) -> None:
    world.person("rob", "reviewer")
    first = described(world)
    described(world, "rob")
    world.approve(first, "rita")
    assert beside(world, "rob").counts == (1, 0, 1, 0, 1)
    assert beside(world, "ray").counts == (2, 1, 2, 0, 0)
    assert beside(world, "rita").counts == (1, 1, 1, 0, 0)


def test_a_tab_is_counted_no_further_than_one_more_than_a_page(world: World) -> None:
    for number in range(MOST + 2):
        described(world, f"ann{number}")
    assert beside(world, "rob").counts == (MOST + 1, MOST + 1, MOST + 1, 0, 0)


def test_a_tab_of_one_s_own_is_kept_replaced_by_its_name_and_forgotten(world: World) -> None:
    keep(world, "rob", " Two   words ", "show=all")
    keep(world, "rob", "Two words", "show=mine")
    keep(world, "rita", "Two words")
    (saved,) = beside(world, "rob").saved
    assert (saved.name, saved.query) == ("Two words", "show=mine")
    with pytest.raises(NotFound):
        queues.forget_queue(world.storage, world.people["rita"], saved.id, world.now)
    queues.forget_queue(world.storage, world.people["rob"], saved.id, world.now)
    assert beside(world, "rob").saved == ()
    assert len(beside(world, "rita").saved) == 1


def test_nobody_keeps_more_tabs_than_fit_or_one_without_a_name(world: World) -> None:
    for number in range(queues.MOST):
        keep(world, "rob", f"Tab {number}")
    with pytest.raises(CapReached, match="queues_full"):
        keep(world, "rob", "One more")
    keep(world, "rob", "Tab 0", "show=mine")  # in place of another is no more
    assert len(beside(world, "rob").saved) == queues.MOST
    for name in ("", "  ", "x" * 41):
        with pytest.raises(NotEligible, match="queue_name"):
            keep(world, "rita", name)


def test_looking_is_told_to_others_for_ten_minutes_until_the_vote_or_the_next_thing(world: World) -> None:
    change, other = described(world), described(world, "ben", "Lunch")
    rob = world.person("rob", "reviewer")

    def looks_at(made: str) -> None:
        command = attention.LookAt(str(world.change(made).suggestion_id), rob)
        assert attention.look_at(world.storage, command, world.now) == (made,)

    looks_at(change)
    looks_at(change)
    assert beside(world, "rita", change, other).looked_at == {change}
    assert beside(world, "rob", change, other).looked_at == frozenset()
    looks_at(other)
    assert beside(world, "rita", change, other).looked_at == {other}
    world.approve(other, "rob")
    assert beside(world, "rita", change, other).looked_at == frozenset()
    looks_at(change)
    world.passes(minutes=10)
    assert beside(world, "rita", change).looked_at == frozenset()


def test_only_who_may_vote_is_said_to_be_looking(world: World) -> None:
    change = described(world)
    suggestion = str(world.change(change).suggestion_id)
    with pytest.raises(NotAllowed, match="role_needed"):
        attention.look_at(world.storage, attention.LookAt(suggestion, world.person("vera")), world.now)
    own = attention.LookAt(suggestion, world.people["ann"])
    with pytest.raises(NotAllowed):
        attention.look_at(world.storage, own, world.now)
    assert attention.look_at(world.storage, attention.LookAt("x", world.person("rob", "reviewer")), world.now) == ()


def test_keys_are_turned_off_and_on_again_as_often_as_one_likes(world: World) -> None:
    rob = world.person("rob", "reviewer")
    for are_on in (False, False, True, True, False):
        account.set_keys(world.storage, rob, are_on=are_on, now=world.now)
        assert world.one(select(func.count()).select_from(Preference))[0] == (0 if are_on else 1)


def test_one_s_own_live_vote_is_told_with_what_became_of_the_change(world: World) -> None:
    change = described(world)
    world.approve(change, "rob")
    with world.storage.read() as connection:
        vote = own_vote(connection, change, world.people["rob"])
        assert (vote.choice, vote.state, vote.change_id) == ("approve", "open", change)
        assert own_vote(connection, change, world.people["ann"]) is None


def test_the_votes_that_count_end_with_the_day(world: World) -> None:
    alma, rob = world.person("alma", "administrator"), world.person("rob", "reviewer")
    fewer = to_data(DEFAULT)
    fewer["caps"]["votes_a_day"] = 3
    policy.edit_policy(world.storage, policy.EditPolicy(alma, 1, fewer, "a quiet day"), world.now)
    for handle in ("ann", "cat"):
        world.approve(described(world, handle), "rob")
    made = [described(world, "ben", name) for name in ("Soup", "Lunch", "Repairs")]
    with world.storage.read() as connection:
        rows = together.everyday_changes(connection, world.people["ben"], rob)
    assert [row.id for row in rows] == made
    assert voting_room.votes_that_count(world.storage, rob, rows, world.now) == 1
    assert voting_room.votes_that_count(world.storage, rob, rows, world.now + timedelta(days=1)) == 3
    assert voting_room.votes_that_count(world.storage, world.person("mo", "moderator"), rows, world.now) == 3
    assert voting_room.votes_that_count(world.storage, rob, [], world.now) == 0
