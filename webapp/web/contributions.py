"""What somebody contributed: what became of their suggestions, and their votes on what has ended."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from webapp.domain.errors import NotFound
from webapp.language import _, mark, number_words, with_capital
from webapp.storage.queries import account as people
from webapp.storage.queries import contributions as queries
from webapp.storage.queries.shown import public
from webapp.web.access import allow
from webapp.web.account_views import TONES, NotAMark, mark_text, read_mark
from webapp.web.context import reading
from webapp.web.render import page
from webapp.web.tagged import tagged
from webapp.web.wording import CHOICE_WORDS, STATE_WORDS, label_of, title_words

blueprint = Blueprint("contributions", __name__)
PER_PAGE = 20
TABS = (
    # Translators: which contributions of somebody are listed
    ("all", mark("All")),
    ("applied", mark("Applied")),
    ("rejected", mark("Rejected")),
    ("reverted", mark("Reverted")),
    # Translators: which contributions of somebody are listed
    ("votes", mark("Votes")),
)


@blueprint.get("/people/<handle>/contributions")
@allow("read_history")
def contributions(handle: str) -> Response:
    """A person's suggestions that have ended, or their votes on those of others that have."""
    return tagged(public, partial(_contributions, handle))


def _contributions(handle: str) -> Response:
    person = people.profile_row(reading(), handle) if handle.isprintable() else None
    if person is None:
        raise NotFound(what="person")
    here = f"/people/{person.handle}/contributions"
    show = request.args.get("show", "all")
    show = show if show in dict(TABS) else "all"
    rows, older, is_whole = _rows(person.id, show)
    shown = {
        "display_name": person.display_name,
        "profile_url": f"/people/{person.handle}",
        "feed_url": f"/feeds/changes.atom?by={person.handle}",
        "tabs": [{"name": _(name), "url": f"{here}?show={code}", "current": code == show} for code, name in TABS],
        "rows": rows,
        "is_whole": is_whole,
        "next_url": f"{here}?show={show}&before={mark_text(older)}" if older else None,
        "window": number_words(queries.WINDOW),
        **_sums(person.id),
    }
    return page("account/contributions.html", page=shown)


def _rows(who: str, show: str) -> tuple[list[dict[str, Any]], people.Mark | None, bool]:
    try:
        before = read_mark(request.args.get("before"))
    except NotAMark:
        raise NotFound(what="page") from None
    if show == "votes":
        votes, older, is_whole = queries.votes(reading(), who, before, PER_PAGE)
        return [_vote_view(vote) for vote in votes], older, is_whole
    found, older, is_whole = queries.suggestions(reading(), who, show, before, PER_PAGE)
    return [_suggestion_view(suggestion) for suggestion in found], older, is_whole


def _suggestion_view(suggestion: queries.EndedSuggestion) -> dict[str, Any]:
    return {
        "title": title_words(suggestion.changes[0].type, suggestion.changes[0].kind, suggestion.record_name),
        "url": f"/suggestions/{suggestion.id}",
        "at": suggestion.created_at,
        "changes": [
            {
                "what": label_of(change),
                "words": _("Reverted since") if change.is_reverted else _(STATE_WORDS[change.state]),
                "tone": "bad" if change.is_reverted else TONES.get(change.state, ""),
            }
            for change in suggestion.changes
        ],
    }


def _vote_view(vote: queries.EndedVote) -> dict[str, Any]:
    voted = with_capital(_(CHOICE_WORDS[vote.choice]))
    change = {"what": label_of(vote), "words": voted}
    tone = {"approve": "good", "reject": "bad"}.get(vote.choice, "")
    return {
        "title": title_words(vote.type, vote.kind, vote.record_name),
        "url": f"/suggestions/{vote.suggestion_id}",
        "at": vote.cast_at,
        "changes": [{**change, "tone": tone}],
    }


def _sums(who: str) -> dict[str, Any]:
    found = queries.sums(reading(), who)
    sums = ((_("Applied"), found.applied), (_("Rejected"), found.rejected), (_("Reverted"), found.reverted))
    return {
        "sums": [{"label": label, "number": number_words(number)} for label, number in sums],
        "is_all": found.is_all,
    }
