"""What the rules say of changes and votes, in plain words. Law: every number is the policy's, and none stands here."""

from __future__ import annotations

from webapp.domain.policy import Policy
from webapp.language import _, ngettext, number_words
from webapp.web.wording import count_words, span_words


def classes(policy: Policy) -> list[str]:
    """Which class a change has, beside what it touches."""
    return [
        _(
            "The class comes from what a change touches. Nobody chooses it. Where a change touches several things, the"
            " gravest one counts."
        ),
        _(
            "An everyday change becomes a careful one when it adds a number, an address, a link or a sum of money to a"
            " text. Dates and times are numbers too."
        ),
        _(
            "It also becomes a careful one when it takes out more than half of the words of a text. A summary of one"
            " line is a text too. So a change that rewrites the whole summary is a careful one."
        ),
        _(
            "With careful and grave changes we ask how you know: did you phone, visit, look at their website, or do you"
            " run it? Your answer helps people to decide. It makes no vote needless."
        ),
    ]


def votes(policy: Policy) -> list[str]:
    """Who votes, which votes count, and how many a day."""
    return [
        _(
            "Reviewers vote, and so do trusted reviewers, moderators and administrators. A steward, who looks after a"
            " record, votes on changes to it."
        ),
        _("Nobody votes on their own change, nor on one that they helped to write."),
        _(
            "If you have a tie to an organisation, say so on your account’s page. You may still vote on its records."
            " Everybody can see that vote, but it does not count."
        ),
        _(
            "A steward’s vote does not count either, but for one approval. That one is never the approval from a"
            " trusted reviewer or a moderator."
        ),
        _(
            "If somebody with such a tie rejects a careful or grave change, moderators are asked at once. If a steward"
            " is against it, only a moderator can apply it."
        ),
        _hidden_words(policy),
        _("You can take your vote back while the change is open."),
        *_how_many(policy),
        _checks_words(policy),
    ]


def _hidden_words(policy: Policy) -> str:
    if policy.hides_votes:
        return _(
            "As long as you can vote on a change and have not, you do not see who else voted on it, how and why. Nor"
            " does anybody who is not signed in, until it is decided. How many approvals it still needs is always"
            " shown."
        )
    return _("You see who else voted on a change, how and why, before you vote on it.")


def _how_many(policy: Policy) -> list[str]:
    caps = policy.caps
    return [
        ngettext(
            "You can vote on %(count)s suggestion a day at most.",
            "You can vote on %(count)s suggestions a day at most.",
            caps.votes_a_day,
            count=count_words(caps.votes_a_day),
        ),
        _(
            "No more than %(percent)s %% of your votes of the last %(span)s may go to one author. That is looked at"
            " from vote number %(first)s on, and not while few people take part. Neither limit is for moderators.",
            percent=number_words(caps.author_share_percent),
            span=span_words(caps.author_share_window),
            first=number_words(caps.author_share_from),
        ),
    ]


def _checks_words(policy: Policy) -> str:
    if not policy.check_every:
        return _("All that you review is real: there are no checks among it.")
    return ngettext(
        "Reviewers can switch on checks. Then about one in %(count)s of what you review can be a check: a change that a"
        " moderator made up. We say so as soon as you have answered, and what is right. Only you see your results, and"
        " they change nothing.",
        "Reviewers can switch on checks. Then about one in %(count)s of what you review can be a check: a change that a"
        " moderator made up. We say so as soon as you have answered, and what is right. Only you see your results, and"
        " they change nothing.",
        policy.check_every,
        count=count_words(policy.check_every),
    )


def rejects(policy: Policy) -> list[str]:
    """What a reject brings about."""
    more = -policy.reject_at
    return [
        _(
            "The change rests for %(span)s after the first reject, so that people can talk.",
            span=span_words(policy.first_reject_pause),
        ),
        _margin_words(policy.contested_margin),
        ngettext(
            "With %(count)s more rejection than approvals it is rejected, once that rest is over.",
            "With %(count)s more rejections than approvals it is rejected, once that rest is over.",
            more,
            count=count_words(more),
        ),
        _("If the reject is taken back, the rest ends."),
        _(
            "If people still disagree %(span)s after the first reject, moderators are asked. From then on only a"
            " moderator can apply it, unless the rejects are taken back.",
            span=span_words(policy.escalate_contested_after),
        ),
    ]


def _margin_words(margin: int) -> str:
    if not margin:
        return _("It needs no more than before, for as long as somebody rejects it.")
    return ngettext(
        "It then needs %(count)s approval more than before, for as long as somebody rejects it.",
        "It then needs %(count)s approvals more than before, for as long as somebody rejects it.",
        margin,
        count=count_words(margin),
    )


def silence(policy: Policy) -> list[str]:
    """What becomes of a change that nobody decides."""
    return [
        _(
            "After %(span)s moderators are asked to look. Votes can still apply it, if nobody rejects it.",
            span=span_words(policy.escalate_after),
        ),
        _(
            "After %(span)s the change ends, and its author is told. It can be suggested again.",
            span=span_words(policy.expire_after),
        ),
    ]


def few(policy: Policy) -> list[str]:
    """What holds while few people take part."""
    standing = policy.standing
    return [
        _(
            "A reviewer who voted in the last %(span)s is active.",
            span=span_words(standing.active_window),
        ),
        ngettext(
            "With fewer than %(count)s active reviewer, fewer approvals are asked for. Each class above says how many.",
            "With fewer than %(count)s active reviewers, fewer approvals are asked for. Each class above says how"
            " many.",
            standing.reduced_below,
            count=count_words(standing.reduced_below),
        ),
        ngettext(
            "From %(count)s active reviewer on, the usual number holds again. We count once a day.",
            "From %(count)s active reviewers on, the usual number holds again. We count once a day.",
            standing.full_from,
            count=count_words(standing.full_from),
        ),
        _("The times that a change waits stay as they are."),
    ]


def meanwhile(policy: Policy) -> list[str]:
    """What becomes of a change whose record or words move on."""
    return [
        _(
            "A change that no longer fits the record waits until somebody fits it to the record as it is now. Any"
            " reviewer may do that, or improve the change. They become an author too, so their own vote no longer"
            " counts."
        ),
        _amends_words(policy.caps.amends),
        _(
            "Whenever an open change is altered, fitted or improved, its votes are dropped and its voters are told. Its"
            " time starts anew."
        ),
        _(
            "If another change has made the record say the same already, yours ends. That costs you nothing and earns"
            " you nothing."
        ),
        _("If somebody has suggested the same before you, you are offered to approve that, or to add how you know."),
        _("Changes to a closed record wait until it is reopened."),
        _(
            "When two records are merged, open changes move to the one that is kept. Their votes are dropped, and their"
            " authors are told."
        ),
    ]


def _amends_words(amends: int) -> str:
    if not amends:
        return _("The author can’t alter a change while it is open.")
    return ngettext(
        "The author can alter a change while it is open, %(count)s time at most.",
        "The author can alter a change while it is open, %(count)s times at most.",
        amends,
        count=count_words(amends),
    )
