"""Typing errors, told by the directory's own words; its law: a word that stands in the directory is never corrected."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from webapp.domain.needs import CANDIDATES
from webapp.domain.words import MAX_QUERY, MAX_TOKEN, STOP_WORDS, fold, stem, tokens

SHORTEST = 4  # letters: what is shorter is a neighbour of too many words
LONGER = 6  # letters from which on two errors are seen, and not one only
MOST_WORDS = 60_000
MOST_UNKNOWN = 4  # whoever types more than these made no typing errors: it is another language
RARE = 5  # letters from which on a word may be rare by mistake
TIMES = 20  # as many records as those of a rare word does its neighbour have

LISTED = 3  # letters up to which an index has a list for every beginning
MOST_BEGUN = 30  # words

LONG = 12  # letters from which on the first may be wrong beside another error
SOUNDS = {"f": "ph", "n": "kn", "r": "wr", "s": "ps"}  # letters, and what words that sound so begin with

_WORD = re.compile(r"[^\W_]+")  # as `words.tokens` takes a text apart


def errors_seen(word: str) -> int:
    """How many errors a typed word may have to be known again: letters left out, added, wrong, or swapped."""
    if len(word) < SHORTEST or len(word) >= MAX_TOKEN or not word.isalpha():
        return 0
    return 1 if len(word) < LONGER else 2


# -- the words of the directory ---------------------------------------------------------------------------


def vocabulary_of(counts: Mapping[str, int], most: int = MOST_WORDS) -> dict[str, int]:
    """The words among an index's tokens, with how many records have each: the most frequent, at most `most`.

    The index holds a stem beside each word. A stem is a word as well where it stands in more records than its words
    could give it ("choir" beside "choirs", not "pharmaci" beside "pharmacy").
    """
    found = [word for word in counts if word.isalpha() and len(word) >= SHORTEST]
    found = sorted(found, key=lambda word: (-counts[word], word))[: 2 * most]  # stemming takes its time
    of_others: defaultdict[str, int] = defaultdict(int)
    for word in found:
        if stem(word) != word:
            of_others[stem(word)] += counts[word]
    kept = [word for word in found if stem(word) != word or counts[word] > of_others[word]]
    return {word: counts[word] for word in kept[:most]}


def with_stems(words: Mapping[str, int]) -> dict[str, int]:
    """The words and, with 0 records, those of their stems that are no words: known, and never offered."""
    return {**dict.fromkeys(map(stem, words), 0), **words}


class Vocabulary:
    """The directory's words as `with_stems` gives them."""

    def __init__(self, rows: Mapping[str, int]) -> None:
        self._rows = rows

    def knows(self, word: str) -> bool:
        """Whether a folded word, or another of its stem, stands in the directory."""
        return word in self._rows or stem(word) in self._rows

    def records(self, word: str) -> int:
        """In how many records the word itself stands; 0 where that is not known."""
        return self._rows.get(word, 0)

    def begins(self, start: str) -> bool:
        """Whether a word of the directory begins so."""
        place = bisect_left(self._sorted, start)
        return place < len(self._sorted) and self._sorted[place].startswith(start)

    def begun(self, start: str) -> tuple[str, ...]:
        """The most frequent words that begin so, where they are in as many records as a search ranks; otherwise none.

        A full-text index gathers all that any of the words have before it gives the first: a third of a million
        records take a search three times as long as everything else. Where so many are found anyhow, the words are
        looked for one by one; the index has lists of its own for the shortest beginnings.
        """
        if len(start) <= LISTED:
            return ()
        place, found = bisect_left(self._sorted, start), []
        while place < len(self._sorted) and self._sorted[place].startswith(start):
            found.append(self._sorted[place])
            place += 1
        if self._rows.get(start) == 0:  # a stem, as of "company", which is no beginning of it
            found.append(start)
        elif sum(map(self.records, found)) < CANDIDATES:
            return ()
        return tuple(sorted(found, key=lambda word: (-self.records(word), word))[:MOST_BEGUN])

    def nearest(self, word: str) -> str | None:
        """See `correction`."""
        return correction(word, self)

    @cached_property
    def neighbours(self) -> Neighbours:
        """The words by likeness."""
        return Neighbours({word: records for word, records in self._rows.items() if records})

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(word for word, records in self._rows.items() if records)


def errors_at_first(word: str) -> int:
    """How many errors a word may have where its first letter is one of them."""
    return 2 if len(word) >= LONG else 1


class Neighbours:
    """Words with a weight each, to be compared with one that is not among them.

    They lie by length and first letter, heaviest first: most comparisons so look at a few thousand of them.
    """

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._weights = weights
        self._groups: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(weights, key=lambda word: -weights[word]):
            self._groups[word[:1], len(word)].append(word)
        self._firsts = {first for first, _ in self._groups}

    def within(self, word: str, most: int, least: int = 0) -> list[tuple[int, str]]:
        """The words at most so many errors away and of at least this weight, with their errors; in no order."""
        return self._compared(word, most, self._firsts, least)

    def nearest(self, word: str, most: int) -> str | None:
        """The word with the fewest errors; among equals one of the same first letter, the heaviest, by alphabet.

        People seldom err at the first letter: with another one, a word has one error only, unless it is long
        ("parkinsons" are no "atkinsons", but "fysiotherapy" is meant for "physiotherapy").
        """
        first = word[:1]
        begun = min(self._compared(word, most, [first]), key=self._order, default=None)
        most = min(errors_at_first(word), most if begun is None else begun[0] - 1)
        others = self._firsts - {first}
        other = min(self._compared(word, most, others), key=self._order, default=None) if most > 0 else None
        best = other or begun
        return best[1] if best else None

    def _order(self, found: tuple[int, str]) -> tuple[int, int, str]:
        errors, word = found
        return errors, -self._weights[word], word

    def _compared(self, word: str, most: int, firsts: Iterable[str], least: int = 0) -> list[tuple[int, str]]:
        among: list[str] = []
        for first in firsts:
            for length in range(len(word) - most, len(word) + most + 1):
                among += self._of_weight(self._groups.get((first, length), []), least)
        found = process.extract(word, among, scorer=OSA.distance, score_cutoff=most, limit=None)
        return [(int(errors), like) for like, errors, _ in found]

    def _of_weight(self, words: list[str], least: int) -> list[str]:
        if not least:
            return words
        return words[: bisect_right(words, -least, key=lambda word: -self._weights[word])]


