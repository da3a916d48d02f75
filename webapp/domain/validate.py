"""Whether a document may be stored: *refuse* (shape, length, hostile) and *doubt* (odd, for people to see).

`normalise` first, then `validate`. Blank values are absent values, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from webapp.domain.checks import check_value, is_uuid
from webapp.domain.document import is_element, normal
from webapp.domain.fields import Field, FieldType, Kind
from webapp.domain.kinds import LIFECYCLE_STATUSES
from webapp.domain.normalise import normalise
from webapp.domain.problems import Problem, Report, describe
from webapp.domain.rules import element_rules, record_rules
from webapp.language import with_capital

__all__ = ["MOST_ELEMENTS", "Problem", "Report", "describe", "normalise", "validate"]

MOST_ELEMENTS = 200

_Found = Iterator[tuple[Problem, bool]]  # each with whether it is a doubt
_Places = set[str] | None


def validate(kind: Kind, document: Mapping[str, Any], moved: Iterable[str] | None = None) -> Report:
    """Everything wrong with a document of that kind, in form order; it need not be normalised, but should be.

    With `moved`, the addresses of units, only these are looked at and what depends on them: for a document in stored
    form whose other units are known to be valid.
    A void record (its creation was rolled back) may lack what is required: it says nothing any more.
    """
    values = normal(document) if moved is None else document
    if not isinstance(values, dict):
        return Report((Problem("", "shape", {}, with_capital(kind.label)),))
    found = [*_holder(tuple(kind.fields()), values, "", _places_of(moved)), *_rules(kind, values)]
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


def _places_of(moved: Iterable[str] | None) -> _Places:
    """Every place on the way to these units; `*` where all fields of a holder are to be looked at. None is all."""
    if moved is None:
        return None
    places = set()
    for unit in moved:
        parts = unit.split("/")
        places |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
        if is_element(unit):
            places.add(f"{unit}/*")
        elif parts[-1].startswith("@"):  # an atomic group is no place of its own: its fields are
            places.add("/".join([*parts[:-1], "*"]))
    return places


def _is_among(prefix: str, name: str, places: _Places) -> bool:
    return places is None or prefix + name in places or prefix + "*" in places


def _holder(fields: tuple[Field, ...], values: Mapping[str, Any], prefix: str, places: _Places) -> _Found:
    """The problems of a record's or an element's values, each by itself."""
    for field in fields:
        if not _is_among(prefix, field.name, places):
            continue
        if field.name in values:
            yield from _value(field, values[field.name], prefix + field.name, places)
        elif field.required:
            yield Problem(prefix + field.name, "required", {}, field.label), False
    for name in sorted(values.keys() - {field.name for field in fields}):
        yield Problem(prefix + name, "unknown_field", {"name": name[:100]}, name[:100]), False


def _value(field: Field, value: Any, address: str, places: _Places) -> _Found:
    if field.type is FieldType.LIST:
        yield from _list(field, value, address, places)
    elif address == "status" and value in LIFECYCLE_STATUSES:
        return
    else:
        for finding in check_value(field, value):
            yield Problem(address, finding.code, finding.values, field.label), finding.doubt


def _list(field: Field, elements: Any, address: str, places: _Places) -> _Found:
    if not isinstance(elements, list) or field.element is None:
        yield Problem(address, "shape", {}, field.label), False
        return
    if len(elements) > MOST_ELEMENTS:
        yield Problem(address, "too_many", {"max": MOST_ELEMENTS, "count": len(elements)}, field.label), False
        return  # what is too long to store is too long to read through
    seen: set[str] = set()
    for element in elements:
        yield from _element(field, element, address, seen, places)


def _element(field: Field, element: Any, address: str, seen: set[str], places: _Places) -> _Found:
    identity = element.get("id") if isinstance(element, dict) else None
    code = _identity_code(element, identity, seen)
    if code:
        yield Problem(address, code, {}, field.label), False
        return
    seen.add(str(identity))
    here = f"{address}/{identity}"
    if places is not None and here not in places:
        return
    order = element.get("order")
    if isinstance(order, bool) or not isinstance(order, int):
        yield Problem(f"{here}/order", "element_order", {}, field.label), False
    values = {name: value for name, value in element.items() if name not in ("id", "order")}
    if not values:
        yield Problem(here, "empty_element", {}, field.label), False
    elif field.element is not None:
        fields = tuple(field.element.fields())
        yield from _holder(fields, values, here + "/", places)
        yield from _label(element_rules(field.element.name, values), fields, here + "/")


def _identity_code(element: Any, identity: Any, seen: set[str]) -> str | None:
    """What is wrong with an element's id, if anything: without a good one it has no address."""
    if not isinstance(element, dict):
        return "element"
    if not is_uuid(identity):
        return "element_id"
    return "duplicate_id" if identity in seen else None
