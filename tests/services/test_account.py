"""New accounts on both databases: nobody takes a moderator's name, links work once and in time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tests.support.accounts import OTHER, SECRET, letters, person, signed_up, with_password
from tests.support.world import World
from webapp.domain.errors import NotEligible
from webapp.services import account, account_own
from webapp.storage.models import MailToken, Person, PersonSession, RoleGrant

# -- names ------------------------------------------------------------------------------------------------


def test_nobody_takes_a_name_that_could_pass_for_a_moderators(world: World) -> None:
    mo, ada, ailsa = world.person("mo", "moderator"), world.person("ada", "administrator"), world.person("ailsa")
    account_own.change_profile(world.storage, mo, "Mo Drummond", "", world.now)
    for name in ("mo drummond", "MO", "Ada!", "Moderator"):
        with pytest.raises(NotEligible, match="name_of_moderator"):
            account.sign_up(world.storage, account.SignUp("new@people.example", SECRET, name), world.now)
        with pytest.raises(NotEligible, match="name_of_moderator"):
            account_own.change_profile(world.storage, ailsa, name, "", world.now)
    assert len(world.all(select(Person))) == 3
    account_own.change_profile(world.storage, mo, "MO Drummond", "I look after reports.", world.now)
    account_own.change_profile(world.storage, ada, "Ada Drummond", "", world.now)
    account_own.change_profile(world.storage, ailsa, "Rita", "", world.now)


def test_a_name_that_somebody_has_had_before_stays_while_other_words_change(world: World) -> None:
    ailsa = world.person("ailsa")
    account_own.change_profile(world.storage, ailsa, "Mo", "", world.now)
    world.person("mo", "moderator")
    account_own.change_profile(world.storage, ailsa, "Mo", "I cook.", world.now)
    assert world.one(select(Person).where(Person.id == ailsa)).about == "I cook."


def test_whose_names_are_taken_tells_nobody_an_address(world: World) -> None:
    world.person("mo", "moderator")
    for address in ("mo@people.example", "new@people.example"):
        with pytest.raises(NotEligible, match="name_of_moderator"):
            account.sign_up(world.storage, account.SignUp(address, SECRET, "Mo"), world.now)


# -- a new account ----------------------------------------------------------------------------------------


def test_an_account_is_confirmed_by_the_token_of_its_letter(world: World) -> None:
    id_ = account.confirm_address(world.storage, signed_up(world), world.now)
    row = world.one(select(Person))
    assert (row.id, row.confirmed_at, row.role, row.handle) == (id_, world.now, "volunteer", "ailsa")
    assert world.one(select(RoleGrant)).person_id == id_


def test_only_hashes_of_tokens_and_passwords_are_kept(world: World) -> None:
    token = signed_up(world)
    assert account.sign_in(world.storage, world.one(select(Person)).id, "test", world.now)
    kept = [tuple(row) for model in (Person, MailToken, PersonSession) for row in world.all(select(model))]
    assert token not in str(kept)
    assert SECRET not in str(kept)


def test_a_second_letter_makes_the_first_one_worthless(world: World) -> None:
    first, second = signed_up(world), signed_up(world, password=OTHER)
    with pytest.raises(account.DeadToken):
        account.confirm_address(world.storage, first, world.now)
    account.confirm_address(world.storage, second, world.now)
    assert len(world.all(select(Person))) == 1
    account.check_password(world.storage, "ailsa@people.example", OTHER)


def test_a_link_works_for_two_days(world: World) -> None:
    token = signed_up(world)
    world.passes(days=2)
    assert not account.is_live(world.storage, token, "confirm", world.now)
    with pytest.raises(account.DeadToken):
        account.confirm_address(world.storage, token, world.now)
    world.passes(microseconds=-1)
    assert account.is_live(world.storage, token, "confirm", world.now)
    account.confirm_address(world.storage, token, world.now)


def test_a_link_does_what_it_was_made_for_only(world: World) -> None:
    token = signed_up(world)
    assert not account.is_live(world.storage, token, "reset", world.now)
    with pytest.raises(account.DeadToken):
        account.reset_password(world.storage, token, OTHER, world.now)
    with pytest.raises(account.DeadToken):
        account.confirm_email(world.storage, token, world.now)


def test_somebody_elses_password_confirms_nothing(world: World) -> None:
    token = signed_up(world)
    with pytest.raises(account.WrongSignIn):
        account.confirm_with_password(world.storage, token, OTHER, world.now)
    account.confirm_with_password(world.storage, token, SECRET, world.now)


def test_a_known_address_changes_nothing_and_its_owner_is_told_once_an_hour(world: World) -> None:
    id_ = with_password(world)
    before = person(world, id_)
    for minutes in (0, 10, 50):
        world.passes(minutes=minutes)
        account.sign_up(world.storage, account.SignUp("AILSA@people.example ", OTHER, "Mallory"), world.now)
    assert person(world, id_) == before
    assert len(letters(world, "already_here")) == 2
    assert letters(world, "confirm") == []


def test_many_who_ask_at_once_for_one_address_get_one_account(world: World) -> None:
    ask: Callable[[int], str] = lambda _: account.sign_up(  # noqa: E731 - one line, used once
        world.storage, account.SignUp("ailsa@people.example", SECRET, "Ailsa"), world.now
    )
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))
    assert len(world.all(select(Person))) == 1
    assert len(world.all(select(MailToken).where(MailToken.used_at.is_(None)))) == 1
