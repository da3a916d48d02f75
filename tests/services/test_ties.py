"""People with a tie to an organisation: their votes show and do not count, save one steward's endorsement."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.world import World
from webapp.domain.errors import NotAllowed
from webapp.storage.models import Stewardship, Vote
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
