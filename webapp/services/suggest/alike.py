"""Whether the same is suggested already (`RULES.md`, "States"): then the first one is offered, not a second opened.

What is hidden as spam is no offer to anybody, so it stands in nobody's way; nor does the end of a record that is
conflicted, since only edits can be fitted to the record again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, or_, select

from webapp.domain.canonical import dump
from webapp.domain.diff import Edit, Edits
from webapp.domain.document import holders, is_element
from webapp.services.ending import payload_edits
from webapp.services.suggest.commands import Alike, Draft, Same
from webapp.storage.models import IS_OPEN, Change
from webapp.storage.unit_of_work import Row, UnitOfWork

OPEN_ALIKE = (
    select(Change)
    .where(
        Change.record_id == bindparam("record"),
        Change.state == "open",
        Change.group == bindparam("group"),
        Change.type == bindparam("type"),
        Change.hidden_at.is_(None),
        or_(Change.type == "edit", Change.conflicted_at.is_(None)),
    )
    .order_by(Change.id)
)
OPEN_NEW = (
    select(Change)
    .where(
        IS_OPEN,
        Change.type == "create",
        Change.hidden_at.is_(None),
        Change.payload.contains(bindparam("id")),
    )
    .order_by(Change.id)
)


def part(uow: UnitOfWork, drafts: Iterable[Draft]) -> tuple[list[Draft], tuple[Same, ...]]:
    """The drafts that say something new, and the open changes that say the same as the others.

    Alike, with the first of those, when nothing new is left.
    """
    fresh, found = [], []
    for draft in drafts:
        other = _same(uow, draft)
        if other is None:
            fresh.append(draft)
        else:
            found.append(Same(other.suggestion_id, other.id))
    if found and not fresh:
        raise Alike(suggestion=found[0].suggestion_id, change=found[0].change_id)
    return fresh, tuple(found)


def _same(uow: UnitOfWork, draft: Draft) -> Row | None:
    if draft.type == "create":
        return next((row for id_ in sorted(_ids(draft.payload)) for row in _creating(uow, id_)), None)
    wanted = {"record": draft.record_id, "group": draft.group, "type": draft.type}
    wish = _wish_of(draft.type, dump(draft.payload))
    return next((row for row in uow.all(OPEN_ALIKE, wanted) if _wish_of(row.type, row.payload) == wish), None)


def _creating(uow: UnitOfWork, record_id: str) -> list[Row]:
    """Open changes that create the record; others may speak of it."""
    return [row for row in uow.all(OPEN_NEW, {"id": record_id}) if record_id in _ids(json.loads(row.payload))]


def _ids(payload: Mapping[str, Any]) -> set[str]:
    return {entry["id"] for entry in payload["records"]}


def _wish_of(type_: str, payload: str) -> Any:
    """What a change comes to, whoever wrote it."""
    if type_ == "edit":
        return said(payload_edits(payload))
    return json.loads(payload).get("into") if type_ == "merge" else type_


def said(edits: Edits) -> str:
    """What edits say, as one text: the same for the same wish, whatever ids and places new list elements were given.

    Two people who add one telephone number each make an id for it.
    """
    fresh = {edit.unit for edit in edits if is_element(edit.unit) and edit.before is None}
    loose: list[Any] = []
    inside: dict[str, list[Edit]] = {}
    for edit in edits:
        outermost = next((address for address in (*holders(edit.unit), edit.unit) if address in fresh), None)
        if outermost is None:
            loose.append([edit.unit, edit.before, edit.after])
        else:
            inside.setdefault(outermost, []).append(edit)
    return dump(sorted(map(dump, (*loose, *(_new(address, held) for address, held in inside.items())))))


def _new(address: str, edits: list[Edit]) -> list[Any]:
    """A new list element: its list, its own value and all that it holds."""
    own = next(edit.after for edit in edits if edit.unit == address)
    held = tuple(
        Edit(edit.unit.removeprefix(f"{address}/"), edit.before, edit.after)
        for edit in edits
        if edit.unit not in (address, f"{address}/order")
    )
    return ["new", address.rpartition("/")[0], own, said(held)]
