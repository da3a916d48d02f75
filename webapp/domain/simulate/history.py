"""The history that a played year leaves, as the dated past of each change: for a replay, as of a real one."""

from __future__ import annotations

from collections.abc import Iterator

from webapp.domain.replay import Content, Modes, Past, PastVote
from webapp.domain.simulate.change import Change
from webapp.domain.simulate.year import Year


def modes_of(year: Year) -> Modes:
    """When few people took part."""
    return Modes(tuple(year.modes))


def pasts_of(year: Year) -> Iterator[Past]:
    """Each change of the year, oldest first; the year must have been played and `keeps` its changes."""
    return (_past(change, year.policy.version) for change in year.changes)


def _past(change: Change, version: int) -> Past:
    return Past(
        change_id=change.id,
        kind_of_change=change.kind_of_change,
        policy_version=version,
        first_opened_at=change.opened_at,
        contents=(Content(change.opened_at, change.risk, frozenset((change.author.id,))),),
        votes=tuple(PastVote(vote, 1) for vote in change.votes.values()),
        state=change.state,
        ended_at=change.ended_at,
        is_by_rule=not change.is_by_moderator,
        is_reverted=change.is_reverted,
    )
