"""What a record is found by: its words by weight, its tags, and where it is; all from documents, pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from webapp.domain.facets import access_of, facets_of
from webapp.domain.fields import Element, Field, FieldType, Kind
from webapp.domain.geo import cell_tag, points_of
from webapp.domain.hours import parse_rows, slot_tags
from webapp.domain.words import category_tag, indexed, kind_tag, tag_token

SHORT = 80  # characters of a value whose words are kept for the next record that has it


@dataclass(frozen=True, slots=True)
class SearchText:
    """What a record is found by: tokens with spaces between, by weight from A to C, and its tags."""

    name: str
    summary: str = ""
    text: str = ""
    tags: str = ""
    points: str = ""  # where it is, for the ranking: see `geo.points_of`
    hours: str = ""  # tags of when it may be open
    areas: str = ""  # the council areas that it is about, by their tags: for people who look after one

    def all_tokens(self) -> str:
        """Every token once, sorted; tags begin with an underscore, which no word has."""
        words = {*self.name.split(), *self.summary.split(), *self.text.split()}
        return " ".join(sorted(words | {tag_token(tag) for tag in (*self.tags.split(), *self.hours.split())}))


_NAMES = frozenset(("name", "alternate_name"))
_SPOKEN = frozenset(
    (FieldType.LINE, FieldType.TEXT, FieldType.EMAIL, FieldType.URL, FieldType.PHONE, FieldType.POSTCODE)
)
# Codes and outlines: values that nobody searches for by word.
_SILENT = frozenset(
    (
        "byday",
        "bymonthday",
        "byweekno",
        "byyearday",
        "extent",
        "currency",
        "program_id",
        "country",
        "merged_into",
    )
)


def search_text(
    kind: Kind,
    document: Mapping[str, Any],
    names: Mapping[str, str],
    tags: Iterable[str] = (),
    points: Iterable[str] = (),
    lent: Iterable[str] = (),
) -> SearchText:
    """What a record is found by: names first (A), then summary and categories (B), then every other text (C).

    `names` are those of the linked records, by id. `tags` are opaque codes such as "c17"; the record's kind, its
    categories, what filters look at and the cells of its points become tags by themselves. `points` are texts as
    `geo.point_text` gives them, `lent` what linked records lend it. ValueError for a tag that is not a code.
    """
    found: dict[str, list[str]] = {"A": [], "B": [], "C": []}
    own_tags = {kind_tag(kind.name)}
    for field, value, is_top in _values(kind, document, is_top=True):
        if field.link_kind == "taxonomy_term":
            own_tags.add(category_tag(str(value)))
        words = _words_of(field, value, names)
        found[_weight(field, is_top=is_top)] += (_indexed_short if len(words) <= SHORT else indexed)(words)
    for facet in facets_of(kind.name, document):
        own_tags.add(facet.tag)
        found["C"] += _indexed_short(facet.words)
    for token in (token for tokens in lent for token in tokens.split()):
        if token.startswith("_"):
            own_tags.add(token[1:])
        else:
            found["C"].append(token)
    own_points = " ".join(sorted(set(points)))
    own_tags |= {cell_tag(point) for point in points_of(own_points)}
    all_tags = sorted(own_tags | set(tags))
    for tag in all_tags:
        tag_token(tag)
    name, summary, text = (" ".join(dict.fromkeys(found[weight])) for weight in "ABC")
    hours = " ".join(sorted(_hours_of(document)))
    return SearchText(name, summary, text, " ".join(all_tags), own_points, hours)


_OF_THE_ROW = ("id", "order")  # not of its hours: those of many records are the same


def _hours_of(document: Mapping[str, Any]) -> set[str]:
    """When a record or one of its places may be open."""
    parts = (document, *document.get("places", ()))
    rows = [
        tuple(sorted([(name, value) for name, value in row.items() if name not in _OF_THE_ROW]))
        for part in parts
        for row in part.get("schedules", ())
    ]
    return {tag for row in rows for tag in _slots(row)}


@lru_cache(maxsize=5_000)
def _slots(row: tuple[tuple[str, Any], ...]) -> frozenset[str]:
    return slot_tags(parse_rows([dict(row)]))


def _values(of: Kind | Element, values: Mapping[str, Any], *, is_top: bool) -> Iterator[tuple[Field, Any, bool]]:
    for field in _searched(of):
        value = values.get(field.name)
        if not value:
            continue
        if field.element is None:
            yield field, value, is_top
        else:
            for member in value:
                yield from _values(field.element, member, is_top=False)


@cache
def _searched(of: Kind | Element) -> tuple[Field, ...]:
    """The fields in which words may stand, or lead to some."""
    types = {*_SPOKEN, FieldType.LINK}
    return tuple(f for f in of.fields() if f.name not in _SILENT and (f.type in types or f.element is not None))


def _weight(field: Field, *, is_top: bool) -> str:
    if is_top and field.name in _NAMES:
        return "A"
    return "B" if field.link_kind == "taxonomy_term" or (is_top and field.name == "summary") else "C"


def _words_of(field: Field, value: Any, names: Mapping[str, str]) -> str:
    if field.type is FieldType.LINK:
        return names.get(str(value), "")
    if field.type is FieldType.POSTCODE:
        return f"{value} {re.sub(r'[^0-9A-Za-z]', '', str(value))}"
    return str(value) if field.type in _SPOKEN else ""


_indexed_short = lru_cache(maxsize=5_000)(indexed)
"""The same, kept: the names of organisations, categories and places stand in many records."""


# -- what a record lends to those that name it --------------------------------------------------------------

_WHERE = ("city", "region", "state_province", "postal_code")


def lent(kind: Kind, document: Mapping[str, Any]) -> str | None:
    """The tokens that a service is found by because of the place where it happens: its town, and how one gets in.

    None for all but places. Tags begin with an underscore, as in the index.
    """
    if kind.name != "location":
        return None
    access = access_of(document.get("accessibility", ()))
    where = [field for field in kind.fields() if field.name in _WHERE and document.get(field.name)]
    texts = [_words_of(field, document[field.name], {}) for field in where]
    found = {word for text in (*texts, *(facet.words for facet in access)) for word in _indexed_short(text)}
    return " ".join(sorted(found | {tag_token(facet.tag) for facet in access}))
