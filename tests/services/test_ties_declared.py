"""Ties that people declare: to an organisation that is there, once at a time, ended by themselves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.services.test_ties import of_trust
from tests.support.rows import set_person, set_record
from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotEligible, NotFound
from webapp.services import steward
from webapp.storage.models import Affiliation, Vote
from webapp.storage.unit_of_work import new_id


def declare(world: World, person: str, organization: str) -> str:
    return steward.declare_affiliation(
        world.storage, steward.DeclareAffiliation(person, organization), world.now
    )


def leave(world: World, tie: str, actor: str) -> bool:
    return steward.end_affiliation(world.storage, steward.EndAffiliation(tie, actor), world.now)


def test_a_declared_tie_shows_in_the_votes_and_does_not_count(world: World) -> None:
    trust, service = of_trust(world)
    (change,) = world.suggest(world.person("ann"), service, description="Soup and company")
    declare(world, world.person("rita", "reviewer"), trust)
    assert world.approve(change, "rita", "rob") == "open"
    assert [row.is_affiliated for row in world.all(select(Vote).order_by(Vote.id))] == [1, 0]
    assert world.approve(change, "ray") == "applied"


def test_who_has_left_votes_like_everybody_and_earlier_votes_stay_as_they_were_cast(world: World) -> None:
    trust, service = of_trust(world)
    rita = world.person("rita", "reviewer")
    tie = declare(world, rita, trust)
    low, later = world.suggest(
        world.person("ann"), service, description="Soup and company", alternate_name="Soup Kitchen"
    )
    world.vote(rita, low)
    world.passes(days=1)
    assert leave(world, tie, rita)
    world.vote(rita, later)
    assert (world.change(low).approvals, world.change(later).approvals) == (0, 1)


def test_past_terms_stay_as_dated_rows(world: World) -> None:
    trust, _ = of_trust(world)
    ann = world.person("ann")
    began = world.now
    leave(world, declare(world, ann, trust), ann)
    world.passes(days=30)
    declare(world, ann, trust)
    rows = world.all(select(Affiliation).order_by(Affiliation.since))
    assert [(row.since, row.ended_at) for row in rows] == [(began, began), (began + timedelta(days=30), None)]


def test_a_tie_is_declared_once_at_a_time(world: World) -> None:
    trust, _ = of_trust(world)
    declare(world, world.person("ann"), trust)
    with pytest.raises(NotEligible, match="declared_already"):
        declare(world, world.person("ann"), trust)


def test_a_tie_is_to_an_organisation_that_is_there(world: World) -> None:
    trust, service = of_trust(world)
    ann = world.person("ann")
    with pytest.raises(NotEligible, match="not_an_organization"):
        declare(world, ann, service)
    with pytest.raises(NotFound):
        declare(world, ann, new_id())
    set_record(world, trust, status="void")
    with pytest.raises(NotEligible, match="record_gone"):
        declare(world, ann, trust)


def test_a_tie_to_a_closed_organisation_can_be_declared(world: World) -> None:
    trust, _ = of_trust(world)
    set_record(world, trust, status="closed")
    assert declare(world, world.person("ann"), trust)


def test_only_oneself_ends_a_tie_and_only_once(world: World) -> None:
    trust, _ = of_trust(world)
    ann = world.person("ann")
    tie = declare(world, ann, trust)
    with pytest.raises(NotAllowed, match="not_yours"):
        leave(world, tie, world.person("mo", "moderator"))
    with pytest.raises(NotFound):
        leave(world, new_id(), ann)
    assert (leave(world, tie, ann), leave(world, tie, ann)) == (True, False)


def test_ties_are_declared_by_volunteers_and_while_paused_too(world: World) -> None:
    trust, _ = of_trust(world)
    with pytest.raises(NotAllowed, match="role_needed"):
        declare(world, world.person("gus", confirmed=False), trust)
    ann, ben = world.person("ann"), world.person("ben")
    set_person(world, ann, paused_until=world.now + timedelta(days=7))
    assert leave(world, declare(world, ann, trust), ann)
    set_person(world, ben, state="banned")
    with pytest.raises(NotAllowed, match="banned"):
        declare(world, ben, trust)
