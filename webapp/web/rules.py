"""The rules in force, told in words from the policy itself: what a page says is what `decide` does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask import Blueprint
from werkzeug.wrappers import Response

from webapp.domain.fields import Field, Group, Kind, Risk
from webapp.domain.kinds import GUIDE, KINDS, LIFECYCLE_FIELDS, SERVICE
from webapp.domain.permissions import may
from webapp.domain.policy import Mode, Policy
from webapp.language import _, listed, ngettext, with_capital, without_capital
from webapp.storage.queries.policies import stamp
from webapp.web.access import allow
from webapp.web.context import actor
from webapp.web.judged import mode_now, policy_now
from webapp.web.kept import kept
from webapp.web.policy_fields import CLASS_NAMES
from webapp.web.render import page
from webapp.web.rules_words import sections
from webapp.web.wording import count_words, span_words

blueprint = Blueprint("rules", __name__)


class Declared(NamedTuple):
    """What a kind declares, by the English words of its form, and the class of a change to it."""

    label: str
    risk: Risk
    within: str = ""  # the list that it lies in, where it is of another class than that

    @property
    def words(self) -> str:
        """As its form names it in the language spoken: "Description", "Places: Description"."""
        if not self.within:
            return _(self.label)
        return _("%(list)s: %(part)s", list=_(self.within), part=_(self.label))


@blueprint.get("/rules")
@allow("read_rules")
def rules() -> Response:
    """The rules in force, from the policy itself; for everybody as they were kept."""
    return kept(stamp, _rules)


def _rules() -> Response:
    policy = policy_now()
    return page(
        "browse/rules.html",
        page={
            "classes": [*(class_words(policy, risk) for risk in Risk), confirm_words()],
            "sections": sections(policy),
            "kinds": [kind_words(kind) for kind in KINDS.values()],
            "mode_words": _mode_words(policy) if mode_now() == "reduced" else None,
            "version_words": _(
                "This is version %(version)s of the rules. A change is decided by the version it was suggested under.",
                version=policy.version,
            ),
            "edit_url": "/moderate/policy" if may(actor(), "edit_policy") else None,
        },
    )


# -- what a change needs ----------------------------------------------------------------------------------


def class_words(policy: Policy, risk: Risk) -> dict[str, str]:
    """What a class of changes is, and what it needs in either mode."""
    earliest = policy.rules[risk].earliest
    return {
        "name": _(CLASS_NAMES[risk]),
        "what": _what_words(risk),
        "needs": _needs_words(policy, risk, "full"),
        "needs_few": _needs_words(policy, risk, "reduced"),
        "earliest": _("%(span)s after it was opened", span=span_words(earliest)) if earliest else _("at once"),
    }


def confirm_words() -> dict[str, str]:
    """The class that has no votes."""
    return {
        "name": _("“Still correct”"),
        "what": _("Somebody has looked, and the record is right. Nothing in it changes."),
        "needs": _("one person, who neither changed nor confirmed the record last"),
        "needs_few": _("the same"),
        "earliest": _("at once"),
    }


def _what_words(risk: Risk) -> str:
    if risk is Risk.DESTRUCTIVE:
        return _("Closing, reopening and merging records.")
    if risk is Risk.LOW:
        return _(
            "%(everywhere)s. In guides, everything but %(careful)s.",
            everywhere=with_capital(_listed(_always_low())),
            careful=_listed(_of(GUIDE, Risk.HIGH)),
        )
    labels = [_(group.label) for group in SERVICE.groups if group.risk is Risk.HIGH]
    return _("Everything else. In a service: %(labels)s. And everything new.", labels=_listed(labels))


def _needs_words(policy: Policy, risk: Risk, mode: Mode) -> str:
    rule = policy.rule(risk, mode)
    needs = _approvals_words(rule.threshold)
    if rule.needs_trusted:
        needs = _("%(approvals)s, one of them from a trusted reviewer", approvals=needs)
    if rule.needs_moderator:
        needs = _("%(approvals)s, one of them from a moderator", approvals=needs)
    return _("%(approvals)s, and a reason", approvals=needs) if rule.needs_reason else needs


def _approvals_words(threshold: int) -> str:
    if threshold == 1:
        return _("one approval")
    return ngettext(
        "%(count)s more approval than rejections",
        "%(count)s more approvals than rejections",
        threshold,
        count=count_words(threshold),
    )


def _mode_words(policy: Policy) -> str:
    return ngettext(
        "Few reviewers are active now, so fewer approvals are asked for: those that stand under “While few people take"
        " part”. That ends when %(count)s reviewer is active again.",
        "Few reviewers are active now, so fewer approvals are asked for: those that stand under “While few people take"
        " part”. That ends when %(count)s reviewers are active again.",
        policy.standing.full_from,
        count=count_words(policy.standing.full_from),
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
                yield Declared(part.label, part.risk, field.label)


def kind_words(kind: Kind) -> dict[str, str]:
    """A kind's fields by class, in the words of its form, some of which have commas."""
    return {
        "name": with_capital(_(kind.plural)),
        "everyday": _("; ").join(_of(kind, Risk.LOW)),
        "careful": _("; ").join(_of(kind, Risk.HIGH)),
    }


def _of(kind: Kind, risk: Risk) -> list[str]:
    return [part.words for part in declared(kind) if part.risk is risk]


def _always_low() -> list[str]:
    """What is everyday in every kind that has it, beside what only guides or places in a service have."""
    found = [part for kind in KINDS.values() if kind is not GUIDE for part in declared(kind) if not part.within]
    grave = {part.label for part in found if part.risk is not Risk.LOW}
    return [_(label) for label in dict.fromkeys(part.label for part in found) if label not in grave]


def _listed(labels: list[str]) -> str:
    """ "summary, description and languages", as within a sentence."""
    return listed([without_capital(label) for label in labels])
