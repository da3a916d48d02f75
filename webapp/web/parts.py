"""The parts of a record that are chosen, or pulled at, as whole texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.domain.fields import Field
from webapp.language import _
from webapp.web.units import value_text


def part_text(fields: tuple[Field, ...], document: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What a record says in a part, one line a field where there are several; `names` are those of linked records."""
    said = [(field, value_text(field, (), document.get(field.name), names)) for field in fields]
    if len(fields) == 1:
        return said[0][1]
    return "\n".join(_("%(what)s: %(said)s", what=_(field.label), said=text) for field, text in said if text)


def ids_in(value: Any) -> list[str]:
    """Everything in a document that may be an id."""
    if isinstance(value, Mapping):
        return [text for member in value.values() for text in ids_in(member)]
    if isinstance(value, list):
        return [text for member in value for text in ids_in(member)]
    return [value] if isinstance(value, str) and len(value) == 36 else []
