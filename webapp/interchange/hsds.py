"""What our documents and HSDS 3.0 objects have in common: names, number forms, and what HSDS can't carry.

A value that HSDS has no room for (a blank status, an extension "0123") goes along in one more property, EXACT,
so that reading our own export gives identical documents. HSDS allows properties that it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from webapp.domain.document import Document
from webapp.domain.fields import Element, Field, FieldType, Kind
from webapp.domain.kinds import HOMES, NAMES
from webapp.domain.kinds.elements import ADDRESS_FIELDS

EXACT = "wellkept_exact"
OWN_ADDRESS = "address"  # in a location's EXACT, with None: its first HSDS address is not its own

Find = Callable[[str], Document | None]  # the current document of the record with that id

OBJECT_OF: Mapping[str, str] = {home.name: name for name, home in HOMES.items()}
ADDRESS_NAMES: tuple[str, ...] = tuple(field.name for field in ADDRESS_FIELDS)

# Texts that HSDS requires and we do not: written as "".
REQUIRED_TEXTS: Mapping[str, tuple[str, ...]] = {
    "organization": ("description",),
    "program": ("description",),
    "taxonomy": ("description",),
    "taxonomy_term": ("description",),
    "address": ("address_1", "city", "state_province", "postal_code", "country"),
}
# Choices that HSDS requires and we do not: written as this, with the truth in EXACT.
REQUIRED_CHOICES: Mapping[str, tuple[str, str]] = {
    "service": ("status", "active"),
    "address": ("address_type", "physical"),
}
_STATUSES = frozenset(("active", "inactive", "defunct", "temporarily closed"))


def fields_of(object_name: str) -> dict[str, Field]:
    """Our fields for an HSDS object, by our names."""
    home: Kind | Element = HOMES[object_name]
    return {field.name: field for field in home.fields()}


def property_of(object_name: str, field_name: str) -> str:
    """HSDS's name for a field of ours."""
    return _PROPERTIES.get((object_name, field_name), field_name)


_PROPERTIES = {(key.partition(".")[0], ours): key.partition(".")[2] for key, ours in NAMES.items()}


def outward(object_name: str, field: Field, value: Any) -> tuple[Any, bool]:
    """A value as HSDS writes it, and whether reading that gives the same value again."""
    if field.type is FieldType.COORDINATE:
        return float(value), f"{float(value):.6f}" == value
    if field.type is FieldType.DECIMAL:
        return float(value), True  # twelve characters at most: a double holds them all
    if field.name == "extension":
        return int(value), str(int(value)) == value
    if object_name == "service" and field.name == "status":
        return (value, True) if value in _STATUSES else ("defunct", False)
    return value, True


def inward(field: Field, value: Any) -> Any:
    """A value as our documents hold it before normalisation; what can't be is left for validation."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if field.type is FieldType.COORDINATE:
        return f"{value:.6f}"
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        return value
    return str(int(value)) if float(value).is_integer() else str(value)
