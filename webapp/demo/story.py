"""The demo's script as steps in time, and its edits as documents; it only reads, `play` acts.

The format of the script is told at the head of `content/story.toml`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.demo.content import Record, element, record_of, unwrapped, values_of
from webapp.domain.document import Document, normal
from webapp.domain.fields import Field, Kind
from webapp.domain.normalise import normalise

_PART = re.compile(r"(\w+)(?:\[(\d+)\])?")
BETWEEN = 0.005  # days from one confirmation of a round to the next: some seven minutes
# At one moment a suggestion stands before what is said about it.
_WITHIN = ("suggest", "comment", "vote", "flag", "amend", "rebase", "withdraw", "decide")


@dataclass(frozen=True, slots=True)
class Step:
    """One act. `of` is the row of the story that it belongs to; `data` what is particular to the act."""

    days_ago: float
    act: str  # suggest … decide (see `_WITHIN`), revert, roll_back, confirmation, protection, report, handle
    of: Mapping[str, Any]
    data: Mapping[str, Any]


def timeline(story: Mapping[str, Any]) -> tuple[Step, ...]:
    """Every act of the story, from the oldest to the newest."""
    steps = [step for suggestion in story["suggestion"] for step in _of_suggestion(suggestion)]
    for act in ("revert", "roll_back", "confirmation", "protection", "report", "list"):
        steps += [Step(row["days_ago"], act, row, row) for row in story[act]]
    steps += [step for row in story["round"] for step in _of_round(row)]
    steps += [Step(r["handled"]["days_ago"], "handle", r, r["handled"]) for r in story["report"] if "handled" in r]
    return tuple(sorted(steps, key=lambda step: -step.days_ago))


def edited(
    kind: Kind, identity: str, document: Mapping[str, Any], edits: Iterable[Mapping[str, Any]], today: date
) -> Document:
    """The document that a suggestion's edits make of a record's document, in stored form.

    `identity` is the record's id. KeyError, IndexError or ValueError for an edit that does not fit the document.
    """
    draft = deepcopy(dict(document))
    for edit in edits:
        _edit(kind, identity, draft, edit, today)
    return normalise(kind, draft)


def new_records(suggestion: Mapping[str, Any], today: date) -> tuple[Record, ...]:
    """The records that a suggestion of type create offers, with their permanent ids."""
    return tuple(record_of(row["kind"], {"slug": row["slug"], **row["values"]}, today) for row in suggestion["new"])


def _of_suggestion(row: Mapping[str, Any]) -> Iterator[Step]:
    lists = {"vote": "votes", "flag": "flags", "comment": "comments"}
    single = {"amend": "amended", "rebase": "rebased", "withdraw": "withdrawn", "decide": "decided"}
    for act in _WITHIN:
        if act == "suggest":
            yield Step(row["days_ago"], act, row, row)
        elif act in lists:
            yield from (Step(data["days_ago"], act, row, data) for data in row.get(lists[act], ()))
        elif single[act] in row:
            yield Step(row[single[act]]["days_ago"], act, row, row[single[act]])


def _of_round(row: Mapping[str, Any]) -> Iterator[Step]:
    """The confirmations of one evening."""
    for place, slug in enumerate(row["records"]):
        act = {"who": row["who"], "how": row["how"], "record": slug}
        yield Step(row["days_ago"] - place * BETWEEN, "confirmation", act, act)


def _edit(kind: Kind, identity: str, draft: Document, edit: Mapping[str, Any], today: date) -> None:
    *way, (name, position) = _parts(edit["path"])
    holder, owner, fields = draft, identity, {field.name: field for field in kind.fields()}
    for step_name, step_position in way:
        declared = fields[step_name].element
        if declared is None or step_position is None:
            raise ValueError(edit["path"])
        holder = holder[step_name][step_position]
        owner, fields = holder["id"], {field.name: field for field in declared.fields()}
    field = fields[name]
    if "add" in edit:
        _add(holder, field, edit["add"], owner, today)
    elif "replace" in edit:
        holder[name] = _replaced(holder[name], normal(edit["replace"]), edit["by"])
    elif position is not None:
        _remove(holder[name], position, edit)
    else:
        holder.update(values_of([field], {name: edit["value"]}, owner, today))


def _parts(path: str) -> list[tuple[str, int | None]]:
    found = [_PART.fullmatch(part) for part in path.split(".")]
    if not all(found):
        raise ValueError(path)
    return [(part[1], int(part[2]) if part[2] else None) for part in found if part]


def _add(holder: Document, field: Field, raw: Any, owner: str, today: date) -> None:
    """A new element at the end, with an id that no element of the list has."""
    members = holder.setdefault(field.name, [])
    taken, seen = {member["id"] for member in members}, Counter[str]()
    order = max((member["order"] for member in members), default=-1) + 1
    made = element(field, raw, owner, today, order, seen)
    while made["id"] in taken:
        made = element(field, raw, owner, today, order, seen)
    members.append(made)


def _replaced(text: str, old: str, new: str) -> str:
    old, new = unwrapped(old), unwrapped(new)
    if text.count(old) != 1:
        raise ValueError(f"“{old}” is not there exactly once")
    return text.replace(old, new)


def _remove(members: list[Any], position: int, edit: Mapping[str, Any]) -> None:
    if edit["value"] != "":
        raise ValueError(edit["path"])
    del members[position]
