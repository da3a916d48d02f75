"""How alike two records are, in points, with the reasons; and by which keys a record is found that may be the same.

Pure. The numbers stand at the top and nowhere else. Two are compared only if they share a key, so that a directory of
a million is never compared pair by pair.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from webapp.domain.fields import Field, FieldType, Kind
from webapp.domain.phones import digits
from webapp.domain.words import tokens

COMPARED = ("service", "organization", "location")
"""Kinds that people add twice."""
SAME_PHONE = 40
SAME_POSTCODE = 25
SAME_NAME = 60  # for names that are one and the same; less for less, and nothing below `ALIKE_FROM`
ALIKE_FROM = 60  # per cent
NOTHING_ELSE = 15  # where one of the two says neither a number nor a postcode, so that only names can tell
LISTED_FROM = 70  # points: a phone number and a name much alike, a postcode and nearly the same name, or all of it
MOST = 100
SHORTEST_PHONE = 7  # digits: short codes are the same for everybody


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a record that tells whether it is another one's double."""

    id: str
    kind: str
    names: tuple[str, ...]  # folded, their words in the order of the alphabet; the other name, too
    phones: frozenset[str]
    postcodes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Points up to 100, and why: codes {phone, postcode, names, nothing_else}, with the per cent of the names."""

    points: int
    reasons: tuple[tuple[str, int], ...]


def seen(kind: Kind, id_: str, document: Mapping[str, Any], beside: Iterator[tuple[Kind, Mapping[str, Any]]]) -> Seen:
    """A record as it is compared; `beside` are the documents of its places, and of what it runs."""
    names = (" ".join(sorted(tokens(str(document.get(name) or "")))) for name in ("name", "alternate_name"))
    phones, postcodes = set[str](), set[str]()
    for one, said in ((kind, document), *beside):
        phones.update(filter(_is_long, map(digits, _values(tuple(one.fields()), said, FieldType.PHONE))))
        postcodes.update(
            "".join(text.upper().split()) for text in _values(tuple(one.fields()), said, FieldType.POSTCODE)
        )
    return Seen(id_, kind.name, tuple(filter(None, names)), frozenset(phones), frozenset(postcodes))


def _is_long(phone: str) -> bool:
    return len(phone.strip("+")) >= SHORTEST_PHONE


def _values(fields: tuple[Field, ...], holder: Mapping[str, Any], type_: FieldType) -> Iterator[str]:
    """Every value of a type in a document, in its lists too."""
    for field in fields:
        value = holder.get(field.name)
        if isinstance(value, list) and field.element:
            for member in value:
                yield from _values(tuple(field.element.fields()), member, type_)
        elif field.type is type_ and isinstance(value, str) and value:
            yield value


def keys_of(record: Seen) -> frozenset[str]:
    """What it shares with others that may be the same: hashed, so that no number can be read from where they are kept.

    Names that are written otherwise are found by the other two.
    """
    found = {f"phone {phone}" for phone in record.phones} | {f"postcode {code}" for code in record.postcodes}
    found |= {f"name {name}" for name in record.names}
    return frozenset(hashlib.sha256(f"{record.kind} {key}".encode()).hexdigest()[:32] for key in found)


def likeness(one: Seen, other: Seen) -> Likeness:
    """How alike two records of a kind are; the same whichever comes first."""
    alike = max((round(fuzz.ratio(a, b)) for a in one.names for b in other.names), default=0)
    reasons = []
    points = 0
    if one.phones & other.phones:
        points += SAME_PHONE
        reasons.append(("phone", 0))
    if one.postcodes & other.postcodes:
        points += SAME_POSTCODE
        reasons.append(("postcode", 0))
    if alike >= ALIKE_FROM:
        points += SAME_NAME * (alike - ALIKE_FROM) // (100 - ALIKE_FROM)
        reasons.append(("names", alike))
    if reasons and any(not (each.phones or each.postcodes) for each in (one, other)):
        points += NOTHING_ELSE
        reasons.append(("nothing_else", 0))
    return Likeness(min(points, MOST), tuple(reasons))
