"""Reads the demo community from its files into documents; ids are derived from slugs, so they never change.

The files use the field names of `webapp.domain.kinds`. Three shorthands are understood: a link may be written
without its "_id" and names a slug; a list of categories may be a list of slugs; a date may be relative to the
day of loading ("today+24d", "TU-8w": the Tuesday of the week eight weeks back).
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from webapp.domain.document import Document
from webapp.domain.fields import Field, FieldType
from webapp.domain.kinds import KINDS
from webapp.domain.normalise import normalise
from webapp.domain.synonyms import groups_in

NAMESPACE = UUID("6f0d9a52-4c1b-5e7e-9d52-0b6a5d1f7c11")
_STARTS = re.compile(r"\s*([-*+#>]|\d+[.)])\s")  # of a line that begins something of its own
FOLDER = Path(__file__).parent / "content"
LOADING_ORDER = ("taxonomy", "taxonomy_term", "organization", "location", "service", "guide")
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "location": {
        "location_type": "physical",
        "region": "Scotland",  # a postcode area that nobody uses can't tell whose bank holidays these are
        "state_province": "Strathlinnet",
        "country": "GB",
    },
}
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# What tells one element of a list from the next: its id is made of these, as the file writes them.
NATURAL_KEYS: Mapping[str, tuple[str, ...]] = {
    "phones": ("number", "type"),
    "schedules": ("freq", "byday", "dtstart", "opens_at", "closed", "valid_from"),
    "categories": ("taxonomy_term_id",),
    "places": ("location_id",),
    "services": ("service_id",),
    "languages": ("code",),
    "accessibility": ("description",),
    "cost_options": ("option",),
    "service_areas": ("name",),
    "contacts": ("name",),
    "required_documents": ("document",),
}


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the demo community at its first revision."""

    kind: str
    slug: str
    id: str
    document: Document


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the files say, records in the order in which links can be resolved."""

    records: tuple[Record, ...]
    people: tuple[Mapping[str, Any], ...]
    story: Mapping[str, Any]

    def record(self, slug: str) -> Record:
        """The record of that slug, which is one among all kinds; KeyError when there is none."""
        for record in self.records:
            if record.slug == slug:
                return record
        raise KeyError(slug)


def load(today: date) -> Content:
    """The whole demo community. `today`: the day, local to it, that relative dates count from."""
    tables = _tables()
    records = tuple(record_of(kind, raw, today) for kind in LOADING_ORDER for raw in tables.get(kind, ()))
    return Content(records, tuple(tables["person"]), read_story())


def read_story() -> dict[str, Any]:
    """The script of suggestions, votes and other acts; its format stands at the head of the file."""
    return _read(FOLDER / "story.toml")


def read_synonyms() -> tuple[tuple[str, ...], ...]:
    """The phrases that find the same, in groups: of any directory of this kind, and not only of the demo."""
    return groups_in((FOLDER / "synonyms.txt").read_text(encoding="utf-8"))


def record_id(kind: str, slug: str) -> str:
    """The permanent id of the demo's record of that kind and slug."""
    return str(uuid5(NAMESPACE, f"{kind}/{slug}"))


def record_of(kind_name: str, raw: Mapping[str, Any], today: date) -> Record:
    """A record from its row in a file (or in the story); `today` as in `load`. KeyError for an unknown field."""
    kind, identity = KINDS[kind_name], record_id(kind_name, raw["slug"])
    written = {**DEFAULTS.get(kind_name, {}), **{name: value for name, value in raw.items() if name != "slug"}}
    document = normalise(kind, values_of(kind.fields(), written, identity, today))
    return Record(kind_name, raw["slug"], identity, document)


def values_of(fields: Iterable[Field], raw: Mapping[str, Any], owner: str, today: date) -> dict[str, Any]:
    """Values written as in the files, as a document holds them: links as ids, elements with ids and order.

    `owner` is the id that the ids of elements hang on. KeyError for a name that is no field.
    """
    known = {field.name: field for field in fields}
    named = {_field_name(name, known): value for name, value in raw.items()}
    return {name: _value(known[name], value, owner, today) for name, value in named.items()}


def element(field: Field, raw: Any, owner: str, today: date, order: int, seen: Counter[str]) -> dict[str, Any]:
    """One element of a list, with its id; `seen` counts natural keys, so that equal ones get their own ids."""
    if field.element is None:
        raise TypeError(f"{field.name} declares no element")
    known = {inner.name: inner for inner in field.element.fields()}
    if isinstance(raw, str):  # a list of slugs
        raw = {next(name for name, inner in known.items() if inner.type is FieldType.LINK): raw}
    written = {_field_name(name, known): value for name, value in raw.items()}
    key = "|".join(str(written.get(name, "")) for name in NATURAL_KEYS[field.name])
    seen[key] += 1
    identity = str(uuid5(UUID(owner), f"{field.name}/{key}/{seen[key]}"))
    return {"id": identity, "order": order, **values_of(known.values(), written, identity, today)}


def moved_date(text: str, today: date) -> str:
    """A date of the files as an ISO date: relative ones are counted from `today`, others stay."""
    days = re.fullmatch(r"today([+-]\d+)d", text)
    if days:
        return (today + timedelta(days=int(days[1]))).isoformat()
    weekday = re.fullmatch(r"(MO|TU|WE|TH|FR|SA|SU)([+-]\d+)w", text)
    if weekday:
        monday = today - timedelta(days=today.weekday())
        return (monday + timedelta(days=DAYS.index(weekday[1]), weeks=int(weekday[2]))).isoformat()
    return text


def _field_name(name: str, known: Mapping[str, Field]) -> str:
    """The field that a key of the file names: itself, or the link of which it leaves out the "_id"."""
    if name in known:
        return name
    if f"{name}_id" in known:
        return f"{name}_id"
    raise KeyError(name)


def _value(field: Field, value: Any, owner: str, today: date) -> Any:
    if field.type is FieldType.LIST:
        seen: Counter[str] = Counter()
        return [element(field, raw, owner, today, order, seen) for order, raw in enumerate(value)]
    if field.type is FieldType.LINK:
        return record_id(str(field.link_kind), value)
    if field.type is FieldType.TEXT:
        return unwrapped(value)
    return moved_date(value, today) if field.type is FieldType.DATE else value


def unwrapped(text: str) -> str:
    """A text without the line ends that only keep the files narrow; those of lists and paragraphs stay.

    People's line ends mean something on pages, so the demo's must, too.
    """
    return "\n\n".join(_joined(paragraph) for paragraph in text.split("\n\n"))


def _joined(paragraph: str) -> str:
    lines: list[str] = []
    for line in paragraph.split("\n"):
        if lines and not _STARTS.match(line):
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)


@lru_cache(maxsize=32)
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _tables() -> dict[str, list[dict[str, Any]]]:
    """Every table of every file but the story's, by the name of its record kind or "person"."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        if path.name != "story.toml":
            for name, rows in _read(path).items():
                tables.setdefault(name, []).extend(rows)
    return tables
