"""Who sees the votes of others. Its law: whoever still has a judgement to give does not lean on anybody's."""

from __future__ import annotations


def sees_votes(*, may_vote: bool, has_voted: bool) -> bool:
    """Whether names, choices and notes of other people's votes are shown; the number still needed always is.

    `may_vote` is of this change, by any right: as a reviewer, a moderator or a steward of its record. For pages,
    programs and feeds alike.
    """
    return has_voted or not may_vote
