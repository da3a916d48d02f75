"""Signing in on both databases: what a password opens, what another one ends, and how long a session lasts."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tests.support.accounts import CHEAP, OTHER, SECRET, STRONG, letters, person, who, with_password
from tests.support.rows import set_person
from tests.support.world import World
from webapp.domain.errors import NotFound
from webapp.services import account, account_own
from webapp.services.passwords import NOBODYS_HASH
from webapp.storage.models import Person

# -- passwords --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["ailsa@people.example", " Ailsa@People.example "])
def test_address_and_password_find_the_person(world: World, email: str) -> None:
    id_ = with_password(world)
    assert account.check_password(world.storage, email, SECRET).id == id_


@pytest.mark.parametrize("state", ["banned", "erased"])
def test_a_ban_is_told_and_an_erased_account_is_like_none(world: World, state: str) -> None:
    id_ = with_password(world)
    set_person(world, id_, state=state)
    expected = account.Banned if state == "banned" else account.WrongSignIn
    with pytest.raises(expected):
        account.check_password(world.storage, "ailsa@people.example", SECRET)
    with pytest.raises(account.WrongSignIn):
        account.check_password(world.storage, "ailsa@people.example", OTHER)


def test_who_has_no_password_signs_in_with_none(world: World) -> None:
    world.person("ailsa")
    for guess in ("", SECRET, "nobody has this password", NOBODYS_HASH):
        with pytest.raises(account.WrongSignIn):
            account.check_password(world.storage, "ailsa@people.example", guess)


def test_an_unknown_address_takes_the_work_of_a_known_one(world: World) -> None:
    """Without the work for nobody's hash the answer would come a hundred times sooner."""
    with_password(world, kept=STRONG)

    def seconds(handle: str) -> float:
        begun = time.perf_counter()
        with pytest.raises(account.WrongSignIn):
            account.check_password(world.storage, f"{handle}@people.example", OTHER)
        return time.perf_counter() - begun

    known, unknown = (min(seconds(handle) for _ in range(4)) for handle in ("ailsa", "nobody"))
    assert 0.2 < known / unknown < 5


def test_a_reset_link_works_once_ends_sessions_and_dies_with_the_next_password(world: World) -> None:
    id_ = with_password(world)
    session = account.sign_in(world.storage, id_, "test", world.now)
    account.ask_reset(world.storage, "ailsa@people.example", world.now)
    token = letters(world, "reset")[0]["token"]
    assert account.reset_password(world.storage, token, OTHER, world.now) == id_
    assert who(world, session) is None
    with pytest.raises(account.DeadToken):
        account.reset_password(world.storage, token, SECRET, world.now)
    account.check_password(world.storage, "ailsa@people.example", OTHER)


def test_another_password_kills_the_links_that_were_sent(world: World) -> None:
    id_ = with_password(world)
    account.ask_reset(world.storage, "ailsa@people.example", world.now)
    account_own.change_password(world.storage, id_, SECRET, OTHER, world.now)
    with pytest.raises(account.DeadToken):
        account.reset_password(world.storage, letters(world, "reset")[0]["token"], SECRET, world.now)


def test_of_many_who_use_one_link_at_once_one_does(world: World) -> None:
    with_password(world)
    account.ask_reset(world.storage, "ailsa@people.example", world.now)
    token = letters(world, "reset")[0]["token"]

    def use(number: int) -> bool:
        try:
            account.reset_password(world.storage, token, f"{OTHER}-{number}", world.now)
        except account.DeadToken:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_a_weak_hash_is_renewed_unless_the_password_has_moved(world: World) -> None:
    id_ = with_password(world)
    stale = person(world, id_)
    account.renew_hash(world.storage, stale, SECRET, world.now)
    renewed = world.one(select(Person.password_hash)).password_hash
    assert renewed != CHEAP
    account.renew_hash(world.storage, stale, OTHER, world.now)
    assert world.one(select(Person.password_hash)).password_hash == renewed


def test_a_strong_hash_stays(world: World) -> None:
    id_ = with_password(world, kept=STRONG)
    account.renew_hash(world.storage, person(world, id_), SECRET, world.now)
    assert world.one(select(Person.password_hash)).password_hash == STRONG


# -- sessions -------------------------------------------------------------------------------------------


def test_a_session_lasts_thirty_days_and_no_longer_however_it_is_used(world: World) -> None:
    id_ = with_password(world)
    token = account.sign_in(world.storage, id_, "test", world.now)
    world.passes(days=29)
    account.note_seen(world.storage, token, world.now)
    assert who(world, token) == id_
    world.passes(days=1)
    assert who(world, token) is None


def test_sessions_end_one_by_one_or_all_others_and_only_ones_own(world: World) -> None:
    ailsa, brodie = with_password(world), with_password(world, "brodie")
    here, there, third = (account.sign_in(world.storage, ailsa, "test", world.now) for _ in range(3))
    others = account.sign_in(world.storage, brodie, "test", world.now)
    with pytest.raises(NotFound):
        account.end_session(world.storage, brodie, account.token_hash(there), world.now)
    account.end_session(world.storage, ailsa, account.token_hash(there), world.now)
    assert [who(world, token) for token in (here, there, third, others)] == [ailsa, None, ailsa, brodie]
    assert account_own.end_other_sessions(world.storage, ailsa, here, world.now) == 1
    assert [who(world, token) for token in (here, third, others)] == [ailsa, None, brodie]
