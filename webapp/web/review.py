"""Reviewing: one suggestion with its changes, votes, and a moderator's decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import AlreadyClosed, NotFound, Refused, Stale, WellkeptError
from webapp.domain.lifecycle import suggestion_state
from webapp.domain.roles import SOMEBODY_WORDS
from webapp.language import _, mark, ngettext
from webapp.services import review, ruling, spam, talk
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.review import looked_after, record_name, suggestion_page
from webapp.web.access import allow
from webapp.web.change_view import change_view
from webapp.web.comments import comment_view
from webapp.web.context import allowed, person_id, reading, storage, viewer
from webapp.web.errors import error_page, status_of
from webapp.web.queue_next import after_vote, hidden_next, looking_url, next_url, query_here, queue_here, voted_here
from webapp.web.received import number_of
from webapp.web.render import page, say, wants_fragment
from webapp.web.wording import CHOICE_WORDS, EVIDENCE_WORDS, REJECT_REASONS, STATE_WORDS, refusal_words, title_words

blueprint = Blueprint("review", __name__)
CHOICES = tuple(CHOICE_WORDS)
DECIDED = {
    "applied": mark("Applied. It is in the moderation log."),
    "rejected": mark("Rejected. It is in the moderation log."),
}
COULD_NOT = mark("It could not be applied as it is: see below.")


@blueprint.get("/suggestions/<uuid:suggestion_id>")
@allow("read_suggestion")
def suggestion(suggestion_id: object) -> Response:
    """One suggestion: what it changes, what it still needs, and what people said."""
    return _page(str(suggestion_id))


def _page(
    suggestion_id: str, status: int = 200, problems: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> Response:
    found = suggestion_page(reading(), suggestion_id)
    if found is None:
        raise NotFound(what="suggestion")
    own = looked_after(reading(), suggestion_id, person_id()) if viewer().is_signed_in else frozenset()
    changes = [
        change_view(reading(), found, change, (problems or {}).get(change.id), typed or {}, is_steward=change.id in own)
        for change in found.changes
    ]
    shown = [c for c in changes if not c["is_hidden"] or allowed("judge_flags")]
    is_shown = bool(shown)  # what is hidden as spam is hidden with all that was said for it
    first = found.changes[0]
    has_record = first.record_name is not None
    title = title_words(first.type, first.kind, record_name(first)) if is_shown or has_record else _("A record")
    state = suggestion_state(change.state for change in found.changes)
    return page(
        "review/suggestion.html",
        status,
        fragment="changes",
        page={
            "is_part": wants_fragment(),
            "record_title": title,
            "record_url": _record_url(first) if has_record else None,
            "author": found.row.author_name,
            "author_role": _(SOMEBODY_WORDS.get(found.row.author_role, SOMEBODY_WORDS["volunteer"])),
            "author_applied": found.row.author_applied,
            "at": found.row.created_at,
            "reason": found.row.reason if is_shown else "",
            "evidence": [_evidence(e, found.row) for e in found.evidence if is_shown],
            "state_words": _(STATE_WORDS[str(state)]),
            "is_open": str(state) == "open",
            "kept": _("What you typed is still here.") if (typed or {}).get("note") else "",
            "vote_url": f"/suggestions/{suggestion_id}/vote",
            "changes": shown,
            "may_comment": allowed("comment"),
            "comment_url": f"/suggestions/{suggestion_id}/comments",
            "discussion": [comment_view(c, suggestion_id) for c in found.talk if is_shown],
            "next_url": next_url(queue_here(), first) if viewer().may_review else None,
            "next": hidden_next(),
            "voted": voted_here(),
            "looking_url": looking_url(suggestion_id) if str(state) == "open" else None,
        },
    )


def _record_url(change: Any) -> str:
    return url_of(change.record_kind, change.record_slug)


def _evidence(e: Any, row: Any) -> str:
    how = "" if e.how == "other" and e.detail else _(EVIDENCE_WORDS.get(e.how, e.how))
    said = _("%(how)s. %(detail)s", how=how, detail=e.detail) if how and e.detail else how or e.detail
    return said if e.person_id == row.author_id else _("%(who)s: %(said)s", who=e.who, said=said)


# -- voting -----------------------------------------------------------------------------------------------


@blueprint.post("/suggestions/<uuid:suggestion_id>/vote")
@allow("cast_vote")
def cast_vote(suggestion_id: object) -> Response:
    """Take a vote on one change, or on all of a suggestion."""
    form = request.form
    found = suggestion_page(reading(), str(suggestion_id))
    if found is None:
        raise NotFound(what="suggestion")
    known = {change.id: change for change in found.changes}
    wanted = (
        [c.id for c in found.changes if c.state == "open"] if form.get("change") == "all" else [form.get("change", "")]
    )
    problems: dict[str, str] = {}
    status = 200
    for change_id in wanted:
        if change_id not in known:
            raise NotFound(what="change")
        problem, code = _vote_on(known[change_id])
        if problem:
            problems[change_id], status = problem, max(status, code)
    if problems:
        return _page(
            str(suggestion_id), status, problems, {name: form.get(name, "") for name in ("choice", "reason", "note")}
        )
    if wanted and (ahead := after_vote(known[wanted[-1]])):
        return ahead
    if wants_fragment():
        return _page(str(suggestion_id))
    return redirect(f"/suggestions/{suggestion_id}#change-{wanted[0]}", 303)


def _vote_on(change: Any) -> tuple[str | None, int]:
    form = request.form
    choice, reason, note = form.get("choice", ""), form.get("reason", ""), form.get("note", "").strip()[:1000]
    if choice not in CHOICES:
        return _("Choose approve, reject or abstain."), 422
    if choice == "reject" and reason not in dict(REJECT_REASONS):
        return _("Choose a reason for rejecting it."), 422
    seen = form.get("seen", 0, type=number_of)  # with all of them too: nobody votes on words that they have not read
    command = review.CastVote(change.id, person_id(), seen, choice, reason if choice == "reject" else "", note)
    try:
        review.cast_vote(storage(), command, clock.now())
    except (AlreadyClosed, Stale) as error:
        return refusal_words(error), 409
    except WellkeptError as error:
        return refusal_words(error), status_of(error)
    return None, 200


@blueprint.post("/suggestions/<uuid:suggestion_id>/changes/<uuid:change_id>/take-back")
@allow("take_back_vote")
def take_back(suggestion_id: object, change_id: object) -> Response:
    """Take one's vote back while the change is open."""
    review.take_back_vote(storage(), review.TakeBackVote(str(change_id), person_id()), clock.now())
    say(_("Your vote is taken back."))
    return redirect(f"/suggestions/{suggestion_id}{query_here()}#change-{change_id}", 303)


