"""Phrases that find the same ("chemist", "pharmacy"), in groups that moderators keep, read by the search's own words.

Law: two phrases that the search could not tell apart are one; "Chemists" adds nothing to "chemist".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from webapp.domain.errors import Problem, Refused
from webapp.domain.words import STOP_WORDS, stem, tokens

MOST_PHRASES = 20  # of one group
LONGEST_PHRASE = 60  # characters
LEAST_BEGUN = 4  # letters from which on a word may be the beginning of a phrase
Stems = tuple[str, ...]
Group = Sequence[str]
_BETWEEN = re.compile(r"[\r\n,]")


def stems_of(phrase: str) -> Stems:
    """A phrase as the search reads it; empty where nothing in it can be looked for, such as "-" or "me"."""
    words = tokens(phrase)
    return tuple(stem(word) for word in words) if set(words) - STOP_WORDS else ()


def said(phrases: Iterable[str]) -> str:
    """A group in one line: "chemist, pharmacy". No phrase has a comma in it."""
    return ", ".join(phrases)


# -- looking them up --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Synonyms:
    """All groups, ready to be looked up word by word: what `of` gives."""

    _others: Mapping[Stems, tuple[Stems, ...]]
    _lengths: Mapping[str, tuple[int, ...]]  # of the phrases that a word begins, the longest first
    _stems: frozenset[str]
    _written: Mapping[Stems, str]
    _single: Sequence[tuple[str, Stems]]  # phrases of one word, by alphabet

    @classmethod
    def of(cls, groups: Iterable[Group]) -> Synonyms:
        """From phrases as moderators wrote them. A group in which the search sees fewer than two is passed over."""
        others: dict[Stems, dict[Stems, None]] = {}
        written: dict[Stems, str] = {}
        for group in groups:
            for phrase in group:
                written.setdefault(stems_of(phrase), phrase)
            forms = {stems: short for phrase in group for stems, short in _forms(phrase)}
            if len(forms) > 1:
                for stems, short in forms.items():
                    for form in {stems, short}:
                        others.setdefault(form, {}).update((one, None) for one in forms if one not in (form, stems))
        lengths: dict[str, set[int]] = {}
        for form in others:
            lengths.setdefault(form[0], set()).add(len(form))
        return cls(
            {form: tuple(found) for form, found in others.items()},
            {word: tuple(sorted(found, reverse=True)) for word, found in lengths.items()},
            frozenset(word for form in others for word in form),
            written,
            sorted((tokens(written[form])[0], form) for form in others if len(form) == 1),
        )

    def __contains__(self, word: object) -> bool:
        """Whether a folded word stands in any phrase."""
        return isinstance(word, str) and stem(word) in self._stems

    def written(self, stems: Stems) -> str:
        """A phrase as moderators wrote it, from its stems; KeyError where no group has it."""
        return self._written[stems]

    def begun(self, word: str) -> tuple[Stems, ...]:
        """The phrases of one word that a folded word begins, then what means the same; none where it is too short."""
        if len(word) < LEAST_BEGUN:
            return ()
        found: dict[Stems, None] = {}
        for single, form in self._single[bisect_left(self._single, (word,)) :]:
            if not single.startswith(word):
                break
            found[form] = None
        return tuple(dict.fromkeys((*found, *(other for form in found for other in self._others[form]))))

    def alternatives(self, stems: Sequence[str], start: int) -> tuple[int, tuple[Stems, ...]]:
        """The longest phrase of any group that begins at `stems[start]`: how many words it takes, and what else to try.

        Those are the stems of all other phrases of all groups that hold it, in the order in which moderators wrote
        them, stop words and all: "a e" means little unless its words stand side by side. (1, ()) where there is none.
        A phrase is known with its stop words and, if two words are left, without: "accident and emergency" either way.
        """
        if not 0 <= start < len(stems):
            return 1, ()
        for length in self._lengths.get(stems[start], ()):
            phrase = tuple(stems[start : start + length])
            if phrase in self._others:
                return len(phrase), self._others[phrase]
        return 1, ()


def _forms(phrase: str) -> Iterator[tuple[Stems, Stems]]:
    """A phrase's stems, and those without stop words where at least two are left; nothing for what has no word."""
    stems = stems_of(phrase)
    if stems:
        short = tuple(stem(word) for word in tokens(phrase) if word not in STOP_WORDS)
        yield stems, short if len(short) > 1 else stems


# -- what moderators write --------------------------------------------------------------------------------


def phrases_of(text: str) -> tuple[str, ...]:
    """The phrases of one group, typed one a line or with commas between; of those that are one, the first.

    Raises Refused with what `problems_of` finds.
    """
    phrases = split(text)
    problems = list(problems_of(phrases))
    if problems:
        raise Refused(problems)
    return phrases


def split(text: str) -> tuple[str, ...]:
    """The same, whatever is wrong with them."""
    found: dict[object, str] = {}
    for phrase in map(_tidy, _BETWEEN.split(text)):
        if phrase:
            found.setdefault(stems_of(phrase) or phrase, phrase)
    return tuple(found.values())


def _tidy(phrase: str) -> str:
    """With single spaces, and without letters that nobody sees: the search does not see them either."""
    return " ".join("".join(letter for letter in phrase if letter.isprintable() or letter.isspace()).split())


def problems_of(phrases: Group) -> Iterator[Problem]:
    """What is wrong with the phrases of a group, at "phrases".

    Codes: too_few, too_many (`limit`; then nothing else), too_long (`phrase`, `limit`), no_word (`phrase`).
    """
    if len(phrases) > MOST_PHRASES:
        yield Problem("phrases", "too_many", {"limit": MOST_PHRASES})
        return
    if len(phrases) < 2:
        yield Problem("phrases", "too_few")
    for phrase in phrases:
        if len(phrase) > LONGEST_PHRASE:
            yield Problem("phrases", "too_long", {"phrase": phrase, "limit": LONGEST_PHRASE})
        elif not stems_of(phrase):
            yield Problem("phrases", "no_word", {"phrase": phrase})


def groups_in(text: str) -> tuple[tuple[str, ...], ...]:
    """The groups of a file: one a line, commas between the phrases; lines that begin with # are remarks.

    Raises Refused with what `phrases_of` finds in each line, at "line 3".
    """
    groups, problems = [], []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                groups.append(phrases_of(line))
            except Refused as refused:
                problems += [Problem(f"line {number}", one.code, one.values) for one in refused.problems]
    if problems:
        raise Refused(problems)
    return tuple(groups)


def already_in(phrases: Iterable[str], groups: Iterable[Group]) -> Iterator[tuple[str, Group]]:
    """Each of the phrases that stands in one of the groups, as the search reads it, with that group."""
    standing = {stems_of(phrase): group for group in groups for phrase in group}
    for phrase in phrases:
        group = standing.get(stems_of(phrase))
        if group is not None:
            yield phrase, group
