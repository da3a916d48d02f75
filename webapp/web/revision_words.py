"""A revision in words: what it did, how it came to be and by whose votes, by which rule.

What a revision did is kept in English (`Revision.summary`), in words of the kinds and in those that stand here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup, escape

from webapp.language import _, listed, mark, ngettext, with_capital
from webapp.web.wording import RISK_WORDS

DONE = (
    mark("Added"),
    mark("Closed"),
    mark("Reopened"),
    mark("Merged"),
    mark("Took in a duplicate"),
    mark("Rolled back"),
    mark("Redacted"),
    mark("Redaction lifted"),
)
"""Summaries that are sentences already; any other one of an applied change names what it is about."""
DONE_TO = (
    (re.compile(r"Reverted revision (\d+)"), mark("Reverted revision %(what)s")),
    (re.compile(r"Rolled back to revision (\d+)"), mark("Rolled back to revision %(what)s")),
    (re.compile(r"From (.+)"), mark("From %(what)s")),
)
"""Summaries that name something of their own, as a revision or where an import came from."""


def what_words(cause: str, summary: str) -> str:
    """What a revision did: "Opening times changed", "Reverted revision 5"."""
    if not summary:
        return _("Changed")
    if summary in DONE:
        return _(summary)
    if cause in ("suggestion", "moderator"):
        return _("%(what)s changed", what=_(summary.rsplit(": ", 1)[-1]))
    for pattern, words in DONE_TO:
        found = pattern.fullmatch(summary)
        if found:
            return _(words, what=found[1])
    return _(summary)


def why_of(r: Any) -> str | None:
    """The reason that was given with it: for the act itself, else for the suggestion that it came from."""
    return None if r.cause == "demo" else r.reason or r.suggested_why or None


def how_words(r: Any, votes: Sequence[Any] = ()) -> Markup:
    """By whom and how a revision came to be, and by whose votes; its author's name is marked."""
    given = _votes_words(votes)
    values = {
        "who": Markup('<span class="who">{}</span>').format(r.display_name or _("Somebody")),
        "decider": r.decider or _("a moderator"),
        "votes": given,
    }
    return Markup(escape(_(_made_words(r, bool(given))))) % values  # noqa: S704  # escaped, and the values by Markup


def _made_words(r: Any, has_votes: bool) -> str:
    """What `how_words` fills, in English."""
    if r.cause == "suggestion":
        return mark("%(who)s suggested it; %(votes)s.") if has_votes else mark("%(who)s suggested it; no votes.")
    if r.cause == "moderator" and has_votes:
        return mark("%(who)s suggested it; %(decider)s applied it as a moderator; %(votes)s.")
    if r.cause == "import" and r.display_name:
        return mark("%(who)s brought it in from another source.")
    return {
        "moderator": mark("%(who)s suggested it; %(decider)s applied it as a moderator."),
        "import": mark("Brought in from another source."),
        "demo": mark("Written for this demonstration."),
        "redaction": mark("%(who)s took out something private."),
    }.get(r.cause, "%(who)s")


def _votes_words(votes: Iterable[Any]) -> str:
    """ "2 approvals, by Rita and Rob; 1 rejection, by Ann"; "" for none."""
    votes = tuple(votes)
    approving, rejecting = (
        [vote.display_name for vote in votes if vote.choice == choice] for choice in ("approve", "reject")
    )
    said = []
    if approving:
        names, count = listed(approving), len(approving)
        said.append(ngettext("%(num)s approval, by %(names)s", "%(num)s approvals, by %(names)s", count, names=names))
    if rejecting:
        names, count = listed(rejecting), len(rejecting)
        said.append(ngettext("%(num)s rejection, by %(names)s", "%(num)s rejections, by %(names)s", count, names=names))
    return _("; ").join(said)


def rule_words(r: Any) -> str | None:
    """ "Careful change, version 1 of the rules"; None for what no votes decided."""
    if r.risk is None:
        return None
    parts = [
        _(RISK_WORDS.get(r.risk, "")),
        _("rules for few reviewers") if r.mode == "reduced" else "",
        _("version %(number)s of the rules", number=r.policy_version) if r.policy_version else "",
    ]
    return with_capital(_(", ").join(filter(None, parts)))
