"""Saying where one belongs and what one looks after, and what moderators answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotEligible, Refused, WellkeptError
from webapp.domain.kinds import GONE_STATUSES
from webapp.language import _, mark
from webapp.services import steward
from webapp.services.steward import MOST_WORDS
from webapp.storage.queries import steward as queries
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.suggest import find_choices
from webapp.web.access import allow
from webapp.web.browse import RECORD_PATH, find
from webapp.web.context import person_id, reading, storage, viewer
from webapp.web.errors import status_of
from webapp.web.render import page, say
from webapp.web.wording import refusal_words

blueprint = Blueprint("steward", __name__)
TIES = "/account/ties"
TIE_WORDS = {
    "tie": (mark("Belongs to it"), mark("You belong to it")),
    "official": (mark("Looks after it, in its name"), mark("You look after it, in its name")),
    "steward": (mark("Looks after it"), mark("You look after it")),
}
"""Of somebody, and to themselves."""
VERDICTS = ("official", "volunteer", "refuse")


# -- where somebody belongs -------------------------------------------------------------------------------


def ties_view(who: str) -> list[dict[str, Any]]:
    """A person's present ties, for their own pages and their public one."""
    return [
        {
            "name": tie.name,
            "url": tie.url,
            "words": _(TIE_WORDS[tie.type][0]),
            "own_words": _(TIE_WORDS[tie.type][1]),
            "since": tie.since,
            "is_tie": tie.type == "tie",
            "end_url": f"{TIES if tie.type == 'tie' else '/account/stewardships'}/{tie.id}/end",
            "end_words": _("I have left") if tie.type == "tie" else _("Give it up"),
        }
        for tie in queries.ties_of(reading(), who)
    ]


@blueprint.get(TIES)
@allow("declare_affiliation")
def ties() -> Response:
    """One's ties, and organisations to choose another from."""
    return _ties()


def _ties(problem: str | None = None, status: int = 200) -> Response:
    asked = request.args.get("q", "")[:120].strip()
    found = find_choices(reading(), storage().search, "organization", asked) if asked else []
    present = ties_view(person_id())
    own = {tie["url"] for tie in present if tie["is_tie"]}
    shown = {
        "ties": present,
        "asked": asked,
        "found": [
            {"id": one.id, "name": one.name, "hint": one.hint, "is_own": url_of(one.kind, one.slug) in own}
            for one in found
        ],
        "problem": problem,
    }
    return page("account/ties.html", status, page=shown)


@blueprint.post(TIES)
@allow("declare_affiliation")
def declare() -> Response:
    """I belong to it."""
    chosen = request.form.get("organization", "")
    if not chosen:
        return _ties(_("Choose an organisation."), 422)
    try:
        steward.declare_affiliation(storage(), steward.DeclareAffiliation(person_id(), chosen), clock.now())
    except NotEligible as error:
        return _ties(refusal_words(error), status_of(error))
    say(_("Thank you. It stands on your public page now."))
    return redirect(TIES, 303)


@blueprint.post(TIES + "/<uuid:tie_id>/end")
@allow("end_affiliation")
def leave(tie_id: object) -> Response:
    """I belong to it no longer."""
    steward.end_affiliation(storage(), steward.EndAffiliation(str(tie_id), person_id()), clock.now())
    say(_("You no longer belong to it. Votes that you cast before stay as they were."))
    return redirect(TIES, 303)


@blueprint.post("/account/stewardships/<uuid:term_id>/end")
@allow("resign_stewardship")
def resign(term_id: object) -> Response:
    """I look after it no longer."""
    steward.end_stewardship(storage(), steward.EndStewardship(str(term_id), person_id()), clock.now())
    say(_("You no longer look after it. Thank you for what you did."))
    return redirect(TIES, 303)


# -- looking after a record -------------------------------------------------------------------------------


@blueprint.get(RECORD_PATH + "/claim")
@allow("claim_record")
def claim_form(path: str, slug: str) -> Response:
    """Who looks after a record, and the form for saying that one does."""
    return _claim(find(path, slug))


