"""Accounts on both databases: links work once and in time, and what is changed ends what was before."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.world import World
from webapp.domain.errors import NotEligible, NotFound
from webapp.domain.roles import Role
from webapp.services import account, account_own
from webapp.services.passwords import CHEAP_HASHER, NOBODYS_HASH, hash_password
from webapp.storage.models import MailToken, Outbox, Person, PersonSession, RoleGrant
from webapp.storage.queries import account as queries

SECRET = "seven-otters-hum-softly"
OTHER = "nine-herons-at-noon"
STRONG, CHEAP = hash_password(SECRET), CHEAP_HASHER.hash(SECRET)


def signed_up(world: World, handle: str = "ailsa", password: str = SECRET) -> str:
    """Somebody asks for an account; gives the token of the letter."""
    account.sign_up(world.storage, account.SignUp(f"{handle}@people.example", password, handle.title()), world.now)
    return letters(world, "confirm")[-1]["token"]


def letters(world: World, what: str) -> list[dict[str, str]]:
    """The account letters of that kind which the outbox promises, oldest first."""
    rows = world.all(select(Outbox.payload).where(Outbox.type == "account").order_by(Outbox.created_at, Outbox.id))
    return [payload for row in rows if (payload := json.loads(row.payload))["what"] == what]


def with_password(world: World, handle: str = "ailsa", role: str = "volunteer", kept: str = CHEAP) -> str:
    """A confirmed person with a password; gives the id."""
    id_ = world.person(handle, role)
    world.storage.transact(
        lambda uow: uow.run(update(Person).where(Person.id == id_).values(password_hash=kept)), world.now
    )
    return id_


def person(world: World, id_: str) -> object:
    """A person's row."""
    return world.one(select(Person).where(Person.id == id_))


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


# -- passwords --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["ailsa@people.example", " Ailsa@People.example "])
def test_address_and_password_find_the_person(world: World, email: str) -> None:
    id_ = with_password(world)
    assert account.check_password(world.storage, email, SECRET).id == id_


@pytest.mark.parametrize("state", ["banned", "erased"])
def test_a_ban_is_told_and_an_erased_account_is_like_none(world: World, state: str) -> None:
    id_ = with_password(world)
    world.storage.transact(
        lambda uow: uow.run(update(Person).where(Person.id == id_).values(state=state)), world.now
    )
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


# -- sessions ---------------------------------------------------------------------------------------------


def who(world: World, token: str) -> str | None:
    """Whose session a token is now."""
    with world.storage.read() as connection:
        row = connection.execute(account.BY_TOKEN, {"hash": account.token_hash(token), "now": world.now}).first()
    return row.id if row else None


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


# -- another address --------------------------------------------------------------------------------------


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
        applied = queries.applied_changes(connection, ailsa)
        assert [row.suggestion_id for row in applied] == [row.id for row in every]
        rest = queries.applied_changes(connection, ailsa, queries.Mark(applied[1].closed_at, applied[1].id))
        assert rest == applied[2:]


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
