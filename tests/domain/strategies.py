"""Generated documents: `documents(kind)` draws valid ones, normalised, of every shape a kind allows."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from webapp.domain.fields import Field, FieldType, Kind
from webapp.domain.kinds import KINDS
from webapp.domain.normalise import normalise
from webapp.domain.validate import validate

# Letters with accents (composed and not), marks, emoji; never control characters or brackets in runs.
_WORDS = st.text(
    st.one_of(
        st.characters(categories=("Ll", "Lu", "Nd"), max_codepoint=0x17F),
        st.sampled_from("  .,;:-'’&()[]*#é\u0301ß–€🏡"),
    ),
    min_size=1,
    max_size=30,
).filter(lambda text: bool(text.strip()))

_LINES: dict[str, st.SearchStrategy[Any]] = {
    "byday": st.lists(st.sampled_from(["MO", "TU", "WE", "FR", "SU"]), min_size=1, max_size=3).map(",".join),
    "bymonthday": st.sampled_from(["1", "1,15", "-1"]),
    "byweekno": st.sampled_from(["1", "2,4"]),
    "byyearday": st.sampled_from(["1", "100,200"]),
    "country": st.just("GB"),
    "currency": st.just("GBP"),
    "extension": st.sampled_from(["1", "0123"]),
    "language": st.sampled_from(["en", "gd"]),
    "program_id": st.uuids().map(str),
}
_INTEGERS: dict[str, st.SearchStrategy[int]] = {
    "minimum_age": st.integers(0, 20),
    "maximum_age": st.integers(20, 130),
    "interval": st.integers(1, 4),
    "count": st.integers(1, 50),
    "year_incorporated": st.integers(1800, 2030),
}
_OTHERS: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.TEXT: st.lists(_WORDS, min_size=1, max_size=3).map("\n\n".join),
    FieldType.DECIMAL: st.decimals(0, 999, places=2).map(lambda amount: f"{amount:f}"),
    FieldType.TIME: st.times().map(lambda time: f"{time:%H:%M}"),
    FieldType.DATE: st.dates().map(lambda day: day.isoformat()),
    FieldType.EMAIL: st.sampled_from(["hello@example.org", "office@leith.example.org"]),
    FieldType.URL: st.sampled_from(["https://example.org/", "http://example.org/a?b=c#d"]),
    FieldType.PHONE: st.sampled_from(
        ["0131 496 0123", "01632 960001", "07700 900123", "0808 157 0123", "116 123"]
    ),
    FieldType.POSTCODE: st.sampled_from(["EH6 5NA", "G1 1AA", "SW1A 1AA"]),
    FieldType.LINK: st.uuids().map(str),
    FieldType.FLAG: st.just(True),
}


def values(field: Field) -> st.SearchStrategy[Any]:
    """Valid values of one field."""
    if field.type is FieldType.LIST:
        return _lists(field)
    if field.type is FieldType.CHOICE:
        return st.sampled_from([value for value, _ in field.choices])
    if field.type is FieldType.INTEGER:
        return _INTEGERS.get(field.name, st.integers(0, 99))
    if field.type is FieldType.COORDINATE:
        low, high = (49.2, 60.9) if field.name == "latitude" else (-10.9, 2)
        return st.decimals(Decimal(str(low)), Decimal(str(high)), places=6).map(
            lambda degrees: f"{degrees:f}"
        )
    if field.type is FieldType.LINE:
        return _LINES.get(field.name, _WORDS.map(lambda words: words[: field.max_length]))
    return _OTHERS[field.type]


def _lists(field: Field) -> st.SearchStrategy[list[dict[str, Any]]]:
    assert field.element is not None
    identity = st.fixed_dictionaries({"id": st.uuids().map(str), "order": st.integers(0, 5)})
    element = st.tuples(_holders(tuple(field.element.fields())), identity).map(
        lambda parts: {**parts[0], **parts[1]}
    )
    return st.lists(element, max_size=2, unique_by=lambda one: str(one["id"]))


def _holders(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """What is required and up to five more values: small documents, each of many shapes."""
    drawn_from = {field.name: values(field) for field in fields}
    required = [field.name for field in fields if field.required]
    names = list(drawn_from)

    @st.composite
    def holder(draw: st.DrawFn) -> dict[str, Any]:
        chosen = [*required, *draw(st.lists(st.sampled_from(names), min_size=1, max_size=5))]
        return _consistent({name: draw(drawn_from[name]) for name in dict.fromkeys(chosen)})

    return holder()


def _consistent(drawn: dict[str, Any]) -> dict[str, Any]:
    """The rules between values: a point whole, dates in order, no merging."""
    drawn.pop("merged_into", None)
    if ("latitude" in drawn) != ("longitude" in drawn):
        drawn.pop("latitude", None)
        drawn.pop("longitude", None)
    for first, last in (("valid_from", "valid_to"), ("dtstart", "until")):
        if first in drawn and last in drawn:
            drawn[first], drawn[last] = sorted((drawn[first], drawn[last]))
    if "until" in drawn:
        drawn.pop("count", None)
    if "closed" in drawn:
        drawn.setdefault("dtstart", "2026-12-25")
        drawn.pop("until", None)
    return drawn


@cache
def _documents(kind_name: str) -> st.SearchStrategy[dict[str, Any]]:
    kind = KINDS[kind_name]
    return _holders(tuple(kind.fields())).map(lambda drawn: _valid(kind, drawn))


def documents(kind: Kind) -> st.SearchStrategy[dict[str, Any]]:
    """Valid documents of a kind, in stored form. Each is checked, so that a wrong generator shows itself."""
    return _documents(kind.name)


def _valid(kind: Kind, drawn: dict[str, Any]) -> dict[str, Any]:
    document = normalise(kind, drawn)
    report = validate(kind, document)
    assert report.ok, report.refusals
    return document
