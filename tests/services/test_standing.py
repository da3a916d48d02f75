"""What people earn and lose by what became of their changes; and the mode of few people."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import func, select

from tests.support.world import World
from webapp.services import history, incidents, ruling, sanction, standing
from webapp.services.judge import current_mode, newest_policy
from webapp.storage import Storage
from webapp.storage.models import Mode, Person, RoleGrant
from webapp.storage.unit_of_work import UnitOfWork


def work(world: World, author: str, count: int, approvers: tuple[str, ...] = ("rita", "rob", "ray")) -> list[str]:
    """So many applied changes of one author on records of their own, by approvals of different people."""
    records = []
    for number in range(count):
        records.append(world.record(name=f"{author} {number}", description="Soup"))
        (change,) = world.suggest(world.person(author), records[-1], description="Soup and company")
        first, second = approvers[number % len(approvers)], approvers[(number + 1) % len(approvers)]
        assert world.approve(change, first, second) == "applied"
    return records


CROWD = ("rita", "rob", "ray", "rose", "rhys", "ruth", "remi", "rana")


def trusted_by_work(world: World, author: str, count: int) -> list[str]:
    """So many applied changes, the week that a reviewer needs having passed before; all by enough approvers."""
    world.person(author)
    world.passes(days=7)
    return work(world, author, count, CROWD)


def revert(world: World, record: str, by: str = "mo") -> str:
    """A moderator takes back the second revision of a record; gives the operation."""
    newest = world.row(record).newest_number
    command = history.RevertRevision(record, 2, world.person(by, "moderator"), newest, "no")
    return history.revert_revision(world.storage, command, world.now).operation_id


def role(world: World, handle: str) -> str:
    """The role that a person has now."""
    return str(world.one(select(Person.role).where(Person.id == world.person(handle))).role)


def judge(world: World, handle: str) -> str:
    """The daily judgement of one person."""
    return str(world.storage.transact(partial(standing.judge_role, person_id=world.person(handle)), world.now))


def undo_of(world: World, handle: str, by: str = "mo") -> str:
    """A moderator rolls back everything that a person wrote; gives the operation."""
    incident = incidents.Incident(actor_id=world.person(handle))
    command = incidents.RollBackIncident(incident, world.person(by, "moderator"), "no")
    return incidents.roll_back_incident(world.storage, command, world.now).operation_id


def test_the_fifth_applied_change_makes_a_reviewer_at_once(world: World) -> None:
    world.person("ann")
    world.passes(days=7)
    work(world, "ann", 4)
    assert role(world, "ann") == "volunteer"
    work(world, "ann", 1)
    assert role(world, "ann") == "reviewer"
    grants = world.all(select(RoleGrant.reason).where(RoleGrant.person_id == world.person("ann")))
    assert "by the rules" in {row.reason for row in grants}


def test_a_week_must_pass_and_the_daily_judgement_sees_it(world: World) -> None:
    work(world, "ann", 5)
    assert role(world, "ann") == "volunteer"
    world.passes(days=6, hours=23)
    assert judge(world, "ann") == "volunteer"
    world.passes(hours=1)
    assert judge(world, "ann") == "reviewer"


def test_two_approvers_are_not_three(world: World) -> None:
    world.person("ann")
    world.passes(days=7)
    work(world, "ann", 6, ("rita", "rob"))
    assert role(world, "ann") == "volunteer"


def test_the_daily_run_sees_the_week_pass_however_long_ago_the_work_was(world: World) -> None:
    work(world, "ann", 5)
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


def test_what_was_reverted_earns_nothing_until_the_revert_is_undone(world: World) -> None:
    (record, *_) = work(world, "ann", 5)
    mo = world.person("mo", "moderator")
    world.passes(days=7)
    undone = history.revert_revision(world.storage, history.RevertRevision(record, 2, mo, 2, "no"), world.now)
    assert judge(world, "ann") == "volunteer"
    again = incidents.RollBackIncident(incidents.Incident(operation_id=undone.operation_id), mo, "it was right")
    incidents.roll_back_incident(world.storage, again, world.now)
    assert judge(world, "ann") == "reviewer"


def test_an_incident_takes_the_credit_of_everything_in_it(world: World) -> None:
    work(world, "ann", 5)
    world.passes(days=7)
    undone = undo_of(world, "ann")
    assert judge(world, "ann") == "volunteer"
    again = incidents.RollBackIncident(
        incidents.Incident(operation_id=undone), world.person("mo", "moderator"), "they were right"
    )
    incidents.roll_back_incident(world.storage, again, world.now)
    assert judge(world, "ann") == "reviewer"


def test_trust_is_lost_when_others_revert_too_much(world: World) -> None:
    world.person("tess", "trusted")
    records = work(world, "tess", 3)
    own = world.person("own", "moderator")
    for record in records[:2]:
        history.revert_revision(world.storage, history.RevertRevision(record, 2, own, 2, "no"), world.now)
    assert judge(world, "tess") == "trusted"
    history.revert_revision(world.storage, history.RevertRevision(records[2], 2, own, 2, "no"), world.now)
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


def is_other_moderator_active(world: World) -> bool:
    """As an administrator who wants to decide an own change would be told."""
    alma = world.person("alma", "administrator")

    def work(uow: UnitOfWork) -> bool:
        return standing.other_moderator_active(uow, alma, newest_policy(uow))

    return world.storage.transact(work, world.now)


@pytest.mark.parametrize("act", ["vote", "decide"])
def test_a_moderator_is_active_for_twenty_eight_days(world: World, act: str) -> None:
    mo = world.person("mo", "moderator")
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    assert not is_other_moderator_active(world)
    if act == "vote":
        world.vote(mo, change, "abstain")
    else:
        ruling.decide_change(world.storage, ruling.DecideChange(change, mo, 1, "apply"), world.now)
    world.passes(days=27)
    assert is_other_moderator_active(world)
    world.passes(days=1)
    assert not is_other_moderator_active(world)


def rejected(world: World, author: str, count: int) -> None:
    """So many changes of one author are rejected by a moderator."""
    for number in range(count):
        record = world.record(name=f"Pills {number}", description="Soup")
        (change,) = world.suggest(world.person(author), record, description="Soup and pills")
        decide = ruling.DecideChange(change, world.person("mo", "moderator"), 1, "reject", "no")
        assert ruling.decide_change(world.storage, decide, world.now).state == "rejected"


def conduct_of(world: World, handle: str) -> str:
    """What the score of the last seven days calls for."""
    return world.storage.transact(partial(standing.judge_conduct, person_id=world.person(handle)), world.now)


def test_rejections_count_for_seven_days(world: World) -> None:
    rejected(world, "ann", 3)
    world.passes(days=6, hours=23)
    assert conduct_of(world, "ann") == "warning"
    world.passes(hours=1)
    assert conduct_of(world, "ann") == "fine"


def test_what_is_applied_makes_up_for_rejections(world: World) -> None:
    work(world, "ann", 1)
    rejected(world, "ann", 3)
    assert conduct_of(world, "ann") == "fine"
    rejected(world, "ann", 1)
    assert conduct_of(world, "ann") == "warning"


def test_who_is_banned_is_no_active_reviewer(storage: Storage) -> None:
    world = World(storage)
    for number in range(10):
        (change,) = world.suggest(
            world.person(f"author{number}"), world.record(name=f"Club {number}"), alert="Closed today"
        )
        world.vote(world.person(f"voter{number}", "reviewer"), change, "abstain")
    command = sanction.BanPerson(world.person("voter9"), world.person("mo", "moderator"), "spam")
    sanction.ban_person(world.storage, command, world.now)
    assert standing.judge_mode(world.storage, world.now) == "reduced"  # nine are left
    sanction.lift_ban(world.storage, command, world.now)
    assert standing.judge_mode(world.storage, world.now) == "full"


def test_a_new_installation_begins_reduced_and_full_comes_with_ten(storage: object) -> None:
    world = World(storage)  # type: ignore[arg-type]  # what webapp.storage.init gives
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    for number in range(9):
        (other,) = world.suggest(
            world.person(f"author{number}"), world.record(name=f"Club {number}"), alert="Closed today"
        )
        world.vote(world.person(f"voter{number}", "reviewer"), other, "abstain")
    assert standing.judge_mode(world.storage, world.now) == "reduced"
    world.vote(world.person("voter9", "reviewer"), change, "abstain")
    assert standing.judge_mode(world.storage, world.now) == "full"
    assert world.storage.transact(current_mode, world.now) == "full"
    world.passes(days=28)
    assert standing.judge_mode(world.storage, world.now) == "reduced"
    assert world.one(select(func.count()).select_from(Mode))[0] >= 2


def test_when_the_mode_is_reduced_waiting_changes_are_looked_at(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    assert world.approve(change, "rita") == "open"
    world.passes(days=1)
    assert standing.judge_mode(world.storage, world.now) == "reduced"
    world.sweep()
    assert world.change(change).state == "applied"
