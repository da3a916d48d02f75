"""What moderators do: decide, protect, hide, pause, ban and lift; and what follows for votes and changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from tests.support.world import World
from webapp.domain.errors import CapReached, NotAllowed, NotEligible, NotFound
from webapp.domain.policy import DEFAULT, to_json
from webapp.services import confirm, history, moderate, ruling, sanction, settle, spam
from webapp.services.judge import NOT_OFFERED
from webapp.storage.models import Change, ModerationEntry, Outbox, PolicyVersion, Sanction, Vote
from webapp.storage.unit_of_work import UnitOfWork


def described(world: World, author: str = "ann", text: str = "Soup and company") -> tuple[str, str]:
    """A record and an open change of its description."""
    record = world.record(description="Soup")
    return record, world.suggest(world.person(author), record, description=text)[0]


def flag(world: World, change: str, handle: str) -> bool:
    """A reviewer says: spam."""
    command = spam.FlagSpam(change, world.person(handle, "reviewer"))
    return spam.flag_spam(world.storage, command, world.now)


def judge_flags(world: World, change: str, *, is_spam: bool) -> None:
    """A moderator looks at the flags."""
    command = spam.JudgeFlags(change, world.person("mo", "moderator"), is_spam)
    spam.judge_flags(world.storage, command, world.now)


def ban(world: World, handle: str) -> sanction.Banned:
    """A moderator bans."""
    command = sanction.BanPerson(world.person(handle, "reviewer"), world.person("mo", "moderator"), "spam")
    return sanction.ban_person(world.storage, command, world.now)


def lift(world: World, handle: str) -> sanction.Banned:
    """A moderator lifts the ban."""
    command = sanction.BanPerson(world.person(handle), world.person("mo", "moderator"), "a mistake")
    return sanction.lift_ban(world.storage, command, world.now)


def cap(world: World, **caps: int) -> None:
    """A policy with other caps, from now on."""
    policy = replace(DEFAULT, version=2, caps=replace(DEFAULT.caps, **caps))
    values = {"version": 2, "body": to_json(policy), "reason": "a test", "actor_id": None, "created_at": world.now}
    world.storage.transact(lambda uow: uow.add(PolicyVersion, **values), world.now)


def decide(world: World, change: str, outcome: str = "apply", note: str = "") -> settle.Outcomes:
    """A moderator decides alone."""
    command = ruling.DecideChange(change, world.person("mo", "moderator"), outcome, note)
    return ruling.decide_change(world.storage, command, world.now)


# -- spam ---------------------------------------------------------------------------------------------------


def test_two_flags_hide_a_change_which_then_neither_applies_nor_expires(world: World) -> None:
    _, change = described(world)
    assert not flag(world, change, "rita")
    assert not flag(world, change, "rita")
    assert flag(world, change, "rob")
    assert world.approve(change, "ray", "rose", "ruth") == "open"
    world.passes(days=61)
    world.sweep()
    assert world.change(change).state == "open"
    judge_flags(world, change, is_spam=False)
    assert world.change(change).state == "applied"


def test_flags_judged_wrong_cost_the_right_to_flag_for_thirty_days(world: World) -> None:
    _, change = described(world)
    flag(world, change, "rita")
    judge_flags(world, change, is_spam=False)
    _, other = described(world, "ben")
    world.passes(days=29, hours=23)
    with pytest.raises(NotEligible, match="flags_lost"):
        flag(world, other, "rita")
    world.passes(hours=1)
    assert not flag(world, other, "rita")


def test_a_flag_that_was_judged_cannot_be_set_again(world: World) -> None:
    _, change = described(world)
    flag(world, change, "rita")
    judge_flags(world, change, is_spam=False)
    world.passes(days=31)
    with pytest.raises(NotEligible, match="flag_judged"):
        flag(world, change, "rita")


def test_what_is_spam_is_rejected_and_counts_against_its_author(world: World) -> None:
    for number in range(3):
        _, change = described(world, text=f"Buy pills {'x' * number}")
        flag(world, change, "rita")
        flag(world, change, "rob")
        judge_flags(world, change, is_spam=True)
        assert world.change(change).state == "rejected"
    told = [row.payload for row in world.all(select(Outbox).where(Outbox.person_id == world.person("ann")))]
    assert any("warning" in payload for payload in told)


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


# -- bans ---------------------------------------------------------------------------------------------------


def test_what_a_ban_would_newly_apply_is_escalated_and_a_new_approval_applies_it(world: World) -> None:
    _, change = described(world)
    world.vote(world.person("bad", "reviewer"), change, "reject")
    world.approve(change, "rita", "rob")
    assert ban(world, "bad").rejudged == (change,)
    row = world.change(change)
    assert (row.state, row.escalated_at is not None, row.contested_at) == ("open", True, None)
    world.passes(hours=1)
    world.sweep()
    assert world.change(change).state == "open"
    assert world.approve(change, "ray") == "applied"


def test_a_ban_voids_votes_hides_changes_and_lists_what_would_now_miss(world: World) -> None:
    _, applied = described(world)
    world.approve(applied, "bad", "rob")
    _, own = described(world, "bad")
    done = ban(world, "bad")
    assert done.doubtful == (applied,)
    assert world.change(own).hidden_at is not None
    assert {v.is_voided for v in world.all(select(Vote).where(Vote.person_id == world.person("bad")))} == {1}
    lift(world, "bad")
    assert world.change(own).hidden_at is None
    assert {v.is_voided for v in world.all(select(Vote).where(Vote.person_id == world.person("bad")))} == {0}


def test_lifting_a_ban_does_not_show_what_flags_have_hidden(world: World) -> None:
    _, own = described(world, "bad")
    flag(world, own, "rita")
    flag(world, own, "rob")
    ban(world, "bad")
    lift(world, "bad")
    assert world.change(own).hidden_at is not None


def test_a_banned_person_can_do_nothing(world: World) -> None:
    _, change = described(world)
    ban(world, "bad")
    with pytest.raises(NotAllowed, match="banned"):
        world.vote(world.person("bad"), change)


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


def test_the_list_of_doubtful_changes_can_be_asked_for_again_and_empties_when_the_ban_is_lifted(world: World) -> None:
    _, change = described(world)
    world.approve(change, "bad", "rob")
    bad = world.person("bad")
    assert sanction.doubtful_changes(world.storage, bad, world.now) == ()
    ban(world, "bad")
    world.passes(days=1)
    assert sanction.doubtful_changes(world.storage, bad, world.now) == (change,)
    lift(world, "bad")
    assert sanction.doubtful_changes(world.storage, bad, world.now) == ()


def test_a_moderator_does_not_judge_the_flags_on_an_own_change(world: World) -> None:
    _, change = described(world, "mo")
    flag(world, change, "rita")
    flag(world, change, "rob")
    sanction.grant_role(world.storage, sanction.GrantRole(world.person("mo"), None, "moderator", "by hand"), world.now)
    for is_spam in (True, False):
        command = spam.JudgeFlags(change, world.person("mo"), is_spam)
        with pytest.raises(NotAllowed, match="own_change"):
            spam.judge_flags(world.storage, command, world.now)
    spam.judge_flags(world.storage, spam.JudgeFlags(change, world.person("max", "moderator"), False), world.now)
    assert world.change(change).hidden_at is None
