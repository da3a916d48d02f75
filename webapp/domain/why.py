"""Why a record was found: where the words that were looked for stand in what it says; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.domain.facets import access_of, facets_of
from webapp.domain.fields import FieldType, Kind
from webapp.domain.needs import Need
from webapp.domain.words import Term, stem, tokens
from webapp.language import _

Pieces = list[tuple[str, bool]]
"""A text in pieces, each with whether it is one of the words."""
LONGEST = 150  # characters of an excerpt
MOST = 3  # parts that are told
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


def reasons(
    kind: Kind,
    document: Mapping[str, Any],
    places: Iterable[Mapping[str, Any]],
    needs: Iterable[Need],
    categories: Mapping[str, str],
) -> list[tuple[str, Pieces]]:
    """Where a record has what was looked for: what each part of it is called, and an excerpt; each part once.

    `categories` are the names of those that there are, by id.
    """
    parts = list(_parts(kind, document, list(places), categories))
    found: dict[int, list[Term]] = {}
    for need in needs:
        for choice in need.choices:
            where = [next((at for at, part in enumerate(parts) if part.has(term)), None) for term in choice]
            if None not in where:
                for at, term in zip(where, choice, strict=True):
                    found.setdefault(at or 0, []).append(term)
                break
    return [parts[at].told(terms) for at, terms in sorted(found.items())[:MOST]]


@dataclass(frozen=True, slots=True)
class _Part:
    """A text of a record, and the words that find it where those are others than its own."""

    label: str
    text: str
    words: str = ""

    def has(self, term: Term) -> bool:
        return not missing((term,), self.words or self.text)

    def told(self, terms: Sequence[Term]) -> tuple[str, Pieces]:
        return self.label, [(self.text, True)] if self.words else marked(excerpt(self.text, terms), terms)


def excerpt(text: str, terms: Sequence[Term]) -> str:
    """A text in short, around the first of the words, in whole words."""
    plain = " ".join(_MARKS.sub(" ", text).split())
    first = next((word.start() for word in _WORD.finditer(plain) if _is_one(word[0], terms)), 0)
    start = plain.find(" ", first - BEFORE) + 1 if first > BEFORE else 0
    end = len(plain) if len(plain) <= start + LONGEST else max(plain.rfind(" ", 0, start + LONGEST), start + 1)
    return ("… " if start else "") + plain[start:end] + (" …" if end < len(plain) else "")


def _parts(
    kind: Kind, document: Mapping[str, Any], places: Sequence[Mapping[str, Any]], categories: Mapping[str, str]
) -> Iterator[_Part]:
    """Its categories, whatever it says in words, what it is found by from its places, and what filters know of it."""
    for element in document.get("categories", ()):
        if name := categories.get(element.get("taxonomy_term_id", "")):
            yield _Part(_("Category"), name)
    for field in kind.fields():
        if field.type in (FieldType.LINE, FieldType.TEXT) and field.name not in _SEEN and document.get(field.name):
            yield _Part(_(field.label), str(document[field.name]))
    for place in places:
        said = [str(place[name]) for name in ("name", "city", "postal_code") if place.get(name)]
        yield _Part(_("Where"), ", ".join(said))
    access = [facet for place in (document, *places) for facet in access_of(place.get("accessibility", ()))]
    for facet in (*facets_of(kind.name, document), *access):
        if facet.words:
            yield _Part("", _(facet.label), facet.words)


def _is_one(word: str, terms: Sequence[Term]) -> bool:
    return any(term.matches(token) or term.stem == stem(token) for token in tokens(word) for term in terms)
