"""What a change alters, unit by unit, in words: edits, new records, closing, reopening, merging."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from webapp.domain.diff import Edit, Edits, diff, edits_from_json
from webapp.domain.document import Document, to_units
from webapp.domain.fields import Kind
from webapp.domain.kinds import KINDS
from webapp.domain.merge import fit
from webapp.language import _, with_capital
from webapp.storage import Connection
from webapp.storage.queries.history import names_of
from webapp.storage.queries.review import creation_entries, current_document
from webapp.web.units import UnitView, comes_or_goes, is_declared, unit_views


def units_of(connection: Connection, change: Any) -> list[UnitView]:
    """What a change alters, unit by unit."""
    if change.type == "create":
        return _new_units(connection, change)
    if change.type == "merge":
        return [_merge_unit(connection, change), *_taken_units(connection, change)]
    kind, document = KINDS[change.kind], current_document(change)
    edits = edits_from_json(json.loads(change.payload)["edits"])
    if change.state == "open" and document is not None and change.newest_number != change.base_number:
        edits = _from_now(kind, edits, document)
    return unit_views(connection, kind, edits, document)


def _from_now(kind: Kind, edits: Edits, document: Document) -> Edits:
    """The edits from what the record says at present, not from what it said when they were written.

    Two keep what stood there: units of an older schema, which the record can't have, and elements that come or go,
    of which their own units tell.
    """
    units = to_units(kind, document)

    def moves(edit: Edit) -> bool:
        return is_declared(kind, edit.unit) and not comes_or_goes(edit)

    return tuple(replace(edit, before=units.get(edit.unit)) if moves(edit) else edit for edit in edits)


def _merge_unit(connection: Connection, change: Any) -> UnitView:
    into = str(json.loads(change.payload).get("into", ""))
    name = names_of(connection, {into}).get(into) or _("the record that it is merged into")
    return UnitView("@status", _("Becomes part of"), (), (), str(change.record_name or ""), name)


def _taken_units(connection: Connection, change: Any) -> list[UnitView]:
    """What the record that stays takes over from its duplicate."""
    edits = edits_from_json(json.loads(change.payload).get("edits", ()))
    views = unit_views(connection, KINDS[change.kind], edits) if edits else []
    return [replace(view, label=_("%(what)s of the record that stays", what=view.label)) for view in views]


def _new_units(connection: Connection, change: Any) -> list[UnitView]:
    """Everything that each new record would say; with several, each unit tells whose it is."""
    entries = creation_entries(change.payload)
    views: list[UnitView] = []
    for entry in entries:
        kind = KINDS[entry["kind"]]
        prefix = f"{with_capital(_(kind.label))}: " if len(entries) > 1 else ""
        views += [
            UnitView(f"{entry['id']}/{view.unit}", prefix + view.label, (), (), "", view.after_text)
            for view in unit_views(connection, kind, diff(kind, {}, entry["document"]))
        ]
    return views


def clash_words(connection: Connection, change: Any) -> str | None:
    """How an open edit stands against the record as it is now; None where it simply applies."""
    document = current_document(change)
    if change.state != "open" or change.type != "edit" or change.conflicted_at is None or document is None:
        return None
    kind = KINDS[change.kind]
    found = fit(to_units(kind, document), edits_from_json(json.loads(change.payload)["edits"]))
    views = unit_views(connection, kind, [Edit(c.unit, None, c.current) for c in found.clashes], document)
    now = _("; ").join(
        _("%(label)s is now “%(value)s”", label=view.label, value=view.after_text or _("empty")) for view in views
    )
    return _("The record has changed since this was written: %(changes)s.", changes=now) if now else None
