"""What single values must look like, type by type. Each check yields findings; it never raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from webapp.domain.fields import Field, FieldType
from webapp.domain.phones import is_odd

OPEN_BRACKETS = 50  # Python-Markdown takes seconds for thousands of unclosed ones
LIST_DEPTH = 10  # and a stack frame or two a level
# Control characters but line feed and tab, halves of characters, marks that turn the reading direction round.
_DECEIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NESTED = re.compile(rf"^[ \t]*(?:(?:[-*+>]|\d+[.)])[ \t]*){{{LIST_DEPTH + 1},}}", re.MULTILINE)
_BYDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBERS = re.compile(r"[+-]?[1-9]\d{0,2}(,[+-]?[1-9]\d{0,2})*", re.ASCII)
LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
# Where people have a mailbox of their own; small groups do too, hence a doubt.
_PERSONAL = re.compile(
    r"(gmail|googlemail|icloud|me|mac|aol|protonmail|btinternet|sky|virginmedia|ntlworld|msn)\.com"
    r"|(hotmail|outlook|live|yahoo|gmx)\.(com|co\.uk)|proton\.me|talktalk\.net|(blueyonder|tiscali)\.co\.uk"
)
_RANGES: dict[str, tuple[int, int]] = {
    "minimum_age": (0, 130),
    "maximum_age": (0, 130),
    "interval": (1, 99),
    "count": (1, 1000),
    "year_incorporated": (800, 2200),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check has to say; a doubt is for people to confirm, anything else is refused."""

    code: str
    values: dict[str, str | int] = field(default_factory=dict)
    doubt: bool = False


def check_value(declared: Field, value: Any) -> Iterator[Finding]:
    """Everything to be said about one value that is not blank and not a list."""
    if declared.type is FieldType.INTEGER:
        yield from _integer(declared, value)
    elif declared.type is FieldType.FLAG:
        if value is not True:
            yield Finding("shape")
    elif not isinstance(value, str):
        yield Finding("shape")
    else:
        refused = list(_text(declared, value))
        yield from refused
        if not refused:
            yield from _BY_TYPE[declared.type](declared, value)


def is_uuid(value: Any) -> bool:
    """Whether a value is a uuid in its one canonical spelling."""
    return isinstance(value, str) and bool(_UUID.fullmatch(value))


def _integer(declared: Field, value: Any) -> Iterator[Finding]:
    low, high = _RANGES.get(declared.name, (0, 99_999))
    if isinstance(value, bool) or not isinstance(value, int):
        yield Finding("integer")
    elif not low <= value <= high:
        yield Finding("range", {"min": low, "max": high})


def _text(declared: Field, value: str) -> Iterator[Finding]:
    """What holds for every text, whatever it means: length, and nothing that deceives or slows."""
    several_lines = declared.type is FieldType.TEXT
    if len(value) > declared.max_length:
        yield Finding("too_long", {"max": declared.max_length, "length": len(value)})
    if _DECEIVING.search(value):
        yield Finding("characters")
    if not several_lines and ("\n" in value or "\t" in value):
        yield Finding("one_line")


def _markdown(_: Field, value: str) -> Iterator[Finding]:
    if max(_unclosed(value, "[", "]"), _unclosed(value, "(", ")")) > OPEN_BRACKETS:
        yield Finding("brackets")
    if _NESTED.search(value):
        yield Finding("nesting", {"max": LIST_DEPTH})


def _unclosed(value: str, opening: str, closing: str) -> int:
    """How many brackets are open at most at one point; no more than open at all, where those are few."""
    opened = value.count(opening)
    if opened <= OPEN_BRACKETS:
        return opened
    depth = deepest = 0
    for character in value:
        depth += (character == opening) - (character == closing and depth > 0)
        deepest = max(deepest, depth)
    return deepest


def _line(declared: Field, value: str) -> Iterator[Finding]:
    check = _BY_NAME.get(declared.name)
    if check:
        yield from check(value)


