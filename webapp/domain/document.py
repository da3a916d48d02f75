"""A record's values at one revision: canonical, and split into units.

A document is a plain dict of field name to value. A list is a list of dicts, each with a permanent `id`
(a uuid string) and an `order` (an integer). Blank values are never stored: absent, None, "", [] and {} are
one and the same thing, "blank".

A *unit* is the smallest piece that diff, merge, rebase, revert and roll back move: a field; an atomic group;
an atomic list element; the presence of a list element that merges by field; the order of an element. Its
address is a string, so that it can be stored and sorted:

    name                            a field
    @ages                           an atomic group (value: a dict of its fields)
    phones/UUID                     an atomic element (value: a dict of its fields)
    places/UUID                     the presence of a by-field element (value: True)
    places/UUID/schedules/UUID      an atomic element inside it
    phones/UUID/order               its place in the list; nothing without the element, 0 where unsaid
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from webapp.domain.canonical import dump
from webapp.domain.fields import Element, Field, FieldType, Group, Kind

SCHEMA_VERSION = 1
STATUS_UNIT = "@status"  # every kind has it: whether the record is alive, and what it was merged into

Document = dict[str, Any]
Units = dict[str, Any]  # unit address -> value, never blank


def is_blank(value: Any) -> bool:
    """Whether a value says nothing: None, an empty or white text, an empty list or dict, False."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or value is False or value == [] or value == {}


def normal(value: Any) -> Any:
    """A JSON value with NFC texts, trimmed, newlines as \\n, and without blank members."""
    if isinstance(value, str):
        plain = value if "\r" not in value else value.replace("\r\n", "\n").replace("\r", "\n")
        return (plain if plain.isascii() else unicodedata.normalize("NFC", plain)).strip()
    if isinstance(value, dict | Mapping):  # most are dicts, and Mapping is slow to ask
        cleaned = {str(key): normal(member) for key, member in value.items()}
        return {key: member for key, member in cleaned.items() if not is_blank(member)}
    if isinstance(value, list | tuple):
        return [member for member in map(normal, value) if not is_blank(member)]
    return value


def canonical(document: Mapping[str, Any]) -> str:
    """The one text of a document: UTF-8, NFC, sorted keys, lists in order, nothing blank."""
    return encoded(_sorted_lists(normal(document)))


def encoded(stored: Document) -> str:
    """The canonical text of a document that is in stored form already: as `parse` and `from_units` give it."""
    return dump(stored)


def parse(text: str) -> Document:
    """The document that a canonical text holds."""
    document: Document = json.loads(text)
    return document


def _sorted_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted_lists(member) for key, member in value.items()}
    if isinstance(value, list):
        members = [_sorted_lists(member) for member in value]
        if all(isinstance(member, dict) and "id" in member for member in members):
            members.sort(key=_place_in_list)
        return members
    return value


def _place_in_list(member: Mapping[str, Any]) -> tuple[int, str]:
    """By order, then id; whatever else stands there (validation refuses it) must not stop the sorting."""
    order = member.get("order", 0)
    return order if isinstance(order, int) else 0, str(member["id"])


# -- documents to units ---------------------------------------------------------------------------------


def to_units(kind: Kind, document: Mapping[str, Any]) -> Units:
    """Every unit of a document that is not blank, by address."""
    return split(kind, normal(document))


def split(kind: Kind, stored: Document) -> Units:
    """The same of a document that is in stored form already, which spares going through every value of it."""
    units: Units = {}
    _split(kind.groups, stored, "", units)
    return units


def _split(groups: Iterable[Group], values: Mapping[str, Any], prefix: str, units: Units) -> None:
    for group in groups:
        if group.atomic:
            together = {f.name: values[f.name] for f in group.fields if f.name in values}
            if together:
                units[f"{prefix}@{group.name}"] = together
            continue
        for field in group.fields:
            if field.name not in values:
                continue
            if field.type is FieldType.LIST:
                _split_list(field, values[field.name], prefix, units)
            else:
                units[prefix + field.name] = values[field.name]


