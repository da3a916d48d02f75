"""The people of a simulated community: who they are, what they do, and what the rules remember of them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from webapp.domain.policy import Mode, Policy
from webapp.domain.roles import Role
from webapp.domain.simulate.knobs import Knobs
from webapp.domain.standing import author_share_ok, conduct, may_vote_today

DAY = timedelta(days=1)


@dataclass(slots=True)
class Person:
    """Somebody. `ring` is the number of their ring of sock-puppets; None: they are honest, or a vandal."""

    id: str
    role: Role = Role.VOLUNTEER
    is_vandal: bool = False
    ring: int | None = None
    stays_away: bool = False
    paused_until: datetime | None = None
    last_vote_at: datetime | None = None
    _voted: deque[tuple[datetime, str]] = field(default_factory=deque)  # when, and on whose change
    _on_author: dict[str, int] = field(default_factory=dict)
    _today: deque[datetime] = field(default_factory=deque)
    _ends: deque[tuple[datetime, bool]] = field(default_factory=deque)  # when own changes ended, and whether applied

    @property
    def is_honest(self) -> bool:
        """Whether they mean well."""
        return not self.is_vandal and self.ring is None

    def may_vote(self, author: str, mode: Mode, policy: Policy, now: datetime) -> bool:
        """Whether the limits of a day, and on one author, let them vote once more."""
        self._forget(policy, now)
        if not may_vote_today(len(self._today), self.role, policy):
            return False
        return author_share_ok(self._on_author.get(author, 0), len(self._voted), self.role, mode, policy)

    def voted(self, author: str, now: datetime) -> None:
        """They have voted on somebody's change."""
        self.last_vote_at = now
        self._voted.append((now, author))
        self._today.append(now)
        self._on_author[author] = self._on_author.get(author, 0) + 1

    def _forget(self, policy: Policy, now: datetime) -> None:
        while self._today and self._today[0] <= now - DAY:
            self._today.popleft()
        while self._voted and self._voted[0][0] <= now - policy.caps.author_share_window:
            _, author = self._voted.popleft()
            self._on_author[author] -= 1

    def ended(self, is_applied: bool, policy: Policy, now: datetime) -> None:
        """A change of theirs was applied or rejected; after many rejections they are paused."""
        self._ends.append((now, is_applied))
        while self._ends[0][0] <= now - policy.spam.score_window:
            self._ends.popleft()
        applied = sum(is_applied for _, is_applied in self._ends)
        if not is_applied and conduct(len(self._ends) - applied, applied, policy) == "pause":
            self.paused_until = now + policy.spam.pause_for

    def is_paused(self, now: datetime) -> bool:
        """Whether they may do nothing new."""
        return self.paused_until is not None and now < self.paused_until


@dataclass(frozen=True, slots=True)
class Community:
    """Everybody, and by what they do."""

    honest: tuple[Person, ...]
    bad: tuple[Person, ...]  # vandals and sock-puppets
    reviewers: tuple[Person, ...]  # honest ones, who come by
    rings: tuple[tuple[Person, ...], ...]

    def everybody(self) -> tuple[Person, ...]:
        """Honest or not."""
        return (*self.honest, *self.bad)


def gather(knobs: Knobs, random: Random) -> Community:
    """The community that the knobs describe."""
    puppets = min(knobs.puppets, knobs.people // 2)
    accounts = [Person(f"puppet{n}", Role.REVIEWER, ring=n // knobs.ring) for n in range(puppets)]
    rings = [tuple(accounts[start : start + knobs.ring]) for start in range(0, puppets, knobs.ring)]
    vandals = round(knobs.people * knobs.vandals)
    honest = [Person(f"person{n}") for n in range(max(knobs.people - puppets - vandals, 1))]
    reviewers = honest[: max(round(len(honest) * knobs.reviewers), min(knobs.moderators, len(honest)))]
    for number, person in enumerate(reviewers):
        if number < knobs.moderators:
            person.role = Role.MODERATOR
        else:
            person.role = Role.TRUSTED if random.random() < knobs.trusted else Role.REVIEWER
            person.stays_away = random.random() < knobs.absent
    bad = [*(Person(f"vandal{n}", is_vandal=True) for n in range(vandals)), *accounts]
    return Community(tuple(honest), tuple(bad), tuple(reviewers), tuple(rings))
