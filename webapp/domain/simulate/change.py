"""One simulated change: what is known of it, its votes, and what the rules say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from webapp.domain.decide import ChangeFacts, Decision, KindOfChange, decide
from webapp.domain.fields import Risk
from webapp.domain.policy import Mode, Policy
from webapp.domain.simulate.people import Person
from webapp.domain.tally import Choice, VoteFact, tally


@dataclass(slots=True)
class Change:
    """A change that is right or wrong, which only the simulation knows."""

    id: str
    author: Person
    risk: Risk
    is_wrong: bool
    opened_at: datetime
    state: str = "open"
    ended_at: datetime | None = None
    is_by_moderator: bool = False
    is_reverted: bool = False
    escalated_at: datetime | None = None
    votes: dict[str, VoteFact] = field(default_factory=dict)  # by person
    decision: Decision | None = None
    settles: int = 0  # which of the promised looks still holds

    def cast(self, person: Person, choice: Choice, now: datetime) -> None:
        """Somebody votes."""
        id_ = f"{len(self.votes):04}"
        first = now if choice == "reject" else None
        self.votes[person.id] = VoteFact(id_, person.id, choice, now, person.role, first_reject_at=first)
        person.voted(self.author.id, now)

    def judge(self, policy: Policy, mode: Mode, now: datetime) -> Decision:
        """What `decide` says of it now."""
        authors = frozenset((self.author.id,))
        facts = ChangeFacts(
            self.risk,
            self.kind_of_change,
            "open",
            self.opened_at,
            self.opened_at,
            authors,
            has_reason=True,
            escalated_at=self.escalated_at,
        )
        self.decision = decide(facts, tally(self.votes.values(), authors), policy, mode, now)
        return self.decision

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None

    @property
    def kind_of_change(self) -> KindOfChange:
        """Grave ones close a record."""
        return "close" if self.risk is Risk.DESTRUCTIVE else "edit"

    @property
    def only_waits(self) -> bool:
        """Whether it has all the approvals that it needs."""
        return self.decision is not None and not self.decision.needed and not self.decision.needs
