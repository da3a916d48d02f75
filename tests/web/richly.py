"""A record of each kind in which every field says something, and something else."""

from __future__ import annotations

import uuid
from typing import Any

from webapp.domain.fields import Element, Field, FieldType, Group, Kind

SAID, SAID_NEXT = "Zquill", "Zquince"
"""What stands in every field that takes words: no page has these of its own."""
BY_TYPE = {
    FieldType.INTEGER: (3, 7),
    FieldType.DECIMAL: ("3.50", "7.50"),
    FieldType.COORDINATE: ("56.070000", "56.080000"),
    FieldType.DATE: ("2026-03-10", "2026-04-20"),
    FieldType.TIME: ("09:30", "17:30"),
    FieldType.EMAIL: ("zquill@people.example", "zquince@people.example"),
    FieldType.URL: ("https://zquill.example/", "https://zquince.example/"),
    FieldType.PHONE: ("0131 496 0000", "0131 496 0001"),
    FieldType.POSTCODE: ("KY3 9AA", "KY3 9AB"),
    FieldType.FLAG: (True, True),
}
BY_NAME = {
    "currency": ("GBP", "EUR"),
    "country": ("GB", "IE"),
    "code": ("gd", "bfi"),
    "extension": ("12", "34"),
    "status": ("active", "inactive"),
    "longitude": ("-3.170000", "-3.180000"),
    "maximum_age": (60, 70),
    "year_incorporated": (1990, 1991),
}
ROWS = (
    {"freq": "WEEKLY", "byday": "TU,TH", "opens_at": "12:00", "closes_at": "14:00"},
    {"freq": "WEEKLY", "byday": "MO", "interval": 2, "dtstart": "2026-03-02", "opens_at": "09:00"},
    {"freq": "MONTHLY", "byday": "2TU,-1FR", "opens_at": "10:00", "until": "2026-12-31"},
    {"freq": "MONTHLY", "bymonthday": "1,15,-1", "valid_from": "2026-03-01", "valid_to": "2026-09-30"},
    {"dtstart": "2026-03-17", "opens_at": "10:00", "closes_at": "11:00"},
    {"dtstart": "2026-04-03", "closed": True, "description": SAID},
    {"freq": "WEEKLY", "byday": "SA", "count": 5, "dtstart": "2026-03-07", "notes": SAID, "attending_type": SAID},
    {"freq": "WEEKLY", "byday": "SU", "byweekno": "10", "timezone": "1", "wkst": "MO", "byyearday": "70"},
    {"description": SAID, "schedule_link": "https://zquill.example/"},
)
"""Opening times of every shape."""
NEVER = ("merged_into", "program_id", "attributes", "extent_type")


def document(kind: Kind, links: dict[str, str], turn: int = 0) -> dict[str, Any]:
    """A document with every field that a form has; `links` are ids by kind, `turn` is 0 or 1."""
    return _of(kind.groups, links, turn)


def _of(groups: tuple[Group, ...], links: dict[str, str], turn: int) -> dict[str, Any]:
    fields = [field for group in groups for field in group.fields if field.name not in NEVER]
    values = {field.name: _value(field, links, turn) for field in fields}
    return {name: value for name, value in values.items() if value is not None}


def _value(field: Field, links: dict[str, str], turn: int) -> Any:
    if field.name in BY_NAME:
        return BY_NAME[field.name][turn]
    if field.element:
        return _list(field.element, links, turn)
    if field.type is FieldType.LINK:
        return links.get(field.link_kind or "")
    if field.type is FieldType.CHOICE:
        return field.choices[turn][0]
    return BY_TYPE.get(field.type, (SAID, SAID_NEXT))[turn]


def _list(element: Element, links: dict[str, str], turn: int) -> list[dict[str, Any]]:
    """Some that stay, one that goes or comes: each keeps its id."""
    if element.name == "schedule":
        rows = [*ROWS[turn:]]
    else:
        rows = [_of(element.groups, links, 0), _of(element.groups, links, turn)][: 2 - turn]
    name = f"{element.name}"
    return [
        {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {number}")), "order": number, **row}
        for number, row in enumerate(rows, start=turn)
    ]
