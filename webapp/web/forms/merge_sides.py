"""Two records side by side before they are merged: which one's words stay, part by part, and how it reads then.

Its law: what is sent is what was last shown. A record that moves meanwhile, or another choice, is shown first.
"""

from __future__ import annotations

from typing import Any

from flask import request

from webapp.domain.diff import Edits
from webapp.domain.fields import Field, Kind
from webapp.domain.take_over import can_be_joined, can_be_taken, parts, taking
from webapp.language import _, ngettext
from webapp.storage.queries import suggest as queries
from webapp.web.context import reading
from webapp.web.parts import ids_in, part_text
from webapp.web.units import unit_views

KEEP = "keep."
"""Before the name of a part: whose words stay, `goes`, `stays`, or `both` of a list."""


class Sides:
    """The record that goes and the one that stays, and what was chosen of each."""

    def __init__(self, kind: Kind, record: Any, into: queries.Choice) -> None:
        self.kind, self.record, self.into = kind, record, into
        self.goes = queries.document_at(reading(), record.id, record.newest_number) or {}
        self.is_compared = request.form.get("compared") == into.id
        self.taken = tuple(unit for unit, _label, fields in parts(kind) if self._is_taken(unit, fields))
        self.joined = tuple(unit for unit, _label, fields in parts(kind) if self._is_joined(unit, fields))

    def _is_taken(self, unit: str, fields: tuple[Field, ...]) -> bool:
        """By choice; until there was one, where the record that stays says nothing."""
        if not can_be_taken(fields, self.goes, self.into.document, self.into.id):
            return False
        if self.is_compared:
            return request.form.get(KEEP + unit) == "goes"
        return not any(self.into.document.get(field.name) for field in fields)

    def _is_joined(self, unit: str, fields: tuple[Field, ...]) -> bool:
        """By choice alone."""
        is_chosen = self.is_compared and request.form.get(KEEP + unit) == "both"
        return is_chosen and can_be_joined(fields, self.goes, self.into.document, self.into.id)

    @property
    def seen(self) -> tuple[int, int]:
        """The revisions that are compared."""
        return self.record.newest_number, self.into.newest_number

    @property
    def shown(self) -> str:
        """What this page shows, as one mark: a form that brings it along is sent as it was seen."""
        return " ".join((self.into.id, *map(str, self.seen), *self.taken, "+", *self.joined))

    @property
    def is_looked_over(self) -> bool:
        """Whether just this was shown before."""
        return self.is_compared and request.form.get("shown") == self.shown

    def rows(self) -> list[dict[str, Any]]:
        """Both records, part by part, where either says anything."""
        linked = {value for document in (self.goes, self.into.document) for value in ids_in(document)}
        names = {id_: choice.name for id_, choice in queries.choices_of(reading(), linked).items()}
        rows = []
        for number, (unit, label, fields) in enumerate(parts(self.kind)):
            here, there = (part_text(fields, document, names) for document in (self.goes, self.into.document))
            if here or there:
                rows.append(
                    {
                        "id": f"keep-{number}",
                        "name": KEEP + unit,
                        "label": _(label),
                        "here": here,
                        "there": there,
                        "same": here == there,
                        "can_be_taken": can_be_taken(fields, self.goes, self.into.document, self.into.id),
                        "can_be_joined": can_be_joined(fields, self.goes, self.into.document, self.into.id),
                        "kept": "goes" if unit in self.taken else "both" if unit in self.joined else "stays",
                    }
                )
        return rows

    def preview(self) -> dict[str, Any]:
        """How the record that stays will read, and what follows for the other."""
        edits: Edits = taking(self.kind, self.goes, self.into.document, self.taken, self.into.id, self.joined)
        waiting = self.record.open_changes
        return {
            "units": unit_views(reading(), self.kind, edits, self.into.document),
            "sentences": [
                _("Whoever opens “%(goes)s” is led to “%(stays)s”.", goes=self.record.name, stays=self.into.name),
                _("What names the one that goes is shown with the one that stays."),
                *([_moved_words(waiting)] if waiting else []),
                _("Both keep their history, and moderators can undo it."),
            ],
        }


def _moved_words(count: int) -> str:
    return ngettext(
        "%(num)s open change moves along. It has to be fitted to the record that stays, and loses its votes.",
        "%(num)s open changes move along. They have to be fitted to the record that stays, and lose their votes.",
        count,
    )
