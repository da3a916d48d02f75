"""Telephone numbers as British people write, read and dial them; nothing here refuses a number."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

REGION = "GB"
# Ofcom keeps these numbers free for drama; examples and the demo use them. phonenumbers knows only some.
_DRAMA = re.compile(
    r"0(?:1(?:13|14|15|16|17|18|21|31|41|51|61)4960\d{3}|1914980\d{3}|2079460\d{3}|2890180\d{3}|2920180\d{3}"
    r"|1632960\d{3}|7700900\d{3}|8081570\d{3}|9098790\d{3}|3069990\d{3})"
)
_SHORT = re.compile(r"999|112|111|101|105|119|159|116\d{3}|18000")
_SIX = re.compile(r"(?<=^0\d{4} )(\d{3})(\d{3})(?=$| x)")  # six digits at once are too many to keep in mind
_RELAY = re.compile(r"(1800[12])(?=0\d)")  # Relay UK: dialled before the number itself


def digits(number: str) -> str:
    """The digits to dial within Britain: no spaces or marks, +44 and 0044 as 0; other countries keep +."""
    main = re.split(r"(?i)ext|x|#", number, maxsplit=1)[0]  # an extension is not dialled with it
    bare = re.sub(r"[^\d+]", "", main.replace("(0)", ""), flags=re.ASCII)
    bare = re.sub(r"^\+440?|^00440?", "0", bare)
    return re.sub(r"^00", "+", bare)


def is_known_number(number: str) -> bool:
    """Whether a number is right although the numbering plan knows no such line: drama ranges, short codes."""
    bare = digits(number)
    return bool(_DRAMA.fullmatch(bare) or _SHORT.fullmatch(bare))


def is_odd(number: str) -> bool:
    """Whether nobody can be reached on a number as it is written, so far as the numbering plan tells."""
    return not is_known_number(number) and _parse(_without_relay(number)[1]) is None


def format_phone(number: str) -> str:
    """A number grouped for reading: "0131 496 0123", "01632 960 114", "+353 1 234 5678"; an odd one unchanged."""
    bare = digits(number)
    if _SHORT.fullmatch(bare):
        return f"{bare[:3]} {bare[3:]}" if len(bare) == 6 else bare
    relay, rest = _without_relay(number)
    parsed = _parse(rest, known=True)
    if parsed is None:
        return " ".join(number.split())
    at_home = parsed.country_code == 44
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    text = _SIX.sub(r"\1 \2", phonenumbers.format_number(parsed, style))
    return f"{relay} {text}" if relay else text


def tel(number: str) -> str:
    """What stands after `tel:` in a link: E.164 for a valid number, else its digits, "" without any."""
    bare = digits(number)
    relay, rest = _without_relay(number)
    parsed = None if relay or is_known_number(number) else _parse(rest)
    if parsed is None:
        return bare if bare.strip("+") else ""
    extension = f";ext={parsed.extension}" if parsed.extension else ""
    return str(phonenumbers.format_number(parsed, PhoneNumberFormat.E164)) + extension


def _without_relay(number: str) -> tuple[str, str]:
    relay = _RELAY.match(digits(number))
    return (relay[1], digits(number)[len(relay[1]) :]) if relay else ("", number)


def _parse(number: str, *, known: bool = False) -> PhoneNumber | None:
    """The number if it is valid, or known and `known` is set; otherwise None."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except NumberParseException:
        return None
    good = phonenumbers.is_valid_number(parsed) or (known and is_known_number(number))
    return parsed if good else None
