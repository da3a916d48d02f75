"""Suggesting something missing: a record and, for a service, the organisation and the place that are missing too.

One set, one decision. Ids are given when the form is first shown, so that sending twice is one and the same.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.diff import Edits
from webapp.domain.fields import Kind, Risk
from webapp.domain.kinds import KINDS
from webapp.language import _, mark
from webapp.services import suggest
from webapp.storage.queries import browse
from webapp.storage.queries import suggest as queries
from webapp.storage.unit_of_work import new_id
from webapp.web.context import reading, storage, viewer
from webapp.web.forms import guest, shown
from webapp.web.forms.change_flow import sent
from webapp.web.forms.flow import Flow, Told, one, posted
from webapp.web.forms.sheet import Sheet
from webapp.web.forms.typed import new_element_id, says_something, without_blank_rows
from webapp.web.wording import title_words

MOST_PLACES = 10  # rows that offer the new place
PARTS = {
    "organization": (mark("A new organisation"), ("name", "description", "contact", "phones")),
    "location": (mark("A new place"), ("name", "location_type", "address", "accessibility")),
}
HINTS = {
    "organization": mark("Only if nobody has entered it here yet. Then choose “a new organisation” above."),
    "location": mark("Only if nobody has entered it here yet. Then choose “a new place” above."),
}
GIVEN = {"location_type", "country"}  # said by the form itself
BOTH = {
    "organization": mark(
        "You chose another organisation above and typed a new one too. Choose the new one, or clear what you typed."
    ),
    "location": mark(
        "You chose another place above and typed a new one too. Choose the new one, or clear what you typed."
    ),
}
TITLES = mark({
    "service": "Suggest a missing service",
    "location": "Suggest a missing place",
    "organization": "Suggest a missing organisation",
    "guide": "Suggest a missing guide",
    "taxonomy": "Suggest a missing list of categories",
    "taxonomy_term": "Suggest a missing category",
})
CARDS = mark({
    "service": "New service: %(name)s",
    "location": "New place: %(name)s",
    "organization": "New organisation: %(name)s",
    "guide": "New guide: %(name)s",
    "taxonomy": "New list of categories: %(name)s",
    "taxonomy_term": "New category: %(name)s",
})
HERE = mark({
    "service": "service, here already.",
    "location": "place, here already.",
    "organization": "organisation, here already.",
    "guide": "guide, here already.",
    "taxonomy": "list of categories, here already.",
    "taxonomy_term": "category, here already.",
})


class NewFlow(Flow):
    """The form of a record that is not there yet."""

    template = "suggest/new.html"

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        parts = PARTS if kind.name == "service" else {}
        self.ids = {name: _given_id(f"new_{name}") for name in ("record", *parts)}
        pairs = posted() if request.method == "POST" else None
        connection, index = reading(), storage().search
        main = Sheet(connection, index, kind, {}, pairs, is_new=True, extra=self._extra())
        self.parts = {
            name: Sheet(connection, index, KINDS[name], {}, pairs, prefix=f"{name}-", parts=groups, is_new=True)
            for name, (_title, groups) in parts.items()
        }
        super().__init__([main, *self.parts.values()])
        self.why = replace(self.why, is_new=True)
        if pairs is None:
            self._begin()
        else:
            self._join()

    def _extra(self) -> dict[str, tuple[str, str]]:
        """ "A new one" among the choices of organisation and place."""
        if "location" not in self.ids:
            return {}
        place = (self.ids["location"], _("A new place, entered below"))
        names = [f"places-{number}-location_id" for number in range(MOST_PLACES)]
        new = (self.ids["organization"], _("A new organisation, entered below"))
        return {"organization_id": new, **dict.fromkeys(names, place)}

    def _begin(self) -> None:
        """What the empty form starts with."""
        if self.parts:
            self.sheets[0].typed.values["places"] = [{"id": new_element_id(), "order": 0}]
            self.parts["location"].typed.values["location_type"] = "physical"
        elif self.kind.name == "location":
            self.sheets[0].typed.values["location_type"] = "physical"

    def _join(self) -> None:
        """Who typed a new organisation or place and chose none meant the new one."""
        values = self.sheets[0].typed.values
        if self._is_typed("organization") and not values.get("organization_id"):
            values["organization_id"] = self.ids["organization"]
        if self._is_typed("location") and not any(row.get("location_id") for row in values.get("places", [])):
            rows = values.setdefault("places", [])
            if not rows:
                rows.append({"id": new_element_id(), "order": 0})
            rows[0]["location_id"] = self.ids["location"]

    def _is_typed(self, name: str) -> bool:
        if name not in self.parts:
            return False
        values = without_blank_rows(self.parts[name].typed.values)
        return says_something({key: value for key, value in values.items() if key not in GIVEN})

    def _is_chosen(self, name: str) -> bool:
        values = self.sheets[0].typed.values
        if name == "organization":
            return values.get("organization_id") == self.ids[name]
        return any(row.get("location_id") == self.ids[name] for row in values.get("places", []))

    def _members(self) -> list[tuple[str, Sheet]]:
        """The records of the set: the main one first, then the parts that are chosen."""
        chosen = [(name, sheet) for name, sheet in self.parts.items() if self._is_chosen(name)]
        return [("record", self.sheets[0]), *chosen]

    # -- what it is about -------------------------------------------------------------------------------------

    def page(self) -> dict[str, Any]:
        """What it is about."""
        name = str(self.sheets[0].typed.values.get("name") or "")
        return {
            "title": _(TITLES[self.kind.name]),
            "record_title": title_words("create", self.kind.name, name),
            "record_url": None,
            "action_url": f"/suggest/new/{self.kind.name}",
            "hidden": self._hidden(),
            "intro": _("Enter what you know. Neighbours look at it before it shows."),
        }

    def _hidden(self) -> list[tuple[str, str]]:
        return [(f"new_{name}", id_) for name, id_ in self.ids.items()]

    def sections(self, *, told: bool) -> list[dict[str, Any]]:
        """The record itself, then what may be new with it."""
        made = super().sections(told=told)
        for name, sheet in self.parts.items():
            groups = sheet.groups(told=told and self._is_chosen(name))
            made.append({"name": name, "title": _(PARTS[name][0]), "hint": _(HINTS[name]), "groups": groups})
        return made

    def further_problems(self) -> Told:
        """A new part that was typed although another record is chosen."""
        return [
            problem
            for name in self.parts
            if self._is_typed(name) and not self._is_chosen(name)
            for problem in one(_(BOTH[name]), "f-organization_id" if name == "organization" else "f-places")
        ]

    def is_refused(self) -> bool:
        """Only what will be sent can stop it."""
        wrong = any(sheet.report.refusals for _name, sheet in self._members())
        return wrong or bool(self.why.problems()) or bool(self.further_problems())

    def _summary(self, sections: list[dict[str, Any]]) -> Told:
        found: Told = []
        named = dict(zip(("record", *self.parts), sections, strict=True))
        for name, sheet in self._members():
            told = sheet.summary(named[name]["groups"])
            if self.parts:  # of a service, and all three have a name
                part = _(PARTS[name][0]) if name in PARTS else _("The service itself")
                told = [{**own, "text": _("%(part)s: %(problem)s", part=part, problem=own["text"])} for own in told]
            found += told
        return [*found, *self.further_problems(), *self.why.summary()]

    # -- what will be sent ------------------------------------------------------------------------------------

    def doubts(self) -> list[Any]:
        """What people are asked to look at again."""
        return [doubt for _name, sheet in self._members() for doubt in sheet.report.doubts]

    def changes(self) -> list[dict[str, Any]]:
        """One card a record."""
        needs = shown.needs_words(shown.rules(storage(), reading())[Risk.HIGH])
        return [
            {
                "label": _(CARDS[sheet.kind.name], name=sheet.proposed.get("name") or _("without a name")),
                "needs_words": needs,
                "units": shown.units(reading(), sheet.kind, self._visible(sheet.edits), sheet.proposed),
            }
            for _name, sheet in self._members()
        ]

    def _visible(self, edits: Edits) -> Edits:
        """Without links inside the set: the other card says it."""
        own = set(self.ids.values())
        return tuple(edit for edit in edits if not isinstance(edit.after, str) or edit.after not in own)

    def duplicates(self) -> list[dict[str, str]]:
        """Records with such a name."""
        found = []
        for _name, sheet in self._members():
            name = str(sheet.proposed.get("name", ""))
            for hit in queries.find_choices(reading(), storage().search, sheet.kind.name, name, most=5):
                words = f"{_(HERE[sheet.kind.name])} {hit.hint}".strip()
                found.append({"title": hit.name, "url": browse.url_of(hit.kind, hit.slug), "words": words})
        return found

    def execute(self) -> Response:
        """Store the set and show the suggestion; a visitor's is parked."""
        records = tuple(
            suggest.NewRecord(self.ids[name], sheet.kind.name, sheet.proposed) for name, sheet in self._members()
        )
        command = suggest.SuggestRecords(viewer().id or "", records, self.why.reason, self.why.how_known)
        if self.why.is_guest:
            return guest.park(command, self.why)
        return sent(suggest.suggest_records(storage(), command, clock.now()))


def _given_id(name: str) -> str:
    """The id that the form was first shown with; a fresh one where it is none, or is somebody else's."""
    value = request.form.get(name, "")
    try:
        is_id = str(uuid.UUID(value)) == value
    except ValueError:
        is_id = False
    return value if is_id and not queries.choices_of(reading(), [value]) else new_id()