def _choice(declared: Field, value: str) -> Iterator[Finding]:
    if value not in {stored for stored, _ in declared.choices}:
        yield Finding("choice")


def _decimal(_: Field, value: str) -> Iterator[Finding]:
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,15})?", value):
        yield Finding("decimal")


def _coordinate(declared: Field, value: str) -> Iterator[Finding]:
    most = 90 if declared.name == "latitude" else 180
    if not re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{6}", value):
        yield Finding("coordinate")
    elif abs(float(value)) > most:
        yield Finding("range", {"min": -most, "max": most})


def _date(_: Field, value: str) -> Iterator[Finding]:
    try:
        right = date.fromisoformat(value).isoformat() == value
    except ValueError:
        right = False
    if not right:
        yield Finding("date")


def _time(_: Field, value: str) -> Iterator[Finding]:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        yield Finding("time")


@lru_cache(maxsize=4096)
def _is_email(value: str) -> bool:
    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _email(_: Field, value: str) -> Iterator[Finding]:
    if not _is_email(value):
        yield Finding("email")
    elif _PERSONAL.fullmatch(value.rpartition("@")[2].lower()):
        yield Finding("personal_email", {"email": value}, doubt=True)


def _url(_: Field, value: str) -> Iterator[Finding]:
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        yield Finding("url")
        return
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\\<>\"]", value):
        yield Finding("url")
    elif "@" in parts.netloc:
        yield Finding("url_login")


def _phone(_: Field, value: str) -> Iterator[Finding]:
    if is_odd(value):
        yield Finding("odd_phone", {"number": value}, doubt=True)


def _link(_: Field, value: str) -> Iterator[Finding]:
    if not is_uuid(value):
        yield Finding("link")


def _nothing(_: Field, __: str) -> Iterator[Finding]:
    return iter(())


_BY_TYPE: dict[FieldType, Callable[[Field, str], Iterator[Finding]]] = {
    FieldType.LINE: _line,
    FieldType.TEXT: _markdown,
    FieldType.CHOICE: _choice,
    FieldType.DECIMAL: _decimal,
    FieldType.COORDINATE: _coordinate,
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.EMAIL: _email,
    FieldType.URL: _url,
    FieldType.PHONE: _phone,
    FieldType.POSTCODE: _nothing,  # judged together with its country
    FieldType.LINK: _link,
}


# -- lines whose name says what they hold ------------------------------------------------------------------


def _byday(value: str) -> Iterator[Finding]:
    if not all(_BYDAY.fullmatch(part) for part in value.split(",")):
        yield Finding("byday")


def _numbers(value: str) -> Iterator[Finding]:
    if not _NUMBERS.fullmatch(value):
        yield Finding("numbers")


def _language_code(value: str) -> Iterator[Finding]:
    if not LANGUAGE_CODE.fullmatch(value):
        yield Finding("language_code", {"code": value}, doubt=True)


def _country(value: str) -> Iterator[Finding]:
    if not re.fullmatch(r"[A-Z]{2}", value):
        yield Finding("country", {"country": value}, doubt=True)


def _extension(value: str) -> Iterator[Finding]:
    if not re.fullmatch(r"[0-9]+", value):
        yield Finding("extension")


def _currency(value: str) -> Iterator[Finding]:
    if not re.fullmatch(r"[A-Z]{3}", value):
        yield Finding("currency")


def _program(value: str) -> Iterator[Finding]:
    if not is_uuid(value):
        yield Finding("uuid")


_BY_NAME: dict[str, Callable[[str], Iterator[Finding]]] = {
    "byday": _byday,
    "bymonthday": _numbers,
    "byweekno": _numbers,
    "byyearday": _numbers,
    "country": _country,
    "currency": _currency,
    "extension": _extension,
    "language": _language_code,
    "program_id": _program,
}
