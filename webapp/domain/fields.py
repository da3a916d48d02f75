"""The words in which a kind of record is declared: Field, Group, Element, Kind.

Nothing else decides what a record may say: forms, validation, diffs, search text, CSV columns and API
all walk these declarations (the declarations themselves stand in `kinds.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """What sort of value a field holds, which decides its form control and its validation."""

    LINE = "line"  # one line of text
    TEXT = "text"  # several lines, Markdown
    CHOICE = "choice"  # one of `choices`
    INTEGER = "integer"  # stored as a JSON integer
    DECIMAL = "decimal"  # stored as a decimal string ("12.50")
    COORDINATE = "coordinate"  # a decimal string with six places
    DATE = "date"  # "2026-11-21"
    TIME = "time"  # "09:30", local wall time
    EMAIL = "email"
    URL = "url"
    PHONE = "phone"
    POSTCODE = "postcode"
    LINK = "link"  # the id of another record, of kind `link_kind`
    FLAG = "flag"  # true, or absent
    LIST = "list"  # elements, each with a permanent id and an order


class Risk(StrEnum):
    """The class of a change, from the mildest to the gravest; `RULES.md`, "Classes and thresholds"."""

    LOW = "low"
    HIGH = "high"
    DESTRUCTIVE = "destructive"


@dataclass(frozen=True, slots=True)
class Field:
    """One named value. `risk` None takes the group's; what no group names is high."""

    name: str
    label: str
    type: FieldType = FieldType.LINE
    hint: str = ""
    required: bool = False
    max_length: int = 200
    choices: tuple[tuple[str, str], ...] = ()  # (stored value, words for people)
    link_kind: str | None = None
    element: Element | None = None  # for LIST
    risk: Risk | None = None
    autocomplete: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Values decided together. Atomic: they also merge together (an address with its map point)."""

    name: str
    label: str
    fields: tuple[Field, ...]
    risk: Risk = Risk.HIGH
    atomic: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """What one element of a list holds. Atomic elements merge as a whole (one schedule row).

    Each is only itself, as a kind is, so that what is made of it once can be kept by it.
    """

    name: str
    label: str
    groups: tuple[Group, ...]
    atomic: bool = True

    def fields(self) -> Iterator[Field]:
        """Every field of the element, in form order."""
        return (field for group in self.groups for field in group.fields)


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of record: its HSDS name, the words for it on pages, its place in addresses. Each is only itself."""

    name: str
    label: str
    plural: str
    path: str  # "/services/…"
    groups: tuple[Group, ...]

    def fields(self) -> Iterator[Field]:
        """Every field of the kind, in form order."""
        return (field for group in self.groups for field in group.fields)

    def group(self, name: str) -> Group:
        """The group of that name; KeyError when there is none."""
        for group in self.groups:
            if group.name == name:
                return group
        raise KeyError(name)

    def field(self, name: str) -> Field:
        """The field of that name; KeyError when there is none."""
        for field in self.fields():
            if field.name == name:
                return field
        raise KeyError(name)
