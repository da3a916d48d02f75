"""The year itself: events in the order of their times, each handled once, all chance from one seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

from webapp.domain.decide import Outcome
from webapp.domain.fields import Risk
from webapp.domain.policy import Mode, Policy
from webapp.domain.replay import OUTCOMES
from webapp.domain.roles import Role, at_least
from webapp.domain.simulate.change import Change
from webapp.domain.simulate.knobs import Knobs
from webapp.domain.simulate.people import Person, gather
from webapp.domain.simulate.queue import Queue
from webapp.domain.simulate.result import Result
from webapp.domain.standing import is_active, mode_for
from webapp.domain.tally import Choice

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)
STATES = {outcome: state for state, outcome in OUTCOMES.items()}
Move = Callable[[int], object]


def simulate(knobs: Knobs, policy: Policy, move: Move = lambda _: None) -> Result:
    """What a year comes to under a policy; `move` is told how many changes were suggested so far.

    Two policies are compared by the same knobs: the same people suggest the same changes at the same times.
    """
    return Year(knobs, policy, move).play()


class Year:
    """One simulated year."""

    def __init__(self, knobs: Knobs, policy: Policy, move: Move = lambda _: None, *, keeps: bool = False) -> None:
        self.changes: list[Change] = []  # where it `keeps` them
        self.keeps = keeps
        self.knobs, self.policy, self.move = knobs, policy, move
        # what is suggested does not hang on how often reviewers came by, so that two policies see the same year
        self._world, self._chance = Random(knobs.seed), Random(knobs.seed + 1)  # noqa: S311 - seeded, not secret
        self.community = gather(knobs, self._world)
        self.queue, self.result = Queue(), Result()
        self.mode: Mode = "full"
        self.modes: list[tuple[datetime, Mode]] = [(BEGIN, "full")]
        self._events: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = []
        self._number = self._made_so_far = 0
        self._between = timedelta(days=knobs.days) / knobs.changes
        self._end = BEGIN + timedelta(days=knobs.days)
        self._standing_harm: dict[str, datetime] = {}

    @property
    def end(self) -> datetime:
        """When the year is over."""
        return self._end

    def play(self) -> Result:
        """Handle every event until the year is over."""
        self._at(BEGIN + self._between / 2, self._suggest)
        self._at(BEGIN + timedelta(days=1), self._end_day)
        for person in self.community.reviewers:
            self._at(BEGIN + self._wait(24 / self.knobs.visits), self._visit, person)
        while self._events:
            now, _number, act, about = heappop(self._events)
            if now >= self._end:
                break
            act(now, *about)
        self.result.backlog = len(self.queue)
        self.result.harm_hours += sum((self._end - since) / HOUR for since in self._standing_harm.values())
        return self.result

    def _at(self, when: datetime, act: Callable[..., None], *about: Any) -> None:
        self._number += 1
        heappush(self._events, (when, self._number, act, about))

    def _wait(self, mean_hours: float) -> timedelta:
        return timedelta(hours=self._chance.expovariate(1 / mean_hours))

    # -- suggesting -------------------------------------------------------------------------------------

    def _suggest(self, now: datetime) -> None:
        if self._made_so_far == self.knobs.changes:
            return
        self._made_so_far += 1
        self.move(self._made_so_far)
        self._at(now + self._between, self._suggest)
        change = self._made(now)
        if change.author.is_paused(now):
            self.result.held_back += 1
            return
        self.result.suggested += 1
        self.result.wrong += change.is_wrong
        self.queue.add(change)
        if self.keeps:
            self.changes.append(change)
        self.result.most_open = max(self.result.most_open, len(self.queue))
        self._settle(now, change)
        if change.author.ring is not None:
            for other in self.community.rings[change.author.ring]:
                if other is not change.author:
                    self._at(now + self._wait(self.knobs.puppets_come), self._collude, other, change)

    def _made(self, now: datetime) -> Change:
        world, knobs = self._world, self.knobs
        is_bad = bool(self.community.bad) and world.random() < knobs.bad_changes
        author = world.choice(self.community.bad if is_bad else self.community.honest)
        share, is_wrong = world.random(), world.random() < knobs.mistaken
        risk = Risk.LOW if share < knobs.low else Risk.DESTRUCTIVE if share > 1 - knobs.destructive else Risk.HIGH
        return Change(str(self._made_so_far), author, risk, is_wrong or not author.is_honest, now)

    # -- reviewing --------------------------------------------------------------------------------------

    def _visit(self, now: datetime, person: Person) -> None:
        if person.stays_away and now - BEGIN > MONTH:
            return
        self._at(now + self._wait(24 / self.knobs.visits), self._visit, person)
        for change in self.queue.some(self.knobs.votes, self.knobs.oldest_first, self._chance):
            if self._takes_up(person, change, now):
                self._vote(now, person, change, self._opinion(change))

    def _takes_up(self, person: Person, change: Change, now: datetime) -> bool:
        if change.author is person or person.id in change.votes:
            return False
        if change.only_waits and self._chance.random() >= self.knobs.looks_again:
            return False
        return person.may_vote(change.author.id, self.mode, self.policy, now)

    def _opinion(self, change: Change) -> Choice:
        if self._chance.random() < self.knobs.unsure:
            return "abstain"
        rejects = self.knobs.sees_wrong if change.is_wrong else self.knobs.doubts_right
        return "reject" if self._chance.random() < rejects else "approve"

    def _collude(self, now: datetime, person: Person, change: Change) -> None:
        may_act = change.is_open and not person.is_paused(now)
        if may_act and person.may_vote(change.author.id, self.mode, self.policy, now):
            self._vote(now, person, change, "approve")

    def _vote(self, now: datetime, person: Person, change: Change, choice: Choice) -> None:
        change.cast(person, choice, now)
        self.result.votes += 1
        self._settle(now, change)

    # -- deciding ---------------------------------------------------------------------------------------

    def _settle(self, now: datetime, change: Change, promised: int | None = None) -> None:
        """Ask `decide`, and do what it says. A promised look that a later one has replaced is none."""
        if not change.is_open or (promised is not None and promised != change.settles):
            return
        decision = change.judge(self.policy, self.mode, now)
        self.result.decisions += 1
        if decision.outcome is Outcome.ESCALATE:
            change.escalated_at = now
            self.result.escalated += 1
            if self.knobs.moderators:
                self._at(now + self._wait(self.knobs.moderated_in), self._moderate, change)
        elif decision.outcome is not Outcome.HOLD:
            self._finish(now, change, decision.outcome)
            return
        if decision.settle_at:
            change.settles += 1
            self._at(max(decision.settle_at, now), self._settle, change, change.settles)

    def _moderate(self, now: datetime, change: Change) -> None:
        if change.is_open:
            self.result.by_moderators += 1
            change.is_by_moderator = True
            self._finish(now, change, Outcome.REJECT if change.is_wrong else Outcome.APPLY)

    def _finish(self, now: datetime, change: Change, outcome: Outcome) -> None:
        change.ended_at, change.state = now, STATES[outcome]
        self.queue.end()
        result, waited = self.result, (now - change.opened_at) / HOUR
        result.waits.append(waited)
        is_applied = outcome is Outcome.APPLY
        result.applied += is_applied
        result.rejected += outcome is Outcome.REJECT
        result.expired += outcome is Outcome.EXPIRE
        if outcome is not Outcome.EXPIRE:
            change.author.ended(is_applied, self.policy, now)
        if not change.is_wrong:
            result.right_lost += not is_applied
            if is_applied:
                result.waits_right.append(waited)
        elif is_applied:
            self._do_harm(now, change)

    def _do_harm(self, now: datetime, change: Change) -> None:
        self.result.wrong_applied += 1
        self.result.wrong_by_vandals += change.author.is_vandal
        self.result.wrong_by_puppets += change.author.ring is not None
        self._standing_harm[change.id] = now
        self._at(now + self._wait(self.knobs.found_in), self._revert, change)

    def _revert(self, now: datetime, change: Change) -> None:
        change.is_reverted = True
        self.result.harm_hours += (now - self._standing_harm.pop(change.id)) / HOUR

    # -- days -------------------------------------------------------------------------------------------

    def _end_day(self, now: datetime) -> None:
        self._at(now + timedelta(days=1), self._end_day)
        voters = (one for one in self.community.everybody() if at_least(one.role, Role.REVIEWER))
        active = sum(is_active(one.last_vote_at, self.policy, now) for one in voters)
        was, self.mode = self.mode, mode_for(active, self.mode, self.policy)
        self.result.days_reduced += self.mode == "reduced"
        if was != self.mode:  # other thresholds hold now
            self.modes.append((now, self.mode))
            for change in self.queue.open_ones():
                self._settle(now, change)
