"""The rules in force, told in words from the policy itself: what a page says is what `decide` does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask import Blueprint
from werkzeug.wrappers import Response

from webapp.domain.fields import Field, Group, Kind, Risk
from webapp.domain.hours.words import listed
from webapp.domain.kinds import GUIDE, KINDS, LIFECYCLE_FIELDS, SERVICE
from webapp.domain.policy import Mode, Policy
from webapp.web.access import allow
from webapp.web.judged import mode_now, policy_now
from webapp.web.render import page
from webapp.web.rules_words import sections
from webapp.web.wording import count_words, many, span_words

blueprint = Blueprint("rules", __name__)
CLASS_NAMES = {Risk.LOW: "Everyday changes", Risk.HIGH: "Careful changes", Risk.DESTRUCTIVE: "Grave changes"}


class Declared(NamedTuple):
    """What a kind declares, by the words of its form, and the class of a change to it."""

    label: str
    risk: Risk


@blueprint.get("/rules")
@allow("read_rules")
def rules() -> Response:
    """The rules in force, from the policy itself."""
    policy = policy_now()
    return page(
        "browse/rules.html",
        page={
            "classes": [*(class_words(policy, risk) for risk in Risk), confirm_words()],
            "sections": sections(policy),
            "kinds": [kind_words(kind) for kind in KINDS.values()],
            "mode_words": _mode_words(policy) if mode_now() == "reduced" else None,
            "version_words": f"This is version {policy.version} of the rules."
            " A change is decided by the version it was suggested under.",
        },
    )


# -- what a change needs ----------------------------------------------------------------------------------


def class_words(policy: Policy, risk: Risk) -> dict[str, str]:
    """What a class of changes is, and what it needs in either mode."""
    earliest = policy.rules[risk].earliest
    return {
        "name": CLASS_NAMES[risk],
        "what": _what_words(risk),
        "needs": _needs_words(policy, risk, "full"),
        "needs_few": _needs_words(policy, risk, "reduced"),
        "earliest": span_words(earliest) + (" after it was opened" if earliest else ""),
    }


def confirm_words() -> dict[str, str]:
    """The class that has no votes."""
    return {
        "name": "“Still correct”",
        "what": "Somebody has looked, and the record is right. Nothing in it changes.",
        "needs": "one person, who neither changed nor confirmed the record last",
        "needs_few": "the same",
        "earliest": "at once",
    }


def _what_words(risk: Risk) -> str:
    if risk is Risk.DESTRUCTIVE:
        return "Closing, reopening and merging records."
    if risk is Risk.LOW:
        return f"{_listed(_always_low())}. In guides, everything but {_listed(_of(GUIDE, Risk.HIGH), small=True)}."
    labels = [group.label for group in SERVICE.groups if group.risk is Risk.HIGH]
    return f"Everything else. In a service: {_listed(labels, small=True)}. And everything new."


def _needs_words(policy: Policy, risk: Risk, mode: Mode) -> str:
    rule = policy.rule(risk, mode)
    more = f"{count_words(rule.threshold)} more approvals than rejections"
    needs = [more if rule.threshold > 1 else "one approval"]
    people = ((rule.needs_trusted, "a trusted reviewer"), (rule.needs_moderator, "a moderator"))
    needs += [f"one of them from {somebody}" for is_needed, somebody in people if is_needed]
    return ", ".join([*needs, "and a reason"] if rule.needs_reason else needs)


def _mode_words(policy: Policy) -> str:
    return (
        "Few reviewers are active now, so fewer approvals are asked for: those that stand under “While few people take"
        f" part”. That ends when {many(policy.standing.full_from, 'reviewer')} are active again."
    )


# -- which field is which, from what the kinds declare ------------------------------------------------------


def declared(kind: Kind) -> Iterator[Declared]:
    """Every group, list or field of a kind that people may change, with its class, in form order."""
    for group in kind.groups:
        parts = [field for field in group.fields if field.name not in LIFECYCLE_FIELDS]
        if group.atomic or len(parts) == 1:
            yield Declared(group.label, parts[0].risk or group.risk)
        else:
            yield from (Declared(field.label, field.risk or group.risk) for field in parts)
        yield from (inside for field in parts for inside in _inside(group, field))


def _inside(group: Group, field: Field) -> Iterator[Declared]:
    """What lies in the elements of a list and is of another class than the list."""
    if field.element and not field.element.atomic:
        for part in field.element.groups:
            if part.risk is not (field.risk or group.risk):
                yield Declared(f"{field.label}: {part.label}", part.risk)


def kind_words(kind: Kind) -> dict[str, str]:
    """A kind's fields by class, in the words of its form, some of which have commas."""
    return {
        "name": kind.plural.capitalize(),
        "everyday": "; ".join(_of(kind, Risk.LOW)),
        "careful": "; ".join(_of(kind, Risk.HIGH)),
    }


def _of(kind: Kind, risk: Risk) -> list[str]:
    return [part.label for part in declared(kind) if part.risk is risk]


def _always_low() -> list[str]:
    """What is everyday in every kind that has it, beside what only guides or places in a service have."""
    found = [part for kind in KINDS.values() if kind is not GUIDE for part in declared(kind) if ":" not in part.label]
    grave = {part.label for part in found if part.risk is not Risk.LOW}
    return [label for label in dict.fromkeys(part.label for part in found) if label not in grave]


def _listed(labels: list[str], *, small: bool = False) -> str:
    """ "Summary, description and languages": the first one large, unless within a sentence."""
    text = listed([label[0].lower() + label[1:] for label in labels])
    return text if small else text[:1].upper() + text[1:]
