"""What a moderator may decide alone."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.domain.judging import INSTANT, OPENED, after, change, vote, votes
from webapp.domain.by_hand import Ruling, by_hand, is_self_decided
from webapp.domain.decide import ChangeFacts
from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT
from webapp.domain.tally import VoteFact, tally

APPLY = Ruling("mo", "apply", has_note=False, has_other_moderator_active=True)
REJECT = Ruling("mo", "reject", has_note=False, has_other_moderator_active=True)
OWN = Ruling("ann", "apply", has_note=False, has_other_moderator_active=False)


def in_the_way(facts: ChangeFacts, cast: list[VoteFact], ruling: Ruling, now: datetime = OPENED) -> set[str]:
    found = by_hand(facts, tally(cast, facts.author_ids), DEFAULT, ruling, now)
    return {reason.code for reason in found}


@pytest.mark.parametrize("risk", list(Risk))
def test_other_peoples_changes_are_decided_at_once(risk: Risk) -> None:
    assert in_the_way(change(risk), [], APPLY) == set()
    assert in_the_way(change(risk, hidden=True, protection="moderators"), [], REJECT) == set()
    assert not is_self_decided(change(risk), "mo")


def test_an_opposing_vote_is_owed_a_note() -> None:
    noted = Ruling("mo", "apply", has_note=True, has_other_moderator_active=True)
    against = votes("r", "r")
    assert in_the_way(change(), against, APPLY) == {"note_missing"}
    assert in_the_way(change(), [vote("eva", "reject", affiliated=True)], APPLY) == {"note_missing"}
    assert in_the_way(change(), against, REJECT) == {"note_missing"}
    assert in_the_way(change(), votes("r"), APPLY) == set()
    assert in_the_way(change(), against, noted) == set()


def test_a_destructive_change_needs_a_reason_here_too() -> None:
    assert in_the_way(change(Risk.DESTRUCTIVE, has_reason=False), [], APPLY) == {"reason_missing"}
    assert in_the_way(change(Risk.DESTRUCTIVE, has_reason=False), [], REJECT) == set()


@pytest.mark.parametrize(
    ("told", "apply", "reject"),
    [
        ({"state": "expired"}, {"not_open"}, {"not_open"}),
        ({"conflicted": True}, {"conflicted"}, set()),
        ({"on_closed_record": True}, {"record_closed"}, set()),
        ({"on_closed_record": True, "kind_of_change": "reopen"}, set(), set()),
    ],
)
def test_what_can_not_be_applied_can_not_by_a_moderator_either(
    told: dict[str, object], apply: set[str], reject: set[str]
) -> None:
    assert in_the_way(change(**told), [], APPLY) == apply
    assert in_the_way(change(**told), [], REJECT) == reject


@pytest.mark.parametrize(("risk", "hours"), [(Risk.LOW, 24), (Risk.HIGH, 24), (Risk.DESTRUCTIVE, 48)])
def test_an_own_change_waits_for_others(risk: Risk, hours: int) -> None:
    assert in_the_way(change(risk), [], OWN, after(hours=hours) - INSTANT) == {"too_early"}
    assert in_the_way(change(risk), [], OWN, after(hours=hours)) == set()
    assert is_self_decided(change(risk), "ann")


def test_an_own_change_is_left_to_another_active_moderator() -> None:
    ruling = Ruling("ann", "apply", has_note=True, has_other_moderator_active=True)
    assert in_the_way(change(), [], ruling, after(days=5)) == {"other_moderators_decide"}


def test_an_own_change_is_not_decided_against_a_live_reject() -> None:
    noted = Ruling("ann", "apply", has_note=True, has_other_moderator_active=False)
    assert in_the_way(change(), votes("rrr", "r"), noted, after(days=5)) == {"rejected_by_somebody"}


def test_a_co_author_is_an_author() -> None:
    improved = change(author_ids=frozenset({"ann", "mo"}))
    assert "too_early" in in_the_way(improved, [], APPLY)
