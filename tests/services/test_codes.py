"""Codes that people choose from are held in every door, not by the pages alone."""

from __future__ import annotations

import pytest

from tests.support.world import World
from webapp.domain import codes
from webapp.domain.errors import NotEligible
from webapp.services import confirm, review
from webapp.web import freshness, wording


def test_a_vote_takes_no_choice_and_no_reason_that_is_not_on_offer(world: World) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    rita = world.person("rita", "reviewer")
    for choice, reason in (("applaud", ""), ("reject", "x" * 100)):
        with pytest.raises(NotEligible, match="unknown_code"):
            review.cast_vote(world.storage, review.CastVote(change, rita, 1, choice, reason), world.now)
    assert world.change(change).rejects == 0


def test_a_confirmation_says_how_in_one_of_the_known_ways(world: World) -> None:
    record = world.record()
    with pytest.raises(NotEligible, match="unknown_code"):
        confirm.confirm_record(
            world.storage, confirm.ConfirmRecord(record, world.person("ann"), 1, "dreamt"), world.now
        )
    assert world.row(record).checked_at is None


def test_every_code_has_words() -> None:
    assert set(dict(wording.REJECT_REASONS)) == set(codes.REJECT_REASONS)
    assert set(wording.EVIDENCE_WORDS) == set(freshness.CHECKED_BY) == set(codes.HOW_KNOWN)
    assert set(wording.CHOICE_WORDS) == set(codes.CHOICES)
