"""What a guest can do afterwards: the link that was pressed takes the suggestion back while it is open."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.parking import ADDRESS, change_of, letters, park, release
from tests.support.accounts import SECRET
from tests.support.world import World
from webapp.domain.errors import AlreadyClosed
from webapp.services import account, guest_own
from webapp.services.account import DeadToken, SignUp
from webapp.services.doctor import doctor
from webapp.storage.models import Change


def own(world: World, token: str) -> tuple[str, bool] | None:
    """The suggestion that a link leads to, and whether anything of it is open."""
    found = guest_own.find_own(world.storage, token, world.now)
    return found and (found.suggestion_id, found.is_open)


def test_the_link_that_was_pressed_takes_the_suggestion_back(world: World) -> None:
    token = park(world, change_of(world, world.record(), name="Harbour Soup", description="Soup for all"))
    other = park(world, change_of(world, world.record(), name="Harbour Soup"))
    assert own(world, token) is None  # nothing is there yet
    suggestion, kept = release(world, token), release(world, other)
    assert own(world, token) == (suggestion, True)
    assert guest_own.take_back(world.storage, token, world.now) == suggestion
    states = {(row.suggestion_id, row.state) for row in world.all(select(Change))}
    assert states == {(suggestion, "withdrawn"), (kept, "open")}
    assert own(world, token) == (suggestion, False)
    assert doctor(world.storage) == []


def test_only_what_is_open_is_taken_back(world: World) -> None:
    record = world.record(description="Soup")
    token = park(world, change_of(world, record, name="Harbour Soup", description="Soup for all"))
    suggestion = release(world, token)
    changes = {row.group: row.id for row in world.all(select(Change))}
    world.approve(changes["description"], "rita", "rob")
    guest_own.take_back(world.storage, token, world.now)
    assert {world.change(id_).state for id_ in changes.values()} == {"applied", "withdrawn"}
    with pytest.raises(AlreadyClosed) as closed:
        guest_own.take_back(world.storage, token, world.now)
    assert closed.value.values["suggestion"] == suggestion


def test_a_link_takes_nothing_back_when_it_is_wrong_too_old_or_its_person_has_an_account(world: World) -> None:
    record = world.record()
    tokens = [park(world, change_of(world, record, name=f"Name {number}")) for number in range(2)]
    release(world, tokens[0])
    with pytest.raises(DeadToken):
        guest_own.take_back(world.storage, "x" * 43, world.now)
    with pytest.raises(DeadToken):
        guest_own.take_back(world.storage, tokens[1], world.now)
    account.sign_up(world.storage, SignUp(ADDRESS, SECRET, "Morag"), world.now)
    account.reset_password(world.storage, letters(world)[-1]["token"], SECRET, world.now)
    assert own(world, tokens[0]) is None
    release(world, tokens[1])
    world.passes(days=60)
    assert own(world, tokens[1]) is None
    assert {row.state for row in world.all(select(Change.state))} == {"open"}


def test_a_link_of_another_sort_takes_nothing_back(world: World) -> None:
    account.sign_up(world.storage, SignUp(ADDRESS, SECRET, "Morag"), world.now)
    with pytest.raises(DeadToken):
        guest_own.take_back(world.storage, letters(world)[-1]["token"], world.now)
