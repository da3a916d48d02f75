"""Documents in which every field says something; what it says is a filler's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from webapp.domain.fields import Element, Field, FieldType, Group

NEVER = ("merged_into", "program_id", "attributes", "extent_type")
"""Fields that no form has."""


class Filler(ABC):
    """Fills the fields of groups, those of the lists in them too: by name, else by type, else in words."""

    by_name: ClassVar[Mapping[str, Any]]
    by_type: ClassVar[Mapping[FieldType, Any]]

    def fill(self, groups: Iterable[Group]) -> dict[str, Any]:
        """A value for each field that has one."""
        fields = [field for group in groups for field in group.fields if field.name not in NEVER]
        values = {field.name: self._value(field) for field in fields}
        return {name: value for name, value in values.items() if value not in (None, [])}

    def _value(self, field: Field) -> Any:
        if field.name in self.by_name:
            return self.pick(self.by_name[field.name])
        if field.element:
            return self.rows(field.element)
        if field.type is FieldType.LINK:
            return self.link(field.link_kind or "")
        if field.type is FieldType.CHOICE:
            return self.choice(field.choices)
        return self.pick(self.by_type[field.type]) if field.type in self.by_type else self.words(field)

    def pick(self, value: Any) -> Any:
        """What is meant of a value of the tables; the value itself."""
        return value

    @abstractmethod
    def rows(self, element: Element) -> list[dict[str, Any]]:
        """The entries of a list."""

    @abstractmethod
    def link(self, kind: str) -> str | None:
        """The id of a record of a kind; None where there is none."""

    @abstractmethod
    def choice(self, choices: tuple[tuple[str, str], ...]) -> str:
        """One of (value, words)."""

    @abstractmethod
    def words(self, field: Field) -> str:
        """What a field says that is in neither table."""
