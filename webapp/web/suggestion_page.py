"""A suggestion's page: its changes, each as its card, who it is by, what is known about it and what people said."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from webapp.domain.errors import NotFound
from webapp.domain.lifecycle import suggestion_state
from webapp.domain.mentions import handles_in
from webapp.domain.roles import SOMEBODY_WORDS
from webapp.language import _, listed, ngettext, number_words
from webapp.storage.queries.account import Mark
from webapp.storage.queries.author_record import AuthorRecord, author_record
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.earlier import Place, earlier_changes
from webapp.storage.queries.review import (
    SuggestionPage,
    known_handles,
    looked_after,
    open_questions,
    record_name,
    suggestion_page,
)
from webapp.web.account_views import NotAMark, mark_text, read_mark
from webapp.web.change_units import contents
from webapp.web.change_view import Answered, change_view, is_by_banned
from webapp.web.check_items import planted
from webapp.web.comments import comment_view
from webapp.web.context import allowed, person_id, reading, viewer
from webapp.web.link_view import LinksSeen, links_seen
from webapp.web.queue_next import along, looking_url, next_url, own_url, queue_here, queue_url, voted_here
from webapp.web.render import page, wants_fragment
from webapp.web.wording import EVIDENCE_WORDS, STATE_WORDS, label_of, title_words

View = dict[str, Any]


def show(suggestion_id: str, status: int = 200, answered: Answered | None = None) -> Response:
    """The page, or its cards alone where a part was asked for; `answered`: what came of a form on it."""
    found = suggestion_page(reading(), suggestion_id, _talk_mark()) or planted(suggestion_id)
    if found is None:
        raise NotFound(what="suggestion")
    links = links_seen(found)
    changes = _cards(found, suggestion_id, answered or Answered(), links)
    shown = [c for c in changes if not c["is_hidden"] or allowed("judge_flags")]
    return page(
        "review/suggestion.html",
        status,
        fragment="changes",
        page={
            # What is hidden as spam is hidden with all that was said for it.
            **_head(found, links, is_shown=bool(shown)),
            **_talk(found, suggestion_id, is_shown=bool(shown)),
            "is_part": wants_fragment(),
            "kept": (answered or Answered()).kept_words(),
            "vote_url": along(f"/suggestions/{suggestion_id}/vote"),
            "changes": shown,
            "hidden_words": _hidden_words(found),
            "to_vote_on": [c for c in shown if c["can_vote"] and not c["my_vote"]],
            "queue_url": queue_url() or "/review",
            "next_url": _next_url(found),
            "voted": voted_here(),
            "voted_at": next((c["id"] for c in shown if c["id"] == request.args.get("at")), None),
            "looking_url": looking_url(suggestion_id) if any(c["state"] == "open" for c in changes) else None,
        },
    )


def _hidden_words(found: SuggestionPage) -> str:
    """Why only moderators see its cards: a ban hides what its author has open, flags hide what looks like spam."""
    if is_by_banned(found):
        return _("This is hidden until a moderator has looked at it, since its author may not take part any more.")
    return _("This is hidden as possible spam until a moderator has looked at it.")


def _next_url(found: SuggestionPage) -> str | None:
    if not viewer().may_review:
        return None
    return next_url(queue_here(), found.changes, is_check=found.is_check)


def _cards(found: SuggestionPage, suggestion_id: str, answered: Answered, links: LinksSeen) -> list[View]:
    own = looked_after(reading(), suggestion_id, person_id()) if viewer().is_signed_in else frozenset()
    shown = contents(reading(), found.changes)
    places = [_place(change) for change in found.changes]
    earlier = earlier_changes(reading(), suggestion_id, [place for place in places if place])
    asked = open_questions(reading(), suggestion_id)
    return [
        {
            **change_view(found, change, shown[change.id], answered, is_steward=change.id in own),
            "links": links.of_change(change.id),
            "earlier": [_ended(row) for row in earlier.get(place, ())] if place else [],
            "questions": [_question(row) for row in asked.get(change.id, ())] if change.state == "open" else [],
        }
        for change, place in zip(found.changes, places, strict=True)
    ]


def _place(change: Any) -> Place | None:
    return (change.record_id, change.group) if change.record_id else None


def _ended(row: Any) -> View:
    return {
        "url": f"/suggestions/{row.suggestion_id}#change-{row.id}",
        "who": row.display_name,
        "state_words": _(STATE_WORDS[row.state]),
        "at": row.closed_at,
    }


def _question(row: Any) -> View:
    return {"who": row.who, "at": row.created_at, "url": f"#comment-{row.id}"}


# -- who and why ------------------------------------------------------------------------------------------


def _head(found: SuggestionPage, links: LinksSeen, *, is_shown: bool) -> View:
    row, first = found.row, found.changes[0]
    state = str(suggestion_state(change.state for change in found.changes))
    known = author_record(reading(), row.author_id, row.id)
    return {
        "record_title": title_words(first.type, first.kind, record_name(first))
        if is_shown or first.record_name is not None
        else _("A record"),
        "record_url": url_of(first.record_kind, first.record_slug) if first.record_name is not None else None,
        "author": row.author_name,
        "author_url": f"/people/{row.author_handle}"
        if row.author_confirmed_at and row.author_state != "erased"
        else None,
        "author_role": _(SOMEBODY_WORDS.get(row.author_role, SOMEBODY_WORDS["volunteer"])),
        "author_record": _record_words(known),
        "is_by_newcomer": bool(first.is_by_newcomer),
        "author_ties": _tie_words(known),
        "at": row.created_at,
        "resubmitted_url": f"/suggestions/{row.resubmitted_in}#change-{row.resubmits_id}"
        if row.resubmitted_in
        else None,
        "reason": row.reason if is_shown else "",
        "evidence": [_evidence(e, row, links) for e in found.evidence if is_shown],
        "state_words": _(STATE_WORDS[state]),
        "is_open": state == "open",
    }


def _record_words(known: AuthorRecord) -> str:
    """ "12 changes applied, 1 of them undone later; 2 rejected."."""
    applied = ngettext("%(num)s change applied", "%(num)s changes applied", known.applied)
    if known.reverted:
        applied = _("%(applied)s, %(count)s of them undone later", applied=applied, count=number_words(known.reverted))
    words = _("%(applied)s; %(count)s rejected.", applied=applied, count=number_words(known.rejected))
    return _("Of the newest suggestions: %(words)s", words=words) if known.is_cut else words


def _tie_words(known: AuthorRecord) -> list[str]:
    words = []
    if known.looks_after:
        words.append(_("Officially looks after %(names)s.", names=listed(known.looks_after)))
    if known.organizations:
        words.append(_("Belongs to %(names)s.", names=listed(known.organizations)))
    return words


def _evidence(e: Any, row: Any, links: LinksSeen) -> str:
    how = "" if e.how == "other" and e.detail else _(EVIDENCE_WORDS.get(e.how, e.how))
    said = _("%(how)s. %(detail)s", how=how, detail=e.detail) if how and e.detail else how or e.detail
    said = said if e.person_id == row.author_id else _("%(who)s: %(said)s", who=e.who, said=said)
    return " ".join(words for words in (said, links.of_evidence(e.detail)) if words)


# -- what people said -------------------------------------------------------------------------------------


def _talk(found: SuggestionPage, suggestion_id: str, *, is_shown: bool) -> View:
    oldest = found.talk[0] if found.talk and found.has_earlier_talk else None
    return {
        "may_comment": allowed("comment"),
        "comment_url": along(f"/suggestions/{suggestion_id}/comments"),
        "discussion": _discussion(found) if is_shown else [],
        "earlier_talk_url": own_url(suggestion_id, "talk", said_before=mark_text(Mark(oldest.created_at, oldest.id)))
        if oldest and is_shown
        else None,
        "newest_talk_url": own_url(suggestion_id, "talk") if _talk_mark() else None,
    }


def _talk_mark() -> tuple[Any, str] | None:
    try:
        mark = read_mark(request.args.get("said_before"))
    except NotAMark:
        return None
    return (mark.at, mark.id) if mark else None


def _discussion(found: SuggestionPage) -> list[View]:
    """What was said, with links to those who are named in it."""
    names = {handle for c in found.talk if "@" in c.text for handle in handles_in(c.text)}
    handles = known_handles(reading(), names)
    labels = {change.id: label_of(change) for change in found.changes}
    views = ((c, comment_view(c, str(found.row.id), handles)) for c in found.talk)
    return [{**view, "about": labels.get(c.asks_about or "") if view["html"] else None} for c, view in views]
