"""Who sees the votes of others. Its law: every page asks here, and nothing else hides or shows them."""

from __future__ import annotations

from webapp.domain.policy import Policy


def sees_votes(policy: Policy, *, may_vote: bool, has_voted: bool) -> bool:
    """Whether names, choices and notes of other people's votes are shown; the number still needed always is.

    `policy` is the newest: whether votes are hidden is no verdict on a change. Where it hides them, whoever still has
    a judgement to give does not lean on anybody's. `may_vote` is of this change, by any right: as a reviewer, a
    moderator or a steward of its record; and of whoever is not signed in it is taken for granted while the change is
    open, or signing out would show all. What lists the acts of many people (feeds, contributions) never asks: of a
    change that is still voted on it says nothing to anybody.
    """
    return has_voted or not (may_vote and policy.hides_votes)
