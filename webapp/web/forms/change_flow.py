"""Suggesting a change to a record, written against the revision that the person had before them."""

from __future__ import annotations

from collections.abc import Sequence
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
from webapp.services.ending import payload_edits
from webapp.storage.queries import browse
from webapp.storage.queries import suggest as queries
from webapp.web.context import reading, storage, viewer
from webapp.web.forms import guest, shown
from webapp.web.forms.barred import barred
from webapp.web.forms.flow import Flow, Told, groups_of, one, posted
from webapp.web.forms.rebase import Fitted, onto
from webapp.web.forms.sheet import Sheet
from webapp.web.render import say

INTRO = mark("Change only what you know. The rest stays as it is. Neighbours look at your suggestion before it shows.")
TAKEN_UP = mark(
    "This is what was rejected, put onto the record as it is now. Change what was wrong with it, and say below what is"
    " different this time. Reviewers see that you take it up again."
)
LOST = mark("This has no place any more: %(what)s")
MOVED = mark("Somebody else changed this while you were writing. Check what you typed against it.")


class ChangeFlow(Flow):
    """The form of a record that is there; filled, where somebody takes up again what was rejected."""

    lost: Sequence[str] = ()  # of what was rejected: what has no place in the record any more

    def __init__(self, kind: Kind, record: Any) -> None:
        self.kind, self.record = kind, record
        self.number, base = self._base()
        self.taken_up = self._taken_up()
        if request.method == "POST":
            super().__init__([Sheet(reading(), storage().search, kind, base, posted())])
            return
        wished = onto(kind, base, payload_edits(self.taken_up[1])) if self.taken_up else Fitted(base, ())
        super().__init__([Sheet(reading(), storage().search, kind, wished.document, against=base)])
        self.lost = wished.lost_words(reading(), kind)

    def page(self) -> dict[str, Any]:
        """What it is about."""
        url = browse.url_of(self.kind.name, self.record.slug)
        return {
            "title": _("Suggest a change"),
            "record_title": self.record.name or _("This place"),
            "record_url": url,
            "action_url": f"{url}/suggest",
            "intro": _(TAKEN_UP if self.taken_up else INTRO),
            "hidden": [("base_revision", str(self.number)), *self._resubmits()],
            "acts": shown.lifecycle_acts(url, self.record.status, viewer().is_signed_in),
        }

    def answer(self) -> Response:
        """As any form; what could not be filled in is told above it."""
        if not self.lost:
            return super().answer()
        return self.form(200, [told for text in self.lost for told in one(_(LOST, what=text))])

    def duplicates(self) -> list[dict[str, str]]:
        """Open suggestions that touch the same groups."""
        return shown.waiting(reading(), self.record.id, groups_of(self.sheets[0]))

    def barred(self) -> dict[str, Any] | None:
        """Whether the record is protected from who is looking."""
        return barred(self.record)

    def execute(self) -> Response:
        """Store the suggestion and show it; a visitor's is parked."""
        command = suggest.SuggestChange(
            viewer().id or "",
            self.record.id,
            self.number,
            self.sheets[0].proposed,
            self.why.reason,
            self.why.how_known,
            resubmits=self.taken_up[0] if self.taken_up else "",
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
            told += one(_(LOST, what=text))
        meanwhile = [
            {"label": group_words(self.kind, key), "units": shown.units(reading(), self.kind, part, current)}
            for key, part in between.items()
        ]
        return self.form(409, told, meanwhile=meanwhile)

    def _taken_up(self) -> tuple[str, str] | None:
        """The own rejected change that is taken up again, by id and content; None where it is not that."""
        wanted, person = request.values.get("resubmits", ""), viewer().id
        if not wanted or person is None:
            return None
        payload = queries.rejected_payload(reading(), wanted, self.record.id, person)
        return (wanted, payload) if payload else None

    def _resubmits(self) -> list[tuple[str, str]]:
        return [("resubmits", self.taken_up[0])] if self.taken_up else []

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
