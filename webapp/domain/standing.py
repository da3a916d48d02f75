"""Judges people by counts: what earns and loses a role, how much one may do, who stops, and the mode.

Pure, over counts that queries have made. Source: `RULES.md`, "People"; the numbers are the Policy's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webapp.domain.policy import Mode, Policy
from webapp.domain.roles import Role, at_least


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """A person's applied changes of low or higher class that still stand, by other people's votes.

    Neither confirmations, superseded or self-decided changes, nor (for trusted) an own organization's.
    """

    account_made_at: datetime  # or when a role was taken back: one begins anew
    changes: int
    records: int  # how many different ones
    approvers: int  # how many different people


def reviewer_earned(facts: WorkFacts, policy: Policy, now: datetime) -> bool:
    """Whether this work makes a volunteer a reviewer."""
    needs = policy.standing
    return (
        now >= facts.account_made_at + needs.reviewer_after
        and facts.changes >= needs.reviewer_changes
        and facts.approvers >= needs.reviewer_approvers
    )


def trusted_earned(facts: WorkFacts, policy: Policy) -> bool:
    """Whether this work makes a reviewer trusted."""
    needs = policy.standing
    return (
        facts.changes >= needs.trusted_changes
        and facts.records >= needs.trusted_records
        and facts.approvers >= needs.trusted_approvers
    )


def trusted_lost(applied: int, reverted: int, policy: Policy) -> bool:
    """Whether earned trust is lost: `reverted` of the `applied` changes of the last `lost_window`.

    Reverts of oneself are not among them; both the share (strictly more) and the number must be reached.
    """
    limits = policy.standing
    return reverted >= limits.lost_reverts and 100 * reverted > limits.lost_percent * applied


def taken_back_at(steps: Iterable[tuple[str, datetime, bool]]) -> datetime | None:
    """When somebody last took a role back from a person by name; None: nobody did.

    `steps` are the roles that the person was given, oldest first: the role, since when, and whether by rule. What
    counted before is spent then, or the rules would give back on the next day what was taken.
    """
    taken: datetime | None = None
    before: Role | str = Role.NOBODY
    for role, since, by_rule in steps:
        if not at_least(role, before) and not by_rule:
            taken = since
        before = role
    return taken


# -- how much ----------------------------------------------------------------------------------------


def is_newcomer(role: Role | str, has_applied: bool) -> bool:
    """Whether somebody is a newcomer: nothing of theirs was applied yet, and nobody made them a reviewer."""
    return not at_least(role, Role.REVIEWER) and not has_applied


def open_cap(role: Role | str, has_applied: bool, policy: Policy) -> int:
    """How many suggestions may be open at once; a guest's are counted by address."""
    caps = policy.caps
    if at_least(role, Role.TRUSTED):
        return caps.open_trusted
    if at_least(role, Role.REVIEWER):
        return caps.open_reviewer
    return caps.open_newcomer if is_newcomer(role, has_applied) else caps.open_volunteer


def may_vote_today(voted_on: int, role: Role | str, policy: Policy) -> bool:
    """Whether one more suggestion may be voted on, `voted_on` others having been today."""
    return at_least(role, Role.MODERATOR) or voted_on < policy.caps.votes_a_day


def author_share_ok(on_author: int, votes: int, role: Role | str, mode: Mode, policy: Policy) -> bool:
    """Whether one more vote on this author keeps within the share.

    `on_author` of `votes` were cast on the author within `author_share_window`, this one not among them.
    """
    caps = policy.caps
    if at_least(role, Role.MODERATOR) or mode == "reduced" or votes + 1 < caps.author_share_from:
        return True
    return 100 * (on_author + 1) <= caps.author_share_percent * (votes + 1)


# -- who stops ----------------------------------------------------------------------------------------

Conduct = Literal["fine", "warning", "pause"]


def pause_score(rejected: int, applied: int) -> float:
    """Rejected changes less a third of the applied ones, of the last `score_window`."""
    return rejected - applied / 3


def conduct(rejected: int, applied: int, policy: Policy) -> Conduct:
    """What the score of the last `score_window` calls for; compared in whole thirds, so exactly."""
    thirds = 3 * rejected - applied
    if thirds >= 3 * policy.spam.pause_score:
        return "pause"
    return "warning" if thirds >= 3 * policy.spam.warning_score else "fine"


def hides(flags: int, policy: Policy) -> bool:
    """Whether so many live spam flags of reviewers hide a change until a moderator looks."""
    return flags >= policy.spam.flags_to_hide


def may_flag_again_at(judged_wrong_at: datetime, policy: Policy) -> datetime:
    """When somebody whose flag was judged wrong then may flag again."""
    return judged_wrong_at + policy.spam.wrong_flag_costs


def protected_until(reverted_at: Iterable[datetime], policy: Policy) -> datetime | None:
    """Until when an edit war on a record protects it, from the times of its reverts; None: there is none.

    Enough reverts lying within the window (its last moment is outside), wherever in the list they stand.
    """
    times, spam = sorted(reverted_at), policy.spam
    ends = times[spam.reverts_to_protect - 1 :]
    wars = [end for start, end in zip(times, ends, strict=False) if end - start < spam.revert_window]
    return wars[-1] + spam.protect_for if wars else None


# -- few people ----------------------------------------------------------------------------------------


def is_active(last_vote_at: datetime | None, policy: Policy, now: datetime) -> bool:
    """Whether a reviewer has voted within `active_window`."""
    return last_vote_at is not None and now - last_vote_at < policy.standing.active_window


def mode_for(active_reviewers: int, present: Mode, policy: Policy) -> Mode:
    """The mode for so many active reviewers; between the two numbers it stays what it is."""
    if active_reviewers < policy.standing.reduced_below:
        return "reduced"
    return "full" if active_reviewers >= policy.standing.full_from else present
