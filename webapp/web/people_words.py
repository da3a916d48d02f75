"""What follows when a moderator pauses, bans or lifts, in plain sentences, said before it is done.

Source of each: `RULES.md`, "People". Its law: it promises what `services.sanction` does, no more and no less.
"""

from __future__ import annotations

from collections.abc import Iterator

from webapp.language import _, ngettext
from webapp.services.recount import LOOKED_AT, Follows


def pause_sentences() -> list[str]:
    """What a pause stops and what goes on."""
    return [
        _("They can start nothing new: no suggestion, no vote, no comment and no “still correct”."),
        _("What they have under way goes on. Their votes count, and they may still change or withdraw what they sent."),
        _("The pause ends by itself."),
    ]


def ban_sentences(follows: Follows) -> list[str]:
    """What a ban sets aside, hides and leaves to moderators, in numbers as they are now."""
    return [
        _("They can do nothing here any more but read."),
        *_sessions(follows.sessions),
        *_votes(follows),
        *_decided(follows),
        *_own(follows.own),
        *_doubtful(follows.doubtful),
        _("What they suggested and was applied stays. If it was wrong, it has to be rolled back."),
        _("All of this can be lifted, and then their votes are given back."),
    ]


def _sessions(count: int) -> Iterator[str]:
    if count:
        yield ngettext(
            "They are signed out of %(num)s browser.", "They are signed out of %(num)s browsers.", count
        )


def _votes(follows: Follows) -> Iterator[str]:
    if not follows.rejudged:
        yield _("They have no votes on open changes.")
        return
    yield ngettext(
        "Their vote on %(num)s open change is set aside, and it is judged again.",
        "Their votes on %(num)s open changes are set aside, and each is judged again.",
        follows.rejudged,
    )


def _decided(follows: Follows) -> Iterator[str]:
    if follows.escalated:
        yield ngettext(
            "%(num)s of them would apply by that. It goes to the moderators instead.",
            "%(num)s of them would apply by that. They go to the moderators instead.",
            follows.escalated,
        )
    if follows.rejected:
        yield ngettext(
            "%(num)s of them is rejected by that.", "%(num)s of them are rejected by that.", follows.rejected
        )


def _own(count: int) -> Iterator[str]:
    if count:
        yield ngettext(
            "%(num)s open change of their own is hidden until a moderator has looked.",
            "%(num)s open changes of their own are hidden until a moderator has looked.",
            count,
        )


def _doubtful(count: int) -> Iterator[str]:
    if count:
        yield ngettext(
            "%(num)s applied change would have too few votes without theirs. It goes on a list for you to look at.",
            "%(num)s applied changes would have too few votes without theirs. They go on a list for you to look at.",
            count,
        )
        yield ngettext(
            "(Only the newest %(num)s was looked at for this; the list has all.)",
            "(Only the newest %(num)s were looked at for this; the list has all.)",
            LOOKED_AT,
        )


def lift_sentences(*, is_banned: bool, follows: Follows | None) -> list[str]:
    """What comes back when a pause or a ban is lifted."""
    if not is_banned or follows is None:
        return [_("From now on they can take part as before.")]
    return [_("They can sign in and take part as before."), *_given_back(follows), *_flags()]


def _given_back(follows: Follows) -> Iterator[str]:
    if follows.rejudged:
        yield ngettext(
            "Their vote on %(num)s open change counts again, and it is judged again.",
            "Their votes on %(num)s open changes count again, and each is judged again.",
            follows.rejudged,
        )
    yield from _decided(follows)
    if follows.own:
        yield ngettext(
            "%(num)s open change of their own is shown again, unless reviewers flagged it.",
            "%(num)s open changes of their own are shown again, unless reviewers flagged them.",
            follows.own,
        )


def _flags() -> Iterator[str]:
    yield _("If they lost the right to flag, that stays so until its time is over.")
