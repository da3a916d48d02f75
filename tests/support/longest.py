"""Words and records that are as long as can be: in words that break, and in words that nothing breaks."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from tests.support.filling import Filler
from webapp.domain.fields import Element, Field, FieldType, Kind

WORDS = "Neighbourhood lunch and company for everybody who lives round here "
UNBROKEN = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
BY_TYPE = {
    FieldType.INTEGER: 120,
    FieldType.DECIMAL: "999999999.99",
    FieldType.COORDINATE: "56.070000",
    FieldType.DATE: "2026-09-30",
    FieldType.TIME: "09:30",
    FieldType.PHONE: "+44 131 496 0000",
    FieldType.POSTCODE: "EH12 9DN",
    FieldType.FLAG: True,
    FieldType.EMAIL: f"{'longestofaddresses' * 3}@{'a-very-long-part-of-a-name-of-a-host.' * 5}example",
}
BY_NAME = {
    "currency": "GBP",
    "country": "GB",
    "code": "bfi",
    "language": "gd",
    "extension": "1234567890",
    "status": "active",
    "longitude": "-3.170000",
    "year_incorporated": 1990,
    "minimum_age": 18,
}
ROWS = (
    {"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU", "opens_at": "09:30", "closes_at": "17:30"},
    {"freq": "MONTHLY", "byday": "1MO,2TU,3WE,-1FR", "opens_at": "10:00", "closes_at": "11:30"},
    {"freq": "WEEKLY", "byday": "MO", "interval": 2, "dtstart": "2026-03-02", "opens_at": "09:00"},
    {"freq": "MONTHLY", "bymonthday": "1,15,-1", "valid_from": "2026-03-01", "valid_to": "2030-09-30"},
)
"""Opening times; where one may be described, it is described at length."""


def long_line(most: int, mark: str = "") -> str:
    """One line of so many characters: a third of it words, the rest a single word that nothing breaks."""
    words = f"{mark} {WORDS * 40}".strip()[: most // 3].rstrip()
    return f"{words} {UNBROKEN * (most // len(UNBROKEN) + 1)}"[:most].strip()


def long_text(most: int) -> str:
    """Markdown of so many characters, with whatever can be wide: words, addresses, code, a list, a heading."""
    wide = UNBROKEN * 4
    parts = (f"## {long_line(120)}", WORDS * 4, wide, f"- {wide}\n- {WORDS}\n    - {wide}", f"    {wide} = {wide}")
    more = (f"<https://example.org/{wide}>", f"[{wide}](https://example.org/)", f"> {wide}", f"1. **{wide}**")
    whole = ""
    for part in cycle((*parts, *more)):
        if len(whole) + len(part) + 2 > most:
            return (whole or part)[:most].strip()
        whole += f"{part}\n\n"
    return whole


def document(kind: Kind, links: Mapping[str, list[str]], mark: str, count: int = 1) -> dict[str, Any]:
    """Every field at its greatest length, every list with `count` entries; `links` are ids by kind, at the top of the
    record each of them an entry where a list leads to such."""
    filled = Longest(links, count, is_top=True).fill(kind.groups)
    return {**filled, "name": long_line(kind.field("name").max_length, mark)}


@dataclass(frozen=True)
class Longest(Filler):
    """Fills fields as far as they go."""

    by_name = BY_NAME
    by_type = BY_TYPE
    links: Mapping[str, list[str]]
    count: int
    is_top: bool

    def rows(self, element: Element) -> list[dict[str, Any]]:
        """At the top as many as there are records to lead to; further down `count` of them."""
        kind = next((f.link_kind for f in element.fields() if f.required and f.link_kind), None)
        if kind:
            ids = self.links.get(kind, [])[: None if self.is_top else 1]
            rows = [Longest({**self.links, kind: [id_]}, 1, is_top=False).fill(element.groups) for id_ in ids]
        elif element.name == "schedule":
            described = [f for f in element.fields() if f.name in ("description", "notes", "attending_type")]
            said = {f.name: long_line(f.max_length) for f in described}
            rows = [*ROWS, {"freq": "WEEKLY", "byday": "SA", **said}, {"dtstart": "2026-04-03", "closed": True, **said}]
        else:
            rows = [Longest(self.links, 1, is_top=False).fill(element.groups) for _ in range(self.count)]
        return [{"id": str(uuid.uuid4()), "order": number, **row} for number, row in enumerate(rows)]

    def link(self, kind: str) -> str | None:
        return next(iter(self.links.get(kind, [])), None)

    def choice(self, choices: tuple[tuple[str, str], ...]) -> str:
        return max(choices, key=lambda choice: len(choice[1]))[0]

    def words(self, field: Field) -> str:
        if field.type is FieldType.URL:
            return f"https://{'a-very-long-name-of-a-host.' * 8}example/{UNBROKEN * 3}/{UNBROKEN}"
        return long_text(field.max_length) if field.type is FieldType.TEXT else long_line(field.max_length)
