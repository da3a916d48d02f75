"""Every version of the rules, for everybody to read: who wrote it, when, why, and what it has otherwise."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from webapp.domain.permissions import may
from webapp.domain.policy import DEFAULT
from webapp.language import _
from webapp.storage.queries.policies import versions as read_versions
from webapp.storage.queries.shown import public
from webapp.web.access import allow
from webapp.web.context import actor, reading
from webapp.web.judged import policies_now
from webapp.web.policy_words import difference_lines
from webapp.web.received import number_of
from webapp.web.render import page
from webapp.web.tagged import tagged

blueprint = Blueprint("policy_versions", __name__)
PER_PAGE = 20


@blueprint.get("/rules/versions")
@allow("read_rules")
def versions() -> Response:
    """Versions of the rules, newest first."""
    return tagged(public, _versions)


def _versions() -> Response:
    before = request.args.get("before", type=number_of)
    found = read_versions(reading(), before, PER_PAGE + 1)
    shown, older = found[:PER_PAGE], found[PER_PAGE:]
    view = {
        "rows": [_row(row) for row in shown],
        "next_url": f"/rules/versions?before={shown[-1].version}" if older else None,
        "edit_url": "/moderate/policy" if may(actor(), "edit_policy") else None,
    }
    return page("browse/rules_versions.html", page=view)


def _row(row: Any) -> dict[str, Any]:
    policies = policies_now()
    before = policies.get(row.version - 1)
    return {
        "title": _("Version %(version)s", version=row.version),
        "who": row.who,
        "who_url": f"/people/{row.handle}" if row.handle else None,
        "at": row.created_at,
        "reason": row.reason,
        "lines": difference_lines(policies[row.version], before or DEFAULT) if row.version > 1 else [],
    }
