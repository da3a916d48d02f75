"""Records that may be the same, the most alike first: merge them, or say that they are two."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.kinds import KINDS
from webapp.language import _, listed, ngettext, with_capital
from webapp.services import duplicates
from webapp.storage.queries import duplicates as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.context import person_id, reading, storage
from webapp.web.render import page, say

blueprint = Blueprint("duplicates", __name__)
PAGE = "/moderate/duplicates"
KEY = re.compile(r"(\d{1,3})~([0-9a-f-]{36})~([0-9a-f-]{36})", re.ASCII)


@blueprint.get(PAGE)
@allow("judge_duplicates")
def pairs() -> Response:
    """Pairs that nobody has judged yet."""
    found = queries.pairs(reading(), _after())
    shown = found[: queries.PAGE]
    last = shown[-1] if len(found) > len(shown) else None
    next_url = f"{PAGE}?after={last.points}~{last.first_id}~{last.second_id}" if last else None
    return page("moderate/duplicates.html", page={"rows": [_row(row) for row in shown], "next_url": next_url})


def _after() -> queries.After | None:
    found = KEY.fullmatch(request.args.get("after", ""))
    return queries.After(int(found[1]), found[2], found[3]) if found else None


def _row(row: Any) -> dict[str, Any]:
    first, second = (
        {
            "name": getattr(row, f"{side}_name") or _("Without a name"),
            "url": url_of(row.first_kind, getattr(row, f"{side}_slug")),
            "summary": getattr(row, f"{side}_summary"),
        }
        for side in ("first", "second")
    )
    return {
        "id": f"{row.first_id}-{row.second_id}",
        "first_id": row.first_id,
        "second_id": row.second_id,
        "kind": _(KINDS[row.first_kind].label),
        "points_words": ngettext("%(num)s point of 100", "%(num)s points of 100", row.points),
        "reasons": reason_words(row.reasons),
        "sides": [
            {**first, "keep_url": f"{second['url']}/merge?into={row.first_id}"},
            {**second, "keep_url": f"{first['url']}/merge?into={row.second_id}"},
        ],
    }


def reason_words(reasons: str) -> str:
    """Why two may be the same: "Same phone number and names 92 % alike"."""
    words = {
        "phone": _("same phone number"),
        "postcode": _("same postcode"),
        "nothing_else": _("nothing else is known of one"),
    }
    said = listed(
        [
            _("names %(share)s %% alike", share=share) if code == "names" else words[code]
            for code, share in json.loads(reasons)
        ]
    )
    return with_capital(said)


@blueprint.post(PAGE)
@allow("judge_duplicates")
def differ() -> Response:
    """They are two."""
    first, second = (request.form.get(name, "") for name in ("first", "second"))
    is_first = duplicates.judge_different(
        storage(), duplicates.JudgeDifferent(first, second, person_id()), clock.now()
    )
    say(_("They are not listed again.") if is_first else _("Somebody had said so already."))
    return redirect(PAGE, 303)
