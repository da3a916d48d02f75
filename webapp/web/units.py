"""Units in words: what stood there and what is suggested, side by side, with the words that differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from webapp.domain import hours
from webapp.domain.diff import Edit
from webapp.domain.diff_words import sides, whole_word_diff, word_diff
from webapp.domain.document import STATUS_UNIT, locate
from webapp.domain.fields import Field, FieldType, Group, Kind
from webapp.domain.kinds import STATUSES as KIND_STATUSES
from webapp.domain.phones import format_phone
from webapp.language import _, mark, pgettext, with_capital
from webapp.storage.queries.history import names_of
from webapp.web.element_words import language_words, price_words

STATUSES = dict(KIND_STATUSES) | {"closed": mark("Closed"), "merged": mark("Merged"), "void": mark("Withdrawn")}
AT_A_PLACE = {
    "About the service here": mark("About the service at %(place)s"),
    "Opening times here": mark("Opening times at %(place)s"),
    "Phone numbers here": mark("Phone numbers at %(place)s"),
    "Contacts here": mark("Contacts at %(place)s"),
    "Accessibility here": mark("Accessibility at %(place)s"),
    "Categories here": mark("Categories at %(place)s"),
}
"""What the fields of a place are called where the place is known."""
ELEMENT_WORDS = {"language": language_words, "cost_option": price_words}


@dataclass(frozen=True, slots=True)
class UnitView:
    """One unit for `ui.units`: tokens for texts, hours and addresses, whole texts for the rest."""

    unit: str
    label: str
    before_tokens: tuple[Any, ...]
    after_tokens: tuple[Any, ...]
    before_text: str
    after_text: str
    is_own: bool = False  # it holds the record's own words alone, which are English whatever the page is in


def unit_views(
    connection: Any, kind: Kind, edits: Iterable[Edit], document: Mapping[str, Any] | None = None
) -> list[UnitView]:
    """The edits as people read them, in the order of the kind's fields.

    Orders and presences that come with others stay out. `document`, where it is at hand, tells which place it is
    that an edit lies in, so that "Opening times here" says where.
    """
    return many_unit_views(connection, kind, [(edits, document or {})])[0]


def many_unit_views(
    connection: Any, kind: Kind, several: Iterable[tuple[Iterable[Edit], Mapping[str, Any]]]
) -> list[list[UnitView]]:
    """As `unit_views`, for several sets of edits, each with its document; all names come in one query."""
    return views_of(connection, [(kind, edits, document) for edits, document in several])


def views_of(
    connection: Any, several: Iterable[tuple[Kind, Iterable[Edit], Mapping[str, Any]]]
) -> list[list[UnitView]]:
    """As `many_unit_views`, for records of several kinds."""
    steps = []
    for kind, edits, document in several:
        edits = list(edits)
        shown = sorted((edit for edit in edits if not _is_noise(edit)), key=_order(kind, edits))
        steps.append((kind, shown, _place_ids(edits, document)))
    ids = {id_ for _, shown, _ in steps for edit in shown for id_ in _ids(edit)}
    ids |= {places[one] for _, shown, places in steps for edit in shown for one in _holders(edit, places)}
    names = names_of(connection, ids)
    return [
        [_view(kind, edit, names, {place: names.get(id_, "") for place, id_ in places.items()}) for edit in shown]
        for kind, shown, places in steps
    ]


def comes_or_goes(edit: Edit) -> bool:
    """Whether it adds or removes a whole element, of which the element's own units tell."""
    return edit.before is True or edit.after is True


def _is_noise(edit: Edit) -> bool:
    return comes_or_goes(edit) or (edit.unit.endswith("/order") and (edit.before is None or edit.after is None))


