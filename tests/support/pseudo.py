"""A language in which every text stands in brackets, so that what never went through the catalogue is plain to see."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import TypeGuard

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from scripts.catalogue import begun, gathered
from webapp.language import Language

OPENED, CLOSED = "⟦", "⟧"
TAG = "cy"
CUT = "…"
"""How what was cut short ends: what it opened stays open."""
SAID = ("title", "aria-label", "placeholder", "alt", "content", "aria-description")
SILENT = ("script", "style", "svg", "template", "textarea")
SHOWN = (TAG, "en", "gd")
"""Languages that a page can be in, or that tests have records say."""
WORD = re.compile(r"[^\W\d_]{2,}")
BETWEEN = re.compile(r"[–·,;:.()“”‘’!?…\n]+")
LETTERS = re.compile(rf"[^{OPENED}{CLOSED}]+|.")


def bracketed(template: Catalog) -> Catalog:
    """The whole catalogue in brackets, as Welsh."""
    catalogue = begun(TAG, template)
    for message in catalogue:
        if isinstance(message.id, tuple):
            message.string = tuple(OPENED + message.id[1] + CLOSED for _ in range(catalogue.num_plurals))
        elif message.id:
            message.string = OPENED + message.id + CLOSED
    return catalogue


def install(instance: Path) -> None:
    """Give an instance folder that language; it is offered to whoever asks for Welsh."""
    file = instance / "translations" / TAG / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(_all_texts())


@cache
def all_texts() -> Catalog:
    """Every text of the interface, gathered once a process: to be looked at, never changed."""
    return gathered()


@cache
def _all_texts() -> bytes:
    file = io.BytesIO()
    write_mo(file, bracketed(all_texts()))
    return file.getvalue()


@cache
def voice() -> Language:
    """That language, for what speaks without a request."""
    return Language(Locale.parse(TAG), GNUTranslations(io.BytesIO(_all_texts())))


def locale_words() -> set[str]:
    """The words that a locale brings itself: months, days, what stands in lists, and the languages that are shown.

    Not the names of all languages: "Main" and "Lists" are words of some, and of pages that should have been translated.
    """
    locale = Locale.parse(TAG)
    said = [name for width in ("wide", "abbreviated") for name in locale.months["format"][width].values()]
    said += [name for width in ("wide", "abbreviated") for name in locale.days["format"][width].values()]
    said += [pattern for style in locale.list_patterns.values() for pattern in style.values()]
    said += [of.languages[shown] for of in (locale, Locale.parse("en")) for shown in SHOWN]
    return {word.casefold() for text in said for word in WORD.findall(text)}


def unsaid(html: str, known: str, words: set[str]) -> Iterator[str]:
    """The pieces of a page that went through no catalogue and are no data either.

    `known` is all data as one text, case folded; `words` may stand anywhere, such as the locale's own.
    """
    depth = 0
    for node in BeautifulSoup(html, "html.parser").descendants:
        if isinstance(node, Tag):
            for value in _attributes(node):
                yield from _left(value, known, words, 0)[0]
        elif _is_read(node):
            pieces, after = _left(str(node), known, words, depth)
            yield from pieces
            depth = depth if _is_cut(node) else after
    if depth:
        yield f"{depth} texts that do not end"


def unsaid_in(text: str, known: str, words: set[str]) -> list[str]:
    """The pieces of a plain text that went through no catalogue and are no data either."""
    return _left(text, known, words, 0)[0]


def _attributes(tag: Tag) -> Iterator[str]:
    for name in SAID:
        is_told = name != "content" or str(tag.get("property", tag.get("name", ""))).endswith("description")
        if is_told and tag.get(name):
            yield str(tag[name])


def _is_cut(node: NavigableString) -> bool:
    """Whether a text was cut short in its element, and with it the bracket that would close it."""
    whole = node.parent.get_text() if node.parent else ""
    return str(node).rstrip().endswith(CUT) and whole.count(OPENED) != whole.count(CLOSED)


def _is_read(node: object) -> TypeGuard[NavigableString]:
    if not isinstance(node, NavigableString) or isinstance(node, PreformattedString):
        return False
    return not any(parent.name in SILENT or _is_gone_from_one(parent) for parent in node.parents)


def _is_gone_from_one(tag: Tag) -> bool:
    """Whether this is what goes out of a text that shows what comes, too: without it the text is the new one, whole.

    A bracket may go with its words while its other half stays for those that come.
    """
    return tag.name == "del" and tag.parent is not None and tag.parent.find("ins", recursive=False) is not None


def _left(text: str, known: str, words: set[str], depth: int) -> tuple[list[str], int]:
    pieces = []
    for piece in LETTERS.findall(text):
        if piece == OPENED:
            depth += 1
        elif piece == CLOSED:
            depth -= 1
        elif depth == 0 and not _is_data(piece, known, words):
            pieces.append(" ".join(piece.split()))
    return pieces, depth


def _is_data(piece: str, known: str, words: set[str]) -> bool:
    """Whether each part of a piece, between marks, stands in the data; digits and marks say nothing."""
    for part in BETWEEN.split(piece):
        said = " ".join(part.split()).casefold()
        if said not in known and not all(word.casefold() in words for word in WORD.findall(said)):
            return False
    return True
