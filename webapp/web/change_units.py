"""What changes alter, in words: edits, rows of lists, new records, closing, reopening, merging; and what stays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from textwrap import shorten
from typing import Any

from webapp.domain.diff import Edit, Edits, diff, edits_from_json
from webapp.domain.diff_words import Token, in_one
from webapp.domain.document import Document, Units, to_units
from webapp.domain.fields import FieldType, Kind
from webapp.domain.kinds import KINDS
from webapp.domain.list_rows import ListRow, list_of, list_rows
from webapp.domain.merge import fit
from webapp.language import _, mark, with_capital
from webapp.storage import Connection
from webapp.storage.queries.history import names_of
from webapp.storage.queries.review import creation_entries, current_document
from webapp.web.two_pins import Moved, moved_pin
from webapp.web.units import UnitView, comes_or_goes, is_declared, views_of

MOST_SAME = 8
"""Rows of a list that stay as they are and are shown all the same; of a longer list they are folded away."""
SHORT = 120
"""Characters of a value that is named beside the card."""
ROW_WORDS = {
    # Translators: what becomes of one row of a list
    "added": mark("Added"),
    # Translators: what becomes of one row of a list
    "removed": mark("Taken out"),
    # Translators: what becomes of one row of a list
    "changed": mark("Changed"),
    # Translators: what becomes of one row of a list
    "moved": mark("Moved"),
    # Translators: what becomes of one row of a list
    "same": mark("Stays"),
}


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a list; `base_text` is what it said when the change was written, where that is another thing."""

    state: str
    words: str
    view: UnitView
    in_one: tuple[Token, ...]
    base_text: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a card shows: a unit side by side and as one text, or the rows of a list."""

    view: UnitView
    in_one: tuple[Token, ...] = ()
    base_text: str | None = None
    rows: tuple[RowView, ...] = ()
    same: tuple[RowView, ...] = ()  # folded away
    pin: Moved | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a card shows of a change's content; `rest` is what the group says besides and keeps."""

    parts: tuple[Part, ...]
    rest: tuple[UnitView, ...] = ()
    clash_words: str | None = None


Step = tuple[Kind, Iterable[Edit], Mapping[str, Any]]


@dataclass(slots=True)
class _Plan:
    """What has to be put into words for a change, before any name is read."""

    steps: list[Step]
    edits: dict[str, Edit] = field(default_factory=dict)
    rows: dict[str, list[ListRow]] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()


def contents(connection: Connection, changes: Iterable[Any]) -> dict[str, Shown]:
    """What each change shows, by its id; the names of all of them are read at once."""
    plans = {change.id: (change, _plan(change)) for change in changes}
    views = iter(views_of(connection, [step for _, plan in plans.values() for step in plan.steps]))
    taken = {id_: [next(views) for _step in plan.steps] for id_, (_, plan) in plans.items()}
    return {id_: _shown(connection, change, plan, taken[id_]) for id_, (change, plan) in plans.items()}


def _plan(change: Any) -> _Plan:
    if change.type == "create":
        return _plan_new(change)
    return _plan_merge(change) if change.type == "merge" else _plan_edits(change)


def _shown(connection: Connection, change: Any, plan: _Plan, views: Sequence[list[UnitView]]) -> Shown:
    if change.type == "merge":
        taken = (_of_survivor(view) for those in views for view in those)
        return Shown((Part(_merge_unit(connection, change)), *(Part(view, _in_one(view)) for view in taken)))
    if change.type == "create":
        pairs = zip(plan.prefixes, views, strict=True)
        return Shown(tuple(Part(_of_new(prefix, view)) for prefix, those in pairs for view in those))
    altered, base, rest, clashes = views
    was = {view.unit: view.after_text or _("empty") for view in base}
    return Shown(tuple(_parts(plan, altered, was)), tuple(rest), _clash_words(clashes))


# -- edits of a record that is there -----------------------------------------------------------------------


def _plan_edits(change: Any) -> _Plan:
    kind, document = KINDS[change.kind], current_document(change)
    written = edits_from_json(json.loads(change.payload)["edits"])
    is_present = change.state == "open" and document is not None
    units = to_units(kind, document) if is_present and document is not None else {}
    edits = _from_now(kind, written, units) if is_present and change.newest_number != change.base_number else written
    now = {edit.unit: edit.before for edit in edits}
    base = [Edit(edit.unit, None, edit.before) for edit in written if edit.before != now[edit.unit]]
    rows = _rows(kind, edits, units)
    alone = [edit for edit in edits if list_of(kind, edit.unit) is None]
    in_rows = [_row_edit(row) for those in rows.values() for row in those]
    clashes = _clashes(change, units, written) if is_present else []
    steps: list[Step] = [
        (kind, edited, document or {})
        for edited in ([*alone, *in_rows], base, _rest(change, kind, units, edits), clashes)
    ]
    return _Plan(steps, {edit.unit: edit for edit in edits}, rows)