def _claim(row: Any, problem: str | None = None, status: int = 200) -> Response:
    found = queries.stewards_of(reading(), row.id)
    own = queries.newest_claim(reading(), person_id(), row.id)
    is_steward = any(one.person_id == person_id() for one in found)
    is_waiting = own is not None and own.state == "open"
    shown = {
        "title": row.name,
        "url": url_of(row.kind, row.slug),
        "stewards": [_steward(one) for one in found],
        "is_waiting": is_waiting,
        "answer": own.answer if own is not None and own.state == "refused" and not is_steward else None,
        "may_ask": not is_steward and not is_waiting and row.status not in GONE_STATUSES,
        "words": request.form.get("words", ""),
        "is_official": request.form.get("official") == "1",
        "most": MOST_WORDS,
        "problem": problem,
    }
    return page("browse/claim.html", status, page=shown)


def _steward(one: Any) -> dict[str, Any]:
    return {
        "name": one.display_name,
        "url": f"/people/{one.handle}",
        "is_official": bool(one.is_official),
        "since": one.since,
        "end_url": f"/moderate/stewardships/{one.id}/end" if _may_end(one) else None,
        "id": one.id,
    }


def _may_end(one: Any) -> bool:
    return viewer().may_moderate and one.person_id != viewer().id


@blueprint.post(RECORD_PATH + "/claim")
@allow("claim_record")
def claim(path: str, slug: str) -> Response:
    """I look after this record."""
    row = find(path, slug)
    is_official = request.form.get("official") == "1"
    command = steward.ClaimRecord(row.id, person_id(), request.form.get("words", ""), is_official)
    try:
        steward.claim_record(storage(), command, clock.now())
    except (Refused, NotEligible) as error:
        return _claim(row, _said(error), status_of(error))
    say(_("Thank you. A moderator reads it, and you are told."))
    return redirect(f"/{path}/{slug}/claim", 303)


def _said(error: WellkeptError) -> str:
    if isinstance(error, Refused):
        return _("Say it in a few words, at most %(most)s characters.", most=MOST_WORDS)
    return refusal_words(error)


# -- moderators -------------------------------------------------------------------------------------------


def claims_view() -> list[dict[str, Any]]:
    """The claims that wait for a moderator."""
    return [
        {
            "id": row.id,
            "title": row.name,
            "url": url_of(row.kind, row.slug),
            "who": row.display_name,
            "who_url": f"/people/{row.handle}",
            "words": row.words,
            "is_official": bool(row.is_official),
            "at": row.created_at,
            "is_own": row.person_id == person_id(),
        }
        for row in queries.open_claims(reading())
    ]


@blueprint.post("/moderate/claims/<uuid:claim_id>")
@allow("grant_stewardship")
def answer_claim(claim_id: object) -> Response:
    """Grant a claim or refuse it."""
    verdict = request.form.get("verdict", "")
    if verdict not in VERDICTS:
        raise WellkeptError("unknown_code")
    command = steward.GrantStewardship(
        str(claim_id), person_id(), verdict != "refuse", request.form.get("note", ""), verdict == "official"
    )
    _with_note(lambda: steward.grant_stewardship(storage(), command, clock.now()))
    say(_("Refused. They are told.") if verdict == "refuse" else _("Granted. They are told."))
    return redirect("/moderate", 303)


@blueprint.post("/moderate/stewardships/<uuid:term_id>/end")
@allow("grant_stewardship")
def end_stewardship(term_id: object) -> Response:
    """Somebody is to look after a record no longer."""
    command = steward.EndStewardship(str(term_id), person_id(), request.form.get("note", ""))
    _with_note(lambda: steward.end_stewardship(storage(), command, clock.now()))
    say(_("It has ended. They are told."))
    return redirect("/moderation-log", 303)


def _with_note(act: Callable[[], object]) -> None:
    """Do what needs a note; without one, say so."""
    try:
        act()
    except Refused as error:
        raise NotEligible("words_missing", limit=MOST_WORDS) from error
