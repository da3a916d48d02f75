"""Two policies beside each other: what one says otherwise, whether it only asks for more, and whom it would need.

Pure; `services/policy.py` asks before it writes a version, and before it puts one over open changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from webapp.domain.errors import Problem
from webapp.domain.fields import Risk
from webapp.domain.policy import Mode, Policy, Rule, value_at
from webapp.domain.roles import Role, at_least


def is_tightened(policy: Policy, from_: Policy) -> bool:
    """Whether nothing applies under a policy that would not under an earlier one, in either mode, nor lasts longer.

    So it may be put over open changes (`RULES.md`, "Classes and thresholds"): what people were told they would need
    is never made less behind the backs of those who objected.
    """
    modes: tuple[Mode, ...] = ("full", "reduced")
    pairs = ((policy.rule(risk, mode), from_.rule(risk, mode)) for risk in Risk for mode in modes)
    return (
        all(_needs_no_less(rule, earlier) for rule, earlier in pairs)
        and all(value_at(policy, path) >= value_at(from_, path) for path in _TIGHTER_WHEN_MORE)
        and all(value_at(policy, path) <= value_at(from_, path) for path in _TIGHTER_WHEN_LESS)
    )


_TIGHTER_WHEN_MORE = (
    "contested_margin",
    "first_reject_pause",
    "reject_at",  # nearer to zero rejects sooner
    "self_decision.low",
    "self_decision.high",
    "self_decision.destructive",
)
_TIGHTER_WHEN_LESS = ("escalate_contested_after", "escalate_after", "expire_after")


def _needs_no_less(rule: Rule, earlier: Rule) -> bool:
    return all(getattr(rule, spec.name) >= getattr(earlier, spec.name) for spec in fields(Rule))


def differences(policy: Policy, from_: Policy) -> tuple[str, ...]:
    """The paths of what a policy says otherwise than an earlier one ("rules.low.threshold"), without its version."""
    paths = (path for path in _paths(policy, "") if path != "version")
    return tuple(path for path in paths if value_at(policy, path) != value_at(from_, path))


def holds_at_once(policy: Policy, from_: Policy) -> bool:
    """Whether all that a policy says otherwise goes by the newest version, and nothing by the one a change carries."""
    return not any(path.split(".")[0] in _CARRIED for path in differences(policy, from_))


_CARRIED = frozenset({"rules", "reduced", *(path.split(".")[0] for path in (*_TIGHTER_WHEN_MORE, *_TIGHTER_WHEN_LESS))})
"""What a judgement asks the policy of a change for, as `is_tightened` weighs it."""


def _paths(part: Any, where: str) -> Iterator[str]:
    for spec in fields(part):
        if is_dataclass(getattr(part, spec.name)):
            yield from _paths(getattr(part, spec.name), f"{where}{spec.name}.")
        else:
            yield f"{where}{spec.name}"


# -- whom it would need ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Census:
    """How many people there are whose approval can count, each among those of the roles below."""

    voters: int
    trusted: int
    moderators: int


def census_of(people: Mapping[str, int]) -> Census:
    """The census of so many people of each role."""

    def of(least: Role) -> int:
        return sum(number for role, number in people.items() if at_least(role, least))

    return Census(of(Role.REVIEWER), of(Role.TRUSTED), of(Role.MODERATOR))


def out_of_reach(policy: Policy, from_: Policy, census: Census) -> tuple[Problem, ...]:
    """Where a policy asks for more than an earlier one and more than the people there are can give: nothing applies.

    The full rules hold from `reduced_below` active reviewers on only, so that a young community may keep theirs; and
    what was out of reach before is no fault of who now moves something else.
    """
    return tuple(problem for risk in Risk for problem in _missing_people(policy, from_, risk, census))


def _missing_people(policy: Policy, from_: Policy, risk: Risk, census: Census) -> Iterator[Problem]:
    full, before = policy.rules[risk], from_.rules[risk]
    few, few_before = policy.reduced[risk], from_.reduced[risk]
    there = max(census.voters, policy.standing.reduced_below)
    if full.threshold > max(there, before.threshold):
        yield Problem(f"rules.{risk}.threshold", "nothing_applies", {"voters": census.voters})
    if few.threshold > max(census.voters, few_before.threshold):
        yield Problem(f"reduced.{risk}.threshold", "nothing_applies", {"voters": census.voters})
    if full.needs_trusted and not (before.needs_trusted or census.trusted):
        yield Problem(f"rules.{risk}.needs_trusted", "nobody_trusted")
    if full.needs_moderator and not (before.needs_moderator or census.moderators):
        yield Problem(f"rules.{risk}.needs_moderator", "no_moderator")
    if few.needs_moderator and not (few_before.needs_moderator or census.moderators):
        yield Problem(f"reduced.{risk}.needs_moderator", "no_moderator")
