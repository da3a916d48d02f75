"""The review rules as data: every number of them, with its bounds; `DEFAULT` is `RULES.md`.

Nothing here judges: `decide.py` and `standing.py` do, with a Policy in hand.
"""

# ruff: noqa: RUF009 - `_hours` and `_days` return dataclass fields, which the rule cannot see.

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import timedelta
from typing import Any, Literal, cast

from webapp.domain.errors import Problem, Refused
from webapp.domain.fields import Risk
from webapp.domain.tables import plain, read_table

Mode = Literal["full", "reduced"]

AT_ONCE = timedelta(0)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_YEAR = 366 * _DAY


def _number(low: int, high: int, default: int) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


def _hours(hours: int) -> Any:
    return field(default=hours * _HOUR, metadata={"low": _HOUR, "high": _YEAR})


def _days(days: int) -> Any:
    return field(default=days * _DAY, metadata={"low": _DAY, "high": _YEAR})


@dataclass(frozen=True, slots=True)
class Rule:
    """What a class of change needs in order to apply."""

    threshold: int = _number(1, 50, 3)  # net approvals
    needs_trusted: bool = True  # one approval of a trusted person
    needs_moderator: bool = False
    needs_reason: bool = False  # given by the author
    earliest: timedelta = field(default=AT_ONCE, metadata={"low": AT_ONCE, "high": 30 * _DAY})


@dataclass(frozen=True, slots=True)
class ReducedRule:
    """Takes the place of the same fields of a Rule while there are few people; nobody trusted is needed."""

    threshold: int = _number(1, 50, 1)
    needs_moderator: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """A rule for each class."""

    low: Rule = Rule(2, needs_trusted=False)
    high: Rule = Rule(3, earliest=timedelta(hours=24))
    destructive: Rule = Rule(3, needs_reason=True, earliest=timedelta(hours=48))

    def __getitem__(self, risk: Risk) -> Rule:
        return cast(Rule, getattr(self, risk.value))


@dataclass(frozen=True, slots=True)
class ReducedRules:
    """A reduced rule for each class."""

    low: ReducedRule = ReducedRule(1)
    high: ReducedRule = ReducedRule(2)
    destructive: ReducedRule = ReducedRule(2, needs_moderator=True)

    def __getitem__(self, risk: Risk) -> ReducedRule:
        return cast(ReducedRule, getattr(self, risk.value))


@dataclass(frozen=True, slots=True)
class SelfDecision:
    """How long a moderator's own change waits for others before its author may decide it."""

    low: timedelta = _hours(24)
    high: timedelta = _hours(24)
    destructive: timedelta = _hours(48)

    def __getitem__(self, risk: Risk) -> timedelta:
        return cast(timedelta, getattr(self, risk.value))


@dataclass(frozen=True, slots=True)
class Caps:
    """How much one person may do."""

    open_newcomer: int = _number(1, 10_000, 5)  # open suggestions at once, before the first applied change
    open_volunteer: int = _number(1, 10_000, 15)
    open_reviewer: int = _number(1, 10_000, 25)
    open_trusted: int = _number(1, 10_000, 100)
    open_import: int = _number(1, 10_000, 200)
    changes_a_suggestion: int = _number(1, 500, 50)
    amends: int = _number(0, 100, 5)
    confirms_a_day: int = _number(1, 10_000, 30)
    votes_a_day: int = _number(1, 10_000, 100)  # suggestions voted on
    author_share_percent: int = _number(1, 100, 25)  # of one's votes that may go to one author
    author_share_from: int = _number(2, 1000, 20)  # the vote from which the share is looked at
    author_share_window: timedelta = _days(30)


@dataclass(frozen=True, slots=True)
class Spam:
    """When flags and many rejections stop somebody."""

    flags_to_hide: int = _number(1, 20, 2)
    wrong_flag_costs: timedelta = _days(30)  # without the right to flag
    warning_score: int = _number(1, 100, 3)
    pause_score: int = _number(1, 100, 5)
    score_window: timedelta = _days(7)
    pause_for: timedelta = _days(7)
    reverts_to_protect: int = _number(2, 50, 3)
    revert_window: timedelta = _hours(24)
    protect_for: timedelta = _days(7)


@dataclass(frozen=True, slots=True)
class Standing:
    """What earns and loses a role, and who counts as active."""

    reviewer_after: timedelta = _days(7)  # since the account was made
    reviewer_changes: int = _number(1, 1000, 5)
    reviewer_approvers: int = _number(1, 100, 3)
    trusted_changes: int = _number(1, 10_000, 30)
    trusted_records: int = _number(1, 1000, 10)
    trusted_approvers: int = _number(1, 100, 8)
    lost_percent: int = _number(0, 99, 5)  # reverted: more than that many in a hundred …
    lost_reverts: int = _number(1, 1000, 3)  # … and at least so many …
    lost_window: timedelta = _days(90)  # … in that time
    active_window: timedelta = _days(28)
    reduced_below: int = _number(1, 1000, 8)  # active reviewers
    full_from: int = _number(1, 1000, 10)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the review rules. Changes carry the version that held when they were opened."""

    version: int = _number(1, 1_000_000, 1)
    rules: Rules = Rules()
    reduced: ReducedRules = ReducedRules()
    self_decision: SelfDecision = SelfDecision()
    first_reject_pause: timedelta = _hours(72)
    contested_margin: int = _number(0, 20, 1)  # above the threshold, when somebody rejects
    reject_at: int = _number(-50, -1, -3)  # net
    escalate_contested_after: timedelta = _days(7)  # since the first reject
    escalate_after: timedelta = _days(14)  # since it was first opened
    expire_after: timedelta = _days(60)  # since it was first opened
    redact_alone_after: timedelta = _hours(24)  # an administrator, where no second moderator exists
    hides_votes: bool = True  # those of others, from people who may still vote
    check_every: int = _number(0, 1000, 0)  # votes between two check items, on average; none without them
    caps: Caps = Caps()
    spam: Spam = Spam()
    standing: Standing = Standing()

    def rule(self, risk: Risk, mode: Mode) -> Rule:
        """What a class needs now. Reduced changes who and how many, never the earliest time or the reason."""
        rule = self.rules[risk]
        if mode == "full":
            return rule
        reduced = self.reduced[risk]
        return replace(
            rule, threshold=reduced.threshold, needs_trusted=False, needs_moderator=reduced.needs_moderator
        )


DEFAULT = Policy()


# -- refusing nonsense ----------------------------------------------------------------------------------


def problems_of(policy: Policy) -> tuple[Problem, ...]:
    """Why a policy can't be: out of bounds, or rules under which nothing or everything would pass."""
    return (*_out_of_bounds(policy, ""), *_out_of_order(policy), *_everything_applies(policy))


