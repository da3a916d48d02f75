"""What masking does to a document, an edit or a text; pure: nothing here reads or writes a database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.domain.canonical import dump
from webapp.domain.document import Document, Units, from_units, locate, normal, to_units
from webapp.domain.fields import Field, FieldType, Kind

REDACTED = "[redacted]"
SHORTEST = 4
"""Characters (or digits) that a value must have to be looked for; less would be found everywhere."""
IGNORED = " -().\n\r\t\u00a0"
"""Characters that do not count when rows are looked for: people write one number in many ways."""
CONTACT = frozenset((FieldType.PHONE, FieldType.EMAIL, FieldType.URL))
PROSE = frozenset((FieldType.LINE, FieldType.TEXT))

_GAP = r"[\s().\-\u00a0]{0,4}"
_NUMBER = re.compile(r"[+\d\s().\-]+")


@dataclass(frozen=True, slots=True)
class Secret:
    """A value to be taken out: how to recognise it, and a run of it that every row with it holds.

    The probe is compared in lower case, without the characters of IGNORED; it is "" when nothing sure is known.
    """

    pattern: re.Pattern[str]
    probe: str


@dataclass(frozen=True, slots=True)
class Masking:
    """What is to be masked: units wherever they stand in the record, secrets in whatever text."""

    kind: Kind
    units: tuple[str, ...] = ()
    secrets: tuple[Secret, ...] = ()


def is_long_enough(value: str) -> bool:
    """Whether a value can be looked for without being found everywhere."""
    return sum(character.isalnum() for character in value) >= SHORTEST


def secret_of(value: str) -> Secret:
    """How a value is recognised: letters in any case, white space of any length, a number however it is spaced."""
    digits = re.sub(r"\D", "", value)
    if len(digits) >= 6 and _NUMBER.fullmatch(value.strip()):
        return _number(value.strip(), digits)
    words = [re.escape(word) for word in value.split()]
    bare = "".join(character for character in value if character not in IGNORED)
    runs: list[str] = re.findall(r"[A-Za-z0-9@:/_,]+", bare)
    return Secret(re.compile(r"\s+".join(words), re.IGNORECASE), max(runs, key=len, default="").lower())


def _number(value: str, digits: str) -> Secret:
    """A telephone number with or without the country's prefix; of other numbers, the digits."""
    national = digits.removeprefix("0044").removeprefix("44") if value.startswith(("+", "00")) else digits
    national = national.removeprefix("0")
    prefix = rf"(?:(?:\+|00){_GAP}44{_GAP}(?:\(?0\)?)?{_GAP}|\+|0{_GAP})?"
    return Secret(re.compile(rf"(?<!\d){prefix}{_GAP.join(national)}(?!\d)"), national)


def found_in(text: str, secrets: Iterable[Secret]) -> bool:
    """Whether a text says one of the secrets."""
    return any(secret.pattern.search(text) for secret in secrets)


def masked_text(text: str, secrets: Iterable[Secret]) -> str:
    """The text with every secret replaced."""
    for secret in secrets:
        text = secret.pattern.sub(REDACTED, text)
    return text


def masked_json(text: str, secrets: tuple[Secret, ...]) -> str:
    """A JSON text with the secrets taken out of its strings; what is no JSON is masked as text."""
    try:
        value = json.loads(text)
    except ValueError:
        return masked_text(text, secrets)
    masked = _masked_value(value, secrets)
    if masked == value:
        return text
    return dump(masked)


def _masked_value(value: Any, secrets: tuple[Secret, ...]) -> Any:
    if isinstance(value, str):
        return masked_text(value, secrets)
    if isinstance(value, list):
        return [_masked_value(member, secrets) for member in value]
    if isinstance(value, dict):
        return {masked_text(key, secrets): _masked_value(member, secrets) for key, member in value.items()}
    return value


# -- documents --------------------------------------------------------------------------------------------


def masked_document(masking: Masking, document: Mapping[str, Any]) -> Document:
    """The document without the units and without the secrets; what is required says "[redacted]".

    What an older schema had and today's has not, as payloads may, stays without the secrets.
    """
    whole = to_units(masking.kind, document)
    bare = from_units(masking.kind, without_units(masking, whole))
    masked = _masked_fields(tuple(masking.kind.fields()), bare, masking.secrets)
    after = from_units(masking.kind, to_units(masking.kind, masked))
    declared = {field.name for field in masking.kind.fields()}
    others = {name: value for name, value in document.items() if name not in declared}
    if after == from_units(masking.kind, whole) and _masked_value(dict(document), masking.secrets) == document:
        return dict(document)
    return after | {name: _masked_value(value, masking.secrets) for name, value in others.items()}


def without_units(masking: Masking, units: Units) -> Units:
    """The units that stay, those that a record can't be without as "[redacted]"."""
    left: Units = {}
    for address, value in units.items():
        if not is_named(masking.units, address):
            left[address] = value
        elif (stand_in := _stand_in(masking.kind, address, value)) is not None:
            left[address] = stand_in
    return left


