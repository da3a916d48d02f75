"""Everything that a simulated community can be told to be, in one place: knobs, their defaults, what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any


def _knob(default: Any, meaning: str, low: float = 0, high: float = 1_000_000) -> Any:
    return field(default=default, metadata={"meaning": meaning, "low": low, "high": high})


def _share(default: float, meaning: str) -> Any:
    return _knob(default, meaning, 0, 1)


@dataclass(frozen=True, slots=True)
class Knobs:
    """A community and its year. Shares are between 0 and 1; times are in hours unless a name says days."""

    people: int = _knob(500, "people with an account", 2, 20_000)
    changes: int = _knob(100_000, "changes that they suggest", 1, 2_000_000)
    days: int = _knob(365, "days that are played", 1, 3_660)
    seed: int = _knob(1, "the same seed and knobs give the same year", 0, 2**31)
    # who they are
    reviewers: float = _share(0.4, "share of people who review, trusted ones and moderators among them")
    trusted: float = _share(0.25, "share of reviewers who are trusted")
    moderators: int = _knob(5, "moderators, who look at what is escalated", 0, 1_000)
    absent: float = _share(0.3, "share of reviewers who stay away after their first month")
    vandals: float = _share(0.02, "share of people who only suggest what is wrong")
    puppets: int = _knob(12, "sock-puppet accounts: reviewers who approve one another's wrong changes", 0, 10_000)
    ring: int = _knob(4, "accounts in one ring of sock-puppets", 2, 100)
    # what they suggest
    low: float = _share(0.6, "share of changes that are everyday ones")
    destructive: float = _share(0.03, "share of changes that are grave ones; the rest are careful ones")
    mistaken: float = _share(0.03, "share of honest changes that are wrong all the same")
    bad_changes: float = _share(0.02, "share of all changes that vandals and sock-puppets suggest")
    # how they review
    visits: float = _knob(1.0, "times a day that a reviewer comes by", 0.001, 100)
    votes: int = _knob(8, "changes that they look at in one visit", 1, 200)
    oldest_first: float = _knob(2.0, "how much they take what waits longest: 1 is not at all", 1, 20)
    sees_wrong: float = _share(0.85, "chance that a reviewer sees that a wrong change is wrong, and rejects it")
    doubts_right: float = _share(0.02, "chance that a reviewer rejects a change that is right")
    unsure: float = _share(0.1, "chance that a reviewer says nothing either way")
    looks_again: float = _share(0.3, "chance that they look at a change that has its approvals and only waits")
    puppets_come: float = _knob(6.0, "hours after which the others of a ring approve, on average", 0.01, 10_000)
    # afterwards
    moderated_in: float = _knob(24.0, "hours in which a moderator looks at what is escalated, on average", 0.01, 10_000)
    found_in: float = _knob(240.0, "hours in which a wrong value is found and reverted, on average", 0.01, 100_000)


ASSUMPTIONS = (
    "Time of day, weekends and holidays do not matter: people come by at random, at the same rate all year.",
    "Every change is right or wrong, and stands alone: nothing clashes, is amended, withdrawn or flagged as spam.",
    "Reviewers judge each for themselves; nobody looks at who else has voted, and nobody is a steward or has a tie.",
    "Roles stay as they begin: nobody earns, loses or is granted one. Sock-puppets have earned theirs before the year"
    " begins.",
    "Sock-puppets of one ring suggest in turn and approve one another's wrong changes, as far as the limits on votes"
    " let them; on other people's changes they do not vote.",
    "A moderator who looks at an escalated change decides it rightly. Nobody else decides alone.",
    "A wrong change that applied does harm until it is found; then it is reverted at once. Nobody reverts what is"
    " right.",
    "Authors with many rejected changes are paused as the rules say; nobody is banned. Limits on open suggestions"
    " are not played.",
    "Few people or enough is judged daily from the reviewers who voted, as the rules say.",
)
"""What a simulation takes for granted; printed with its results."""


def meanings() -> Iterator[tuple[str, Any, str]]:
    """Each knob with its default and meaning."""
    for spec in fields(Knobs):
        yield spec.name, spec.default, spec.metadata["meaning"]


def out_of_bounds(knobs: Knobs) -> list[str]:
    """The knobs that no community could have, each as "name: from low to high"."""
    found = []
    for spec in fields(knobs):
        low, high = spec.metadata["low"], spec.metadata["high"]
        if not low <= getattr(knobs, spec.name) <= high:
            found.append(f"{spec.name}: from {low:,} to {high:,}")
    return found
