"""What the rules say of changes and votes, in plain words. Law: every number is the policy's, and none stands here."""

from __future__ import annotations

from webapp.domain.policy import Policy
from webapp.web.wording import many, span_words


def classes(policy: Policy) -> list[str]:
    """Which class a change has, beside what it touches."""
    return [
        "The class comes from what a change touches. Nobody chooses it. Where a change touches several things, the"
        " gravest one counts.",
        "An everyday change becomes a careful one when it adds a number, an address, a link or a sum of money to a"
        " text. Dates and times are numbers too.",
        "It also becomes a careful one when it takes out more than half of the words of a text. A summary of one line"
        " is a text too. So a change that rewrites the whole summary is a careful one.",
        "With careful and grave changes we ask how you know: did you phone, visit, look at their website, or do you run"
        " it? Your answer helps people to decide. It makes no vote needless.",
    ]


def votes(policy: Policy) -> list[str]:
    """Who votes, which votes count, and how many a day."""
    caps = policy.caps
    return [
        "Reviewers vote, and so do trusted reviewers, moderators and administrators. A steward, who looks after a"
        " record, votes on changes to it.",
        "Nobody votes on their own change, nor on one that they helped to write.",
        "If you have a tie to an organisation, say so on your account’s page. You may still vote on its records."
        " Everybody can see that vote, but it does not count.",
        "A steward’s vote does not count either, but for one approval. That one is never the approval from a trusted"
        " reviewer or a moderator.",
        "If somebody with such a tie rejects a careful or grave change, moderators are asked at once. If a steward is"
        " against it, only a moderator can apply it.",
        "You can take your vote back while the change is open.",
        f"You can vote on {many(caps.votes_a_day, 'suggestion')} a day at most.",
        f"No more than {caps.author_share_percent} % of your votes of the last {span_words(caps.author_share_window)}"
        f" may go to one author. That is looked at from vote number {caps.author_share_from} on, and not while few"
        " people take part. Neither limit is for moderators.",
    ]


def rejects(policy: Policy) -> list[str]:
    """What a reject brings about."""
    margin = policy.contested_margin
    more = f"It then needs {many(margin, 'approval')} more than before" if margin else "It needs no more than before"
    return [
        f"The change rests for {span_words(policy.first_reject_pause)} after the first reject, so that people can"
        " talk.",
        f"{more}, for as long as somebody rejects it.",
        f"With {many(-policy.reject_at, 'more rejection')} than approvals it is rejected, once that rest is over.",
        "If the reject is taken back, the rest ends.",
        f"If people still disagree {span_words(policy.escalate_contested_after)} after the first reject, moderators are"
        " asked. From then on only a moderator can apply it, unless the rejects are taken back.",
    ]


def silence(policy: Policy) -> list[str]:
    """What becomes of a change that nobody decides."""
    return [
        f"After {span_words(policy.escalate_after)} moderators are asked to look. Votes can still apply it, if nobody"
        " rejects it.",
        f"After {span_words(policy.expire_after)} the change ends, and its author is told. It can be suggested again.",
    ]


def few(policy: Policy) -> list[str]:
    """What holds while few people take part."""
    standing = policy.standing
    return [
        f"A reviewer who voted in the last {span_words(standing.active_window)} is active.",
        f"With fewer than {many(standing.reduced_below, 'active reviewer')}, fewer approvals are asked for. Each class"
        " above says how many.",
        f"From {many(standing.full_from, 'active reviewer')} on, the usual number holds again. We count once a day.",
        "The times that a change waits stay as they are.",
    ]


def meanwhile(policy: Policy) -> list[str]:
    """What becomes of a change whose record or words move on."""
    return [
        "A change that no longer fits the record waits until somebody fits it to the record as it is now. Any reviewer"
        " may do that, or improve the change. They become an author too, so their own vote no longer counts.",
        "The author can alter a change while it is open,"
        f" {many(policy.caps.amends, 'time') if policy.caps.amends else 'no time'} at most.",
        "Whenever an open change is altered, fitted or improved, its votes are dropped and its voters are told. Its"
        " time starts anew.",
        "If another change has made the record say the same already, yours ends. That costs you nothing and earns you"
        " nothing.",
        "If somebody has suggested the same before you, you are offered to approve that, or to add how you know.",
        "Changes to a closed record wait until it is reopened.",
        "When two records are merged, open changes move to the one that is kept. Their votes are dropped, and their"
        " authors are told.",
    ]
