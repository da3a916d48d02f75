"""The replay of other rules on the last weeks: of a version that was written, or of what stands in the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotFound, Refused
from webapp.domain.policy import DEFAULT, Policy
from webapp.language import _, ngettext
from webapp.services import policy as service
from webapp.services.replay import Asked, replay_policy
from webapp.web.access import allow
from webapp.web.context import reading
from webapp.web.errors import status_of
from webapp.web.judged import policies_now, policy_now
from webapp.web.policy import PAGE as EDITOR
from webapp.web.policy import form, told
from webapp.web.policy_fields import rules_of
from webapp.web.policy_words import difference_lines
from webapp.web.received import number_of
from webapp.web.render import page
from webapp.web.replay_words import assumptions, lines
from webapp.web.wording import span_words

blueprint = Blueprint("replay", __name__)
PAGE = f"{EDITOR}/replay"
DAYS = (30, 90, 366)
MOST = 2_000  # changes: what a page can wait for
UNSENT = ("csrf_token", "step")


@blueprint.get(PAGE)
@allow("edit_policy")
def of_version() -> Response:
    """What a version that was written would have made of the last weeks."""
    version = request.args.get("version", type=number_of)
    if version is None:
        return _page(None, {})
    newest = policy_now()
    found = policies_now().get(version) or (DEFAULT if version == newest.version == DEFAULT.version else None)
    if found is None:
        raise NotFound(what="version")
    return _page(found, {}, _("Version %(version)s", version=version))


@blueprint.post(PAGE)
@allow("edit_policy")
def of_draft() -> Response:
    """What the rules in the form would have made of the last weeks; what was typed goes back to the form."""
    try:
        wanted = service.draft_of(reading(), policy_now(), rules_of(request.form))
    except Refused as error:
        return form(request.form, told(error), status_of(error))
    kept = {name: value for name, value in request.form.items() if name not in UNSENT}
    return _page(wanted, kept, _("What you typed"))


def _page(policy: Policy | None, kept: Mapping[str, str], title: str = "") -> Response:
    days = _days()
    versions = sorted(policies_now() or {DEFAULT.version: DEFAULT}, reverse=True)
    view: dict[str, Any] = {
        "url": PAGE,
        "editor_url": EDITOR,
        "title": title,
        "days": days,
        "choices": [(one, ngettext("%(num)s day", "%(num)s days", one)) for one in DAYS],
        "versions": [(one, _("Version %(version)s", version=one)) for one in versions],
        "version": policy.version if policy else None,
        "kept": list(kept.items()),
        "moved": difference_lines(policy, policy_now()) if policy else [],
        "assumptions": assumptions(),
        "found": _found(policy, days) if policy else None,
    }
    return page("moderate/policy_replay.html", page=view)


def _days() -> int:
    asked = request.values.get("days", default=90, type=number_of)
    return asked if asked in DAYS else 90


def _found(policy: Policy, days: int) -> dict[str, Any]:
    found = replay_policy(reading(), policy, Asked(days, MOST), clock.now())
    words = ngettext(
        "%(num)s change of the last %(span)s was judged again.",
        "%(num)s changes of the last %(span)s were judged again.",
        found.changes,
        span=span_words(timedelta(days=days)),
    )
    return {"count": found.changes, "words": words, "lines": lines(found), "is_cut": found.changes == MOST}
