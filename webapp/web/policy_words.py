"""What another version of the rules would change, and what is wrong with one, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from webapp.domain.errors import Problem
from webapp.domain.fields import Risk
from webapp.domain.policy import Policy
from webapp.domain.policy_compare import differences
from webapp.language import _, mark, ngettext
from webapp.web.policy_fields import PLACES, named
from webapp.web.rules import class_words
from webapp.web.rules_words import sections
from webapp.web.wording import count_words

PROBLEMS = mark({
    "wrong_type": "Type a whole number.",
    "not_a_duration": "Type a whole number, and choose minutes, hours or days.",
    "unknown": "There is no such rule.",
    "not_a_table": "This is a table of several rules.",
    "required": "Say why you change the rules. Everybody can read it.",
    "too_long": "Say it in fewer words: 1000 characters at most.",
    "everything_applies": "The first approval would apply everything at once. Ask for a second approval, for a trusted"
    " reviewer, or for some hours.",
    "few_apply_everything": "While few people take part, the first approval would apply everything at once. Ask for a"
    " second approval or a moderator then, or for some hours.",
    "nobody_trusted": "Nothing would apply: nobody here is a trusted reviewer yet.",
    "no_moderator": "Nothing would apply: there is no moderator yet.",
})


def difference_lines(policy: Policy, before: Policy) -> list[str]:
    """What a policy has otherwise than the one before it, a line each, in the order of the form."""
    moved = set(differences(policy, before))
    return [
        _(
            "%(where)s: %(now)s instead of %(before)s",
            where=named(path),
            now=entry.said(policy),
            before=entry.said(before),
        )
        for path, (_part, entry) in PLACES.items()
        if path in moved
    ]


def moved_sentences(policy: Policy, before: Policy) -> list[dict[str, str]]:
    """The sentences of the page of rules that would read otherwise: {before, after}."""
    pairs = zip(_sentences(before), _sentences(policy), strict=True)
    return [{"before": was, "after": is_} for was, is_ in pairs if was != is_]


def _sentences(policy: Policy) -> Iterator[str]:
    for risk in Risk:
        words = class_words(policy, risk)
        yield _("%(name)s apply with %(needs)s.", name=words["name"], needs=words["needs"])
        yield _("%(name)s, while few people take part: %(needs)s.", name=words["name"], needs=words["needs_few"])
        yield _("%(name)s apply at the earliest %(earliest)s.", name=words["name"], earliest=words["earliest"])
    for part in sections(policy):
        yield from part.points


# -- what is wrong ------------------------------------------------------------------------------------------


def problem_words(problem: Problem) -> str:
    """What is wrong with one number, or with the reason, and what to do."""
    if problem.code == "out_of_bounds":
        return _bounds_words(problem)
    if problem.code == "more_than":
        return _("This can’t be more than “%(other)s”.", other=named(str(problem.values["other"])))
    if problem.code == "nothing_applies":
        there = int(str(problem.values["voters"]))
        return ngettext(
            "Nothing would apply: only %(count)s person here may vote.",
            "Nothing would apply: only %(count)s people here may vote.",
            there,
            count=count_words(there),
        )
    return _(PROBLEMS.get(problem.code, mark("This can’t be.")))


def _bounds_words(problem: Problem) -> str:
    entry = PLACES[problem.where][1]
    ends: list[Any] = [problem.values["low"], problem.values["high"]]
    if entry.sort == "against":
        ends.reverse()
    low, high = (entry.worded(end) if isinstance(end, int | timedelta) else str(end) for end in ends)
    if problem.where.endswith(".threshold"):
        return _(
            "From %(low)s to %(high)s. With none everything would apply, with more than that nothing would.",
            low=low,
            high=high,
        )
    return _("From %(low)s to %(high)s.", low=low, high=high)