def _from_now(kind: Kind, edits: Edits, units: Units) -> Edits:
    """The edits from what the record says at present, not from what it said when they were written.

    Two keep what stood there: units of an older schema, which the record can't have, and elements that come or go,
    of which their own units tell.
    """

    def moves(edit: Edit) -> bool:
        return is_declared(kind, edit.unit) and not comes_or_goes(edit)

    return tuple(replace(edit, before=units.get(edit.unit)) if moves(edit) else edit for edit in edits)


def _rows(kind: Kind, edits: Edits, units: Units) -> dict[str, list[ListRow]]:
    """The rows of each list that the edits alter, by the list's address."""
    addresses = dict.fromkeys(list_of(kind, edit.unit) for edit in edits)
    return {address: list_rows(address, units, edits) for address in addresses if address}


def _row_edit(row: ListRow) -> Edit:
    return Edit(row.unit, None, row.after) if row.state in ("same", "moved") else Edit(row.unit, row.before, row.after)


def _rest(change: Any, kind: Kind, units: Units, edits: Edits) -> list[Edit]:
    """What else the change's own group says at present; lists in places are shown by their rows."""
    if change.type != "edit" or not units or "." in change.group:
        return []
    group = kind.group(change.group)
    altered = {edit.unit.partition("/")[0] for edit in edits}
    kept = [f for f in group.fields if not group.atomic and f.type is not FieldType.LIST and f.name not in altered]
    return [Edit(f.name, None, units[f.name]) for f in kept if f.name in units]


def _clashes(change: Any, units: Units, edits: Edits) -> list[Edit]:
    """What an open edit clashes with, as the record says it now; nothing where it simply applies."""
    if change.type != "edit" or change.conflicted_at is None:
        return []
    return [Edit(clash.unit, None, clash.current) for clash in fit(units, edits).clashes]


def _clash_words(views: Sequence[UnitView]) -> str | None:
    now = _("; ").join(
        _("%(label)s is now “%(value)s”", label=view.label, value=_short(view.after_text) or _("empty"))
        for view in views
    )
    return _("The record has changed since this was written: %(changes)s.", changes=now) if now else None


def _short(text: str) -> str:
    """A text to be recognised by: the card shows all of it."""
    return shorten(text, SHORT, placeholder=" …") if len(text) > SHORT else text


def _parts(plan: _Plan, views: Sequence[UnitView], was: Mapping[str, str]) -> Iterator[Part]:
    """The units in their order, each list once, where its first row stands."""
    known = {view.unit: view for view in views}
    list_at = {row.unit: address for address, rows in plan.rows.items() for row in rows}
    told: set[str] = set()
    for view in views:
        address = list_at.get(view.unit)
        if address is None:
            edit = plan.edits[view.unit]
            yield Part(view, _in_one(view), was.get(view.unit), pin=moved_pin(edit))
        elif address not in told:
            told.add(address)
            yield _list_part(view, [_row_view(row, known[row.unit], was) for row in plan.rows[address]])


def _list_part(view: UnitView, rows: Sequence[RowView]) -> Part:
    same = tuple(row for row in rows if row.state == "same")
    if len(same) <= MOST_SAME:
        return Part(view, rows=tuple(rows))
    return Part(view, rows=tuple(row for row in rows if row.state != "same"), same=same)


def _row_view(row: ListRow, view: UnitView, was: Mapping[str, str]) -> RowView:
    return RowView(row.state, _(ROW_WORDS[row.state]), view, _in_one(view), was.get(row.unit))


def _in_one(view: UnitView) -> tuple[Token, ...]:
    return in_one(view.before_tokens, view.after_tokens)


# -- new records, merges ------------------------------------------------------------------------------------


def _plan_new(change: Any) -> _Plan:
    """Everything that each new record would say; with several, each unit tells whose it is."""
    entries = creation_entries(change.payload)
    empty: Document = {}
    steps: list[Step] = [
        (KINDS[entry["kind"]], diff(KINDS[entry["kind"]], empty, entry["document"]), empty) for entry in entries
    ]
    names = (f"{with_capital(_(kind.label))}: " if len(entries) > 1 else "" for kind, _edits, _doc in steps)
    return _Plan(steps, prefixes=tuple(names))


def _of_new(prefix: str, view: UnitView) -> UnitView:
    return UnitView(view.unit, prefix + view.label, (), (), "", view.after_text, view.is_own)


def _plan_merge(change: Any) -> _Plan:
    """What the record that stays takes over from its duplicate."""
    nothing: Document = {}
    edits = edits_from_json(json.loads(change.payload).get("edits", ()))
    return _Plan([(KINDS[change.kind], edits, nothing)] if edits else [])


def _of_survivor(view: UnitView) -> UnitView:
    return replace(view, label=_("%(what)s of the record that stays", what=view.label))


def _merge_unit(connection: Connection, change: Any) -> UnitView:
    into = str(json.loads(change.payload).get("into", ""))
    name = names_of(connection, {into}).get(into)
    said = name or _("the record that it is merged into")
    return UnitView("@status", _("Becomes part of"), (), (), str(change.record_name or ""), said, is_own=bool(name))
