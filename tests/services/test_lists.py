"""Lists of services: whose they are, what stands on them, how long they last, and what attacks come to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.support.world import World
from webapp.domain.errors import Busy, NotAllowed, NotEligible, NotFound, Refused
from webapp.domain.lists import CODE_LENGTH, LASTS, LETTERS, MOST_ENTRIES, MOST_LISTS
from webapp.jobs.sweep import delete_expired
from webapp.services import lists
from webapp.services.lists import Made, Maker
from webapp.storage.models import ModerationEntry, Outbox, Person, Record, ServiceList, ServiceListEntry
from webapp.storage.queries.lists import entries_of, find_list, lists_of
from webapp.storage.unit_of_work import new_id

VISITOR = Maker()


def begin(world: World, maker: Maker = VISITOR, record: str | None = None, name: str = "For Mum") -> Made:
    """A new list."""
    return lists.make_list(world.storage, maker, name, record, world.now)


def with_key(made: Made) -> Maker:
    """The browser in which it was made."""
    return Maker(None, made.key)


def names(world: World, made: Made) -> list[str]:
    """What stands on it, as its page shows it."""
    with world.storage.read() as connection:
        found = find_list(connection, made.code, world.now)
        return [] if found is None else [one.row.name for one in entries_of(connection, found.id)]


def row(world: World, made: Made) -> Any:
    """Its row."""
    return world.one(select(ServiceList).where(ServiceList.code == made.code))


def add(world: World, made: Made, record: str, maker: Maker | None = None) -> bool:
    """Put a service on it."""
    return lists.add_entry(world.storage, made.code, maker or with_key(made), record, world.now)


def set_record(world: World, record: str, **values: Any) -> None:
    """A record as it is after a merge or an undone creation."""
    world.storage.transact(lambda uow: uow.run(update(Record).where(Record.id == record).values(**values)), world.now)


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
    banned = update(Person).where(Person.id == ann.person_id).values(state="banned")
    world.storage.transact(lambda uow: uow.run(banned), world.now)
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


# -- what stands on it ------------------------------------------------------------------------------------


def test_the_same_service_stands_on_a_list_once(world: World) -> None:
    made, record = begin(world), world.record()
    assert [add(world, made, record), add(world, made, record)] == [True, False]
    assert names(world, made) == ["Harbour Soup Lunch"]


def test_a_hundred_services_and_no_more(world: World) -> None:
    made = begin(world)
    id_ = row(world, made).id
    for number in range(MOST_ENTRIES - 1):
        values = {"list_id": id_, "record_id": world.record(name=f"Lunch {number}"), "position": number, "note": ""}
        world.storage.transact(lambda uow, v=values: uow.add(ServiceListEntry, **v, added_at=uow.now), world.now)  # type: ignore[misc]  # bound at once
    assert add(world, made, world.record(name="The hundredth"))
    with pytest.raises(NotEligible, match="list_full"):
        add(world, made, world.record(name="One more"))
    assert names(world, made)[-1] == "The hundredth"
    assert len(names(world, made)) == MOST_ENTRIES


def test_only_services_that_are_there_stand_on_a_list(world: World) -> None:
    made, gone = begin(world), world.record()
    set_record(world, gone, status="void")
    with pytest.raises(NotEligible, match="record_gone"):
        add(world, made, gone)
    with pytest.raises(NotEligible, match="not_a_service"):
        add(world, made, world.record("organization", name="Trust"))
    with pytest.raises(NotFound):
        add(world, made, new_id())


def test_a_list_that_can_not_have_its_first_service_is_not_made(world: World) -> None:
    with pytest.raises(NotFound):
        begin(world, record=new_id())
    assert world.all(select(ServiceList)) == []


def test_what_is_void_or_closed_stays_where_it_stood(world: World) -> None:
    made, soup, lunch = begin(world), world.record(name="Soup"), world.record(name="Lunch")
    for record in (soup, lunch):
        add(world, made, record)
    set_record(world, soup, status="void")
    set_record(world, lunch, status="closed")
    assert names(world, made) == ["Soup", "Lunch"]
    assert lists.remove_entry(world.storage, made.code, with_key(made), soup, world.now)
    assert names(world, made) == ["Lunch"]


def test_a_merged_service_is_the_one_that_took_it_in_at_whatever_remove(world: World) -> None:
    made = begin(world)
    soup, stew, broth = (world.record(name=name) for name in ("Soup", "Stew", "Broth"))
    tea = world.record(name="Tea")
    for record in (soup, tea, stew):
        add(world, made, record)
    set_record(world, soup, status="merged", merged_into=stew)
    set_record(world, stew, status="merged", merged_into=broth)
    assert names(world, made) == ["Broth", "Tea"]
    assert not add(world, made, broth)
    assert not add(world, made, soup)
    assert lists.move_entry(world.storage, made.code, with_key(made), soup, up=False, now=world.now)
    assert names(world, made) == ["Tea", "Broth"]
    assert lists.remove_entry(world.storage, made.code, with_key(made), soup, world.now)
    assert names(world, made) == ["Tea"]
    fresh = begin(world, record=soup)
    named = select(ServiceListEntry.record_id).where(ServiceListEntry.list_id == row(world, fresh).id)
    assert world.one(named).record_id == broth


def test_services_move_up_and_down_and_stop_at_the_ends(world: World) -> None:
    made = begin(world)
    ids = [world.record(name=name) for name in "abc"]
    for record in ids:
        add(world, made, record)

    def move(record: str, *, up: bool) -> bool:
        return lists.move_entry(world.storage, made.code, with_key(made), record, up=up, now=world.now)

    assert move(ids[2], up=True)
    assert names(world, made) == ["a", "c", "b"]
    assert move(ids[0], up=False)
    assert names(world, made) == ["c", "a", "b"]
    assert not move(ids[2], up=True)
    assert not move(ids[1], up=False)
    lists.remove_entry(world.storage, made.code, with_key(made), ids[0], world.now)
    assert move(ids[1], up=True)
    assert names(world, made) == ["b", "c"]
    with pytest.raises(NotFound):
        move(ids[0], up=True)


def test_notes_are_kept_as_they_are_and_have_a_length(world: World) -> None:
    made, record = begin(world), world.record()
    add(world, made, record)
    lists.note_entry(world.storage, made.code, with_key(made), record, " <b>Ask</b> for Jean ", world.now)
    assert [one.note for one in world.all(select(ServiceListEntry))] == ["<b>Ask</b> for Jean"]
    with pytest.raises(Refused):
        lists.note_entry(world.storage, made.code, with_key(made), record, "x" * 501, world.now)
    with pytest.raises(NotFound):
        lists.note_entry(world.storage, made.code, with_key(made), new_id(), "x", world.now)


def test_many_at_one_moment_add_each_service_once_and_no_two_in_one_place(world: World) -> None:
    made = begin(world)
    records = [world.record(name=f"Lunch {number}") for number in range(6)]
    told: list[bool] = []

    def come(record: str) -> None:
        while True:
            try:
                told.append(add(world, made, record))
            except Busy:
                continue
            return

    threads = [threading.Thread(target=come, args=(record,)) for record in records * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 6 + [True] * 6
    places = [one.position for one in world.all(select(ServiceListEntry))]
    assert sorted(places) == list(range(1, 7))


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
    paused = update(Person).where(Person.id == ann).values(paused_until=world.now + timedelta(days=1))
    world.storage.transact(lambda uow: uow.run(paused), world.now)
    with pytest.raises(NotAllowed, match="paused"):
        send(world, made, who=ann)
