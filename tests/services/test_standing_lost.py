"""What undone work costs: its credit, until that is undone in turn; and trust, where others undo too much."""

from __future__ import annotations

from tests.services.earning import CROWD, judge, revert, role, trusted_by_work, work
from tests.support.world import World
from webapp.services import incidents, sanction, standing


def roll_back(world: World, **incident: str) -> str:
    """A moderator rolls back everything of a person or of an operation; gives the new operation."""
    command = incidents.RollBackIncident(incidents.Incident(**incident), world.person("mo", "moderator"), "no")
    return incidents.roll_back_incident(world.storage, command, world.now).operation_id


def test_what_was_reverted_earns_nothing_until_the_revert_is_undone(world: World) -> None:
    (record, *_) = work(world, "ann", 5)
    world.passes(days=7)
    undone = revert(world, record)
    assert judge(world, "ann") == "volunteer"
    roll_back(world, operation_id=undone)
    assert judge(world, "ann") == "reviewer"


def test_an_incident_takes_the_credit_of_everything_in_it(world: World) -> None:
    work(world, "ann", 5)
    world.passes(days=7)
    undone = roll_back(world, actor_id=world.person("ann"))
    assert judge(world, "ann") == "volunteer"
    roll_back(world, operation_id=undone)
    assert judge(world, "ann") == "reviewer"


def test_what_was_undone_once_more_earns_nothing(world: World) -> None:
    work(world, "ann", 5)
    world.passes(days=7)
    undone = roll_back(world, actor_id=world.person("ann"))
    back = roll_back(world, operation_id=undone)
    roll_back(world, operation_id=back)
    assert judge(world, "ann") == "volunteer"


def test_trust_is_lost_when_others_revert_too_much(world: World) -> None:
    world.person("tess", "trusted")
    records = work(world, "tess", 3)
    for record in records[:2]:
        revert(world, record)
    assert judge(world, "tess") == "trusted"
    revert(world, records[2])
    assert judge(world, "tess") == "reviewer"


def test_what_was_lost_is_not_earned_again_by_the_next_change_that_applies(world: World) -> None:
    records = trusted_by_work(world, "ann", 34)
    assert role(world, "ann") == "trusted"
    for record in records[:3]:
        revert(world, record)
    assert judge(world, "ann") == "reviewer"
    work(world, "ann", 1, CROWD)
    assert role(world, "ann") == "reviewer"
    assert judge(world, "ann") == "reviewer"
    world.passes(days=90)  # then those reverts are out of sight
    assert judge(world, "ann") == "trusted"


def test_trust_is_lost_when_only_what_was_reverted_is_left_in_the_window(world: World) -> None:
    """Nothing happens on that day but that the older changes, which made it a small share, are old."""
    world.person("tess", "trusted")
    work(world, "tess", 57, CROWD)
    world.passes(days=60)
    for record in work(world, "tess", 3):
        revert(world, record)
    standing.judge_everybody(world.storage, world.now)
    assert role(world, "tess") == "trusted"  # 3 of 60
    world.passes(days=30)
    standing.judge_everybody(world.storage, world.now)
    assert role(world, "tess") == "reviewer"  # 3 of 3


def test_reverting_oneself_costs_no_trust(world: World) -> None:
    world.person("max", "moderator")
    for record in work(world, "max", 3):
        revert(world, record, "max")
    command = sanction.GrantRole(world.person("max"), world.person("alma", "administrator"), "trusted", "enough of it")
    sanction.grant_role(world.storage, command, world.now)
    assert judge(world, "max") == "trusted"


def test_who_was_set_back_by_name_earns_the_role_anew(world: World) -> None:
    world.person("ann")
    world.passes(days=7)
    work(world, "ann", 5)
    assert role(world, "ann") == "reviewer"
    world.passes(hours=1)
    command = sanction.GrantRole(world.person("ann"), world.person("mo", "moderator"), "volunteer", "approves unread")
    sanction.grant_role(world.storage, command, world.now)
    world.passes(days=1)
    assert judge(world, "ann") == "volunteer"
    work(world, "ann", 5)
    assert role(world, "ann") == "volunteer"  # the week begins anew, too
    world.passes(days=6)
    assert judge(world, "ann") == "reviewer"
