"""Who sees the votes of others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from webapp.domain.blind import sees_votes
from webapp.domain.policy import DEFAULT


@pytest.mark.parametrize(
    ("hides", "may_vote", "has_voted", "sees"),
    [
        (True, True, False, False),
        (True, True, True, True),
        (True, False, False, True),
        (True, False, True, True),
        (False, True, False, True),
        (False, False, False, True),
    ],
)
def test_only_who_has_still_a_vote_to_give_sees_none_and_only_where_votes_are_hidden(
    *, hides: bool, may_vote: bool, has_voted: bool, sees: bool
) -> None:
    policy = replace(DEFAULT, hides_votes=hides)
    assert sees_votes(policy, may_vote=may_vote, has_voted=has_voted) is sees
