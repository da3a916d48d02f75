"""The worker finds what may be the same, keeps it up to date, and never asks again what a moderator has answered."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests.support.queries import recorded
from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotFound
from webapp.services import duplicates, redact
from webapp.storage.models import DuplicateKey, DuplicatePair, ModerationEntry
from webapp.storage.unit_of_work import new_id

NUMBER = "0131 496 0777"


def phones(*numbers: str) -> list[dict[str, object]]:
    return [{"id": new_id(), "order": place, "number": number} for place, number in enumerate(numbers)]


def found(world: World) -> dict[frozenset[str], tuple[int, str]]:
    """Everything is compared; gives points and state of each pair, by the names of both."""
    while duplicates.keep_up(world.storage, world.now):
        pass
    return {
        frozenset((world.row(row.first_id).name, world.row(row.second_id).name)): (row.points, row.state)
        for row in world.all(select(DuplicatePair))
    }


def twins(world: World) -> tuple[str, str]:
    return (
        world.record(name="Harbour Soup", phones=phones(NUMBER)),
        world.record(name="Harbour Soups", phones=phones("+44 131 496 0777")),
    )


def test_records_that_share_a_number_and_nearly_a_name_are_found_with_the_reasons(world: World) -> None:
    one, other = twins(world)
    world.record(name="Bread", phones=phones(NUMBER))
    assert found(world) == {frozenset(("Harbour Soup", "Harbour Soups")): (94, "open")}
    (row,) = world.all(select(DuplicatePair))
    assert (row.first_id, row.second_id, row.kind) == (*sorted((one, other)), "service")
    assert json.loads(row.reasons) == [["phone", 0], ["names", 96]]
    assert duplicates.keep_up(world.storage, world.now) == 0


def test_a_service_is_found_by_its_places_and_an_organisation_by_what_it_runs(world: World) -> None:
    for name in ("Harbour Soup", "Harbour Soups"):
        place = world.record("location", name="Hall", location_type="physical", postal_code="EH6 5NA")
        runs = world.record("organization", name=f"{name} Trust")
        at = [{"id": new_id(), "order": 0, "location_id": place}]
        world.record(name=name, places=at, organization_id=runs)
    assert found(world) == {
        frozenset(("Harbour Soup", "Harbour Soups")): (79, "open"),
        frozenset(("Harbour Soup Trust", "Harbour Soups Trust")): (80, "open"),
        frozenset(("Hall",)): (85, "open"),
    }


def test_what_changes_is_compared_anew_and_so_is_what_names_it(world: World) -> None:
    places = [
        world.record("location", name=name, location_type="physical", postal_code=code)
        for name, code in (("Hall", "EH6 5NA"), ("Port Church", "EH7 5NB"))
    ]
    for name, place in zip(("Harbour Soup", "Harbour Soups"), places, strict=True):
        world.record(name=name, places=[{"id": new_id(), "order": 0, "location_id": place}])
    assert found(world) == {}
    (change,) = world.suggest(world.person("ann"), places[1], postal_code="EH6 5NA")
    world.approve(change, "rita", "rob")
    world.vote(world.person("tess", "trusted"), change)
    world.passes(hours=24)
    world.sweep()
    assert found(world) == {frozenset(("Harbour Soup", "Harbour Soups")): (79, "open")}


def test_a_pair_goes_when_one_of_it_is_closed_or_is_alike_no_longer(world: World) -> None:
    one, _ = twins(world)
    assert len(found(world)) == 1
    (change,) = world.suggest(world.person("ann"), one, phones=phones("0131 496 0778"))
    world.approve(change, "rita", "rob")
    world.vote(world.person("tess", "trusted"), change)
    world.passes(hours=24)
    world.sweep()
    assert found(world) == {}


def test_what_a_moderator_called_two_is_not_asked_again(world: World) -> None:
    one, _ = twins(world)
    found(world)
    (pair,) = world.all(select(DuplicatePair))
    mo = world.person("mo", "moderator")
    for is_first in (True, False):
        said = duplicates.JudgeDifferent(pair.first_id, pair.second_id, mo)
        assert duplicates.judge_different(world.storage, said, world.now) is is_first
    (change,) = world.suggest(world.person("ann"), one, summary="Lunch")
    world.approve(change, "rita", "rob")
    assert set(found(world).values()) == {(94, "different")}
    assert [row.act for row in world.all(select(ModerationEntry))] == ["judge_duplicates"]


def test_only_moderators_judge_and_only_what_was_found(world: World) -> None:
    twins(world)
    found(world)
    (pair,) = world.all(select(DuplicatePair))
    said = duplicates.JudgeDifferent(pair.first_id, pair.second_id, world.person("tess", "trusted"))
    with pytest.raises(NotAllowed, match="role_needed"):
        duplicates.judge_different(world.storage, said, world.now)
    said = duplicates.JudgeDifferent(pair.second_id, pair.first_id, world.person("mo", "moderator"))
    with pytest.raises(NotFound):
        duplicates.judge_different(world.storage, said, world.now)


def test_a_number_of_very_many_makes_no_pairs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "EVENTS_A_BATCH", 100)
    for number in range(duplicates.MOST_IN_BLOCK + 1):
        world.record(name=f"Branch {'x' * number}", phones=phones(NUMBER))
    with recorded(world.storage.engine) as statements:
        assert found(world) == {}
    assert len(statements) < 40


def test_no_record_is_found_by_what_was_masked_in_it(world: World) -> None:
    one, _ = twins(world)
    found(world)
    before = {row.key for row in world.all(select(DuplicateKey.key).where(DuplicateKey.record_id == one))}
    redact.mask(world.storage, redact.Mask(one, world.person("mo", "moderator"), "private", value=NUMBER), world.now)
    assert world.all(select(DuplicateKey).where(DuplicateKey.record_id == one)) == []
    assert found(world) == {}
    after = {row.key for row in world.all(select(DuplicateKey.key).where(DuplicateKey.record_id == one))}
    assert len(before - after) == 1
