"""A record of each kind in which every field says something, and something else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from tests.support.filling import Filler
from webapp.domain.fields import Element, Field, FieldType, Kind

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


def document(kind: Kind, links: dict[str, str], turn: int = 0) -> dict[str, Any]:
    """A document with every field that a form has; `links` are ids by kind, `turn` is 0 or 1."""
    return Rich(links, turn).fill(kind.groups)


@dataclass(frozen=True)
class Rich(Filler):
    """Fills fields with one of two things that they can say."""

    by_name = BY_NAME
    by_type = BY_TYPE
    links: dict[str, str]
    turn: int

    def pick(self, value: Any) -> Any:
        return value[self.turn]

    def rows(self, element: Element) -> list[dict[str, Any]]:
        """Some that stay, one that goes or comes: each keeps its id."""
        if element.name == "schedule":
            rows = [*ROWS[self.turn :]]
        else:
            rows = [Rich(self.links, turn).fill(element.groups) for turn in (0, self.turn)][: 2 - self.turn]
        return [
            {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{element.name} {number}")), "order": number, **row}
            for number, row in enumerate(rows, start=self.turn)
        ]

    def link(self, kind: str) -> str | None:
        return self.links.get(kind)

    def choice(self, choices: tuple[tuple[str, str], ...]) -> str:
        return choices[self.turn][0]

    def words(self, field: Field) -> str:
        return (SAID, SAID_NEXT)[self.turn]
