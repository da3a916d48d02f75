"""Where administrators write the rules: a form, what it would change in plain words, and the rules over open changes.

Its law: nothing is written that was not shown in words before, and nothing that was typed is lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotEligible, Refused, Stale
from webapp.domain.policy import Policy, to_json
from webapp.domain.policy_compare import differences, holds_at_once, is_tightened
from webapp.language import _, ngettext, with_capital
from webapp.services import policy as service
from webapp.storage.queries.policies import carried
from webapp.web.access import allow
from webapp.web.context import person_id, reading, storage
from webapp.web.errors import status_of
from webapp.web.judged import policy_now, policy_of
from webapp.web.policy_fields import PLACES, named, rules_of, shown, typed_of
from webapp.web.policy_words import difference_lines, moved_sentences, problem_words
from webapp.web.received import number_of
from webapp.web.render import page, say
from webapp.web.wording import count_words, refusal_words

blueprint = Blueprint("policy", __name__)
PAGE = "/moderate/policy"
VERSIONS = "/rules/versions"
Told = Sequence[dict[str, str | None]]
"""What is wrong, in words, each with the id of the field that it is about."""


@blueprint.get(PAGE)
@allow("edit_policy")
def edit_form() -> Response:
    """The rules as they are, as a form."""
    return form(typed_of(policy_now()))


@blueprint.post(PAGE)
@allow("edit_policy")
def write() -> Response:
    """Show what the typed rules would change; or, where that was shown, write them as a new version."""
    seen = request.form.get("seen", default=0, type=number_of)
    newest = policy_now()
    try:
        wanted = service.draft_of(reading(), newest, rules_of(request.form))
    except Refused as error:
        return form(request.form, told(error), status_of(error))
    if seen != newest.version:
        return form(request.form, (), 409, wanted, stale=seen)
    if request.form.get("step") != "write" or request.form.get("shown") != _mark_of(wanted):
        return form(request.form, (), 200, wanted)
    command = service.EditPolicy(person_id(), seen, rules_of(request.form), request.form.get("reason", ""))
    try:
        version = service.edit_policy(storage(), command, clock.now())
    except Refused as error:
        return form(request.form, told(error), status_of(error), wanted)
    except Stale as error:
        g.pop("policies")  # another was written since they were read
        return form(request.form, (), status_of(error), wanted, stale=seen)
    except service.SameRules as error:
        return form(request.form, (), status_of(error), wanted)
    say(_("Written. Version %(version)s holds for what is suggested from now on.", version=version))
    return redirect(VERSIONS, 303)


def told(error: Refused) -> Told:
    """Each problem with the name of its field, unless that is the reason."""
    return [
        {
            "id": problem.where if problem.where in PLACES or problem.where == "reason" else None,
            "text": _("%(field)s. %(problem)s", field=named(problem.where), problem=problem_words(problem))
            if problem.where in PLACES
            else problem_words(problem),
            "short": problem_words(problem),
        }
        for problem in error.problems
    ]


def _mark_of(policy: Policy) -> str:
    """What tells one set of rules from another: so that only what was shown is written."""
    return hashlib.sha256(to_json(policy).encode()).hexdigest()[:16]


def form(
    typed: Mapping[str, str],
    problems: Told = (),
    status: int = 200,
    wanted: Policy | None = None,
    *,
    stale: int | None = None,
    over: tuple[str, str] | None = None,
) -> Response:
    """The form with what was typed; with `wanted`, what that would change; with `stale`, what others wrote meanwhile.

    `over` is what is wrong with putting the rules over open changes, and the note that was typed for it.
    """
    newest = policy_now()
    errors = {str(one["id"]): str(one["short"]) for one in problems if one["id"]}
    moved = set(differences(wanted, newest)) if wanted else set()
    view = {
        "url": PAGE,
        "versions_url": VERSIONS,
        "replay_url": f"{PAGE}/replay",
        "version": newest.version,
        "reason": typed.get("reason", ""),
        "reason_error": errors.get("reason"),
        "shown": _mark_of(wanted) if wanted else "",
        "preview": _preview(wanted, newest) if wanted else None,
        "stale": difference_lines(newest, policy_of(stale)) if stale is not None else None,
        "open": _open_view(newest, *(over or (None, ""))),
    }
    return page("moderate/policy.html", status, page=view, problems=problems, parts=list(shown(typed, errors, moved)))


def _preview(wanted: Policy, newest: Policy) -> dict[str, Any]:
    lines = difference_lines(wanted, newest)
    return {
        "lines": lines,
        "words": ngettext("%(num)s thing would change", "%(num)s things would change", len(lines)),
        "sentences": moved_sentences(wanted, newest),
        "holds_at_once": holds_at_once(wanted, newest),
        "is_tightened": is_tightened(wanted, newest),
    }


# -- over open changes --------------------------------------------------------------------------------------


def _open_view(newest: Policy, problem: str | None, note: str) -> dict[str, Any] | None:
    """The open changes that go by older rules: {words, problem, note, may_apply}; None where there are none."""
    older = carried(reading(), newest.version)
    if not older:
        return None
    count = sum(older.values())
    return {
        "words": with_capital(
            ngettext(
                "%(count)s open change goes by the rules that it was suggested under.",
                "%(count)s open changes go by the rules that they were suggested under.",
                count,
                count=count_words(count),
            )
        ),
        "may_apply": any(is_tightened(newest, policy_of(version)) for version in older),
        "problem": problem,
        "note": note,
    }


@blueprint.post(f"{PAGE}/apply")
@allow("apply_policy")
def put_over() -> Response:
    """Put the newest rules over the open changes that they make nothing easier for."""
    note = request.form.get("note", "")
    command = service.ApplyPolicy(person_id(), request.form.get("seen", default=0, type=number_of), note)
    try:
        done = service.apply_policy(storage(), command, clock.now())
    except (Refused, NotEligible, Stale) as error:
        words = _("Say why in a few words.") if isinstance(error, Refused) else refusal_words(error)
        problems: Told = [{"id": "note", "text": words, "short": words}]
        return form(typed_of(policy_now()), problems, status_of(error), over=(words, note))
    say(
        ngettext(
            "%(count)s open change goes by the newest rules now.",
            "%(count)s open changes go by the newest rules now.",
            done.moved,
            count=with_capital(count_words(done.moved)),
        )
    )
    return redirect(PAGE, 303)