def is_named(named: Iterable[str], address: str) -> bool:
    """Whether a unit is one of those named, or lies in one; the name of a list stands for all that is in it."""
    return any(address == unit or address.startswith(unit + "/") for unit in named)


def _stand_in(kind: Kind, address: str, value: Any) -> Any:
    """What takes a removed unit's place: nothing, or "[redacted]" where words are required."""
    groups, field = locate(kind, address)
    if field is None:
        return {f.name: REDACTED for f in groups[-1].fields if f.name in value and _is_required_words(f)} or None
    return REDACTED if _is_required_words(field) else None


def _is_required_words(field: Field) -> bool:
    return field.required and field.type in PROSE


def _masked_fields(fields: tuple[Field, ...], values: Mapping[str, Any], secrets: tuple[Secret, ...]) -> dict[str, Any]:
    """A holder's values without the secrets; one that could not be without its value comes back empty."""
    left: dict[str, Any] = dict(values)
    for field in fields:
        if field.name not in left:
            continue
        before = left[field.name]
        after = _masked_field(field, before, secrets)
        if after == before:
            continue
        if after is None and field.required:
            return {}
        left[field.name] = after
        _forget_point(fields, left, field)
    return {name: value for name, value in left.items() if value is not None}


def _masked_field(field: Field, value: Any, secrets: tuple[Secret, ...]) -> Any:
    if isinstance(value, list) and field.element:
        inner = tuple(field.element.fields())
        members = ((member, _masked_fields(inner, member, secrets)) for member in value)
        return [after for before, after in members if after and (after == before or after.keys() - {"id", "order"})]
    if not isinstance(value, str) or not found_in(value, secrets):
        return value
    if field.type not in PROSE:
        return None
    masked = masked_text(value, secrets)
    return None if masked == REDACTED and not field.required else masked


def _forget_point(fields: tuple[Field, ...], values: dict[str, Any], masked: Field) -> None:
    """A masked line of an address takes the map point along, which would say the same."""
    if masked.name.startswith("address") or masked.type is FieldType.POSTCODE:
        for field in fields:
            if field.type is FieldType.COORDINATE:
                values.pop(field.name, None)


def contact_values(kind: Kind, named: tuple[str, ...], units: Units) -> set[str]:
    """The telephone numbers, mail and web addresses within the named units."""
    found: set[str] = set()
    for address, value in units.items():
        if is_named(named, address):
            groups, field = locate(kind, address)
            inner = tuple(field.element.fields()) if field and field.element else groups[-1].fields
            held = value if isinstance(value, dict) else {address.rpartition("/")[2]: value}
            found |= {str(held[f.name]) for f in inner if f.type in CONTACT and held.get(f.name)}
    return {value for value in found if is_long_enough(value)}


# -- payloads of changes ----------------------------------------------------------------------------------


def masked_payload(masking: Masking, record_id: str, payload: str) -> str:
    """A change's payload, masked: both sides of its edits, or the documents of its creation set.

    Also of a change that an import is still to suggest: the values that it wants, by unit.
    """
    try:
        value = json.loads(payload)
    except ValueError:
        return payload  # a moved change keeps where it came from, an id
    before = dump(value)
    if "edits" in value:
        edits = (_masked_edit(masking, *edit) for edit in value["edits"])
        value["edits"] = [edit for edit in edits if edit[1] != edit[2]]
    if "wanted" in value:
        sides = {unit: (wish, _masked_side(masking, unit, wish)) for unit, wish in value["wanted"].items()}
        value["wanted"] = {unit: after for unit, (wish, after) in sides.items() if after is not None or wish is None}
    for entry in value.get("records", ()):
        entry["document"] = _masked_entry(masking, record_id, entry)
    after = dump(value)
    return payload if after == before else after


def _masked_edit(masking: Masking, unit: str, before: Any, after: Any) -> list[Any]:
    return [unit, _masked_side(masking, unit, before), _masked_side(masking, unit, after)]


def _masked_side(masking: Masking, unit: str, value: Any) -> Any:
    if value is None:
        return None
    if not _is_declared(masking.kind, unit):
        return None if is_named(masking.units, unit) else _masked_value(value, masking.secrets)
    left = without_units(masking, {unit: value}).get(unit)
    if left is None or not isinstance(left, str | dict):
        return left
    groups, field = locate(masking.kind, unit)
    if isinstance(left, str):
        return _masked_field(field, left, masking.secrets) if field else left
    inner = tuple(field.element.fields()) if field and field.element else groups[-1].fields
    return _masked_fields(inner, left, masking.secrets) or None


def _is_declared(kind: Kind, unit: str) -> bool:
    """Whether the kind still has such a unit: a change may be older than today's schema."""
    try:
        return bool(locate(kind, unit))
    except KeyError:
        return False


def _masked_entry(masking: Masking, record_id: str, entry: Mapping[str, Any]) -> Document:
    from webapp.domain.kinds import KINDS

    units = masking.units if entry["id"] == record_id else ()
    return normal(masked_document(Masking(KINDS[entry["kind"]], units, masking.secrets), entry["document"]))  # type: ignore[no-any-return]  # mypy sees a wider type than there is
