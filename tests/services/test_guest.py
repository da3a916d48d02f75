"""Guests' suggestions: parked until the link in the mail is pressed, then one of many, in a guest's name."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.services.parking import ADDRESS, change_of, letters, park, person_of, release
from tests.support.accounts import SECRET
from tests.support.rows import set_person, set_record
from tests.support.world import World
from webapp.domain.errors import CapReached, NotAllowed, NotFound
from webapp.jobs import sweep
from webapp.services import account, guest
from webapp.services.account import DeadToken, SignUp
from webapp.services.doctor import doctor
from webapp.services.suggest import Alike, NewRecord, Nothing, SuggestChange, SuggestLifecycle, SuggestRecords
from webapp.storage.models import (
    Change,
    Evidence,
    MailToken,
    ParkedSuggestion,
    Person,
    PersonSession,
    Record,
    Suggestion,
)
from webapp.storage.unit_of_work import new_id


def count(world: World, model: type[Any]) -> int:
    return int(world.one(select(func.count()).select_from(model))[0])


def test_nothing_is_suggested_before_the_link_is_pressed(world: World) -> None:
    token = park(world, change_of(world, world.record(), name="Harbour Soup"))
    assert count(world, Suggestion) == count(world, Change) == 0
    assert person_of(world).confirmed_at is None
    assert letters(world) == [{"what": "guest", "token": token}]


def test_pressing_confirms_the_address_and_suggests_in_a_guests_name(world: World) -> None:
    token = park(world, change_of(world, world.record(), name="Harbour Soup"))
    assert guest.is_parked(world.storage, token, world.now)
    suggestion = release(world, token)
    person = person_of(world)
    assert (person.role, person.display_name, person.confirmed_at) == ("guest", "Morag Bain", world.now)
    row = world.one(select(Suggestion))
    assert (row.id, row.author_id, row.reason) == (suggestion, person.id, "I phoned them")
    assert [(e.how, e.detail) for e in world.all(select(Evidence))] == [("phoned", "today")]
    assert (count(world, ParkedSuggestion), doctor(world.storage)) == (0, [])
    world.approve(world.one(select(Change.id)).id, "rita", "rob")


def test_the_link_works_once(world: World) -> None:
    token = park(world, change_of(world, world.record(), name="Harbour Soup"))
    release(world, token)
    assert not guest.is_parked(world.storage, token, world.now)
    with pytest.raises(DeadToken):
        release(world, token)
    assert count(world, Suggestion) == 1


def test_a_link_that_never_was_or_is_too_old_does_nothing(world: World) -> None:
    token = park(world, change_of(world, world.record(), name="Harbour Soup"))
    with pytest.raises(DeadToken):
        release(world, "x" * 43)
    world.passes(days=2)
    with pytest.raises(DeadToken):
        release(world, token)
    assert (count(world, Suggestion), person_of(world).confirmed_at) == (0, None)


def test_what_was_not_released_in_time_is_swept(world: World) -> None:
    park(world, change_of(world, world.record(), name="Harbour Soup"))
    world.passes(days=2, seconds=-1)
    sweep.delete_expired(world.storage, world.now)
    assert count(world, ParkedSuggestion) == 1
    world.passes(seconds=1)
    sweep.delete_expired(world.storage, world.now)
    assert count(world, ParkedSuggestion) == 0


def test_new_records_and_ends_are_parked_too(world: World) -> None:
    new = SuggestRecords("", (NewRecord(new_id(), "organization", {"name": "Harbour Trust"}),), "It is missing")
    end = SuggestLifecycle("", world.record(), "close", "It has closed")
    for command in (new, end):
        release(world, park(world, command))
    assert sorted(row.type for row in world.all(select(Change.type))) == ["close", "create"]


def test_a_guest_may_not_merge_nor_change_what_is_protected_and_is_told_at_once(world: World) -> None:
    record, other = world.record(), world.record()
    with pytest.raises(NotAllowed, match="role_needed"):
        park(world, SuggestLifecycle("", record, "merge", "the same", other))
    world.storage.transact(lambda uow: uow.run(update(Record).values(protection="trusted")), world.now)
    with pytest.raises(NotAllowed, match="protected"):
        park(world, change_of(world, record, name="Harbour Soup"))
    assert count(world, ParkedSuggestion) == count(world, Person) == 0


def test_what_waits_for_an_address_and_what_it_has_open_count_together(world: World) -> None:
    record = world.record()
    for number in range(2):
        release(world, park(world, change_of(world, record, name=f"Name {number}")))
    tokens = [park(world, change_of(world, record, name=f"Name {number}")) for number in range(2, 5)]
    with pytest.raises(CapReached):
        park(world, change_of(world, record, name="Name 5"), email=ADDRESS.upper())
    park(world, change_of(world, record, name="Name 5"), email="somebody@guests.example")
    for token in tokens:
        release(world, token)
    with pytest.raises(CapReached):
        park(world, change_of(world, record, name="Name 6"))
    world.withdraw(person_of(world).id, world.all(select(Change.id))[0].id)
    park(world, change_of(world, record, name="Name 6"))


def test_the_answer_is_the_same_for_an_address_with_an_account(world: World) -> None:
    record, ann = world.record(), world.person("ann")
    for number in range(3):
        world.suggest(ann, record, name=f"Name {number}")
    for number in range(5):
        park(world, change_of(world, record, description=f"Word {number}"), email="ann@people.example")
    with pytest.raises(CapReached):
        park(world, change_of(world, record, description="Word"), email="ann@people.example")


def test_the_mailed_link_suggests_in_the_accounts_name_and_changes_nothing_of_it(world: World) -> None:
    ann = world.person("ann", "reviewer")
    set_person(world, ann, password_hash="kept")
    token = park(world, change_of(world, world.record(), name="Harbour Soup"), "ann@people.example", "Somebody Else")
    release(world, token)
    row = person_of(world, "ann@people.example")
    assert (row.role, row.display_name, row.password_hash) == ("reviewer", "Ann", "kept")
    assert world.one(select(Suggestion)).author_id == ann


def test_a_cap_reached_meanwhile_leaves_it_parked(world: World) -> None:
    record, ann = world.record(), world.person("ann")
    token = park(world, change_of(world, record, description="Soup"), "ann@people.example")
    changes = [world.suggest(ann, record, name=f"Name {number}")[0] for number in range(5)]
    with pytest.raises(CapReached):
        release(world, token)
    assert guest.is_parked(world.storage, token, world.now)
    world.withdraw(ann, changes[0])
    release(world, token)


def test_a_banned_person_suggests_nothing_through_a_link(world: World) -> None:
    ann = world.person("ann")
    token = park(world, change_of(world, world.record(), name="Harbour Soup"), "ann@people.example")
    set_person(world, ann, state="banned")
    with pytest.raises(NotAllowed, match="banned"):
        release(world, token)
    assert count(world, Suggestion) == 0


def test_what_was_overtaken_meanwhile_ends(world: World) -> None:
    record = world.record()
    same = park(world, change_of(world, record, description="Harbour Soup"))
    change = world.suggest(world.person("ann"), record, description="Harbour Soup")[0]
    with pytest.raises(Alike) as alike:
        release(world, same)
    assert alike.value.values["change"] == change
    world.approve(change, "rita", "rob")
    true = park(
        world, SuggestChange("", record, 1, {**world.document(record, 1), "description": "Harbour Soup"}, "they said")
    )
    assert world.document(record)["description"] == "Harbour Soup"
    with pytest.raises(Nothing):
        release(world, true)
    gone = park(world, change_of(world, record, name="Another"))
    set_record(world, record, status="void")
    with pytest.raises(NotFound):
        release(world, gone)
    assert not any(guest.is_parked(world.storage, token, world.now) for token in (same, true, gone))
    assert person_of(world).confirmed_at is not None


def test_what_the_record_moved_past_opens_as_a_conflict(world: World) -> None:
    record = world.record()
    token = park(world, change_of(world, record, description="Harbour Soup"))
    world.approve(world.suggest(world.person("ann"), record, description="Soup Lunch")[0], "rita", "rob")
    assert world.document(record)["description"] == "Soup Lunch"
    suggestion = release(world, token)
    assert world.one(select(Change).where(Change.suggestion_id == suggestion)).conflicted_at is not None


# -- guests and accounts ----------------------------------------------------------------------------------


def test_a_password_that_nobody_proved_does_not_outlive_the_guests_link(world: World) -> None:
    account.sign_up(world.storage, SignUp(ADDRESS, SECRET, "A Stranger"), world.now)
    stranger = account.check_password(world.storage, ADDRESS, SECRET)
    account.sign_in(world.storage, stranger.id, "a browser", world.now)
    release(world, park(world, change_of(world, world.record(), name="Harbour Soup")))
    row = person_of(world)
    assert (row.role, row.display_name, row.password_hash, row.handle) == ("guest", "Morag Bain", None, "morag-bain")
    with pytest.raises(account.WrongSignIn):
        account.check_password(world.storage, ADDRESS, SECRET)
    assert world.one(select(PersonSession)).revoked_at is not None
    assert world.one(select(MailToken)).used_at is not None


def test_signing_up_with_a_guests_address_gives_no_password_to_it_before_the_mail(world: World) -> None:
    release(world, park(world, change_of(world, world.record(), name="Harbour Soup")))
    account.sign_up(world.storage, SignUp(ADDRESS, "a-strangers-own-words", "A Stranger"), world.now)
    assert (person_of(world).password_hash, person_of(world).display_name) == (None, "Morag Bain")
    told = letters(world)[-1]
    assert told["what"] == "finish"
    assert account.reset_password(world.storage, told["token"], SECRET, world.now) == person_of(world).id
    assert person_of(world).role == "volunteer"
    assert account.check_password(world.storage, ADDRESS, SECRET).id == world.one(select(Suggestion)).author_id


def test_who_signs_up_while_something_is_parked_becomes_a_volunteer(world: World) -> None:
    token = park(world, change_of(world, world.record(), name="Harbour Soup"))
    account.sign_up(world.storage, SignUp(ADDRESS, SECRET, "Morag"), world.now)
    account.confirm_address(world.storage, letters(world)[-1]["token"], world.now)
    assert (person_of(world).role, person_of(world).display_name) == ("volunteer", "Morag")
    world.passes(minutes=1)
    release(world, token)
    assert world.one(select(Suggestion)).author_id == person_of(world).id
    assert account.check_password(world.storage, ADDRESS, SECRET)
