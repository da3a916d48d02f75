"""What people see of themselves on both databases: what they lack for more, their own lists and sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.accounts import person, who, with_password
from tests.support.world import World
from webapp.domain.roles import Role
from webapp.services import account, account_own
from webapp.storage.queries import account as queries

# -- what one may and lacks -------------------------------------------------------------------------------


def test_what_is_missing_for_a_reviewer_shrinks_with_the_work(world: World) -> None:
    ailsa = world.person("ailsa")
    record = world.record()
    before = account_own.prospects(world.storage, person(world, ailsa), world.now)
    assert (before.open_now, before.cap, before.next_role) == (0, 5, Role.REVIEWER)
    assert (before.changes, before.approvers, before.earliest) == (5, 3, world.now + timedelta(days=7))
    (change,) = world.suggest(ailsa, record, description="Soup and bread for all.")
    assert world.approve(change, "brodie", "catriona") == "applied"
    world.suggest(ailsa, record, alternate_name="Soup at the harbour")
    world.passes(days=7)
    after = account_own.prospects(world.storage, person(world, ailsa), world.now)
    assert (after.open_now, after.cap, after.changes, after.approvers, after.earliest) == (1, 15, 4, 1, None)


@pytest.mark.parametrize(("role", "next_role"), [("reviewer", Role.TRUSTED), ("trusted", None), ("moderator", None)])
def test_who_is_more_is_told_of_what_rules_give(world: World, role: str, next_role: Role | None) -> None:
    found = account_own.prospects(world.storage, person(world, world.person("ailsa", role)), world.now)
    assert found.next_role == next_role
    assert (found.changes, found.records, found.approvers) == ((30, 10, 8) if next_role else (0, 0, 0))


# -- what the pages read, on both databases ---------------------------------------------------------------


def test_lists_go_on_where_a_page_ended(world: World) -> None:
    """Also between rows of one moment, where only the id tells them apart."""
    ailsa, record = world.person("ailsa"), world.record()
    for number, food in enumerate(("soup", "bread", "cake", "tea")):
        (change,) = world.suggest(ailsa, record, description=f"There is {food} for everybody who comes in.")
        assert world.approve(change, "brodie", "catriona") == "applied"
        world.passes(minutes=number % 2)
    with world.storage.read() as connection:
        every = queries.own_suggestions(connection, ailsa)
        marks = [queries.Mark(row.created_at, row.id) for row in every]
        pages = [queries.own_suggestions(connection, ailsa, mark, 2) for mark in marks]
        assert pages == [every[place + 1 : place + 3] for place in range(4)]
        lately = queries.applied_lately(connection, ailsa)
        assert [row.suggestion_id for row in lately] == [row.id for row in every]
        assert queries.applied_lately(connection, ailsa, 2) == lately[:2]


def test_a_profile_sums_what_stands(world: World) -> None:
    (change,) = world.suggest(world.person("ailsa"), world.record(), description="Soup and bread for all.")
    world.approve(change, "brodie", "catriona")
    with world.storage.read() as connection:
        author, voter = (queries.profile(connection, handle) for handle in ("ailsa", "brodie"))
        assert queries.profile(connection, "nobody") is None
    assert author is not None
    assert voter is not None
    assert (author.applied, author.votes, author.confirmations) == (1, 0, 0)
    assert (voter.applied, voter.votes, voter.confirmations) == (0, 1, 0)


def test_sessions_are_listed_while_they_last(world: World) -> None:
    ailsa = with_password(world)
    ended, stays = (account.sign_in(world.storage, ailsa, device, world.now) for device in ("a phone", "a desk"))
    account.sign_out(world.storage, ended, world.now)
    with world.storage.read() as connection:
        assert [row.device for row in queries.sessions(connection, ailsa, world.now)] == ["a desk"]
        assert queries.sessions(connection, ailsa, world.now + account.SESSION_LASTS) == []
    assert who(world, stays) == ailsa