def _order(kind: Kind, edits: Iterable[Edit]) -> Any:
    """Where an edit comes among others: by the kind's groups and fields, then by the order of list elements."""
    orders = {e.unit.removesuffix("/order"): e.after or e.before or 0 for e in edits if e.unit.endswith("/order")}
    top = [group.name for group in kind.groups]

    def place(edit: Edit) -> tuple[Any, ...]:
        groups, _ = _declared(kind, edit.unit)
        parts = edit.unit.split("/")
        if not groups:
            return len(top), 0, 0, "", 0, edit.unit
        field = next((n for n, f in enumerate(groups[0].fields) if f.name == parts[0]), 0)
        element = "/".join(parts[:2])
        inner = _inner(groups[0].fields[field], groups[1].name) if len(groups) > 1 else 0
        return top.index(groups[0].name), field, orders.get(element, 0), element, inner, edit.unit

    return place


def _declared(kind: Kind, unit: str) -> tuple[tuple[Group, ...], Field | None]:
    """As `locate`; no groups for a unit of an older schema, which an open change may still speak of."""
    try:
        return locate(kind, unit)
    except KeyError:
        return (), None


def unit_labels(kind: Kind, edits: Iterable[Edit], places: Mapping[str, str]) -> list[str]:
    """What the edits are about, each name once; `places` are names by the unit of a place."""
    edits = list(edits)
    shown = sorted((edit for edit in edits if not _is_noise(edit)), key=_order(kind, edits))
    return list(dict.fromkeys(_unit_label(kind, edit, places) for edit in shown))


def _unit_label(kind: Kind, edit: Edit, places: Mapping[str, str]) -> str:
    groups, field = _declared(kind, edit.unit)
    if edit.unit == STATUS_UNIT:
        return _("Status")
    if not groups:  # of an older schema: by its own name
        name = next(part for part in reversed(edit.unit.split("/")) if len(part) != 36)
        return with_capital(name.strip("@").replace("_", " "))
    return _label(groups[-1].label if field is None else field.label, edit, places)


def is_declared(kind: Kind, unit: str) -> bool:
    """Whether the kind has such a unit as it is declared today."""
    return bool(_declared(kind, unit)[0])


def _inner(field: Field, name: str) -> int:
    names = [group.name for group in field.element.groups] if field.element else []
    return names.index(name) if name in names else 0


def _ids(edit: Edit) -> Iterable[str]:
    for value in (edit.before, edit.after):
        members = value.values() if isinstance(value, dict) else [value]
        yield from (m for m in members if isinstance(m, str) and len(m) == 36 and m.count("-") == 4)


def _place_ids(edits: Iterable[Edit], document: Mapping[str, Any]) -> dict[str, str]:
    """The location of each place of a service, by the place's unit."""
    said = {f"places/{p['id']}": str(p["location_id"]) for p in document.get("places", ()) if p.get("location_id")}
    for edit in edits:
        if edit.unit.startswith("places/") and edit.unit.endswith("/location_id"):
            said.setdefault(edit.unit.removesuffix("/location_id"), str(edit.after or edit.before))
    return said


def _holders(edit: Edit, places: Mapping[str, str]) -> Iterable[str]:
    holder = "/".join(edit.unit.split("/")[:2])
    return [holder] if holder in places else []


def _view(kind: Kind, edit: Edit, names: Mapping[str, str], places: Mapping[str, str]) -> UnitView:
    groups, field = _declared(kind, edit.unit)
    label = _unit_label(kind, edit, places)
    if edit.unit == STATUS_UNIT:
        before, after = (status_text(value, names) for value in (edit.before, edit.after))
        return UnitView(edit.unit, label, (), (), before, after)
    if not groups:
        return _undeclared(edit, label)
    before, after = (value_text(field, groups[-1].fields, value, names) for value in (edit.before, edit.after))
    if before and before == after:  # they differ in what need not be read, as a language's code: then all of it
        before, after = (_whole(field, groups[-1].fields, value, names) for value in (edit.before, edit.after))
    is_text = field is not None and field.type in (FieldType.LINE, FieldType.TEXT) and before and after
    if is_text:
        left, right = sides(word_diff(before, after))
        return UnitView(edit.unit, label, left, right, before, after, is_own=True)
    if (field is None or _is_schedule(field)) and before and after:  # of an address, the one part that differs
        left, right = sides(whole_word_diff(before, after))
        return UnitView(edit.unit, label, left, right, before, after)
    return UnitView(edit.unit, label, (), (), before, after, _holds_own_words(field, edit, names))


