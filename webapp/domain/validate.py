"""Whether a document may be stored: *refuse* (shape, length, hostile) and *doubt* (odd, for people to see).

`normalise` first, then `validate`. Blank values are absent values, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from webapp.domain.checks import check_value, is_uuid
from webapp.domain.document import normal
from webapp.domain.fields import Field, FieldType, Kind
from webapp.domain.kinds import LIFECYCLE_STATUSES
from webapp.domain.normalise import normalise
from webapp.domain.problems import Problem, Report, describe
from webapp.domain.rules import element_rules, record_rules

__all__ = ["MOST_ELEMENTS", "Problem", "Report", "describe", "normalise", "validate"]

MOST_ELEMENTS = 200

_Found = Iterator[tuple[Problem, bool]]  # each with whether it is a doubt


def validate(kind: Kind, document: Mapping[str, Any]) -> Report:
    """Everything wrong with a document of that kind, in form order; it need not be normalised, but should be.

    A void record (its creation was rolled back) may lack what is required: it says nothing any more.
    """
    values = normal(document)
    if not isinstance(values, dict):
        return Report((Problem("", "shape", {}, kind.label.capitalize()),))
    found = [*_holder(tuple(kind.fields()), values, ""), *_rules(kind, values)]
    if values.get("status") == "void":
        found = [(problem, doubt) for problem, doubt in found if problem.code != "required"]
    return Report(
        tuple(problem for problem, doubt in found if not doubt),
        tuple(problem for problem, doubt in found if doubt),
    )


def _rules(kind: Kind, values: Mapping[str, Any]) -> _Found:
    yield from _label(record_rules(kind.name, values), tuple(kind.fields()), "")


def _label(findings: Iterable[Any], fields: tuple[Field, ...], prefix: str) -> _Found:
    labels = {field.name: field.label for field in fields}
    for name, finding in findings:
        yield Problem(prefix + name, finding.code, finding.values, labels[name]), finding.doubt


def _holder(fields: tuple[Field, ...], values: Mapping[str, Any], prefix: str) -> _Found:
    """The problems of a record's or an element's values, each by itself."""
    for field in fields:
        if field.name in values:
            yield from _value(field, values[field.name], prefix + field.name)
        elif field.required:
            yield Problem(prefix + field.name, "required", {}, field.label), False
    for name in sorted(values.keys() - {field.name for field in fields}):
        yield Problem(prefix + name, "unknown_field", {"name": name[:100]}, name[:100]), False


def _value(field: Field, value: Any, address: str) -> _Found:
    if field.type is FieldType.LIST:
        yield from _list(field, value, address)
    elif address == "status" and value in LIFECYCLE_STATUSES:
        return
    else:
        for finding in check_value(field, value):
            yield Problem(address, finding.code, finding.values, field.label), finding.doubt


def _list(field: Field, elements: Any, address: str) -> _Found:
    if not isinstance(elements, list) or field.element is None:
        yield Problem(address, "shape", {}, field.label), False
        return
    if len(elements) > MOST_ELEMENTS:
        yield Problem(address, "too_many", {"max": MOST_ELEMENTS, "count": len(elements)}, field.label), False
        return  # what is too long to store is too long to read through
    seen: set[str] = set()
    for element in elements:
        yield from _element(field, element, address, seen)


def _element(field: Field, element: Any, address: str, seen: set[str]) -> _Found:
    identity = element.get("id") if isinstance(element, dict) else None
    code = _identity_code(element, identity, seen)
    if code:
        yield Problem(address, code, {}, field.label), False
        return
    seen.add(str(identity))
    here = f"{address}/{identity}"
    order = element.get("order")
    if isinstance(order, bool) or not isinstance(order, int):
        yield Problem(f"{here}/order", "element_order", {}, field.label), False
    values = {name: value for name, value in element.items() if name not in ("id", "order")}
    if not values:
        yield Problem(here, "empty_element", {}, field.label), False
    elif field.element is not None:
        fields = tuple(field.element.fields())
        yield from _holder(fields, values, here + "/")
        yield from _label(element_rules(field.element.name, values), fields, here + "/")


def _identity_code(element: Any, identity: Any, seen: set[str]) -> str | None:
    """What is wrong with an element's id, if anything: without a good one it has no address."""
    if not isinstance(element, dict):
        return "element"
    if not is_uuid(identity):
        return "element_id"
    return "duplicate_id" if identity in seen else None
