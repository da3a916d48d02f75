"""Suggesting that a record ends, runs again, or is the same as another one; always with a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import NotAllowed, WellkeptError
from webapp.domain.fields import Kind, Risk
from webapp.language import _, mark
from webapp.services import suggest
from webapp.storage.queries import browse
from webapp.storage.queries import suggest as queries
from webapp.web.context import reading, storage, viewer
from webapp.web.errors import status_of
from webapp.web.forms import guest, shown
from webapp.web.forms.barred import barred
from webapp.web.forms.change_flow import sent
from webapp.web.forms.flow import Told, kept_pairs, one, stopped
from webapp.web.forms.merge_other import Other, option_words, other_of
from webapp.web.forms.merge_sides import Sides
from webapp.web.forms.why import Why
from webapp.web.render import page
from webapp.web.wording import refusal_words

TITLES = {
    "close": mark("Suggest to close: %(name)s"),
    "reopen": mark("Suggest to reopen: %(name)s"),
    "merge": mark("Suggest to merge: %(name)s"),
}
INTROS = {
    "close": mark(
        "It does not run any more. The record stays, so that nobody looks for it in vain, and can be reopened."
    ),
    "reopen": mark("It runs again, or was never gone."),
    "merge": mark(
        "Two records say the same. One stays; the other leads to it. Nothing is deleted, and it can be undone."
    ),
}


class Lifecycle:
    """One request for the form of an end."""

    def __init__(self, act: str, kind: Kind, record: Any) -> None:
        self.act, self.kind, self.record = act, kind, record
        self.why = Why(request.form.to_dict(), is_guest=not viewer().is_signed_in)
        self.other = other_of(record, request.values.get("into", "")) if act == "merge" else Other()
        self.into = self.other.into
        self.sides = Sides(kind, record, self.into) if self.into else None

    def answer(self) -> Response:
        """What the pressed button asks for."""
        if told := stopped():
            return self.form(*told)
        if request.method == "GET" or "find" in request.form or request.form.get("step") == "edit":
            return self.form()
        if barred(self.record):
            return self.form(403, one(refusal_words(NotAllowed("protected"))))
        if self.act == "merge" and (self.sides is None or not self.sides.is_compared):
            missing = not self.other.chosen
            told_so = one(_("Choose the record that stays."), "f-into") if missing else []
            return self.form(200 if self.into else self.other.status, told_so)
        if self.sides is not None and request.form.get("step") == "compare":
            return self.form()
        if self.why.problems():
            return self.form(422, told=True)
        if self.sides is not None and not self.sides.is_looked_over:
            return self.form(is_preview=True)
        return self.send()

    def send(self) -> Response:
        """Store the suggestion and show it; a visitor's is parked."""
        into = self.into.id if self.into else None
        command = suggest.SuggestLifecycle(
            viewer().id or "", self.record.id, self.act, self.why.reason, into, self.why.how_known
        )
        if self.sides is not None:
            command = replace(command, taken=self.sides.taken, joined=self.sides.joined, seen=self.sides.seen)
        try:
            if self.why.is_guest:
                return guest.park(command, self.why)
            return sent(suggest.suggest_lifecycle(storage(), command, clock.now()))
        except suggest.Alike as error:
            (row,) = queries.alike(reading(), [str(error.values["change"])], viewer().id)
            about = shown.alike_page(row, viewer(), self.action, kept_pairs())
            return page("suggest/alike.html", 409, page=about, **self.why.controls())
        except WellkeptError as error:
            return self.form(status_of(error), one(refusal_words(error)))

    # -- the page ---------------------------------------------------------------------------------------------

    def form(
        self, status: int = 200, problems: Told | None = None, *, told: bool = False, is_preview: bool = False
    ) -> Response:
        """The form with everything that was typed."""
        needs = shown.needs_words(shown.rules(storage(), reading())[Risk.DESTRUCTIVE])
        about = {
            "title": TITLES[self.act],  # the page says it, with the name marked
            "record_title": self.record.name,
            "record_url": self.url,
            "action_url": self.action,
            "intro": _(INTROS[self.act]),
            "needs_words": needs,
            "act": self.act,
            "barred": barred(self.record),
            "is_typed": request.method == "POST",
            "allowance_words": shown.allowance_words(storage(), reading(), viewer().id),
            "waiting": shown.waiting(reading(), self.record.id, ()),
            "link": self._link(),
            "report_other_url": self.other.report_url,
            "waits": self.other.waits(),
            "has_wrong_other": bool(self.other.wrong),
            "sides": self.sides.rows() if self.sides else [],
            "into": self.into.id if self.into else "",
            "preview": self.sides.preview() if self.sides and is_preview else None,
            "shown": self.sides.shown if self.sides and is_preview else "",
        }
        found = one(self.other.wrong, "f-into") if self.other.wrong else []
        found += [*(problems or []), *(self.why.summary() if told else [])]
        return page("suggest/lifecycle.html", status, page=about, problems=found, **self.why.controls(told=told))

    @property
    def url(self) -> str:
        """The record's address."""
        return browse.url_of(self.kind.name, self.record.slug)

    @property
    def action(self) -> str:
        """The form's address."""
        return f"{self.url}/{self.act}"

    # -- the other record of a merge --------------------------------------------------------------------------

    def _link(self) -> dict[str, Any] | None:
        """The control that finds the record that stays; at first it offers records of the same name."""
        if self.act != "merge":
            return None
        sought = request.form.get("into.find", "")
        found = queries.find_choices(reading(), storage().search, self.kind.name, sought or self.record.name)
        options = {self.into.id: option_words(self.into)} if self.into else {}
        options |= {hit.id: option_words(hit) for hit in found if hit.id != self.record.id}
        nothing = _("Nothing else is kept here by that name.") if sought and not options else ""
        return {
            "name": "into",
            "id": "f-into",
            "label": _("Which record stays?"),
            "type": "link",
            "hint": "",
            "error": self.other.wrong or None,
            "doubt": None,
            "required": True,
            "value": self.into.id if self.into else "",
            "options": list(options.items()),
            "find": sought,
            "nothing": nothing,
        }
