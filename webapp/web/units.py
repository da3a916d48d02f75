"""Units in words: what stood there and what is suggested, side by side, with the words that differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.domain import hours
from webapp.domain.diff import Edit
from webapp.domain.diff_words import sides, word_diff
from webapp.domain.document import locate
from webapp.domain.fields import Field, FieldType, Kind
from webapp.domain.phones import format_phone
from webapp.storage.queries.history import names_of


@dataclass(frozen=True, slots=True)
class UnitView:
    """One unit for `ui.units`: tokens for texts, whole texts for the rest."""

    unit: str
    label: str
    before_tokens: tuple[Any, ...]
    after_tokens: tuple[Any, ...]
    before_text: str
    after_text: str


def unit_views(connection: Any, kind: Kind, edits: Iterable[Edit]) -> list[UnitView]:
    """The edits as people read them; orders and presences that come with others stay out."""
    edits = [edit for edit in edits if not _is_noise(edit)]
    names = names_of(connection, {id_ for edit in edits for id_ in _ids(edit)})
    return [_view(kind, edit, names) for edit in edits]


def _is_noise(edit: Edit) -> bool:
    return (
        (edit.unit.endswith("/order") and (edit.before is None or edit.after is None))
        or edit.before is True
        or edit.after is True
    )


def _ids(edit: Edit) -> Iterable[str]:
    for value in (edit.before, edit.after):
        members = value.values() if isinstance(value, dict) else [value]
        yield from (m for m in members if isinstance(m, str) and len(m) == 36 and m.count("-") == 4)


def _view(kind: Kind, edit: Edit, names: Mapping[str, str]) -> UnitView:
    groups, field = locate(kind, edit.unit)
    label = ": ".join(dict.fromkeys([*(g.label for g in groups[:-1]), field.label if field else groups[-1].label]))
    if edit.unit.endswith("/order"):
        label += ", order"
    before, after = (value_text(field, groups[-1].fields, value, names) for value in (edit.before, edit.after))
    is_text = field is not None and field.type in (FieldType.LINE, FieldType.TEXT) and before and after
    if is_text:
        left, right = sides(word_diff(before, after))
        return UnitView(edit.unit, label, left, right, before, after)
    return UnitView(edit.unit, label, (), (), before, after)


def value_text(field: Field | None, fields: Iterable[Field], value: Any, names: Mapping[str, str]) -> str:
    """A unit's value as one text, for people."""
    if value is None:
        return ""
    if isinstance(value, dict):
        if field is not None and field.element is not None and field.element.name == "schedule":
            parsed = hours.parse_rows([value])
            return "; ".join([*hours.words(parsed), *hours.remarks(parsed)])
        if field is not None and field.element is not None and field.element.name == "cost_option":
            value = _with_price(value)
        inner = list(field.element.fields()) if field is not None and field.element else list(fields)
        return ", ".join(_part(f, value[f.name], names) for f in inner if f.name in value)
    return _plain(field, value, names)


def _with_price(value: Mapping[str, Any]) -> dict[str, Any]:
    """A price as it is said: "£4.00", not an amount beside the code of a currency."""
    rest = {name: member for name, member in value.items() if name not in ("amount", "currency")}
    if not value.get("amount"):
        return rest
    currency = value.get("currency", "GBP")
    price = f"{'£' if currency == 'GBP' else currency + ' '}{value['amount']}"
    return rest | {"option": ": ".join(part for part in (rest.get("option", ""), price) if part)}


def _part(field: Field, value: Any, names: Mapping[str, str]) -> str:
    text = _plain(field, value, names)
    shows_label = field.type in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.COORDINATE, FieldType.FLAG)
    return f"{field.label} {text}" if shows_label and text else text


def _plain(field: Field | None, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return "; ".join(
            value_text(field, (), member, names) if isinstance(member, dict) else str(member) for member in value
        )
    if value is True:
        return "yes"
    text = str(value)
    if field is None:
        return text
    if field.type is FieldType.CHOICE:
        return dict(field.choices).get(text, text)
    if field.type is FieldType.PHONE:
        return format_phone(text)
    return names.get(text, "another record") if field.type is FieldType.LINK else text
