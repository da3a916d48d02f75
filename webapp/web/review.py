"""Reviewing: one suggestion with its changes, votes, and a moderator's decision."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import AlreadyClosed, NotFound, Refused, Stale, WellkeptError
from webapp.language import _, mark, ngettext
from webapp.services import review, ruling, spam, talk
from webapp.storage.queries.review import suggestion_page
from webapp.web import check_items
from webapp.web.access import allow
from webapp.web.change_view import Answered
from webapp.web.context import person_id, reading, storage
from webapp.web.errors import error_page, status_of
from webapp.web.queue_next import after_vote, own_url, queue_url
from webapp.web.received import number_of
from webapp.web.render import say, wants_fragment
from webapp.web.suggestion_page import show
from webapp.web.wording import CHOICE_WORDS, REJECT_REASONS, label_of, refusal_words

blueprint = Blueprint("review", __name__)
CHOICES = tuple(CHOICE_WORDS)
SEEN = "seen-"
"""Before a change's id: the content version of each change, in a form that votes on several."""
DECIDED = {
    "applied": mark("Applied. It is in the moderation log."),
    "rejected": mark("Rejected. It is in the moderation log."),
}
COULD_NOT = mark("It could not be applied as it is: see below.")


@blueprint.get("/suggestions/<uuid:suggestion_id>")
@allow("read_suggestion")
def suggestion(suggestion_id: object) -> Response:
    """One suggestion: what it changes, what it still needs, and what people said."""
    return show(str(suggestion_id))


# -- voting -----------------------------------------------------------------------------------------------


@blueprint.post("/suggestions/<uuid:suggestion_id>/vote")
@allow("cast_vote")
def cast_vote(suggestion_id: object) -> Response:
    """Take a vote on one change, or on each of a suggestion that stood in the form."""
    form = request.form
    found = suggestion_page(reading(), str(suggestion_id))
    if found is None:
        return check_items.answer(str(suggestion_id), form.get("choice", ""))
    known = {change.id: change for change in found.changes}
    seen = _seen([change.id for change in found.changes if change.state == "open"])
    if not seen or not seen.keys() <= known.keys():
        raise NotFound(what="change")
    answers = {change_id: _vote_on(change_id, version) for change_id, version in seen.items()}
    problems = {change_id: words for change_id, (words, _status) in answers.items() if words}
    if problems:
        taken = tuple(label_of(known[change_id]) for change_id in seen if change_id not in problems)
        typed = {name: form.get(name, "") for name in ("choice", "reason", "note")}
        status = max(status for _words, status in answers.values())
        return show(str(suggestion_id), status, Answered(problems, typed, taken))
    if ahead := after_vote(known[next(reversed(seen))]):
        return ahead
    if wants_fragment():
        return show(str(suggestion_id))
    return redirect(own_url(suggestion_id, f"change-{next(iter(seen))}"), 303)


def _seen(still_open: list[str]) -> dict[str, int]:
    """The changes that a form votes on, each with the content version that stood in it: nobody votes on other words.

    One version for all of them can be that of a single one; of several it would be of a change that was never read.
    """
    form, one = request.form, request.form.get("change", "")
    version = form.get("seen", 0, type=number_of)
    if one != "all":
        return {one: version}
    names = [name for name in form if name.startswith(SEEN)]
    if not names:
        return dict.fromkeys(still_open, version if len(still_open) == 1 else 0)
    return {name.removeprefix(SEEN): form.get(name, 0, type=number_of) for name in names}


def _vote_on(change_id: str, seen: int) -> tuple[str | None, int]:
    form = request.form
    choice, reason, note = form.get("choice", ""), form.get("reason", ""), form.get("note", "").strip()[:1000]
    if choice not in CHOICES:
        return _("Choose approve, reject or abstain."), 422
    if choice == "reject" and reason not in dict(REJECT_REASONS):
        return _("Choose a reason for rejecting it."), 422
    command = review.CastVote(change_id, person_id(), seen, choice, reason if choice == "reject" else "", note)
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
    return redirect(own_url(suggestion_id, f"change-{change_id}"), 303)


@blueprint.post("/suggestions/<uuid:suggestion_id>/changes/<uuid:change_id>/flag")
@allow("flag_spam")
def flag(suggestion_id: object, change_id: object) -> Response:
    """Flag a change as spam."""
    if check_items.is_check(suggestion_id):
        return check_items.answer(str(suggestion_id), "flag")
    hidden = spam.flag_spam(storage(), spam.FlagSpam(str(change_id), person_id()), clock.now())
    say(
        _("Thank you. It is hidden until a moderator has looked.")
        if hidden
        else _("Thank you. If a second reviewer thinks so too, it is hidden.")
    )
    return redirect((queue_url() or "/review") if hidden else own_url(suggestion_id, f"change-{change_id}"), 303)


@blueprint.post("/suggestions/<uuid:suggestion_id>/changes/<uuid:change_id>/decide")
@allow("decide_change")
def decide(suggestion_id: object, change_id: object) -> Response:
    """A moderator decides at once; it is logged."""
    outcome, note = request.form.get("outcome", ""), request.form.get("note", "")
    if outcome not in ("apply", "reject"):
        problem = {str(change_id): _("Choose to apply or to reject it.")}
        return show(str(suggestion_id), 422, Answered(problem, {"note": note}))
    if check_items.is_check(suggestion_id):
        return check_items.answer(str(suggestion_id), check_items.DECIDED[outcome])
    seen = request.form.get("seen", 0, type=number_of)
    command = ruling.DecideChange(str(change_id), person_id(), seen, outcome, note.strip()[:1000])
    try:
        done = ruling.decide_change(storage(), command, clock.now())
    except WellkeptError as error:
        problem = {str(change_id): refusal_words(error)}
        return show(str(suggestion_id), status_of(error), Answered(problem, {"note": note}))
    say(_(DECIDED.get(done.state, COULD_NOT)))
    return redirect(own_url(suggestion_id, f"change-{change_id}"), 303)


@blueprint.post("/suggestions/<uuid:suggestion_id>/comments")
@allow("comment")
def comment(suggestion_id: object) -> Response:
    """Say something about a suggestion, or ask something about one of its changes."""
    text, most = request.form.get("text", "").strip(), talk.MAX_COMMENT
    about = request.args.get("asks_about", "")
    if not text:
        say(ngettext("Write at most %(num)s character.", "Write between one and %(num)s characters.", most), "bad")
        return redirect(own_url(suggestion_id, "talk"), 303)
    if len(text) > most:
        words = ngettext("A comment has %(num)s character at most.", "A comment has %(num)s characters at most.", most)
        return error_page(422, words)
    if check_items.is_check(suggestion_id):
        return check_items.answer(str(suggestion_id), "ask")
    try:
        talk.post_comment(storage(), talk.PostComment(str(suggestion_id), person_id(), text, about), clock.now())
    except Refused as error:
        (problem,) = error.problems  # of its marks, since its length is right
        return error_page(422, str(problem.values["message"]))
    if about:
        say(_("Your question is sent. Its card says that it waits for an answer."))
        return redirect(own_url(suggestion_id, f"change-{about}"), 303)
    return redirect(own_url(suggestion_id, "talk"), 303)
