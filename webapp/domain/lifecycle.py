"""The states of a change and of a suggestion, and the only legal moves between them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from webapp.domain.errors import AlreadyClosed


class ChangeState(StrEnum):
    """Open, or one of the five ends; an end is never left (a revert is a new revision that points back)."""

    OPEN = "open"
    APPLIED = "applied"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class Act(StrEnum):
    """What can be done to an open change."""

    APPLY = "apply"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    EXPIRE = "expire"
    VOTE = "vote"
    AMEND = "amend"
    REBASE = "rebase"
    IMPROVE = "improve"


class SuggestionState(StrEnum):
    """What the states of its changes amount to."""

    OPEN = "open"
    APPLIED = "applied"
    PARTLY_APPLIED = "partly applied"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    MIXED = "mixed"  # closed in several ways, nothing of it applied


MOVES: dict[ChangeState, dict[Act, ChangeState]] = {
    ChangeState.OPEN: {
        Act.APPLY: ChangeState.APPLIED,
        Act.REJECT: ChangeState.REJECTED,
        Act.WITHDRAW: ChangeState.WITHDRAWN,
        Act.SUPERSEDE: ChangeState.SUPERSEDED,
        Act.EXPIRE: ChangeState.EXPIRED,
        Act.VOTE: ChangeState.OPEN,
        Act.AMEND: ChangeState.OPEN,
        Act.REBASE: ChangeState.OPEN,
        Act.IMPROVE: ChangeState.OPEN,
    },
    ChangeState.APPLIED: {},
    ChangeState.REJECTED: {},
    ChangeState.WITHDRAWN: {},
    ChangeState.SUPERSEDED: {},
    ChangeState.EXPIRED: {},
}


def move(state: ChangeState | str, act: Act | str) -> ChangeState:
    """The state after an act; AlreadyClosed (with `state` and `act`) when the change has ended."""
    moves = MOVES[ChangeState(state)]
    if Act(act) not in moves:
        raise AlreadyClosed(state=str(state), act=str(act))
    return moves[Act(act)]


def suggestion_state(states: Iterable[ChangeState | str]) -> SuggestionState:
    """The state of a suggestion, from those of its changes; ValueError when it has none."""
    found = {ChangeState(state) for state in states}
    if not found:
        raise ValueError("a suggestion has at least one change")
    if ChangeState.OPEN in found:
        return SuggestionState.OPEN
    if len(found) == 1:
        return SuggestionState(found.pop().value)
    return SuggestionState.PARTLY_APPLIED if ChangeState.APPLIED in found else SuggestionState.MIXED
