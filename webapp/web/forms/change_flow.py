"""Suggesting a change to a record, written against the revision that the person had before them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.diff import by_group, diff, group_words
from webapp.domain.document import Document
from webapp.domain.fields import Kind
from webapp.language import _, mark
from webapp.services import suggest
from webapp.storage.queries import browse
from webapp.storage.queries import suggest as queries
from webapp.web.context import reading, storage, viewer
from webapp.web.forms import guest, shown
from webapp.web.forms.flow import Flow, Told, groups_of, one, posted
from webapp.web.forms.rebase import onto
from webapp.web.forms.sheet import Sheet
from webapp.web.render import say

INTRO = mark("Change only what you know. The rest stays as it is. Neighbours look at your suggestion before it shows.")
MOVED = mark("Somebody else changed this while you were writing. Check what you typed against it.")


class ChangeFlow(Flow):
    """The form of a record that is there."""

    def __init__(self, kind: Kind, record: Any) -> None:
        self.kind, self.record = kind, record
        self.number, base = self._base()
        pairs = posted() if request.method == "POST" else None
        super().__init__([Sheet(reading(), storage().search, kind, base, pairs)])

    def page(self) -> dict[str, Any]:
        """What it is about."""
        url = browse.url_of(self.kind.name, self.record.slug)
        return {
            "title": _("Suggest a change"),
            "record_title": self.record.name or _("This place"),
            "record_url": url,
            "action_url": f"{url}/suggest",
            "intro": _(INTRO),
            "hidden": [("base_revision", str(self.number))],
            "acts": shown.lifecycle_acts(url, self.record.status, viewer().is_signed_in),
        }

    def duplicates(self) -> list[dict[str, str]]:
        """Open suggestions that touch the same groups."""
        return shown.waiting(reading(), self.kind, self.record.id, groups_of(self.sheets[0]))

    def execute(self) -> Response:
        """Store the suggestion and show it; a visitor's is parked."""
        command = suggest.SuggestChange(
            viewer().id or "", self.record.id, self.number, self.sheets[0].proposed, self.why.reason, self.why.how_known
        )
        if self.why.is_guest:
            return guest.park(command, self.why)
        return sent(suggest.suggest_change(storage(), command, clock.now()))

    def moved(self) -> Response | None:
        """What changed meanwhile, and the form with what was typed fitted onto it."""
        if self.number == self.record.newest_number:
            return None
        sheet, current = self.sheets[0], self._at(self.record.newest_number)
        between = by_group(self.kind, diff(self.kind, sheet.base, current))
        fitted = onto(self.kind, current, sheet.edits)
        fresh = Sheet(reading(), storage().search, self.kind, current)
        fresh.typed = replace(fresh.typed, values=fitted.document, finds=sheet.typed.finds)
        self.number, self.sheets = self.record.newest_number, [fresh]
        lost = fitted.lost_words(reading(), self.kind)
        told: Told = one(_(MOVED), "meanwhile")
        for text in lost:
            told += one(_("This has no place any more: %(what)s", what=text))
        meanwhile = [
            {"label": group_words(self.kind, key), "units": shown.units(reading(), self.kind, part, current)}
            for key, part in between.items()
        ]
        return self.form(409, told, meanwhile=meanwhile)

    def _at(self, number: int) -> Document:
        return queries.document_at(reading(), self.record.id, number) or {}

    def _base(self) -> tuple[int, Document]:
        number = request.form.get("base_revision", "")
        if number.isascii() and number.isdecimal() and len(number) < 9:
            document = queries.document_at(reading(), self.record.id, int(number))
            if document is not None:
                return int(number), document
        return self.record.newest_number, self._at(self.record.newest_number)


def sent(done: suggest.Suggested) -> Response:
    """To the suggestion that was stored; by way of what was left out of it, since others suggest that already."""
    say(_("Thank you. Your suggestion is with the reviewers now."))
    url = f"/suggestions/{done.suggestion_id}"
    if done.alike:
        url += "/alike?" + urlencode([("change", same.change_id) for same in done.alike])
    return redirect(url, 303)