def correction(word: str, vocabulary: Vocabulary, most: int | None = None) -> str | None:
    """The directory's word that a folded, unknown one was meant to be, or None: never for numbers and codes.

    Nearest first, at most `most` errors away (`errors_seen` where it is not given), then the same first letter, then
    more records, then by alphabet. To write a beginning as it sounds is no error: "farmasy" is nearer to "pharmacy"
    than to "farms".
    """
    seen = errors_seen(word)
    allowed = seen if most is None else min(seen, most)
    if not allowed or vocabulary.knows(word):
        return None
    nearest = vocabulary.neighbours.nearest(word, allowed)
    start = SOUNDS.get(word[0], "")
    respelt = start + word[1:]
    sounding = vocabulary.neighbours.nearest(respelt, allowed) if start else None
    if sounding is None or not sounding.startswith(start):
        return nearest
    return sounding if nearest is None or OSA.distance(respelt, sounding) < OSA.distance(word, nearest) else nearest


# -- what somebody typed ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Correction:
    """What was typed with other words in it. `replaced`: each folded word as typed, and what stands in its place."""

    text: str
    replaced: tuple[tuple[str, str], ...]


def corrected(text: str, vocabulary: Vocabulary, known: Container[str] = ()) -> Correction | None:
    """What was typed with each unknown word replaced by its nearest; None where no word is, or too many are unknown.

    Left alone: stop words, numbers, codes, folded words among `known` (such as synonyms), what the vocabulary knows
    by its stem, and a last word that a known word begins with.
    """
    text, words = _asked(text)
    unknown = [word for word in words if errors_seen(word) and word not in known and not vocabulary.knows(word)]
    if unknown and unknown[-1] == words[-1] and vocabulary.begins(words[-1]):
        unknown.pop()
    if len(unknown) > MOST_UNKNOWN:
        return None
    nearest = {word: vocabulary.nearest(word) for word in unknown}
    return _rewritten(text, {word: found for word, found in nearest.items() if found})


def rarer(
    text: str, vocabulary: Vocabulary, known: Container[str] = (), sought: Container[str] = ()
) -> Correction | None:
    """What may have been meant where a typed word is known but rare: the frequent ones that are one error away.

    For "Did you mean …?" only: the rare word may be the right one. Words among `known` are left alone. `sought` are
    words that people look for, such as synonyms, however few records have them: "docter", a name, may be "doctor".
    """
    text, words = _asked(text)
    found = {word: _frequent(word, vocabulary, sought) for word in words if len(word) >= RARE and word not in known}
    return _rewritten(text, {word: like for word, like in found.items() if like})


def _asked(text: str) -> tuple[str, list[str]]:
    """As much of a text as is read, and its words in their order, each once."""
    text = text[:MAX_QUERY]
    return text, [word for word in dict.fromkeys(tokens(text)) if word not in STOP_WORDS]


def _frequent(word: str, vocabulary: Vocabulary, sought: Container[str]) -> str | None:
    records = vocabulary.records(word)
    if not records or not errors_seen(word):
        return None
    near = _finding_others(word, vocabulary.neighbours.within(word, 1, TIMES * records))
    if not near:
        near = [like for like in _finding_others(word, vocabulary.neighbours.within(word, 1)) if like in sought]
    return min(near, key=lambda like: (like[0] != word[0], -vocabulary.records(like), like), default=None)


def _finding_others(word: str, near: Iterable[tuple[int, str]]) -> list[str]:
    """Those of the words that find something else: what has the same stem finds the same."""
    return [like for _, like in near if like not in STOP_WORDS and stem(like) != stem(word)]


def _rewritten(text: str, swaps: Mapping[str, str]) -> Correction | None:
    if not swaps:
        return None
    return Correction(re.sub(r"\S+", lambda piece: _swapped(piece[0], swaps), text), tuple(swaps.items()))


def _swapped(piece: str, swaps: Mapping[str, str]) -> str:
    """A piece between spaces; folded where a word of it is replaced, for what was typed may fold to fewer letters."""
    if not any(token in swaps for token in tokens(piece)):
        return piece
    return _WORD.sub(lambda word: swaps.get(word[0], word[0]), fold(piece))


def words_said(values: Collection[object]) -> set[str]:
    """Every word of the texts in a document's values, however deep, with its stem."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, str):
            for token in tokens(value):
                found |= {token, stem(token)}
        elif isinstance(value, Mapping):
            found |= words_said(value.values())
        elif isinstance(value, Collection):
            found |= words_said(value)
    return found
