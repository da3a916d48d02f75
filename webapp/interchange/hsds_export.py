"""Documents to HSDS 3.0 objects: the records named by a service stand inside it, as HSDS's "full" has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.domain.document import Document
from webapp.domain.fields import Field, FieldType
from webapp.interchange.hsds import (
    ADDRESS_NAMES,
    EXACT,
    OBJECT_OF,
    OWN_ADDRESS,
    REQUIRED_CHOICES,
    REQUIRED_TEXTS,
    Find,
    fields_of,
    outward,
    property_of,
)
from webapp.interchange.ids import element_id

# Which record a link names, and the property that shows it: "object.field" -> (property, kind).
_SHOWN = {
    "service.organization_id": ("organization", "organization"),
    "service_at_location.location_id": ("location", "location"),
    "attribute.taxonomy_term_id": ("taxonomy_term", "taxonomy_term"),
    "taxonomy_term.taxonomy_id": ("taxonomy_detail", "taxonomy"),
}

Object = dict[str, Any]


def record_object(
    kind: str, identity: str, document: Mapping[str, Any], find: Find, extra: Mapping[str, Any] | None = None
) -> Object:
    """One record as an HSDS object, the records that it names inside it.

    `find` gives their documents, or None for those that are not public: only their ids are then written.
    `extra` adds what is not in a document (last_modified, assured_date, metadata). Guides have no HSDS object:
    KeyError.
    """
    return {**_object(kind, identity, document, _Context(kind, identity, find)), **(extra or {})}


class _Context:
    """The record being written, and how to find others."""

    def __init__(self, kind: str, identity: str, find: Find) -> None:
        self.kind, self.identity, self.find = kind, identity, find


def _object(name: str, identity: str, values: Mapping[str, Any], context: _Context) -> Object:
    written: Object = {"id": identity}
    exact: Object = {}
    for field in fields_of(name).values():
        if name == "location" and field.name in ADDRESS_NAMES:
            continue
        if field.name in values:
            _write(written, exact, name, field, values[field.name], context)
    _fill_required(written, exact, name)
    if name == "location":
        _write_address(written, exact, identity, values)
    if name == "attribute":
        written |= {"link_id": context.identity, "link_entity": context.kind}
    if exact:
        written[EXACT] = exact
    return written


def _write(written: Object, exact: Object, name: str, field: Field, value: Any, context: _Context) -> None:
    if field.type is FieldType.LIST:
        written[property_of(name, field.name)] = _list(field, value, context)
        return
    said, is_same = outward(name, field, value)
    written[property_of(name, field.name)] = said
    if not is_same:
        exact[field.name] = value
    if f"{name}.{field.name}" in _SHOWN:
        shown, kind = _SHOWN[f"{name}.{field.name}"]
        document: Document | None = context.find(value)
        if document is not None:
            written[shown] = _object(kind, value, document, _Context(kind, value, context.find))


def _list(field: Field, elements: list[Mapping[str, Any]], context: _Context) -> list[Object]:
    if field.element is None:
        raise TypeError(f"list field {field.name} declares no element")
    name = OBJECT_OF[field.element.name]
    objects = []
    for place, element in enumerate(elements):
        one = _object(name, str(element["id"]), element, _inner(name, str(element["id"]), context))
        if element.get("order", 0) != place:
            one[EXACT] = {**one.get(EXACT, {}), "order": element.get("order", 0)}
        objects.append(one)
    return objects


def _inner(name: str, identity: str, context: _Context) -> _Context:
    """What an attribute inside it belongs to: HSDS counts a place as an object of its own."""
    return _Context(name, identity, context.find) if name == "service_at_location" else context


def _fill_required(written: Object, exact: Object, name: str) -> None:
    for text in REQUIRED_TEXTS.get(name, ()):
        written.setdefault(text, "")
    if name in REQUIRED_CHOICES:
        choice, stand_in = REQUIRED_CHOICES[name]
        if choice not in written:
            written[choice] = stand_in
            exact[choice] = None


def _write_address(written: Object, exact: Object, identity: str, values: Mapping[str, Any]) -> None:
    """A location's own address comes first in HSDS's list; its id is made from the location's."""
    own = {name: values[name] for name in ADDRESS_NAMES if name in values}
    others = written.get("addresses", [])
    if own:
        first: Object = {"id": element_id("hsds", identity, "address", ""), **own}
        for text in REQUIRED_TEXTS["address"]:
            first.setdefault(text, "")
        first["address_type"] = values.get("location_type", "physical")
        written["addresses"] = [first, *others]
    elif others:
        exact[OWN_ADDRESS] = None
