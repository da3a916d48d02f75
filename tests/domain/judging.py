"""Changes and votes for the tests of the rules, told in days and hours from one Saturday morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from webapp.domain.decide import ChangeFacts, Decision, decide
from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT, Mode, Policy
from webapp.domain.tally import Choice, VoteFact, tally

OPENED = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)

_ROLES = {"r": "reviewer", "t": "trusted", "m": "moderator", "a": "administrator", "v": "volunteer"}


def after(*, days: float = 0, hours: float = 0) -> datetime:
    """The moment so long after the change was opened."""
    return OPENED + timedelta(days=days, hours=hours)


def change(risk: Risk = Risk.HIGH, **told: Any) -> ChangeFacts:
    """An open edit by Ann, opened at OPENED, with a reason."""
    facts = ChangeFacts(
        risk=risk,
        kind_of_change="edit",
        state="open",
        opened_at=OPENED,
        first_opened_at=OPENED,
        author_ids=frozenset({"ann"}),
        has_reason=True,
    )
    return replace(facts, **told)


def vote(person: str, choice: Choice = "approve", role: str = "reviewer", **told: Any) -> VoteFact:
    """A vote cast an hour after the change was opened."""
    return replace(VoteFact(f"vote of {person}", person, choice, after(hours=1), role), **told)


def votes(approvals: str = "", rejects: str = "", reject_at: datetime | None = None) -> list[VoteFact]:
    """Votes of different people by the letters of their roles: `votes("rrt", "r")` is three to one."""
    cast_at = reject_at or after(hours=1)
    told = {"cast_at": cast_at, "first_reject_at": cast_at}
    approving = [vote(f"for {n}", role=_ROLES[letter]) for n, letter in enumerate(approvals)]
    rejecting = [vote(f"against {n}", "reject", _ROLES[letter], **told) for n, letter in enumerate(rejects)]
    return approving + rejecting


def judge(
    facts: ChangeFacts,
    cast: list[VoteFact],
    now: datetime,
    mode: Mode = "full",
    policy: Policy = DEFAULT,
    rejudged: bool = False,
) -> Decision:
    """The decision on a change with these votes."""
    return decide(facts, tally(cast, facts.author_ids), policy, mode, now, rejudged=rejudged)


def codes(decision: Decision) -> set[str]:
    """The codes of its reasons."""
    return {reason.code for reason in decision.reasons}
