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
    phones/UUID/order               its place in the list
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from webapp.domain.fields import Element, Field, FieldType, Group, Kind

SCHEMA_VERSION = 1

Document = dict[str, Any]
Units = dict[str, Any]  # unit address -> value, never blank


def is_blank(value: Any) -> bool:
    """Whether a value says nothing: None, an empty or white text, an empty list or dict, False."""
    return (
        value is None or value is False or value == [] or value == {} or (isinstance(value, str) and not value.strip())
    )


def normal(value: Any) -> Any:
    """A JSON value with NFC texts, trimmed, newlines as \\n, and without blank members."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if isinstance(value, Mapping):
        cleaned = {str(key): normal(member) for key, member in value.items()}
        return {key: member for key, member in cleaned.items() if not is_blank(member)}
    if isinstance(value, list | tuple):
        return [member for member in (normal(member) for member in value) if not is_blank(member)]
    return value


def canonical(document: Mapping[str, Any]) -> str:
    """The one text of a document: UTF-8, NFC, sorted keys, lists in order, nothing blank."""
    return json.dumps(_sorted_lists(normal(document)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


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
    units: Units = {}
    _split(kind.groups, normal(document), "", units)
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
        units[f"{address}/order"] = element.get("order", 0)
        if element_type.atomic:
            units[address] = {k: v for k, v in element.items() if k not in ("id", "order")}
        else:
            units[address] = True
            _split(element_type.groups, element, address + "/", units)


def _element(field: Field) -> Element:
    if field.element is None:
        raise TypeError(f"list field {field.name} declares no element")
    return field.element


# -- units to documents ---------------------------------------------------------------------------------


def from_units(kind: Kind, units: Mapping[str, Any]) -> Document:
    """The document that these units make, in canonical order.

    Raises KeyError when a unit lies inside a list element whose presence is not among the units: merge
    finds that before it gets here.
    """
    document: Document = {}
    elements: dict[str, dict[str, Any]] = {}
    for address in sorted(units, key=lambda a: (a.count("/"), a)):
        _place(document, elements, address, units[address])
    return parse(canonical(document))


def _place(document: Document, elements: dict[str, dict[str, Any]], address: str, value: Any) -> None:
    parent, _, last = address.rpartition("/")
    depth = address.count("/")
    if last == "order" and depth:
        elements[parent]["order"] = value
    elif depth % 2:  # …/field/UUID: an element
        holder_address, _, field_name = parent.rpartition("/")
        holder = elements[holder_address] if holder_address else document
        element = {"id": last, **(value if isinstance(value, dict) else {})}
        holder.setdefault(field_name, []).append(element)
        elements[address] = element
    else:
        holder = elements[parent] if parent else document
        if last.startswith("@"):
            holder.update(value)
        else:
            holder[last] = value


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
    for depth, name in enumerate(parts[::2]):
        if name.startswith("@"):
            groups.append(
                next(g for g in holder if g.name == name[1:] and g.atomic)
                if any(g.name == name[1:] and g.atomic for g in holder)
                else _missing(address)
            )
            return tuple(groups), None
        group = next((g for g in holder if any(f.name == name for f in g.fields)), None)
        if group is None:
            if name == "order" and field is not None:
                break
            _missing(address)
            raise AssertionError
        field = next(f for f in group.fields if f.name == name)
        groups.append(group)
        if field.element is None and len(parts) > 2 * depth + 1:
            _missing(address)  # only lists have anything inside
        holder = field.element.groups if field.element else ()
    return tuple(groups), field


def _missing(address: str) -> Any:
    raise KeyError(address)
