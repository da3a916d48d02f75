"""Where people pull a record to and fro: shown to moderators, with a protection one press away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.kinds import KINDS
from webapp.domain.tug import WITHIN, Tug, tugs
from webapp.language import _, ngettext
from webapp.storage.queries.browse import url_of
from webapp.storage.queries.history import names_of
from webapp.storage.queries.tugs import Busy, busy_records
from webapp.web.access import allow
from webapp.web.context import reading
from webapp.web.freshness import protection_words
from webapp.web.parts import ids_in, part_text
from webapp.web.render import page

blueprint = Blueprint("tugs", __name__)
DAYS = 7  # that a press protects for: `RULES.md` has the same for reverts


@blueprint.get("/moderate/tugs")
@allow("protect_record")
def listed() -> Response:
    """Records whose same part was changed back and forth of late, the busiest first."""
    pulled = [
        (busy, found)
        for busy in busy_records(reading(), clock.now() - WITHIN)
        if (found := tugs(KINDS[busy.row.kind], busy.revisions))
    ]
    names = names_of(reading(), {id_ for _busy, found in pulled for tug in found for id_ in _linked(tug)})
    days = ngettext("the last %(num)s day", "the last %(num)s days", WITHIN.days)
    return page("moderate/tugs.html", page={"rows": [_row(busy, found, names) for busy, found in pulled], "days": days})


def _linked(tug: Tug) -> list[str]:
    return [id_ for step in tug.steps for field in tug.fields for id_ in ids_in(step.document.get(field.name))]


def _row(busy: Busy, found: list[Tug], names: dict[str, str]) -> dict[str, Any]:
    base = url_of(busy.row.kind, busy.row.slug)
    return {
        "id": busy.row.id,
        "title": busy.row.name or _("Without a name"),
        "url": base,
        "protection": protection_words(busy.row, clock.now()),
        "protect_url": f"{base}/protect",
        "protect": {"level": "trusted", "days": DAYS, "note": _("Changed back and forth by several people")},
        "tugs": [
            {
                "label": _(tug.label),
                "steps": [
                    {
                        "text": part_text(tug.fields, step.document, names),
                        "who": busy.names.get(step.person_id or "", _("an import")),
                        "at": step.at,
                        "url": f"{base}/history/{step.number}",
                        "number": step.number,
                    }
                    for step in tug.steps
                ],
            }
            for tug in found
        ],
    }
