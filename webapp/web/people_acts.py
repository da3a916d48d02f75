"""More of the moderators' desk for people: roles for one and for many, what a ban left in doubt, what was confirmed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import WellkeptError
from webapp.language import _, mark, ngettext
from webapp.services import grants, moderate, recount, sanction
from webapp.storage.queries import history
from webapp.storage.queries import people_desk as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.context import person_id, reading, storage
from webapp.web.errors import status_of
from webapp.web.people_desk import MOST_NOTE, PERSON, desk_url, find_person, person_page, roles_for
from webapp.web.render import page, say
from webapp.web.wording import EVIDENCE_WORDS, label_of, refusal_words, why_words

blueprint = Blueprint("people_acts", __name__)
REVIEWERS = "/moderate/reviewers"
MOST_TYPED = 5000  # characters
OUTCOMES = {
    "granted": mark("A reviewer from now on."),
    "already": mark("A reviewer, or more, already."),
    "unknown": mark("Nobody here has that handle."),
}


def _note() -> str:
    return request.form.get("note", "").strip()


def _is_note() -> bool:
    return 0 < len(_note()) <= MOST_NOTE


# -- roles ------------------------------------------------------------------------------------------------


@blueprint.post(PERSON + "/role")
@allow("grant_reviewer")
def grant(handle: str) -> Response:
    """Give somebody a role, or take it back."""
    row, role = find_person(handle), request.form.get("role", "")
    if role not in dict(roles_for(row)):
        return person_page(row, _("Choose a role."), 422)
    if not _is_note():
        return person_page(row, why_words(MOST_NOTE), 422)
    try:
        sanction.grant_role(storage(), sanction.GrantRole(row.id, person_id(), role, _note()), clock.now())
    except WellkeptError as error:
        return person_page(find_person(handle), refusal_words(error), status_of(error))
    say(_("Done. It is in the moderation log."))
    return redirect(desk_url(row.handle), 303)


@blueprint.get(REVIEWERS)
@allow("grant_reviewer")
def many_form() -> Response:
    """The form for making many people reviewers."""
    return _many(request.form.get("people", ""))


def _many(
    typed: str, problems: list[dict[str, str]] | None = None, status: int = 200, answers: Any = ()
) -> Response:
    about = {
        "url": REVIEWERS,
        "typed": typed,
        "note": request.form.get("note", "") if typed or problems else "",
        "most": MOST_NOTE,
        "most_typed": MOST_TYPED,
        "answers": answers,
    }
    return page("moderate/reviewers.html", status, page=about, problems=problems or [])


@blueprint.post(REVIEWERS)
@allow("grant_reviewer")
def many() -> Response:
    """Make them reviewers, and answer for each; whoever could not be found stays in the form."""
    typed = request.form.get("people", "")
    named = grants.handles_in(typed)
    problems = []
    if not 0 < len(named) <= grants.MOST or len(typed) > MOST_TYPED:
        words = ngettext("Name %(num)s person at most.", "Name between one and %(num)s people.", grants.MOST)
        problems.append({"id": "people", "text": words})
    if not _is_note():
        problems.append({"id": "note", "text": why_words(MOST_NOTE)})
    if problems:
        return _many(typed, problems, 422)
    done = grants.grant_many(storage(), grants.GrantMany(person_id(), typed, _note()), clock.now())
    left = [one.typed for one in done if one.outcome in ("unknown", "refused")]
    answers = [{"typed": one.typed, "tone": _tone(one), "words": _answer(one)} for one in done]
    if not left:
        return _many("", answers=answers)
    words = ngettext(
        "%(num)s person could not be made a reviewer, and is still in the form.",
        "%(num)s people could not be made reviewers, and are still in the form.",
        len(left),
    )
    return _many("\n".join(left), [{"id": "people", "text": words}], 422, answers)


def _tone(one: grants.Granted) -> str:
    return {"granted": "good", "already": ""}.get(one.outcome, "bad")


def _answer(one: grants.Granted) -> str:
    return _(OUTCOMES[one.outcome]) if one.outcome in OUTCOMES else refusal_words(WellkeptError(one.code))


# -- what a ban left in doubt -----------------------------------------------------------------------------


@blueprint.get(PERSON + "/doubtful")
@allow("view_moderation")
def doubtful(handle: str) -> Response:
    """Applied changes that would have too few votes by now, the newest first."""
    row = find_person(handle)
    found = recount.doubtful_part(reading(), row.id, clock.now(), request.args.get("before"))
    names = history.names_of(reading(), {change.record_id for change in found.changes if change.record_id})
    base = desk_url(row.handle)
    about = {
        "name": row.display_name,
        "url": base,
        "rows": [
            {
                "title": names.get(change.record_id) or _("A new record"),
                "url": f"/suggestions/{change.suggestion_id}#change-{change.id}",
                "what": label_of(change),
                "at": change.closed_at,
            }
            for change in found.changes
        ],
        "next_url": f"{base}/doubtful?before={found.next_before}" if found.next_before else None,
    }
    return page("moderate/doubtful.html", page=about)


# -- false confirmations ----------------------------------------------------------------------------------


@blueprint.get(PERSON + "/confirmations")
@allow("void_confirmations")
def confirmations(handle: str) -> Response:
    """What somebody said is still correct."""
    return _confirmations(find_person(handle))


def _confirmations(row: Any, problems: list[dict[str, str]] | None = None, status: int = 200) -> Response:
    found = queries.confirmations_of(reading(), row.id, request.args.get("before"))
    shown, base = found[: queries.PAGE], desk_url(row.handle)
    about = {
        "name": row.display_name,
        "url": base,
        "note": request.form.get("note", ""),
        "chosen": request.form.getlist("confirmation"),
        "most": MOST_NOTE,
        "rows": [
            {
                "id": one.id,
                "title": one.name,
                "url": url_of(one.kind, one.slug),
                "how": _(EVIDENCE_WORDS.get(one.how, one.how)),
                "at": one.created_at,
            }
            for one in shown
        ],
        "next_url": f"{base}/confirmations?before={shown[-1].id}" if len(found) > len(shown) else None,
    }
    return page("moderate/confirmations.html", status, page=about, problems=problems or [])


@blueprint.post(PERSON + "/confirmations")
@allow("void_confirmations")
def void(handle: str) -> Response:
    """They are not true: set them aside."""
    row, chosen = find_person(handle), request.form.getlist("confirmation")[: queries.PAGE]
    problems = []
    if not chosen:
        problems.append({"id": "confirmations", "text": _("Choose at least one of them.")})
    if not _is_note():
        problems.append({"id": "note", "text": why_words(MOST_NOTE)})
    if problems:
        return _confirmations(row, problems, 422)
    count = moderate.void_confirmations(storage(), chosen, person_id(), _note(), clock.now())
    say(
        ngettext("%(num)s is set aside.", "%(num)s are set aside.", count)
        if count
        else _("They were set aside already.")
    )
    return redirect(f"{desk_url(row.handle)}/confirmations", 303)
