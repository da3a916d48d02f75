"""What people earn by what became of their changes: so many, approved by so many, after so long."""

from __future__ import annotations

from sqlalchemy import select

from tests.services.earning import judge, role, trusted_by_work, work
from tests.support.world import World
from webapp.services import ruling, standing
from webapp.storage.models import RoleGrant


def test_the_fifth_applied_change_makes_a_reviewer_at_once(world: World) -> None:
    world.person("ann")
    world.passes(days=7)
    work(world, "ann", 4)
    assert role(world, "ann") == "volunteer"
    work(world, "ann", 1)
    assert role(world, "ann") == "reviewer"
    grants = world.all(select(RoleGrant.reason).where(RoleGrant.person_id == world.person("ann")))
    assert "by the rules" in {row.reason for row in grants}


def test_two_approvers_are_not_three(world: World) -> None:
    world.person("ann")
    world.passes(days=7)
    work(world, "ann", 6, ("rita", "rob"))
    assert role(world, "ann") == "volunteer"


def test_a_week_must_pass_and_the_daily_run_sees_it_however_long_ago_the_work_was(world: World) -> None:
    work(world, "ann", 5)
    assert role(world, "ann") == "volunteer"
    world.passes(days=6, hours=23)
    standing.judge_everybody(world.storage, world.now)
    assert role(world, "ann") == "volunteer"
    world.passes(hours=1)
    standing.judge_everybody(world.storage, world.now)
    assert role(world, "ann") == "reviewer"


def test_approvals_that_were_not_counted_are_by_no_approver(world: World) -> None:
    """Two colleagues of the organisation approve beside one other person, and those three are not three."""
    world.person("ann")
    world.passes(days=7)
    trust = world.record("organization", name="Harbour Trust")
    colleagues = [world.person(handle, "reviewer") for handle in ("cleo", "carl")]
    for person in colleagues:
        world.affiliate(person, trust)
    for number in range(5):
        record = world.record(name=f"Club {number}", description="Soup", organization_id=trust)
        (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
        for person in colleagues:
            world.vote(person, change)
        assert world.approve(change, "rita", "rob") == "applied"
    assert judge(world, "ann") == "volunteer"
    work(world, "ann", 1, ("ray", "rita"))
    assert role(world, "ann") == "reviewer"


def test_what_a_moderator_decided_alone_earns_nothing(world: World) -> None:
    world.person("ann")
    world.passes(days=7)
    for number, voter in enumerate(("rita", "rob", "ray", "rita", "rob")):
        record = world.record(name=f"Club {number}", description="Soup")
        (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
        world.approve(change, voter)
        decide = ruling.DecideChange(change, world.person("mo", "moderator"), 1, "apply", "seen it")
        assert ruling.decide_change(world.storage, decide, world.now).state == "applied"
    assert judge(world, "ann") == "volunteer"


def test_what_was_done_for_an_own_organisation_earns_no_trust(world: World) -> None:
    trusted_by_work(world, "ann", 29)
    trust = world.record("organization", name="Harbour Trust", description="Help")
    world.affiliate(world.person("ann"), trust)
    for record in (trust, world.record(description="Help", organization_id=trust)):
        (change,) = world.suggest(world.person("ann"), record, description="Help and company")
        assert world.approve(change, "rita", "rob") == "applied"
    assert role(world, "ann") == "reviewer"
    work(world, "ann", 1)
    assert role(world, "ann") == "trusted"
