"""Words for searching: folded, stemmed and joined here once, so that every database finds the same."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer

MAX_TOKEN = 40  # characters: what is longer is no word
MAX_QUERY = 200  # characters of a search that are read
MAX_TERMS = 12

# Apostrophes, straight, curly and look-alike: "parkinson's" and "parkinsons" are one word.
_DROPPED = re.compile("['’‘ʼ`´ʹ＇\u200b\u200c\u200d\u00ad\ufeff]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")  # where accents are
# Letters that do not come apart into a base letter and an accent.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_TOKEN = re.compile(r"[^\W_]+")
# A telephone number: from its 0 or + on, with spaces, hyphens, dots and brackets between the digits.
_PHONE = re.compile(r"(?<![\w+])(?:\+|\(?0)\d?(?:[ ().-]{0,3}\d){5,15}(?!\w)")
_TAG = re.compile(r"[a-z][a-z0-9]{0,40}\Z")

# Left out of what is searched for, kept in the index: people type sentences.
STOP_WORDS = frozenset(
    "a am an and any anybody anyone are as at be been by can cant could do does for from get getting got"  # noqa: SIM905 - quoted one by one they fill a page
    " had has have her here him his how i if im in is it its ive just like looking me mine much my near"
    " need needs of on or our please she should so some somebody someone something somewhere that the"
    " their them there they things this to too us want was we were what when where which who why will with"
    " would you your".split()
)


def fold(text: str) -> str:
    """A text without case, accents and apostrophes: "Café Mòd's" -> "cafe mods"."""
    return _BEYOND_ASCII.sub(_without_accents, _DROPPED.sub("", text.casefold()))


def _without_accents(found: re.Match[str]) -> str:
    apart = unicodedata.normalize("NFKD", found[0])
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _DROPPED.sub("", bare.casefold()).translate(_LETTERS)


def tokens(text: str) -> tuple[str, ...]:
    """The words and numbers of a text in their order, folded; letters and digits only."""
    return tuple([token[:MAX_TOKEN] for token in _TOKEN.findall(fold(text))])


_stemmers = threading.local()
# Words that the stemmer takes for a form of another word, which to find for them would do harm.
_OWN_STEMS = {"refugee": "refugee", "refugees": "refugee"}  # not "refuge"
_WHOLE = frozenset(("refuge",))  # the beginning of such a word, and never meant for it


@lru_cache(maxsize=50_000)
def stem(token: str) -> str:
    """The stem of a folded word (Snowball's English stemmer, but for `_OWN_STEMS`); numbers and codes stay."""
    if not token.isalpha() or token in _OWN_STEMS:
        return _OWN_STEMS.get(token, token)
    stemmer: EnglishStemmer | None = getattr(_stemmers, "english", None)  # it keeps state: one a thread
    if stemmer is None:
        stemmer = _stemmers.english = EnglishStemmer()
    return str(stemmer.stemWord(token))


def indexed(text: str) -> tuple[str, ...]:
    """Each word's stem and the word itself, which a half-typed word is matched with; then telephone numbers."""
    found: list[str] = []
    for token in tokens(text):
        found += (stem(token), token)
    if "0" in text or "+" in text:  # one of which every number begins with
        found += [_joined(match[0]) for match in _PHONE.finditer(text)]
    return tuple(found)


def _joined(number: str) -> str:
    """A telephone number as one word of digits, in the national form: +44 (0)131 496 0123 -> 01314960123."""
    digits = "".join(letter for letter in unicodedata.normalize("NFKC", number) if letter.isdecimal())
    if number.startswith("+44"):
        return "0" + digits[2:].removeprefix("0")
    return digits


# -- tags -------------------------------------------------------------------------------------------------


@lru_cache
def kind_tag(kind_name: str) -> str:
    """The tag of all records of a kind."""
    return "k" + re.sub(r"[^a-z]", "", kind_name)


@lru_cache(maxsize=5_000)
def category_tag(term_id: str) -> str:
    """The tag of all records in a category, from the id of its taxonomy term."""
    return "c" + re.sub(r"[^a-z0-9]", "", term_id.casefold())


def tag_token(tag: str) -> str:
    """A tag as a token of the index; ValueError unless it is a letter with letters and digits after it."""
    if not _TAG.match(tag):
        raise ValueError(f"not a search tag: {tag!r}")
    return "_" + tag


# -- what people type -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """One word that a record must have: its stem or, for the word still being typed, any word it begins.

    Where `begun` is given, an index looks for these words one by one in place of whatever begins so.
    """

    stem: str
    prefix: str | None = None
    word: str = field(default="", compare=False)  # as it was typed, folded: what has that very word fits better
    begun: tuple[str, ...] = field(default=(), compare=False)

    def matches(self, token: str) -> bool:
        """Whether an indexed token is this term's."""
        return token == self.stem or (self.prefix is not None and token.startswith(self.prefix))


Begun = Callable[[str], tuple[str, ...]]
"""The known words that begin so, where these are to be looked for; else nothing."""


def query_terms(text: str, begun: Begun = lambda _: ()) -> tuple[Term, ...]:
    """What a search asks for; empty when nothing in it can be searched for.

    Telephone numbers count as one word however they are grouped. Only the last word may be unfinished.
    """
    text = text[:MAX_QUERY]
    words = [token for token in tokens(_PHONE.sub(lambda match: f" {_joined(match[0])} ", text))]
    asked = list(dict.fromkeys(word for word in words if word not in STOP_WORDS) or dict.fromkeys(words))
    asked = asked[:MAX_TERMS]
    terms = [Term(stem(word), None, word) for word in asked]
    if terms and len(asked[-1]) > 1 and asked[-1] not in _WHOLE:
        terms[-1] = Term(stem(asked[-1]), asked[-1], asked[-1], begun(asked[-1]))
    return tuple(terms)
