"""Bans: votes are voided, changes hidden and judged again, and lifting gives back what the ban took."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.services.moderating import ban, described, flag, lift
from tests.support.queries import at_most
from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotEligible
from webapp.services import recount, sanction, spam
from webapp.services.account import sign_in
from webapp.storage.models import Change, ModerationEntry, Sanction, Vote


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


def told(world: World, handle: str, of: Any = recount.follows_ban) -> recount.Follows:
    """What a ban, or its end, is said to bring with it."""
    with world.storage.read() as connection:
        return of(connection, world.person(handle), world.now)  # type: ignore[no-any-return]  # either of the two


def test_what_a_ban_brings_is_told_before_and_is_what_happens(world: World) -> None:
    _, applied = described(world)
    world.approve(applied, "bad", "rob")
    _, helped = described(world)
    world.vote(world.person("bad"), helped, "reject")
    world.approve(helped, "rita", "rob")
    _, waiting = described(world)
    world.vote(world.person("bad"), waiting, "approve")
    _, own = described(world, "bad")
    sign_in(world.storage, world.person("bad"), "a laptop", world.now)
    assert told(world, "bad") == recount.Follows(rejudged=2, escalated=1, rejected=0, own=1, sessions=1, doubtful=1)
    before = world.all(select(Change.id, Change.escalated_at, Vote.is_voided).join(Vote, Vote.change_id == Change.id))
    assert all((row.escalated_at, row.is_voided) == (None, 0) for row in before)  # and telling did nothing
    done = ban(world, "bad")
    assert (set(done.rejudged), done.doubtful) == ({helped, waiting, own}, (applied,))
    assert [world.change(id_).escalated_at is not None for id_ in (helped, waiting)] == [True, False]


def test_what_the_end_of_a_ban_brings_is_told_before(world: World) -> None:
    _, change = described(world)
    world.approve(change, "bad")
    described(world, "bad")
    ban(world, "bad")
    world.approve(change, "rita")
    assert told(world, "bad", recount.follows_lift) == recount.Follows(1, 1, 0, 1, 0, 0)
    lift(world, "bad")
    assert world.change(change).escalated_at == world.now


def test_the_doubtful_are_told_with_as_many_statements_for_many_as_for_one(world: World) -> None:
    for number in range(8):
        _, change = described(world, f"author{number}")
        world.approve(change, "bad", "rob")
    ban(world, "bad")
    with at_most(7, world.storage.engine), world.storage.read() as connection:
        part = recount.doubtful_part(connection, world.person("bad"), world.now)
    assert (len(part.changes), part.next_before) == (8, None)


def test_the_doubtful_come_in_parts_found_by_their_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = [described(world, f"author{number}")[1] for number in range(3)]
    for change in changes:
        world.approve(change, "bad", "rob")
    ban(world, "bad")
    monkeypatch.setattr(recount, "LONGEST", 2)
    monkeypatch.setattr(recount, "VOTED_APPLIED", recount.VOTED_APPLIED.limit(2))
    with world.storage.read() as connection:
        first = recount.doubtful_part(connection, world.person("bad"), world.now)
        rest = recount.doubtful_part(connection, world.person("bad"), world.now, first.next_before)
    assert [[row.id for row in part.changes] for part in (first, rest)] == [changes[:0:-1], changes[:1]]
    assert rest.next_before is None
    assert sanction.doubtful_changes(world.storage, world.person("bad"), world.now) == tuple(sorted(changes))


def test_nobody_is_banned_or_lifted_twice(world: World) -> None:
    world.person("bad")
    with pytest.raises(NotEligible, match="nothing_to_lift"):
        lift(world, "bad")
    ban(world, "bad")
    with pytest.raises(NotEligible, match="banned_already"):
        ban(world, "bad")
    lift(world, "bad")
    with pytest.raises(NotEligible, match="nothing_to_lift"):
        lift(world, "bad")
    assert [row.act for row in world.all(select(ModerationEntry))] == ["ban_person", "lift_sanction"]


def test_a_ban_of_somebody_who_voted_on_much_leaves_the_rest_to_the_sweep(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sanction, "WHILE_WAITING", 1)
    helped = [described(world, f"author{number}")[1] for number in range(3)]
    for change in helped:
        world.vote(world.person("bad", "reviewer"), change, "reject")
        world.approve(change, "rita", "rob")
    ban(world, "bad")
    assert [world.change(id_).escalated_at is not None for id_ in sorted(helped)] == [True, False, False]
    world.sweep()
    assert all(world.change(id_).escalated_at is not None for id_ in helped)


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
