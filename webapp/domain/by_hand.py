"""What a moderator may decide alone, and when: the rules that take the place of a threshold.

Source: `RULES.md`, "Classes and thresholds". That somebody is a moderator, `permissions.may` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webapp.domain.decide import ChangeFacts, Reason
from webapp.domain.policy import Policy
from webapp.domain.tally import Tally


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a moderator wants to decide alone."""

    moderator_id: str
    outcome: Literal["apply", "reject"]
    has_note: bool
    has_other_moderator_active: bool  # within `active_window`


def by_hand(
    change: ChangeFacts, tally: Tally, policy: Policy, ruling: Ruling, now: datetime
) -> tuple[Reason, ...]:
    """What keeps a moderator from deciding a change alone, now; nothing: it may be done.

    An own change decided so is marked as such in the moderation log: `is_self_decided`.
    """
    own = is_self_decided(change, ruling.moderator_id)
    return (
        *_unfit_for(change, ruling.outcome),
        *_words_missing(change, tally, policy, ruling),
        *(_own_missing(change, tally, policy, ruling, now) if own else ()),
    )


def is_self_decided(change: ChangeFacts, decider_id: str) -> bool:
    """Whether whoever decides is an author or co-author."""
    return decider_id in change.author_ids


def _unfit_for(change: ChangeFacts, outcome: str) -> Iterator[Reason]:
    if change.state != "open":
        yield Reason("not_open", {"state": change.state})
    if outcome != "apply":
        return
    if change.conflicted:
        yield Reason("conflicted")
    if change.on_closed_record and change.kind_of_change != "reopen":
        yield Reason("record_closed")


def _words_missing(change: ChangeFacts, tally: Tally, policy: Policy, ruling: Ruling) -> Iterator[Reason]:
    """Opposing votes are owed a note; where a class needs a reason, the author's or that note gives it."""
    if ruling.has_note:
        return
    against = tally.rejects or tally.affiliated_reject if ruling.outcome == "apply" else tally.approvals
    if against:
        yield Reason("note_missing")
    if ruling.outcome == "apply" and policy.rules[change.risk].needs_reason and not change.has_reason:
        yield Reason("reason_missing")


def _own_missing(
    change: ChangeFacts, tally: Tally, policy: Policy, ruling: Ruling, now: datetime
) -> Iterator[Reason]:
    waits_until = change.opened_at + policy.self_decision[change.risk]
    if ruling.has_other_moderator_active:
        yield Reason("other_moderators_decide")
    if now < waits_until:
        yield Reason("too_early", {"at": waits_until})
    if tally.rejects or tally.affiliated_reject:
        yield Reason("rejected_by_somebody")
