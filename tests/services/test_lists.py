"""Lists of services: whose they are, what stands on them, how long they last, and what attacks come to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.services.listing import VISITOR, add, begin, names, row, with_key
from tests.support.rows import set_person, set_record
from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotEligible, NotFound, Refused
from webapp.domain.lists import CODE_LENGTH, LASTS, LETTERS, MOST_LISTS
from webapp.jobs.sweep import delete_expired
from webapp.services import lists
from webapp.services.lists import Made, Maker
from webapp.storage.models import ModerationEntry, Outbox, ServiceList, ServiceListEntry
from webapp.storage.queries.lists import find_list, lists_of

# -- making -----------------------------------------------------------------------------------------------


def test_a_visitor_begins_a_list_whose_key_is_stored_as_a_hash_only(world: World) -> None:
    made = begin(world, record=world.record())
    kept = row(world, made)
    assert len(made.code) == CODE_LENGTH
    assert set(made.code) <= set(LETTERS)
    assert made.key
    assert made.key not in repr(kept)
    assert (kept.person_id, kept.expires_at) == (None, world.now + LASTS)
    assert names(world, made) == ["Harbour Soup Lunch"]


def test_a_persons_list_has_no_key_and_never_runs_out(world: World) -> None:
    made = begin(world, Maker(world.person("ann")))
    kept = row(world, made)
    assert (made.key, kept.key_hash, kept.expires_at) == (None, None, None)
    world.passes(days=4000)
    delete_expired(world.storage, world.now)
    assert row(world, made).code == made.code


def test_a_code_spells_nothing(world: World) -> None:
    assert re.fullmatch("[bcdfghjkmnpqrstvwxyz2-9]{10}", begin(world).code)


def test_no_two_lists_share_a_code(world: World) -> None:
    assert len({begin(world).code for _ in range(20)}) == 20


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_list_needs_a_name_of_a_length(world: World, name: str) -> None:
    with pytest.raises(Refused):
        begin(world, name=name)


def test_a_person_keeps_thirty_lists_and_no_more(world: World) -> None:
    ann, made = Maker(world.person("ann")), begin(world)
    for _ in range(MOST_LISTS):
        begin(world, ann)
    with pytest.raises(NotEligible, match="lists_full"):
        begin(world, ann)
    with pytest.raises(NotEligible, match="lists_full"):
        lists.keep_list(world.storage, made.code, Maker(ann.person_id, made.key), world.now)


def test_whoever_is_banned_makes_and_changes_no_list(world: World) -> None:
    ann = Maker(world.person("ann"))
    made = begin(world, ann)
    set_person(world, str(ann.person_id), state="banned")
    with pytest.raises(NotAllowed, match="banned"):
        begin(world, ann)
    with pytest.raises(NotAllowed, match="banned"):
        lists.delete_list(world.storage, made.code, ann, world.now)


# -- whose it is ------------------------------------------------------------------------------------------


ACTS: dict[str, Callable[[World, str, Maker, str], object]] = {
    "add": lambda w, code, who, record: lists.add_entry(w.storage, code, who, record, w.now),
    "remove": lambda w, code, who, record: lists.remove_entry(w.storage, code, who, record, w.now),
    "note": lambda w, code, who, record: lists.note_entry(w.storage, code, who, record, "Mine", w.now),
    "move": lambda w, code, who, record: lists.move_entry(w.storage, code, who, record, up=True, now=w.now),
    "word": lambda w, code, who, record: lists.word_list(w.storage, code, who, "Mine", "", w.now),
    "delete": lambda w, code, who, record: lists.delete_list(w.storage, code, who, w.now),
}


@pytest.mark.parametrize("act", sorted(ACTS))
def test_nobody_changes_somebody_elses_list(world: World, act: str) -> None:
    record = world.record()
    of_ann, of_visitor = begin(world, Maker(world.person("ann")), record), begin(world, record=record)
    other = begin(world)
    strangers = (VISITOR, Maker(world.person("bob")), Maker(None, other.key), Maker(None, ""), Maker(None, "x" * 43))
    moderator = Maker(world.person("mo", "administrator"))
    before = world.all(select(ServiceList)), world.all(select(ServiceListEntry))
    for made in (of_ann, of_visitor):
        for who in (*strangers, moderator):
            with pytest.raises(NotAllowed, match="not_your_list"):
                ACTS[act](world, made.code, who, record)
    assert (world.all(select(ServiceList)), world.all(select(ServiceListEntry))) == before


@pytest.mark.parametrize("act", sorted(ACTS))
def test_its_maker_changes_it_by_key_and_by_account(world: World, act: str) -> None:
    record = world.record()
    ann = Maker(world.person("ann"))
    ACTS[act](world, begin(world, ann, record).code, ann, record)
    made = begin(world, record=record)
    ACTS[act](world, made.code, with_key(made), record)


def test_a_kept_list_belongs_to_the_person_and_its_key_is_worth_nothing(world: World) -> None:
    made, ann = begin(world), world.person("ann")
    assert lists.keep_list(world.storage, made.code, Maker(ann, made.key), world.now)
    assert (row(world, made).person_id, row(world, made).key_hash, row(world, made).expires_at) == (ann, None, None)
    with pytest.raises(NotAllowed, match="not_your_list"):
        lists.word_list(world.storage, made.code, with_key(made), "Mine", "", world.now)
    with pytest.raises(NotAllowed, match="not_your_list"):
        lists.keep_list(world.storage, made.code, Maker(world.person("bob"), made.key), world.now)
    assert not lists.keep_list(world.storage, made.code, Maker(ann, made.key), world.now)


def test_a_list_is_kept_with_its_key_only(world: World) -> None:
    made = begin(world)
    with pytest.raises(NotAllowed, match="not_your_list"):
        lists.keep_list(world.storage, made.code, Maker(world.person("ann"), "x"), world.now)


def test_lists_are_found_by_person_or_code_and_never_all_together(world: World) -> None:
    ann, bob = world.person("ann"), world.person("bob")
    mine, theirs, ours = begin(world, Maker(ann)), begin(world, Maker(bob)), begin(world)
    with world.storage.read() as connection:
        assert {one.code for one in lists_of(connection, ann, ours.code, world.now)} == {mine.code, ours.code}
        assert lists_of(connection, None, None, world.now) == []
        for wild in ("%", "_" * CODE_LENGTH, "", theirs.code[:-1]):
            assert find_list(connection, wild, world.now) is None


def test_an_erased_persons_lists_go_and_nobody_elses(world: World) -> None:
    record = world.record()
    ann, made = Maker(world.person("ann")), begin(world, record=record)
    begin(world, ann, record)
    begin(world, ann, record)
    assert world.storage.transact(lambda uow: lists.forget_lists(uow, ann.person_id or ""), world.now) == 2
    assert [one.code for one in world.all(select(ServiceList))] == [made.code]
    assert len(world.all(select(ServiceListEntry))) == 1


def test_a_moderator_takes_a_harmful_list_away_and_the_log_says_why(world: World) -> None:
    made = begin(world, Maker(world.person("ann")), world.record())
    with pytest.raises(NotAllowed, match="role_needed"):
        lists.remove_list(world.storage, made.code, world.person("rita", "trusted"), "spam", world.now)
    with pytest.raises(Refused):
        lists.remove_list(world.storage, made.code, world.person("mo", "moderator"), " ", world.now)
    lists.remove_list(world.storage, made.code, world.person("mo"), "It advertises", world.now)
    assert world.all(select(ServiceList)) == world.all(select(ServiceListEntry)) == []
    (line,) = world.all(select(ModerationEntry))
    assert (line.act, line.note, line.person_id) == ("remove_list", "It advertises", None)


# -- how long ---------------------------------------------------------------------------------------------


def test_a_visitors_list_lasts_ninety_days_after_its_last_change(world: World) -> None:
    made, record = begin(world), world.record()
    world.passes(days=60)
    add(world, made, record)
    world.passes(days=89)
    assert names(world, made) == ["Harbour Soup Lunch"]
    world.passes(days=1)
    assert names(world, made) == []
    with pytest.raises(NotFound):
        add(world, made, record)
    with pytest.raises(NotFound):
        lists.keep_list(world.storage, made.code, Maker(world.person("ann"), made.key), world.now)


def test_the_sweep_removes_what_ran_out_and_nothing_else(world: World) -> None:
    records = [world.record(name=f"Lunch {number}") for number in range(3)]
    old = [begin(world, record=record) for record in records]
    for record in records[1:]:
        add(world, old[0], record)
    world.passes(days=89)
    young = begin(world, record=records[0])
    world.passes(days=1)
    delete_expired(world.storage, world.now)
    assert [one.code for one in world.all(select(ServiceList))] == [young.code]
    assert world.one(select(func.count()).select_from(ServiceListEntry))[0] == 1


# -- sending ----------------------------------------------------------------------------------------------


def send(world: World, made: Made, words: str = "", who: str | None = None) -> None:
    """By e-mail."""
    lists.send_list(world.storage, made.code, who, " mum@mail.example ", words, world.now)


def test_a_letter_is_promised_with_words_that_lead_nowhere(world: World) -> None:
    made = begin(world, record=world.record())
    send(world, made, "Hi!\nSee https://evil.example or “ring” win@evil.example")
    (told,) = world.all(select(Outbox))
    assert told.type == "list"
    assert "mum@mail.example" in told.payload
    assert "evil" not in told.payload
    assert "Hi! See (link left out) or ’ring’ (link left out)" in told.payload
    assert "mum" not in told.key


def test_an_empty_list_or_one_of_void_records_is_no_letter(world: World) -> None:
    made, record = begin(world), world.record()
    with pytest.raises(NotEligible, match="list_empty"):
        send(world, made)
    add(world, made, record)
    set_record(world, record, status="void")
    with pytest.raises(NotEligible, match="list_empty"):
        send(world, made)
    with pytest.raises(NotFound):
        send(world, Made("b" * 10, None))
    assert world.all(select(Outbox)) == []


def test_words_have_a_length_and_the_paused_send_nothing(world: World) -> None:
    made, ann = begin(world, record=world.record()), world.person("ann")
    with pytest.raises(Refused):
        send(world, made, "x" * 501)
    set_person(world, ann, paused_until=world.now + timedelta(days=1))
    with pytest.raises(NotAllowed, match="paused"):
        send(world, made, who=ann)
