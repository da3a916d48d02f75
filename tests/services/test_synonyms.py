"""Moderators keep the phrases that find the same, and a command loads them from a file."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.queries import at_most
from tests.support.world import World
from webapp.domain.errors import Busy, NotAllowed, NotEligible, NotFound, Problem, Refused, Stale
from webapp.services import synonyms
from webapp.services.synonyms import Loaded
from webapp.storage.models import ModerationEntry
from webapp.storage.queries.synonyms import SynonymGroup, all_groups
from webapp.storage.unit_of_work import new_id


def groups(world: World) -> list[SynonymGroup]:
    with world.storage.read() as connection:
        return all_groups(connection)


def kept(world: World) -> list[tuple[str, ...]]:
    return [group.phrases for group in groups(world)]


def logged(world: World) -> list[tuple[str, str]]:
    return [(row.act, row.note) for row in world.all(select(ModerationEntry).order_by(ModerationEntry.id))]


def add(world: World, phrases: str = "chemist, pharmacy", note: str = "", who: str = "mo") -> str:
    command = synonyms.AddSynonyms(world.person(who, "moderator"), phrases, note)
    return synonyms.add_synonyms(world.storage, command, world.now)


def change(world: World, group: str, phrases: str, seen: str = "chemist, pharmacy", note: str = "") -> bool:
    command = synonyms.ChangeSynonyms(group, world.person("max", "moderator"), phrases, seen, note)
    return synonyms.change_synonyms(world.storage, command, world.now)


def drop(world: World, group: str, seen: str = "chemist, pharmacy", note: str = "") -> None:
    command = synonyms.DropSynonyms(group, world.person("max", "moderator"), seen, note)
    synonyms.drop_synonyms(world.storage, command, world.now)


def problems(refused: pytest.ExceptionInfo[Refused]) -> list[Problem]:
    return list(refused.value.problems)


def test_a_group_is_added_changed_and_taken_out_and_each_stands_in_the_log(world: World) -> None:
    group = add(world, "chemist\npharmacy", " People ask for both ")
    assert groups(world) == [SynonymGroup(group, ("chemist", "pharmacy"), world.now, "Mo")]
    world.passes(hours=1)
    assert change(world, group, "chemist, pharmacy, drug store")
    assert groups(world) == [SynonymGroup(group, ("chemist", "pharmacy", "drug store"), world.now, "Max")]
    drop(world, group, "chemist, pharmacy, drug store", "it misled")
    assert groups(world) == []
    assert logged(world) == [
        ("add_synonyms", "chemist, pharmacy: People ask for both"),
        ("change_synonyms", "chemist, pharmacy, drug store"),
        ("drop_synonyms", "chemist, pharmacy, drug store: it misled"),
    ]


def test_only_moderators_keep_them(world: World) -> None:
    group = add(world)
    tess = world.person("tess", "trusted")
    for act in (
        lambda: synonyms.add_synonyms(world.storage, synonyms.AddSynonyms(tess, "a b, c d"), world.now),
        lambda: synonyms.change_synonyms(
            world.storage, synonyms.ChangeSynonyms(group, tess, "gp, doctor", "chemist, pharmacy"), world.now
        ),
        lambda: synonyms.drop_synonyms(
            world.storage, synonyms.DropSynonyms(group, tess, "chemist, pharmacy"), world.now
        ),
    ):
        with pytest.raises(NotAllowed, match="role_needed"):
            act()
    assert kept(world) == [("chemist", "pharmacy")]
    assert len(logged(world)) == 1


def test_a_phrase_of_another_group_is_refused_and_that_group_named(world: World) -> None:
    add(world)
    doctors = add(world, "gp, doctor")
    with pytest.raises(Refused) as refused:
        add(world, "Chemists, apothecary, doctors")
    assert problems(refused) == [
        Problem("phrases", "in_another_group", {"phrase": "Chemists", "group": "chemist, pharmacy"}),
        Problem("phrases", "in_another_group", {"phrase": "doctors", "group": "gp, doctor"}),
    ]
    with pytest.raises(Refused, match="in_another_group"):
        change(world, doctors, "gp, doctor, pharmacy", "gp, doctor")
    assert kept(world) == [("chemist", "pharmacy"), ("gp", "doctor")]
    assert change(world, doctors, "Doctors, gp, family doctor", "gp, doctor")  # its own do not stand in its way


def test_everything_that_is_wrong_is_told_at_once(world: World) -> None:
    group = add(world)
    with pytest.raises(Refused) as refused:
        add(world, "chemist, &", "x" * (synonyms.MOST_WORDS + 1))
    assert [(one.where, one.code) for one in problems(refused)] == [
        ("phrases", "no_word"),
        ("phrases", "in_another_group"),
        ("note", "too_long"),
    ]
    with pytest.raises(Refused, match="too_long"):
        drop(world, group, note="x" * (synonyms.MOST_WORDS + 1))
    assert kept(world) == [("chemist", "pharmacy")]


def test_whoever_did_not_see_the_last_change_is_told_how_it_is(world: World) -> None:
    group = add(world)
    change(world, group, "chemist, pharmacy, drug store")
    for act in (lambda: change(world, group, "chemist, apothecary"), lambda: drop(world, group)):
        with pytest.raises(Stale) as stale:
            act()
        assert stale.value.values["present"] == "chemist, pharmacy, drug store"
    assert kept(world) == [("chemist", "pharmacy", "drug store")]


def test_a_change_to_what_it_says_already_is_none(world: World) -> None:
    group = add(world)
    assert not change(world, group, "chemist\npharmacy")
    assert [act for act, _ in logged(world)] == ["add_synonyms"]


def test_a_group_that_is_gone_is_not_found(world: World) -> None:
    group = add(world)
    drop(world, group)
    for missing in (group, new_id()):
        with pytest.raises(NotFound):
            change(world, missing, "gp, doctor")
        with pytest.raises(NotFound):
            drop(world, missing)


def test_there_are_not_more_groups_than_a_search_can_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synonyms, "MOST_GROUPS", 1)
    add(world)
    with pytest.raises(NotEligible, match="groups_full"):
        add(world, "gp, doctor")
    with pytest.raises(NotEligible, match="groups_full"):
        synonyms.load_synonyms(world.storage, [("gp", "doctor")], world.now)
    assert kept(world) == [("chemist", "pharmacy")]
    assert synonyms.load_synonyms(world.storage, kept(world), world.now) == Loaded(0, 1, ())


def test_two_who_add_the_same_at_once_do_not_both(world: World) -> None:
    moderators = [world.person(name, "moderator") for name in ("mo", "max", "mia", "may")]
    told: list[str] = []
    start = threading.Barrier(len(moderators))

    def race(person: str) -> None:
        start.wait()
        try:
            synonyms.add_synonyms(world.storage, synonyms.AddSynonyms(person, "chemist, pharmacy"), world.now)
            told.append("done")
        except (Refused, Busy) as error:
            told.append(type(error).__name__)

    racers = [threading.Thread(target=race, args=(person,)) for person in moderators]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert kept(world) == [("chemist", "pharmacy")]
    assert told.count("done") == 1


def test_all_groups_are_read_in_one_statement_in_the_order_they_were_made(world: World) -> None:
    for phrases in ("walk, stroll", "chemist, pharmacy", "gp, doctor"):
        add(world, phrases)
    with at_most(1, world.storage.engine):
        assert kept(world) == [("walk", "stroll"), ("chemist", "pharmacy"), ("gp", "doctor")]


# -- from a file ------------------------------------------------------------------------------------------


def test_what_is_loaded_twice_changes_nothing(world: World) -> None:
    wanted = [("chemist", "pharmacy"), ("GP", "doctor")]
    assert synonyms.load_synonyms(world.storage, wanted, world.now) == Loaded(2, 0, ())
    before = groups(world)
    assert [group.who for group in before] == [None, None]
    world.now += timedelta(days=1)
    assert synonyms.load_synonyms(world.storage, wanted, world.now) == Loaded(0, 2, ())
    assert groups(world) == before
    assert logged(world) == []


def test_what_moderators_made_of_a_group_is_left_alone(world: World) -> None:
    synonyms.load_synonyms(world.storage, [("chemist", "pharmacy")], world.now)
    (group,) = groups(world)
    change(world, group.id, "chemist, pharmacy, apothecary")
    wanted = [("Pharmacy", "chemists"), ("chemist", "drug store"), ("gp", "doctor"), ("doctor", "pharmacy")]
    known = ("chemist", "pharmacy", "apothecary")
    assert synonyms.load_synonyms(world.storage, wanted, world.now) == Loaded(
        1, 1, ((("chemist", "drug store"), known), (("doctor", "pharmacy"), ("gp", "doctor")))
    )
    assert kept(world) == [known, ("gp", "doctor")]