def _out_of_bounds(part: Any, where: str) -> Iterator[Problem]:
    for spec in fields(part):
        value, path = getattr(part, spec.name), f"{where}{spec.name}"
        if is_dataclass(value):
            yield from _out_of_bounds(value, f"{path}.")
        elif "low" in spec.metadata and not spec.metadata["low"] <= value <= spec.metadata["high"]:
            yield Problem(path, "out_of_bounds", {"low": spec.metadata["low"], "high": spec.metadata["high"]})


# The first of each pair may not be more than the second.
_ORDERED = (
    ("rules.low.threshold", "rules.high.threshold"),
    ("rules.high.threshold", "rules.destructive.threshold"),
    ("rules.low.earliest", "rules.high.earliest"),
    ("rules.high.earliest", "rules.destructive.earliest"),
    ("reduced.low.threshold", "reduced.high.threshold"),
    ("reduced.high.threshold", "reduced.destructive.threshold"),
    ("reduced.low.threshold", "rules.low.threshold"),
    ("reduced.high.threshold", "rules.high.threshold"),
    ("reduced.destructive.threshold", "rules.destructive.threshold"),
    ("first_reject_pause", "escalate_contested_after"),
    ("escalate_after", "expire_after"),
    ("escalate_contested_after", "expire_after"),
    ("rules.destructive.earliest", "escalate_after"),
    ("spam.warning_score", "spam.pause_score"),
    ("standing.reduced_below", "standing.full_from"),
    ("standing.reviewer_changes", "standing.trusted_changes"),
    ("standing.reviewer_approvers", "standing.trusted_approvers"),
    ("caps.open_newcomer", "caps.open_volunteer"),
    ("caps.open_volunteer", "caps.open_reviewer"),
    ("caps.open_reviewer", "caps.open_trusted"),
)


def _out_of_order(policy: Policy) -> Iterator[Problem]:
    for lesser, greater in _ORDERED:
        if value_at(policy, lesser) > value_at(policy, greater):
            yield Problem(lesser, "more_than", {"other": greater})


def _everything_applies(policy: Policy) -> Iterator[Problem]:
    """Where the first approval applies whatever it is given to: everything that one careless reviewer passes by.

    The reduced rules are looked at as well: every small community decides by them.
    """
    if _first_approval_applies(policy, "full"):
        yield Problem("rules.high.threshold", "everything_applies")
    if _first_approval_applies(policy, "reduced"):
        yield Problem("reduced.high.threshold", "few_apply_everything")


def _first_approval_applies(policy: Policy, mode: Mode) -> bool:
    """Whether a single approval of anybody applies a change of every class at once."""
    rules = [policy.rule(risk, mode) for risk in Risk]
    return all(
        rule.threshold == 1 and not (rule.needs_trusted or rule.needs_moderator or rule.earliest) for rule in rules
    )


def value_at(policy: Policy, path: str) -> Any:
    """What a policy says at a path ("rules.low.threshold")."""
    value: Any = policy
    for name in path.split("."):
        value = getattr(value, name)
    return value


# -- stored form ----------------------------------------------------------------------------------------


def to_data(policy: Policy) -> dict[str, Any]:
    """A policy as nested plain values, as an editor shows and TOML holds them."""
    return cast(dict[str, Any], plain(policy))


def from_data(data: Mapping[str, Any]) -> Policy:
    """The policy that nested plain values describe, whole and sound; Refused with every problem."""
    problems: list[Problem] = []
    policy: Policy = read_table(Policy, data, problems)
    if not problems:
        problems.extend(problems_of(policy))
    if problems:
        raise Refused(problems, "policy_refused")
    return policy


def to_json(policy: Policy) -> str:
    """A policy as text, always the same for the same policy."""
    return json.dumps(to_data(policy), sort_keys=True, indent=1)


def from_json(text: str) -> Policy:
    """The policy that was kept as a text, by this version of the program or an older one; Refused when it holds none.

    What it does not name was not there yet when it was written, and is at its default. It was sound by the bounds of
    its day, so that those of today are not asked: changes carry it, and go on being decided by it.
    """
    problems: list[Problem] = []
    try:
        data = json.loads(text)
    except ValueError as error:
        raise Refused([Problem("", "not_json")], "policy_refused") from error
    policy: Policy = read_table(Policy, data, problems, is_stored=True)
    if isinstance(data, Mapping) and "version" not in data:
        problems.append(Problem("version", "missing"))
    if problems:
        raise Refused(problems, "policy_refused")
    return policy
