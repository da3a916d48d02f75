"""Whatever a page for everybody shows moves its stamp, by an event or by being counted; nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.parking import change_of, park, release
from tests.support.accounts import SECRET, letters, signed_up
from tests.support.queries import at_most
from tests.support.world import World
from webapp.services import (
    account,
    account_own,
    confirm,
    history,
    moderate,
    patrol,
    redact,
    sanction,
    synonyms,
    upkeep,
    vocabulary,
)
from webapp.services.doctor import doctor
from webapp.storage.models import Change, Counter
from webapp.storage.queries import shown


def stamps(world: World) -> tuple[Any, Any]:
    with world.storage.read() as connection:
        return shown.public(connection), shown.finding(connection)


def moves(world: World, act: Callable[[], object]) -> bool:
    """Whether an act moves both stamps."""
    public, finding = stamps(world)
    act()
    now = stamps(world)
    return public != now[0] and finding != now[1]


@pytest.fixture
def soup(world: World) -> str:
    """A record that Ann has changed once."""
    record = world.record(description="Soup")
    world.approve(world.suggest(world.person("ann"), record, description="Soup and company")[0], "rita", "rob")
    return record


def test_what_happens_to_records_moves_the_stamp(soup: str, world: World) -> None:
    store, now, mo = world.storage, world.now, world.person("mo", "moderator")
    confirmed = confirm.ConfirmRecord(soup, mo, 2, "visited")
    made: list[str] = []
    assert moves(world, lambda: world.record(name="Advice"))
    assert moves(world, lambda: made.append(confirm.confirm_record(store, confirmed, now)))
    assert moves(world, lambda: moderate.void_confirmations(store, made, mo, "nobody was there", now))
    assert moves(world, lambda: history.roll_back_record(store, history.RollBackRecord(soup, 1, mo, 2, "no"), now))
    assert moves(world, lambda: redact.mask(store, redact.Mask(soup, mo, "private", value="company"), now))
    assert doctor(store) == []


def test_what_moderators_do_moves_the_stamp(soup: str, world: World) -> None:
    store, now, mo = world.storage, world.now, world.person("mo", "moderator")
    change = world.one(select(Change.id).where(Change.record_id == soup)).id
    assert moves(world, lambda: patrol.patrol_change(store, patrol.PatrolChange(change, mo), now))
    assert not moves(world, lambda: patrol.patrol_change(store, patrol.PatrolChange(change, mo), now))
    assert moves(world, lambda: sanction.ban_person(store, sanction.BanPerson(world.person("ann"), mo, "spam"), now))
    assert moves(world, lambda: sanction.lift_ban(store, sanction.BanPerson(world.person("ann"), mo, "no"), now))


def test_synonyms_move_the_stamp_whoever_writes_them(world: World) -> None:
    store, now, mo = world.storage, world.now, world.person("mo", "moderator")
    add = synonyms.AddSynonyms(mo, "chemist, pharmacy")
    made: list[str] = []
    assert moves(world, lambda: made.append(synonyms.add_synonyms(store, add, now)))
    more = synonyms.ChangeSynonyms(made[0], mo, "chemist, pharmacy, drug store", "chemist, pharmacy")
    assert moves(world, lambda: synonyms.change_synonyms(store, more, now))
    drop = synonyms.DropSynonyms(made[0], mo, "chemist, pharmacy, drug store")
    assert moves(world, lambda: synonyms.drop_synonyms(store, drop, now))
    assert moves(world, lambda: synonyms.load_synonyms(store, [("gp", "doctor")], now))
    assert not moves(world, lambda: synonyms.load_synonyms(store, [("gp", "doctor")], now))


def test_names_and_roles_and_who_has_a_page_move_the_stamp(world: World) -> None:
    store, now, ann = world.storage, world.now, world.person("ann")
    assert moves(world, lambda: account_own.change_profile(store, ann, "Ann of Cupar", "", now))
    assert moves(world, lambda: sanction.grant_role(store, sanction.GrantRole(ann, None, "reviewer", "by hand"), now))
    tokens: list[str] = []
    assert moves(world, lambda: tokens.append(signed_up(world)))
    assert moves(world, lambda: account.confirm_address(store, tokens[0], now))
    parked = park(world, change_of(world, world.record(), name="Harbour Soup"))
    assert moves(world, lambda: release(world, parked))


def test_an_address_that_is_confirmed_by_a_new_password_moves_the_stamp(world: World) -> None:
    signed_up(world)
    account.ask_reset(world.storage, "ailsa@people.example", world.now)
    token = letters(world, "reset")[-1]["token"]
    assert moves(world, lambda: account.reset_password(world.storage, token, SECRET, world.now))


def test_words_that_are_counted_anew_move_the_stamp_of_finding_alone(soup: str, world: World) -> None:
    public, finding = stamps(world)
    vocabulary.refresh(world.storage, world.now)
    assert stamps(world)[0] == public
    assert stamps(world)[1] != finding
    assert moves(world, lambda: upkeep.reindex(world.storage, world.now))
    assert not moves(world, lambda: vocabulary.refresh(world.storage, world.now))


def test_what_no_kept_page_shows_moves_nothing(soup: str, world: World) -> None:
    (change,) = world.suggest(world.person("zoe"), soup, summary="Hot")
    world.person("rae", "reviewer")
    before = stamps(world)
    world.vote(world.person("rae"), change)
    account.sign_in(world.storage, world.person("rae"), "", world.now)
    assert stamps(world) == before


def test_a_stamp_costs_one_statement(world: World) -> None:
    for ask in (shown.public, shown.finding):
        with world.storage.read() as connection, at_most(1, world.storage.engine):
            ask(connection)


def test_what_has_no_event_is_counted_once_a_transaction_and_never_beside_events(world: World) -> None:
    def twice(uow: Any) -> None:
        uow.shows_anew()
        uow.shows_anew()

    def with_event(uow: Any) -> None:
        uow.shows_anew()
        uow.event("status")

    for work in (twice, twice, with_event):
        world.storage.transact(work, world.now)
    assert {row.name: row.value for row in world.all(select(Counter))} == {"event": 1, "redaction": 0, "shown": 2}