@blueprint.post("/suggestions/<uuid:suggestion_id>/changes/<uuid:change_id>/flag")
@allow("flag_spam")
def flag(suggestion_id: object, change_id: object) -> Response:
    """Flag a change as spam."""
    hidden = spam.flag_spam(storage(), spam.FlagSpam(str(change_id), person_id()), clock.now())
    say(
        _("Thank you. It is hidden until a moderator has looked.")
        if hidden
        else _("Thank you. If a second reviewer thinks so too, it is hidden.")
    )
    return redirect("/review" if hidden else f"/suggestions/{suggestion_id}", 303)


@blueprint.post("/suggestions/<uuid:suggestion_id>/changes/<uuid:change_id>/decide")
@allow("decide_change")
def decide(suggestion_id: object, change_id: object) -> Response:
    """A moderator decides at once; it is logged."""
    outcome, note = request.form.get("outcome", ""), request.form.get("note", "")
    if outcome not in ("apply", "reject"):
        return _page(str(suggestion_id), 422, {str(change_id): _("Choose to apply or to reject it.")}, {"note": note})
    seen = request.form.get("seen", 0, type=number_of)
    command = ruling.DecideChange(str(change_id), person_id(), seen, outcome, note.strip()[:1000])
    try:
        done = ruling.decide_change(storage(), command, clock.now())
    except WellkeptError as error:
        return _page(str(suggestion_id), status_of(error), {str(change_id): refusal_words(error)}, {"note": note})
    say(_(DECIDED.get(done.state, COULD_NOT)))
    return redirect(f"/suggestions/{suggestion_id}#change-{change_id}", 303)


@blueprint.post("/suggestions/<uuid:suggestion_id>/comments")
@allow("comment")
def comment(suggestion_id: object) -> Response:
    """Say something about a suggestion."""
    text, most = request.form.get("text", "").strip(), talk.MAX_COMMENT
    if not text:
        say(ngettext("Write at most %(num)s character.", "Write between one and %(num)s characters.", most), "bad")
        return redirect(f"/suggestions/{suggestion_id}#talk", 303)
    if len(text) > most:
        words = ngettext("A comment has %(num)s character at most.", "A comment has %(num)s characters at most.", most)
        return error_page(422, words)
    try:
        talk.post_comment(storage(), talk.PostComment(str(suggestion_id), person_id(), text), clock.now())
    except Refused as error:
        (problem,) = error.problems  # of its marks, since its length is right
        return error_page(422, str(problem.values["message"]))
    return redirect(f"/suggestions/{suggestion_id}#talk", 303)