def _split_list(field: Field, elements: Iterable[Mapping[str, Any]], prefix: str, units: Units) -> None:
    element_type = _element(field)
    for element in elements:
        address = f"{prefix}{field.name}/{element['id']}"
        said = {name: value for name, value in element.items() if name not in ("id", "order")}
        if element_type.atomic and not said:
            continue  # blank, whatever its place
        units[f"{address}/order"] = element.get("order", 0)
        units[address] = said if element_type.atomic else True
        if not element_type.atomic:
            _split(element_type.groups, element, address + "/", units)


def _element(field: Field) -> Element:
    if field.element is None:
        raise TypeError(f"list field {field.name} declares no element")
    return field.element


# -- units to documents ---------------------------------------------------------------------------------


def from_units(kind: Kind, units: Mapping[str, Any]) -> Document:
    """The document that these units make, in stored form.

    The order of an element that is not there vanishes. Raises KeyError when any other unit lies inside an
    element whose presence is not among the units: `merge.fit` finds that before it gets here.
    """
    document: Document = {}
    elements: dict[str, dict[str, Any]] = {}
    for address in sorted(units, key=lambda a: (a.count("/"), a)):
        _place(document, elements, address, units[address])
    found: Document = _sorted_lists(normal(document))
    return found


def _place(document: Document, elements: dict[str, dict[str, Any]], address: str, value: Any) -> None:
    inside = holders(address)
    last = address.rpartition("/")[2]
    if is_order(address):
        elements.get(inside[-1], {})["order"] = value
        return
    holder = elements[inside[-1]] if inside else document
    if is_element(address):
        element = {"id": last, "order": 0, **(value if isinstance(value, dict) else {})}
        holder.setdefault(address.split("/")[-2], []).append(element)
        elements[address] = element
    elif last.startswith("@"):
        holder.update(value)
    else:
        holder[last] = value


# -- what an address says -------------------------------------------------------------------------------


def is_element(address: str) -> bool:
    """Whether the unit is a list element: an atomic one, or the presence of one that merges by field."""
    return address.count("/") % 2 == 1


def is_order(address: str) -> bool:
    """Whether the unit is the place of an element in its list."""
    return address.endswith("/order") and not is_element(address)


def holders(address: str) -> tuple[str, ...]:
    """The elements that a unit lies in, from the outside in; none at the top of the document."""
    parts = address.split("/")
    return tuple("/".join(parts[:depth]) for depth in range(2, len(parts), 2))


def is_within(address: str, units: Collection[str]) -> bool:
    """Whether a unit is one of these, or one of these is an element that it lies in."""
    return address in units or any(holder in units for holder in holders(address))


def field_of(address: str) -> str:
    """The field, or atomic group, of the document itself that a unit lies in."""
    return address.partition("/")[0]


# -- what a unit belongs to -----------------------------------------------------------------------------


def locate(kind: Kind, address: str) -> tuple[tuple[Group, ...], Field | None]:
    """The groups from the outside in, and the innermost field, that a unit address names.

    The field is None for an atomic group. An `order` unit gives its list field. KeyError when the kind
    declares no such unit.
    """
    parts = address.split("/")
    groups: list[Group] = []
    holder: tuple[Group, ...] = kind.groups
    field: Field | None = None
    for depth in range(0, len(parts), 2):
        found = _declared(holder, parts[depth])
        if found is None:
            if depth and is_order(address) and depth == len(parts) - 1:
                break
            raise KeyError(address)
        group, field = found
        groups.append(group)
        holder = field.element.groups if field and field.element else ()
        if not holder and depth + 1 < len(parts):
            raise KeyError(address)  # only lists have anything inside
    return tuple(groups), field


def _declared(groups: Iterable[Group], name: str) -> tuple[Group, Field | None] | None:
    for group in groups:
        if group.atomic and name == f"@{group.name}":
            return group, None
        for field in group.fields:
            if field.name == name:
                return group, field
    return None
