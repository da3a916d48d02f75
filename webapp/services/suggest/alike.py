"""Whether the same is suggested already (`RULES.md`, "States"): then the first one is offered, not a second opened.

What is hidden as spam is no offer to anybody, so it stands in nobody's way; nor does the end of a record that is
conflicted, since only edits can be fitted to the record again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, or_, select

from webapp.domain.canonical import dump
from webapp.domain.diff import Edit, Edits
from webapp.domain.document import holders, is_element, to_units
from webapp.domain.kinds import KINDS
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
        Change.payload.contains(bindparam("part"), escape="\\"),
    )
    .order_by(Change.id)
)


def part(
    uow: UnitOfWork, drafts: Iterable[Draft], *, is_import: bool = False
) -> tuple[list[Draft], tuple[Same, ...]]:
    """The drafts that say something new, and the open changes that say the same as the others.

    Alike, with the first of those, when nothing new is left. The new records of an import are told apart by their ids
    alone, which it keeps for what the source calls them: a source may have two of a name.
    """
    fresh, found = [], []
    for draft in drafts:
        other = _same(uow, draft, is_import=is_import)
        if other is None:
            fresh.append(draft)
        else:
            found.append(Same(other.suggestion_id, other.id))
    if found and not fresh:
        raise Alike(suggestion=found[0].suggestion_id, change=found[0].change_id)
    return fresh, tuple(found)


def refuse_alike(uow: UnitOfWork, change: Row, payload: str) -> None:
    """Raise Alike where another open change says what this one is about to say."""
    other = _saying(uow, change, payload, but=change.id)
    if other is not None:
        raise Alike(suggestion=other.suggestion_id, change=other.id)


def _same(uow: UnitOfWork, draft: Draft, *, is_import: bool) -> Row | None:
    if draft.type == "create":
        found = (row for id_ in sorted(_ids(draft.payload)) for row in _creating(uow, id_))
        return next(found, None) or (None if is_import else _creating_alike(uow, draft.payload))
    return _saying(uow, draft, dump(draft.payload))


def _saying(uow: UnitOfWork, about: Draft | Row, payload: str, but: str | None = None) -> Row | None:
    """An open change of the same part of the record that says what the payload says."""
    wanted = {"record": about.record_id, "group": about.group, "type": about.type}
    wish = _wish_of(about.type, payload)
    others = (row for row in uow.all(OPEN_ALIKE, wanted) if row.id != but)
    return next((row for row in others if _wish_of(row.type, row.payload) == wish), None)


def _creating(uow: UnitOfWork, record_id: str) -> list[Row]:
    """Open changes that create the record; others may speak of it."""
    return [row for row in uow.all(OPEN_NEW, {"part": record_id}) if record_id in _ids(json.loads(row.payload))]


def _creating_alike(uow: UnitOfWork, payload: Mapping[str, Any]) -> Row | None:
    """An open change that creates just such records: two people who find the same give it ids of their own."""
    name = dump(payload["records"][0]["document"].get("name", ""))
    part, wish = re.sub(r"([\\%_])", r"\\\1", name), _founded(payload)
    return next((row for row in uow.all(OPEN_NEW, {"part": part}) if _founded(json.loads(row.payload)) == wish), None)


def _founded(payload: Mapping[str, Any]) -> str:
    """What a set of new records comes to, whatever ids were given to them and to what they hold."""
    entries = payload["records"]
    edits = (
        [Edit(unit, None, value) for unit, value in to_units(KINDS[entry["kind"]], entry["document"]).items()]
        for entry in entries
    )
    text = dump([[entry["kind"], said(tuple(held))] for entry, held in zip(entries, edits, strict=True)])
    for place, entry in enumerate(entries):
        text = text.replace(entry["id"], f"#{place}")
    return text


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
