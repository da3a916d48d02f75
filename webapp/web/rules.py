"""The rules in force, told in words from the policy itself: what a page says is what `decide` does."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT, Policy
from webapp.web.access import allow
from webapp.web.judged import mode_now, policies_now
from webapp.web.render import page
from webapp.web.wording import count_words, plural, within_words

blueprint = Blueprint("rules", __name__)
CLASS_WORDS = {
    Risk.LOW: (
        "Everyday changes",
        "Descriptions, summaries, categories, languages, accessibility, other names, guides.",
    ),
    Risk.HIGH: (
        "Careful changes",
        "Names, telephone numbers, addresses, opening hours, who it is for, what it costs, "
        "and everything new. Adding a number, a link or a sum of money to a text counts here too.",
    ),
    Risk.DESTRUCTIVE: ("Grave changes", "Closing, reopening and merging records."),
}


@blueprint.get("/rules")
@allow("read_rules")
def rules() -> Response:
    """The rules in force, from the policy itself."""
    policies = policies_now()
    policy = policies[max(policies)] if policies else DEFAULT
    is_reduced = mode_now() == "reduced"
    return page(
        "browse/rules.html",
        page={
            "classes": [_class_words(policy, risk, is_reduced) for risk in Risk],
            "paragraphs": _paragraphs(policy),
            "mode_words": _mode_words(policy) if is_reduced else None,
            "version_words": f"This is version {policy.version} of the rules."
            " A change is decided by the version it was suggested under.",
        },
    )


def _class_words(policy: Policy, risk: Risk, is_reduced: bool) -> dict[str, str]:
    rule = policy.rule(risk, "reduced" if is_reduced else "full")
    name, what = CLASS_WORDS[risk]
    needs = f"{count_words(rule.threshold)} more approvals than rejections" if rule.threshold > 1 else "one approval"
    people = [
        words
        for wanted, words in ((rule.needs_trusted, "a trusted reviewer"), (rule.needs_moderator, "a moderator"))
        if wanted
    ]
    if people:
        needs += f", one of them from {people[0]}"
    if rule.needs_reason:
        needs += ", and a reason"
    return {
        "name": name,
        "what": what,
        "needs": needs,
        "earliest": within_words(rule.earliest) + (" after it was opened" if rule.earliest else ""),
    }


def _mode_words(policy: Policy) -> str:
    window = plural(policy.standing.active_window.days, "day")
    return (
        f"Fewer than {policy.standing.full_from} reviewers were active in the last {window}, so fewer approvals"
        " are asked for. The waiting times stay."
    )


def _paragraphs(policy: Policy) -> list[dict[str, str]]:
    standing = policy.standing
    votes = (
        f"Reviewers do. A volunteer becomes a reviewer after {within_words(standing.reviewer_after)} and"
        f" {standing.reviewer_changes} applied changes, approved by at least {standing.reviewer_approvers} different"
        " people. Nobody votes on a change of their own, and a vote from somebody with a tie to the organisation"
        " shows but does not count."
    )
    rejects = (
        f"The change rests for {within_words(policy.first_reject_pause)}, so that people can talk. Then it needs one"
        f" approval more than before. {count_words(-policy.reject_at).capitalize()} more rejections than approvals"
        f" reject it. If people still disagree after {within_words(policy.escalate_contested_after)}, moderators are"
        " asked."
    )
    silence = (
        f"After {within_words(policy.escalate_after)} moderators are asked to look; after"
        f" {within_words(policy.expire_after)} the change ends, and its author is told."
    )
    undone = (
        "Every change is a revision that stays. A moderator can revert one revision while later ones stay, or roll a"
        " record back. What moderators do is in the public moderation log."
    )
    return [
        {"heading": "Who votes", "text": votes},
        {"heading": "When somebody rejects", "text": rejects},
        {"heading": "Silence never publishes", "text": silence},
        {"heading": "Everything can be undone", "text": undone},
    ]