def _holds_own_words(field: Field | None, edit: Edit, names: Mapping[str, str]) -> bool:
    """Whether all that is shown of it are a record's words: its texts, and names of others that are known."""
    if field is None or edit.unit.endswith("/order"):
        return False
    said = [value for value in (edit.before, edit.after) if value]
    is_named = field.type is FieldType.LINK and all(str(value) in names for value in said)
    return is_named or field.type in (FieldType.LINE, FieldType.TEXT)


def _is_schedule(field: Field | None) -> bool:
    return field is not None and field.element is not None and field.element.name == "schedule"


def _undeclared(edit: Edit, label: str) -> UnitView:
    """What an older schema had, as it was written."""
    before, after = (
        _(", ").join(map(str, value.values())) if isinstance(value, dict) else str(value or "")
        for value in (edit.before, edit.after)
    )
    return UnitView(edit.unit, label, (), (), before, after)


def _label(label: str, edit: Edit, places: Mapping[str, str]) -> str:
    """ "Opening times at Leith Library" for what a place calls "Opening times here", where the place is known."""
    where = next((places[one] for one in _holders(edit, places)), "")
    said = _(AT_A_PLACE[label], place=where) if where and label in AT_A_PLACE else _(label)
    return _("%(what)s, order", what=said) if edit.unit.endswith("/order") else said


def status_text(value: Mapping[str, Any] | None, names: Mapping[str, str]) -> str:
    """ "Closed", "Merged into Harbour Soup Lunch"; a record that says nothing of it runs."""
    said = value or {}
    if said.get("merged_into"):
        return _("Merged into %(name)s", name=names.get(said["merged_into"]) or _("another record"))
    status = said.get("status", "active")
    return _(STATUSES[status]) if status in STATUSES else with_capital(str(status))


@lru_cache(maxsize=5000)
def _phone(number: str) -> str:
    return format_phone(number)


def value_text(field: Field | None, fields: Iterable[Field], value: Any, names: Mapping[str, str]) -> str:
    """A unit's value as one text, for people."""
    if value is None:
        return ""
    if isinstance(value, dict):
        if _is_schedule(field):
            parsed = hours.parse_rows([value])
            return _("; ").join([*hours.words(parsed), *hours.remarks(parsed)])
        if field is not None and field.element is not None and field.element.name in ELEMENT_WORDS:
            return ELEMENT_WORDS[field.element.name](value)
        return _whole(field, fields, value, names)
    return _plain(field, value, names)


def _whole(field: Field | None, fields: Iterable[Field], value: Any, names: Mapping[str, str]) -> str:
    """Everything that a unit holds, part by part."""
    if not isinstance(value, dict):
        return _plain(field, value, names)
    inner = field.element.fields() if field is not None and field.element else fields
    return _(", ").join(_part(f, value[f.name], names) for f in inner if f.name in value)


def _part(field: Field, value: Any, names: Mapping[str, str]) -> str:
    text = _plain(field, value, names)
    shows_label = field.type in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.COORDINATE, FieldType.FLAG)
    if not shows_label or not text:
        return text
    return pgettext("a field and what it says", "%(label)s %(value)s", label=_(field.label), value=text)


def _plain(field: Field | None, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return _("; ").join(
            value_text(field, (), member, names) if isinstance(member, dict) else str(member) for member in value
        )
    if value is True:
        return _("yes")
    text = str(value)
    if field is None:
        return text
    if field.type is FieldType.CHOICE:
        return _(dict(field.choices).get(text, text))
    if field.type is FieldType.PHONE:
        return _phone(text)
    return (names.get(text) or _("another record")) if field.type is FieldType.LINK else text
