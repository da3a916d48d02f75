"""Another address on both databases: it is shown to be one's own first, and the old one can take it back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.accounts import OTHER, SECRET, letters, who, with_password
from tests.support.world import World
from webapp.services import account, account_own
from webapp.storage.models import Person


def test_an_address_that_was_taken_meanwhile_is_not_given_away(world: World) -> None:
    ailsa = with_password(world)
    account.ask_email(world.storage, ailsa, SECRET, "shared@people.example", world.now)
    token = letters(world, "email")[0]["token"]
    world.person("shared")
    with pytest.raises(account.DeadToken):
        account.confirm_email(world.storage, token, world.now)
    assert world.one(select(Person.email).where(Person.id == ailsa)).email == "ailsa@people.example"


@pytest.mark.parametrize("address", ["ailsa@elsewhere.example", "ann+list@people.example", "zoë@people.example"])
def test_the_letter_carries_the_address_and_its_token_says_it_back(world: World, address: str) -> None:
    account.ask_email(world.storage, with_password(world), SECRET, address, world.now)
    (letter,) = letters(world, "email")
    assert letter["email"] == account.email_of(letter["token"]) == address


@pytest.mark.parametrize("token", ["", "x", "x.", "x.!", "x./w", "x.AAAA", "x.é"])
def test_a_token_without_an_address_is_dead(world: World, token: str) -> None:
    with pytest.raises(account.DeadToken):
        account.confirm_email(world.storage, token, world.now)


def moved(world: World, id_: str, address: str, password: str = SECRET) -> str:
    """A person's address becomes another; gives the token of the letter to the one before."""
    account.ask_email(world.storage, id_, password, address, world.now)
    account.confirm_email(world.storage, letters(world, "email")[-1]["token"], world.now)
    world.passes(minutes=1)
    return letters(world, "restore")[-1]["token"]


def test_the_old_address_is_told_and_takes_the_account_back_from_who_knew_the_password(world: World) -> None:
    ailsa = with_password(world)
    token = moved(world, ailsa, "thief@people.example")
    assert letters(world, "restore")[0]["email"] == "ailsa@people.example"
    thief = account.sign_in(world.storage, ailsa, "thief", world.now)
    account_own.change_password(world.storage, ailsa, SECRET, OTHER, world.now)  # kills every link but that one
    account.restore_email(world.storage, token, world.now)
    row = world.one(select(Person).where(Person.id == ailsa))
    assert (row.email, row.email_key, row.password_hash) == ("ailsa@people.example", "ailsa@people.example", None)
    assert who(world, thief) is None
    account.reset_password(world.storage, letters(world, "reset")[0]["token"], "five-larks-at-dusk", world.now)
    with pytest.raises(account.DeadToken):
        account.restore_email(world.storage, token, world.now)


def test_of_two_addresses_that_were_given_up_the_older_has_the_last_word(world: World) -> None:
    ailsa = with_password(world)
    first = moved(world, ailsa, "thief@people.example")
    second = moved(world, ailsa, "hideout@people.example")
    account.restore_email(world.storage, second, world.now)
    account.restore_email(world.storage, first, world.now)
    assert world.one(select(Person.email).where(Person.id == ailsa)).email == "ailsa@people.example"


def test_the_older_address_leaves_the_younger_no_link(world: World) -> None:
    ailsa = with_password(world)
    first = moved(world, ailsa, "thief@people.example")
    second = moved(world, ailsa, "hideout@people.example")
    account.restore_email(world.storage, first, world.now)
    with pytest.raises(account.DeadToken):
        account.restore_email(world.storage, second, world.now)


def test_after_a_week_an_address_stays_given_up(world: World) -> None:
    token = moved(world, with_password(world), "ailsa@elsewhere.example")
    world.passes(days=7)
    with pytest.raises(account.DeadToken):
        account.restore_email(world.storage, token, world.now)
