"""People with a tie to an organisation: their votes show and do not count, save one steward's endorsement."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.world import World
from webapp.domain.errors import NotAllowed
from webapp.services import ruling, suggest
from webapp.storage.models import Mode, Stewardship, Vote
from webapp.storage.unit_of_work import new_id


def steward(world: World, handle: str, record: str, role: str = "volunteer") -> str:
    """A person who officially looks after a record."""
    person = world.person(handle, role)
    values = {"id": new_id(), "person_id": person, "record_id": record, "is_official": 1}
    world.storage.transact(lambda uow: uow.add(Stewardship, **values, since=uow.now, ended_at=None), world.now)
    return person


def of_trust(world: World) -> tuple[str, str]:
    """An organisation, and a service that it runs."""
    trust = world.record("organization", name="Harbour Trust")
    return trust, world.record(description="Soup", organization_id=trust)


def test_a_vote_with_a_tie_shows_and_does_not_count(world: World) -> None:
    trust, service = of_trust(world)
    (change,) = world.suggest(world.person("ann"), service, description="Soup and company")
    world.affiliate(world.person("rita", "reviewer"), trust)
    assert world.approve(change, "rita", "rob") == "open"
    assert [row.is_affiliated for row in world.all(select(Vote).order_by(Vote.cast_at, Vote.id))] == [1, 0]
    assert world.approve(change, "ray") == "applied"


@pytest.mark.parametrize("is_of_the_service", [True, False])
def test_a_tie_to_the_organisation_is_one_to_it_and_to_what_it_runs(world: World, *, is_of_the_service: bool) -> None:
    trust, service = of_trust(world)
    world.affiliate(world.person("rita", "reviewer"), trust)
    (change,) = world.suggest(
        world.person("ann"), service if is_of_the_service else trust, description="Soup and company"
    )
    world.approve(change, "rita")
    assert world.change(change).approvals == 0


def test_a_tie_elsewhere_counts_as_any_vote(world: World) -> None:
    _, service = of_trust(world)
    world.affiliate(world.person("rita", "reviewer"), world.record("organization", name="Shore Trust"))
    (change,) = world.suggest(world.person("ann"), service, description="Soup and company")
    assert world.approve(change, "rita", "rob") == "applied"


def test_one_stewards_endorsement_counts_as_one_approval_and_no_more(world: World) -> None:
    _, service = of_trust(world)
    (change,) = world.suggest(world.person("ann"), service, description="Soup and company")
    for handle in ("stu", "sue"):
        world.vote(steward(world, handle, service), change)
    assert (world.change(change).state, world.change(change).approvals) == ("open", 1)
    assert world.approve(change, "rita") == "applied"


def test_a_stewards_endorsement_is_not_the_trusted_one(world: World) -> None:
    _, service = of_trust(world)
    (change,) = world.suggest(world.person("ann"), service, name="Harbour Lunch")
    world.vote(steward(world, "stu", service, "trusted"), change)
    world.approve(change, "rita", "rob")
    world.passes(hours=24)
    world.sweep()
    assert world.change(change).state == "open"
    world.vote(world.person("tess", "trusted"), change)
    assert world.change(change).state == "applied"


def test_a_reject_from_within_escalates_what_matters_at_once(world: World) -> None:
    trust, service = of_trust(world)
    rita = world.person("rita", "reviewer")
    world.affiliate(rita, trust)
    low, high = world.suggest(world.person("ann"), service, description="Soup and company", name="Harbour Lunch")
    by_risk = {world.change(id_).risk: id_ for id_ in (low, high)}
    for change in by_risk.values():
        world.vote(rita, change, "reject")
    assert world.change(by_risk["high"]).escalated_at == world.now
    assert world.change(by_risk["low"]).escalated_at is None
    assert world.approve(by_risk["low"], "rob", "ray") == "applied"  # it is not counted either


def test_a_stewards_objection_keeps_an_escalated_change_from_applying_by_votes(world: World) -> None:
    _, service = of_trust(world)
    (change,) = world.suggest(world.person("ann"), service, name="Harbour Lunch")
    world.vote(steward(world, "stu", service), change, "reject")
    world.approve(change, "rita", "rob", "ray")
    world.vote(world.person("tess", "trusted"), change)
    world.passes(days=4)
    world.sweep()
    assert world.change(change).state == "open"


def test_a_volunteer_who_looks_after_another_record_has_no_vote(world: World) -> None:
    _, service = of_trust(world)
    (change,) = world.suggest(world.person("ann"), service, description="Soup and company")
    with pytest.raises(NotAllowed, match="role_needed"):
        world.vote(steward(world, "stu", world.record()), change)


def reduced(world: World) -> World:
    """Few people: one approval is enough for what is low, two for what is high."""
    world.passes(days=1)
    world.storage.transact(
        lambda uow: uow.add(Mode, id=new_id(), mode="reduced", active_reviewers=3, since=uow.now), world.now
    )
    return world


def colleagues(world: World, organization: str) -> list[str]:
    """Three reviewers, one of them trusted, of one organisation."""
    made = [world.person("cleo", "reviewer"), world.person("carl", "reviewer"), world.person("cara", "trusted")]
    for person in made:
        world.affiliate(person, organization)
    return made


def by_colleagues_alone(world: World, organization: str, change: str) -> tuple[str, int]:
    """The state and the approvals of a change that people of the organisation approve, however long it waits."""
    for person in colleagues(world, organization):
        world.vote(person, change)
    world.passes(days=3)
    world.sweep()
    row = world.change(change)
    return row.state, row.approvals


def merged(world: World, loser: str, survivor: str) -> None:
    """A moderator merges one organisation into another."""
    command = suggest.SuggestLifecycle(world.person("ann"), loser, "merge", "the same", survivor)
    (change,) = suggest.suggest_lifecycle(world.storage, command, world.now).change_ids
    decide = ruling.DecideChange(change, world.person("mo", "moderator"), 1, "apply", "seen it")
    assert ruling.decide_change(world.storage, decide, world.now).state == "applied"


def test_a_new_service_is_not_published_by_its_own_organisation(world: World) -> None:
    trust, _ = of_trust(reduced(world))
    new = suggest.NewRecord(new_id(), "service", {"name": "Harbour Breakfast", "organization_id": trust})
    command = suggest.SuggestRecords(world.person("ann"), (new,), "they told me")
    (change,) = suggest.suggest_records(world.storage, command, world.now).change_ids
    assert by_colleagues_alone(world, trust, change) == ("open", 0)


@pytest.mark.parametrize("of_the_survivor", [True, False])
def test_a_tie_goes_with_an_organisation_that_was_merged(world: World, *, of_the_survivor: bool) -> None:
    trust, service = of_trust(reduced(world))
    shore = world.record("organization", name="Shore Trust")
    bay = world.record("organization", name="Bay Trust")
    merged(world, trust, shore)
    merged(world, shore, bay)
    (change,) = world.suggest(
        world.person("ann"), service if of_the_survivor else bay, description="Soup and company"
    )
    assert by_colleagues_alone(world, bay if of_the_survivor else trust, change) == ("open", 0)


def test_the_organisation_that_takes_a_service_over_has_no_say(world: World) -> None:
    _, service = of_trust(reduced(world))
    shore = world.record("organization", name="Shore Trust")
    (change,) = world.suggest(world.person("ann"), service, organization_id=shore)
    assert by_colleagues_alone(world, shore, change) == ("open", 0)


def place(world: World, **values: str) -> str:
    """A place of two rooms."""
    return world.record("location", name="Harbour Hall", location_type="physical", description="Two rooms", **values)


def test_a_place_that_names_nobody_is_that_of_whose_service_is_there(world: World) -> None:
    hall = place(world)
    trust = reduced(world).record("organization", name="Harbour Trust")
    world.record(organization_id=trust, places=[{"id": new_id(), "location_id": hall}])
    (change,) = world.suggest(world.person("ann"), hall, description="Two rooms and a kitchen")
    assert by_colleagues_alone(world, trust, change) == ("open", 0)


def test_a_place_that_names_its_keeper_is_the_keepers_alone(world: World) -> None:
    parish = world.record("organization", name="Harbour Parish")
    hall = place(world, organization_id=parish)
    trust = reduced(world).record("organization", name="Harbour Trust")
    world.record(organization_id=trust, places=[{"id": new_id(), "location_id": hall}])
    (change,) = world.suggest(world.person("ann"), hall, description="Two rooms and a kitchen")
    world.vote(colleagues(world, trust)[0], change)
    assert world.change(change).state == "applied"
