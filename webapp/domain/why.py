"""Why a record was found: where the words that were looked for stand in what it says; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from webapp.domain.facets import access_of, facets_of
from webapp.domain.fields import FieldType, Kind
from webapp.domain.words import Term, stem, tokens

Pieces = list[tuple[str, bool]]
"""A text in pieces, each with whether it is one of the words."""
LONGEST = 150  # characters of an excerpt
BEFORE = 50  # characters of it before the first word
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_MARKS = re.compile(r"[*_#>`\[\]|]|\(https?:[^)]*\)")
_SEEN = ("name", "summary")  # what results show anyway


def marked(text: str, terms: Sequence[Term]) -> Pieces:
    """A text with its words that match told from the rest."""
    found: Pieces = []
    end = 0
    for word in _WORD.finditer(text):
        if _is_one(word[0], terms):
            found += [(text[end : word.start()], False)] if word.start() > end else []
            found.append((word[0], True))
            end = word.end()
    return found + ([(text[end:], False)] if end < len(text) else [])


def missing(terms: Sequence[Term], *texts: str) -> tuple[Term, ...]:
    """The terms that stand in none of the texts."""
    said = {word for text in texts for word in _WORD.findall(text)}
    return tuple(term for term in terms if not any(_is_one(word, (term,)) for word in said))


def reason(
    kind: Kind, document: Mapping[str, Any], places: Iterable[Mapping[str, Any]], terms: Sequence[Term]
) -> tuple[str, Pieces] | None:
    """Where else a record has some of the terms: what that part of it is called, and an excerpt; None for nowhere."""
    for label, text in _parts(kind, document, list(places)):
        pieces = marked(excerpt(text, terms), terms)
        if any(is_word for _, is_word in pieces):
            return label, pieces
    return None


def excerpt(text: str, terms: Sequence[Term]) -> str:
    """A text in short, around the first of the words, in whole words."""
    plain = " ".join(_MARKS.sub(" ", text).split())
    first = next((word.start() for word in _WORD.finditer(plain) if _is_one(word[0], terms)), 0)
    start = plain.find(" ", first - BEFORE) + 1 if first > BEFORE else 0
    end = len(plain) if len(plain) <= start + LONGEST else max(plain.rfind(" ", 0, start + LONGEST), start + 1)
    return ("… " if start else "") + plain[start:end] + (" …" if end < len(plain) else "")


def _parts(
    kind: Kind, document: Mapping[str, Any], places: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Whatever a record says in words, what it is found by from its places, and what filters know of it."""
    for field in kind.fields():
        if field.type in (FieldType.LINE, FieldType.TEXT) and field.name not in _SEEN and document.get(field.name):
            yield field.label, str(document[field.name])
    for place in places:
        yield "Where", ", ".join(str(place[name]) for name in ("name", "city", "postal_code") if place.get(name))
    access = [facet for place in (document, *places) for facet in access_of(place.get("accessibility", ()))]
    for facet in (*facets_of(kind.name, document), *access):
        yield "", f"{facet.label} ({facet.words})" if facet.words else ""


def _is_one(word: str, terms: Sequence[Term]) -> bool:
    return any(term.matches(token) or term.stem == stem(token) for token in tokens(word) for term in terms)
