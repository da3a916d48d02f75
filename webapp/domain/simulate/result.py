"""What a simulated year came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from webapp.domain.replay import quantile


@dataclass(slots=True)
class Result:
    """The counts of a year; times are in hours."""

    suggested: int = 0
    held_back: int = 0  # their authors were paused
    applied: int = 0
    rejected: int = 0
    expired: int = 0
    escalated: int = 0
    by_moderators: int = 0
    waits: list[float] = field(default_factory=list)  # from opening to the end, of each that ended
    waits_right: list[float] = field(default_factory=list)  # of those that are right and applied
    wrong: int = 0  # suggested
    wrong_applied: int = 0
    wrong_by_vandals: int = 0  # of these
    wrong_by_puppets: int = 0
    right_lost: int = 0  # rejected or expired
    harm_hours: float = 0.0  # that wrong values stood
    backlog: int = 0  # open at the end
    most_open: int = 0
    days_reduced: int = 0
    votes: int = 0
    decisions: int = 0  # times that `decide` was asked

    @property
    def median(self) -> float:
        """Hours from opening to the decision, of half of all."""
        return quantile(self.waits, 0.5)

    @property
    def nine_tenths(self) -> float:
        """Hours from opening to the decision, of nine in ten."""
        return quantile(self.waits, 0.9)

    @property
    def wrong_share(self) -> float:
        """The share of what applied that was wrong."""
        return self.wrong_applied / self.applied if self.applied else 0.0
