"""Fitting an open change to its record as it is now: where they clash, a person chooses, piece by piece."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.diff import Edit, group_words
from webapp.domain.document import to_units
from webapp.domain.errors import NotEligible, WellkeptError
from webapp.domain.kinds import KINDS
from webapp.domain.merge import fit
from webapp.language import _, mark
from webapp.services import amend
from webapp.services.ending import payload_edits
from webapp.storage.queries import browse
from webapp.storage.queries import suggest as queries
from webapp.web.context import person_id, reading, storage
from webapp.web.errors import status_of
from webapp.web.forms import shown
from webapp.web.forms.amend_flow import act_on
from webapp.web.forms.barred import barred
from webapp.web.queue_next import along, own_url
from webapp.web.received import number_of
from webapp.web.render import page, say
from webapp.web.wording import refusal_words

SAID = {
    "superseded": mark("Nothing was left to say: the record says it already."),
    "withdrawn": mark("Nothing of it was left, so it was taken back. The record stays as it is."),
}
"""What its author reads when a change came to its end by being fitted."""


def answer(change: Any) -> Response:
    """The page, or the rebase."""
    if change.type != "edit":
        raise NotEligible("only_edits_amend")
    act_on(change, "rebase")
    return _rebase(change) if request.method == "POST" else _page(change)


def _rebase(change: Any) -> Response:
    seen = request.form.get("seen", -1, type=number_of)
    mine = frozenset(value for name, value in request.form.items() if name.startswith("unit-")) - {""}
    command = amend.RebaseChange(change.id, person_id(), seen, mine)
    try:
        done = amend.rebase_change(storage(), command, clock.now())
    except WellkeptError as error:
        again = queries.find_change(reading(), change.suggestion_id, change.id)
        return _page(again, status_of(error), [{"id": None, "text": refusal_words(error)}], mine)
    say(_(SAID.get(done.state, mark("Fitted to the record as it is now. Votes begin anew."))))
    return redirect(own_url(change.suggestion_id, f"change-{change.id}"), 303)


def _edits(change: Any) -> tuple[Edit, ...]:
    return tuple(payload_edits(change.payload))


def _page(
    change: Any, status: int = 200, problems: list[dict[str, Any]] | None = None, mine: frozenset[str] = frozenset()
) -> Response:
    kind = KINDS[change.kind]
    record = browse.find_by_id(reading(), change.record_id)
    if record is None:
        raise NotEligible("does_not_fit")
    current = queries.document_at(reading(), change.record_id, record.newest_number) or {}
    found = fit(to_units(kind, current), _edits(change))
    clashes = tuple(Edit(clash.unit, clash.current, clash.proposed) for clash in found.clashes)
    views = {view.unit: view for view in shown.units(reading(), kind, clashes, current)}
    shown_clashes = [
        {"name": f"unit-{number}", "unit": clash.unit, "view": views[clash.unit], "mine": clash.unit in mine}
        for number, clash in enumerate(clashes)
        if clash.unit in views
    ]
    hidden = [  # presences and the like, which nobody could judge by themselves, go with what was suggested
        (f"unit-{number}", clash.unit) for number, clash in enumerate(clashes) if clash.unit not in views
    ]
    return page(
        "suggest/rebase.html",
        status,
        problems=problems or [],
        page={
            "barred": barred(record),
            "is_typed": request.method == "POST",
            "title": _("Fit to the record as it is now: %(what)s", what=group_words(kind, change.group)),
            "record_title": record.name,
            "suggestion_url": own_url(change.suggestion_id, f"change-{change.id}"),
            "action_url": along(f"/suggestions/{change.suggestion_id}/changes/{change.id}/rebase"),
            "hidden": [("seen", str(change.content_version)), *hidden],
            "clashes": shown_clashes,
            "applies": shown.units(reading(), kind, found.applies, current),
            "already": shown.units(reading(), kind, found.already, current),
        },
    )
