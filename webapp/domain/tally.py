"""Votes to a tally: who counts, and how much. The order in which votes are handed in never matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webapp.domain.roles import Role, at_least

Choice = Literal["approve", "reject", "abstain"]


@dataclass(frozen=True, slots=True)
class VoteFact:
    """One live vote on the present content version of a change."""

    id: str
    person_id: str  # after merging accounts: the person who remains
    choice: Choice
    cast_at: datetime  # when this vote was cast
    role: str  # the voter's when it was cast
    affiliated: bool = False  # with the record's organization, declared, when it was cast
    steward: bool = False  # of the record, when it was cast; a steward is taken to be affiliated
    first_reject_at: datetime | None = None  # that person's first reject on this content version
    voided: bool = False  # by a ban


@dataclass(frozen=True, slots=True)
class Tally:
    """The live eligible votes, counted.

    A steward's endorsement is one of `approvals`, never one of `trusted_approvals` or `moderator_approvals`.
    """

    approvals: int = 0
    rejects: int = 0
    net: int = 0
    trusted_approvals: int = 0  # of people who were trusted or more
    moderator_approvals: int = 0  # of people who were moderator or more
    counted_ids: tuple[str, ...] = ()  # votes, oldest first
    approver_ids: tuple[str, ...] = ()  # people, in the order of their votes
    first_reject_at: datetime | None = None  # the earliest among the live counted rejects
    affiliated_reject: bool = False  # somebody of the organization itself is against it
    steward_reject: bool = False


def tally(votes: Iterable[VoteFact], author_ids: Iterable[str]) -> Tally:
    """Count the votes on one content version.

    Not counted: authors and co-authors, voided votes, roles below reviewer, and people affiliated with the
    organization, save one steward's endorsement. Of several votes by one person the latest stands.
    Source: `RULES.md`, "Classes and thresholds".
    """
    live = _live(votes, frozenset(author_ids))
    own = [vote for vote in live if vote.affiliated or vote.steward]
    endorsements = [vote for vote in own if vote.steward and vote.choice == "approve"][:1]
    independent = [vote for vote in live if not (vote.affiliated or vote.steward)]
    approving = [vote for vote in independent if vote.choice == "approve"]
    rejecting = [vote for vote in independent if vote.choice == "reject"]
    counted = sorted(approving + rejecting + endorsements, key=_age)
    approvers = [vote for vote in counted if vote.choice == "approve"]
    return Tally(
        approvals=len(approvers),
        rejects=len(rejecting),
        net=len(approvers) - len(rejecting),
        trusted_approvals=_of_role(approving, Role.TRUSTED),
        moderator_approvals=_of_role(approving, Role.MODERATOR),
        counted_ids=tuple(vote.id for vote in counted),
        approver_ids=tuple(vote.person_id for vote in approvers),
        first_reject_at=min((vote.first_reject_at or vote.cast_at for vote in rejecting), default=None),
        affiliated_reject=any(vote.choice == "reject" for vote in own),
        steward_reject=any(vote.choice == "reject" and vote.steward for vote in own),
    )


def _live(votes: Iterable[VoteFact], author_ids: frozenset[str]) -> list[VoteFact]:
    """The eligible votes, oldest first, one a person.

    The latest is chosen before voided ones are dropped, or voiding a vote would bring an older one back.
    """
    latest = {vote.person_id: vote for vote in sorted(votes, key=_age)}
    return sorted((vote for vote in latest.values() if _is_eligible(vote, author_ids)), key=_age)


def _is_eligible(vote: VoteFact, author_ids: frozenset[str]) -> bool:
    if vote.voided or vote.person_id in author_ids:
        return False
    return vote.steward or at_least(vote.role, Role.REVIEWER)


def _age(vote: VoteFact) -> tuple[datetime, str]:
    return (vote.cast_at, vote.id)


def _of_role(votes: Iterable[VoteFact], least: Role) -> int:
    return sum(at_least(vote.role, least) for vote in votes)
