"""Values brought to the form in which they are stored; what can't be understood stays as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.domain.document import Document, canonical, normal, parse
from webapp.domain.fields import Field, FieldType, Kind

GB_POSTCODE = re.compile(r"(GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})")
_SIX_PLACES = Decimal("0.000001")
_TWO_PLACES = Decimal("0.01")
_UPPER_LINES = {"byday", "currency"}  # codes that people also type in small letters
_NUMBER_LINES = {"bymonthday", "byweekno", "byyearday"}


def normalise(kind: Kind, document: Mapping[str, Any]) -> Document:
    """The document in stored form: canonical, every value that can be read in the one way of its type.

    Elements without an order get their place; empty ones go. Unknown fields stay: `validate` refuses them.
    """
    return parse(canonical(_holder(kind.fields(), normal(document))))


def _holder(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    known = {field.name: field for field in fields}
    return {name: _value(known[name], value) if name in known else value for name, value in values.items()}


def _value(field: Field, value: Any) -> Any:
    if field.type is FieldType.LIST:
        return _elements(field, value) if isinstance(value, list) else value
    if field.type is FieldType.CHOICE:
        return _choice(field, value)
    change = _BY_TYPE.get(field.type)
    value = change(value) if change else value
    if isinstance(value, str) and field.name in _UPPER_LINES | _NUMBER_LINES:
        value = ",".join(part.strip() for part in value.upper().split(",")).strip(",")
    return value


def _elements(field: Field, elements: list[Any]) -> list[Any]:
    result = []
    for place, element in enumerate(elements):
        if not isinstance(element, dict) or field.element is None:
            result.append(element)
            continue
        if not set(element) - {"id", "order"}:
            continue
        inner = normal(_holder(field.element.fields(), element))
        inner.setdefault("order", place)
        if isinstance(inner.get("id"), str):
            inner["id"] = inner["id"].lower()
        result.append(inner)
    return result


def _choice(field: Field, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return next((stored for stored, _ in field.choices if stored.casefold() == value.casefold()), value)


def _line(value: Any) -> Any:
    """Line breaks and tabs in one line of text become single spaces."""
    return re.sub(r"[ \n\t]+", _one_blank, value) if isinstance(value, str) else value


def _one_blank(found: re.Match[str]) -> str:
    """Blanks alone stay as they are. A pattern that looks for the break itself is quadratic in blanks before none."""
    return " " if "\n" in found[0] or "\t" in found[0] else found[0]


def _integer(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,9}", value):
        return int(value)
    return value


def _decimal(value: Any) -> Any:
    number = _number(value)
    if number is None:
        return value
    return (
        f"{number.quantize(_TWO_PLACES) if number == number.quantize(_TWO_PLACES) else number.normalize():f}"
    )


def _coordinate(value: Any) -> Any:
    number = _number(value)
    if number is None:
        return value
    rounded = number.quantize(_SIX_PLACES)
    return f"{rounded if rounded else abs(rounded):f}"  # never "-0.000000"


def _number(value: Any) -> Decimal | None:
    """A plain decimal number, or None; the length is limited so that rounding can't fail."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value)
    if not re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]{1,15})?(e-[0-9]{1,2})?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _date(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(value, form).date().isoformat()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return value


_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*(am|pm)?", re.IGNORECASE | re.ASCII)


def _time(value: Any) -> Any:
    """ "9.30", "9:30 am", "09:30:00", "24:00" and the like as "09:30"; a bare number is no time."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not found or not (found[2] or found[3]):
        return value
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return value
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if (hour, minute) == (24, 0):
        hour = 0  # the end of the day is the midnight that follows
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else value


def _postcode(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    upper = value.upper()
    bare = re.sub(r"[^A-Z0-9]", "", upper)
    if GB_POSTCODE.fullmatch(bare):
        return f"{bare[:-3]} {bare[-3:]}"
    return " ".join(upper.split())


def _email(value: Any) -> Any:
    if not isinstance(value, str) or value.count("@") != 1:
        return value
    local, domain = value.removeprefix("mailto:").split("@")
    return f"{local}@{domain.lower()}"


def _url(value: Any) -> Any:
    """An address typed without its scheme gets https://, and the scheme is in small letters."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"(?i)[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(/\S*)?", value):
        return f"https://{value}"
    return re.sub(r"(?i)^https?://", lambda found: found[0].lower(), value)


def _flag(value: Any) -> Any:
    if isinstance(value, str) and value.casefold() in {"on", "yes", "true", "1"}:
        return True
    if isinstance(value, str) and value.casefold() in {"off", "no", "false", "0"}:
        return False
    return bool(value) if value in (0, 1) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


_BY_TYPE: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.LINE: _line,
    FieldType.PHONE: _line,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.COORDINATE: _coordinate,
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.POSTCODE: _postcode,
    FieldType.EMAIL: _email,
    FieldType.URL: _url,
    FieldType.FLAG: _flag,
    FieldType.LINK: _lower,
}
