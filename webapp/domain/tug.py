"""Whether people pull a record to and fro: the same part changed back and forth by several of them within days; pure.

`RULES.md` names what protects by itself (reverts within a day). This looks wider and decides nothing: it tells
moderators where to look. Its numbers stand here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp.domain.canonical import dump
from webapp.domain.fields import Field, Kind
from webapp.domain.take_over import parts

WITHIN = timedelta(days=14)
RETURNS = 2  # how often the part came to say again what it had said before
PEOPLE = 2  # who wrote it, at the least
FEWEST = RETURNS + 1  # revisions in which that can happen


@dataclass(frozen=True, slots=True)
class Written:
    """A revision as far as this looks at it."""

    number: int
    person_id: str | None  # None: an import, or nobody who is known
    at: datetime
    document: Mapping[str, Any]
    is_roll_back: bool = False  # of the record or of an incident, or the undoing of one


@dataclass(frozen=True, slots=True)
class Tug:
    """A part that was pulled to and fro, and the revisions that did it, oldest first."""

    unit: str
    label: str
    fields: tuple[Field, ...]
    steps: tuple[Written, ...]

    @property
    def people(self) -> frozenset[str]:
        """Who pulled."""
        return frozenset(step.person_id for step in self.steps if step.person_id and not step.is_roll_back)


def tugs(kind: Kind, revisions: Sequence[Written]) -> list[Tug]:
    """The parts of a record that are pulled at, from its revisions in their order.

    The first is how the record stood before; what changed in it counts for nothing. A roll back puts back what others
    had pulled at: it is shown among the steps, and is no pull itself. A revert by hand is one.
    """
    return [
        tug
        for unit, label, fields in parts(kind)
        if (tug := _pulled(unit, label, fields, revisions)) is not None and len(tug.people) >= PEOPLE
    ]


def _pulled(unit: str, label: str, fields: tuple[Field, ...], revisions: Sequence[Written]) -> Tug | None:
    """The part with every revision that moved it, where it returned often enough to what it had said."""
    values = [_said(fields, one.document) for one in revisions]
    steps, had, returns = [], set(values[:1]), 0
    for before, value, one in zip(values, values[1:], revisions[1:], strict=False):
        if value != before:
            steps.append(one)
            returns += value in had and not one.is_roll_back
            had.add(value)
    return Tug(unit, label, fields, tuple(steps)) if returns >= RETURNS else None


def _said(fields: tuple[Field, ...], document: Mapping[str, Any]) -> str:
    """What a part says as one text, without the ids of list members: who adds the same again gives it a new one."""
    said = {field.name: document[field.name] for field in fields if document.get(field.name) not in (None, "", [])}
    return dump(_bare(json.loads(dump(said))))


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bare(member) for name, member in value.items() if name not in ("id", "order")}
    return [_bare(member) for member in value] if isinstance(value, list) else value
