"""What validation says about an imported document, and the document without what it refuses.

A refused value is put aside so that the rest of the record is not lost. Where a part would say something
else than the whole (a week's row without its day), the whole element goes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.domain.document import Document, is_blank
from webapp.domain.fields import Field, Kind
from webapp.domain.normalise import normalise
from webapp.domain.problems import Problem
from webapp.domain.validate import validate

WHOLE = frozenset({"schedule", "cost_option", "language", "category", "place"})
_ROUNDS = 8  # a value may hide another; each round takes out at least one, and a record has few levels


@dataclass(frozen=True, slots=True)
class PutAside:
    """A value, or a whole element, that validation refuses; `address` is where it stood."""

    address: str
    value: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """The document in stored form, what is doubtful in it, what was put aside, what stops it altogether."""

    document: Document
    doubts: tuple[Problem, ...]
    put_aside: tuple[PutAside, ...]
    fatal: tuple[Problem, ...]


def judged(kind: Kind, document: Mapping[str, Any]) -> Verdict:
    """Normalises the document and takes out what validation refuses, until nothing is refused.

    `fatal` is not empty when the record can't be stored even so: it lacks what its kind requires.
    """
    kept = normalise(kind, document)
    aside: list[PutAside] = []
    for _ in range(_ROUNDS):
        report = validate(kind, kept)
        taken = [found for problem in report.refusals if (found := _take_out(kind, kept, problem))]
        if not taken:
            return Verdict(kept, report.doubts, tuple(aside), report.refusals)
        aside += taken
        kept = normalise(kind, kept)
    report = validate(kind, kept)
    return Verdict(kept, report.doubts, tuple(aside), report.refusals)


def _take_out(kind: Kind, document: Document, problem: Problem) -> PutAside | None:
    """Takes the refused value out of the document; None when there is nothing to take out."""
    if problem.code == "half_point":
        return _taken(document, "latitude", problem) or _taken(document, "longitude", problem)
    path = problem.address.split("/")
    holder, name, whole = _innermost(kind, document, path)
    if holder is None:
        return None
    if whole:
        return _element_taken(document, path, whole, problem)
    return _taken(holder, name, problem)


def _taken(holder: Document, name: str, problem: Problem) -> PutAside | None:
    value = holder.pop(name, None)
    return None if is_blank(value) else PutAside(problem.address, _words(value), problem)


def _innermost(kind: Kind, document: Document, path: list[str]) -> tuple[Document | None, str, int]:
    """What holds the value at a path, its name there, and how long the path of the element to take whole is.

    That length is 0 when the value alone may go.
    """
    holder: Document = document
    fields: Mapping[str, Field] = {field.name: field for field in kind.fields()}
    whole = 0
    for at in range(0, len(path) - 1, 2):
        field = fields.get(path[at])
        element = _element(holder, path[at], path[at + 1])
        if field is None or field.element is None or element is None:
            return None, "", 0  # an earlier problem has taken it out already
        holder, fields = element, {inner.name: inner for inner in field.element.fields()}
        last = at + 2 >= len(path) - 1
        alone = len(path) == at + 2 or _is_needed(fields, path[-1], field.element.name, holder)
        if last and alone:
            whole = at + 2
    return holder, path[-1], whole


def _is_needed(fields: Mapping[str, Field], name: str, element: str, holder: Document) -> bool:
    return element in WHOLE or name not in holder or (name in fields and fields[name].required)


def _element(holder: Document, name: str, identity: str) -> Document | None:
    return next((element for element in holder.get(name, ()) if element.get("id") == identity), None)


def _element_taken(document: Document, path: list[str], length: int, problem: Problem) -> PutAside | None:
    holder = document
    for at in range(0, length - 2, 2):
        holder = _element(holder, path[at], path[at + 1]) or {}
    element = _element(holder, path[length - 2], path[length - 1])
    if element is None:
        return None
    holder[path[length - 2]] = [other for other in holder[path[length - 2]] if other is not element]
    return PutAside("/".join(path), _words(_said(element)), problem)


def _said(element: Document) -> Document:
    return {name: value for name, value in element.items() if name not in ("id", "order")}


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
