"""Flags of spam: two hide a change, a moderator judges them, and wrong ones cost the right to flag."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.moderating import ban, described, flag
from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotEligible
from webapp.services import sanction, spam
from webapp.storage.models import ModerationEntry, Outbox


def judge_flags(world: World, change: str, *, is_spam: bool, note: str = "") -> None:
    """A moderator looks at the flags."""
    command = spam.JudgeFlags(change, world.person("mo", "moderator"), is_spam, note)
    spam.judge_flags(world.storage, command, world.now)


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


def test_what_nobody_flagged_is_not_judged_as_spam(world: World) -> None:
    _, change = described(world)
    for is_spam in (True, False):
        with pytest.raises(NotEligible, match="not_flagged"):
            judge_flags(world, change, is_spam=is_spam, note="looks odd")
    assert world.change(change).state == "open"


def test_flags_are_judged_once(world: World) -> None:
    _, change = described(world)
    flag(world, change, "rita")
    judge_flags(world, change, is_spam=False)
    with pytest.raises(NotEligible, match="not_flagged"):
        judge_flags(world, change, is_spam=True)


def test_what_somebody_approved_is_rejected_as_spam_with_a_note_only(world: World) -> None:
    _, change = described(world)
    world.approve(change, "ray")
    flag(world, change, "rita")
    flag(world, change, "rob")
    with pytest.raises(NotAllowed, match="note_missing"):
        judge_flags(world, change, is_spam=True)
    assert (world.change(change).state, world.all(select(ModerationEntry))) == ("open", [])
    judge_flags(world, change, is_spam=True, note="The same text stands on twenty records")
    assert world.change(change).state == "rejected"


def test_what_a_ban_has_hidden_is_judged_without_a_flag(world: World) -> None:
    _, change = described(world)
    ban(world, "ann")
    judge_flags(world, change, is_spam=True)
    assert world.change(change).state == "rejected"


def test_what_is_spam_is_rejected_and_counts_against_its_author(world: World) -> None:
    for number in range(3):
        _, change = described(world, text=f"Buy pills {'x' * number}")
        flag(world, change, "rita")
        flag(world, change, "rob")
        judge_flags(world, change, is_spam=True)
        assert world.change(change).state == "rejected"
    told = [row.payload for row in world.all(select(Outbox).where(Outbox.person_id == world.person("ann")))]
    assert any("warning" in payload for payload in told)


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
