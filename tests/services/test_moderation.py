"""What moderators do alone, and what holds people back: decisions, rejections, caps, protection; and what waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from tests.services.moderating import described
from tests.support.world import World
from webapp.domain.errors import CapReached, NotAllowed, NotEligible, NotFound, Refused
from webapp.domain.policy import DEFAULT, to_json
from webapp.services import confirm, history, moderate, ruling, settle
from webapp.services.judge import NOT_OFFERED
from webapp.storage.models import Change, ModerationEntry, Outbox, PolicyVersion, Sanction
from webapp.storage.unit_of_work import UnitOfWork


def cap(world: World, **caps: int) -> None:
    """A policy with other caps, from now on."""
    policy = replace(DEFAULT, version=2, caps=replace(DEFAULT.caps, **caps))
    values = {"version": 2, "body": to_json(policy), "reason": "a test", "actor_id": None, "created_at": world.now}
    world.storage.transact(lambda uow: uow.add(PolicyVersion, **values), world.now)


def decide(world: World, change: str, outcome: str = "apply", note: str = "") -> settle.Outcomes:
    """A moderator decides alone."""
    seen = world.change(change).content_version
    command = ruling.DecideChange(change, world.person("mo", "moderator"), seen, outcome, note)
    return ruling.decide_change(world.storage, command, world.now)


# -- rejections ---------------------------------------------------------------------------------------------


def test_the_author_is_told_of_the_first_reject_once(world: World) -> None:
    _, change = described(world)
    for handle in ("rita", "rob"):
        world.vote(world.person(handle, "reviewer"), change, "reject")
    told = [row.payload for row in world.all(select(Outbox).where(Outbox.person_id == world.person("ann")))]
    assert len([payload for payload in told if "first_reject" in payload]) == 1


def test_five_rejections_in_a_week_pause_the_author(world: World) -> None:
    ann = world.person("ann")
    for number in range(5):
        _, change = described(world, text=f"Soup {'and ' * number}soup")
        decide(world, change, "reject")
    with pytest.raises(NotAllowed, match="paused"):
        world.suggest(ann, world.record(description="Soup"), description="Soup and company")
    assert [s.type for s in world.all(select(Sanction).where(Sanction.person_id == ann))] == ["pause"]
    world.passes(days=7)
    assert world.suggest(ann, world.record(description="Soup"), description="Soup and company")


def test_a_decision_that_clashes_is_not_logged_as_done(world: World) -> None:
    record, change = described(world)
    (other,) = world.suggest(world.person("ben"), record, description="Soup and bread")

    def take_the_mark_away(uow: UnitOfWork) -> None:
        uow.run(update(Change).where(Change.id == other).values(conflicted_at=None))

    world.approve(change, "rita", "rob")
    world.storage.transact(take_the_mark_away, world.now)
    assert decide(world, other).state == "open"
    assert world.change(other).conflicted_at is not None
    assert world.change(other).settle_at is not None
    assert world.all(select(ModerationEntry)) == []


# -- caps ---------------------------------------------------------------------------------------------------


def test_changing_ones_mind_is_not_one_more_suggestion_today(world: World) -> None:
    cap(world, votes_a_day=3)
    rita = world.person("rita", "reviewer")
    changes = [described(world, f"author{number}")[1] for number in range(3)]
    for change in changes:
        world.vote(rita, change)
    world.vote(rita, changes[0], "abstain")
    _, late = described(world, "late")
    with pytest.raises(CapReached, match="votes_a_day"):
        world.vote(rita, late)
    world.passes(days=1)
    world.vote(rita, late)


def test_a_quarter_of_ones_votes_may_go_to_one_author(world: World) -> None:
    rita = world.person("rita", "reviewer")
    world.person("ann", "trusted")
    for number in range(14):
        world.vote(rita, described(world, f"author{number}")[1])
    changes = [described(world)[1] for _ in range(6)]
    for change in changes[:5]:
        world.vote(rita, change)
    with pytest.raises(CapReached, match="author_share"):
        world.vote(rita, changes[5])
    world.vote(rita, changes[0], "abstain")


def test_confirmations_a_day_are_capped(world: World) -> None:
    cap(world, confirms_a_day=3)
    vi = world.person("vi")
    records = [world.record(name=f"Club {number}") for number in range(4)]
    for record in records[:3]:
        confirm.confirm_record(world.storage, confirm.ConfirmRecord(record, vi, 1, "phoned"), world.now)
    last = confirm.ConfirmRecord(records[3], vi, 1, "phoned")
    with pytest.raises(CapReached):
        confirm.confirm_record(world.storage, last, world.now)
    world.passes(days=1)
    assert confirm.confirm_record(world.storage, last, world.now)


# -- protection ---------------------------------------------------------------------------------------------


def protect(world: World, record: str, level: str | None, **parts: float) -> None:
    """A moderator protects, or ends it."""
    until = world.now + timedelta(**parts) if level else None
    command = moderate.ProtectRecord(record, world.person("mo", "moderator"), level, until, "an edit war")
    moderate.protect_record(world.storage, command, world.now)


def test_a_protection_holds_open_changes_until_it_ends_by_itself(world: World) -> None:
    record, change = described(world)
    world.approve(change, "rita")
    protect(world, record, "trusted", days=3)
    assert world.approve(change, "rob") == "open"
    world.passes(days=2, hours=23)
    world.sweep()
    assert world.change(change).state == "open"
    world.passes(hours=1)
    world.sweep()
    assert world.change(change).state == "applied"


def test_a_protection_is_of_a_level_that_there_is_and_ends_within_ninety_days(world: World) -> None:
    record = world.record()
    with pytest.raises(NotEligible, match="unknown_code"):
        protect(world, record, "everybody", days=1)
    for days in (-1, 0):
        with pytest.raises(NotEligible, match="protection_must_expire"):
            protect(world, record, "trusted", days=days)
    with pytest.raises(Refused):
        protect(world, record, "trusted", days=90, seconds=1)
    assert world.row(record).protection is None
    protect(world, record, "trusted", days=90)
    assert world.row(record).protection == "trusted"


def test_taking_a_protection_away_lets_the_sweep_look(world: World) -> None:
    record, change = described(world)
    protect(world, record, "moderators", days=30)
    world.approve(change, "rita", "rob")
    protect(world, record, None)
    world.sweep()
    assert world.change(change).state == "applied"


def test_three_reverts_in_a_day_protect_the_record(world: World) -> None:
    record = world.record(description="Soup")
    mo = world.person("mo", "moderator")
    for round_ in range(3):
        (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
        world.approve(change, "rita", "rob")
        seen = world.row(record).newest_number
        world.passes(hours=1)
        history.revert_revision(world.storage, history.RevertRevision(record, seen, mo, seen, "no"), world.now)
        assert (world.row(record).protection == "trusted") == (round_ == 2)
    with pytest.raises(NotAllowed, match="protected"):
        world.suggest(world.person("ann"), record, description="Soup and company")
    world.passes(days=7)
    assert world.suggest(world.person("ann"), record, description="Soup and company")


@pytest.mark.parametrize("number", [0, 3])
def test_a_revision_that_never_was_is_neither_reverted_nor_rolled_back_to(world: World, number: int) -> None:
    record = world.record(description="Soup")
    mo = world.person("mo", "moderator")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita", "rob")
    with pytest.raises(NotFound):
        history.roll_back_record(world.storage, history.RollBackRecord(record, number, mo, 2, "no"), world.now)
    with pytest.raises(NotFound):
        history.revert_revision(world.storage, history.RevertRevision(record, number, mo, 2, "no"), world.now)


# -- waiting ------------------------------------------------------------------------------------------------


def test_the_sweep_goes_on_when_one_change_cannot_be_judged(world: World) -> None:
    _, broken = described(world)
    _, fine = described(world, "ben")

    def break_it(uow: UnitOfWork) -> None:
        uow.run(update(Change).where(Change.id == broken).values(risk="no such class", settle_at=world.now))

    world.storage.transact(break_it, world.now)
    world.passes(days=14)
    world.sweep()
    assert world.change(fine).escalated_at is not None
    assert world.change(broken).settle_attempts == 1
    assert world.change(broken).settle_at > world.now


def test_what_an_import_does_not_offer_yet_waits_unexpired(world: World) -> None:
    _, change = described(world)

    def open_at(uow: UnitOfWork, moment: datetime) -> None:
        times = {"opened_at": moment, "first_opened_at": moment, "settle_at": uow.now}
        uow.run(update(Change).where(Change.id == change).values(times))

    world.storage.transact(partial(open_at, moment=NOT_OFFERED), world.now)
    assert world.approve(change, "rita", "rob") == "open"
    world.passes(days=61)
    world.sweep()
    row = world.change(change)
    assert (row.state, row.escalated_at) == ("open", None)
    world.storage.transact(partial(open_at, moment=world.now), world.now)
    world.sweep()
    assert world.change(change).state == "applied"
