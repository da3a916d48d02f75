"""Bans: votes are voided, changes hidden and judged again, and lifting gives back what the ban took."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.moderating import ban, described, flag, lift
from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotEligible
from webapp.services import sanction, spam
from webapp.storage.models import Sanction, Vote


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


@pytest.mark.parametrize("choice", ["abstain", "approve"])
def test_what_a_ban_has_not_helped_applies_in_its_time(world: World, choice: str) -> None:
    record = world.record()
    (change,) = world.suggest(world.person("ann"), record, name="Harbour Lunch")
    world.vote(world.person("bad", "reviewer"), change, choice)
    world.approve(change, "rita", "rob")
    world.vote(world.person("tess", "trusted"), change)
    ban(world, "bad")
    world.passes(hours=24)
    world.sweep()
    assert (world.change(change).state, world.change(change).escalated_at) == ("applied", None)


def test_what_a_ban_helps_in_the_end_only_is_escalated_then(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(), name="Harbour Lunch")
    world.vote(world.person("bad", "reviewer"), change, "reject")
    world.approve(change, "rita", "rob")
    world.vote(world.person("tess", "trusted"), change)
    ban(world, "bad")
    world.passes(hours=24)
    world.sweep()
    assert (world.change(change).state, world.change(change).escalated_at) == ("open", world.now)


def test_what_lifting_a_ban_would_newly_apply_is_escalated(world: World) -> None:
    _, change = described(world)
    world.approve(change, "bad")
    ban(world, "bad")
    assert world.approve(change, "rita") == "open"
    lift(world, "bad")
    assert (world.change(change).state, world.change(change).escalated_at) == ("open", world.now)
    world.passes(hours=1)
    assert world.approve(change, "ray") == "applied"


def test_lifting_a_pause_does_not_give_back_a_lost_right_to_flag(world: World) -> None:
    _, change = described(world)
    flag(world, change, "rita")
    mo = world.person("mo", "moderator")
    spam.judge_flags(world.storage, spam.JudgeFlags(change, mo, False), world.now)
    command = sanction.PausePerson(world.person("rita"), mo, 3, "a quarrel")
    sanction.pause_person(world.storage, command, world.now)
    lift(world, "rita")
    assert {row.type: row.lifted_at for row in world.all(select(Sanction))} == {"no_flags": None, "pause": world.now}
    _, other = described(world, "ben")
    with pytest.raises(NotEligible, match="flags_lost"):
        flag(world, other, "rita")


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
