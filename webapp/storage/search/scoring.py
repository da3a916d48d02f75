"""What a record's words are worth to a search, in whole numbers: by where each word stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from webapp.domain.needs import Asked, Need
from webapp.domain.words import Term, stem

IN_NAME, IN_SUMMARY, IN_TEXT = 12, 5, 1
SUMMARY_NEAR = IN_NAME  # beside a distance: a chemist's called after its owner is one like any other
BEGUN_IN_NAME, BEGUN_IN_SUMMARY = 8, 3  # the word goes on after what was typed
VERY_WORD = 1  # as it was typed, not another form of it: "carers", not "carer"
WHOLE_NAME = 10  # every word of the name was asked for


class Candidate(NamedTuple):
    """A matching record in standing order, with its tokens of weight A and B."""

    record_id: str
    name: str
    summary: str
    points: str = ""
    tags: str = ""
    areas: str = ""  # those that it lies in, may lie in, or is for
    hours: str = ""  # when it may be open: see `hours.packed`
    tokens: str = ""  # all of them, where they were asked for


def score(candidate: Candidate, asked: Asked, in_summary: int = IN_SUMMARY) -> int:
    """The sum over the words of the best place where each stands; words found elsewhere stand in the text.

    `in_summary` is what a word that was asked for is worth in the summary, in which categories stand too.
    """
    if not asked.needs and not asked.wished:
        return 0
    name, summary = f" {candidate.name} ", f" {candidate.summary} "
    total = sum([fit(need, name, summary, in_summary) for need in asked.needs])
    for term in asked.wished:
        total += _place(term, name, summary, IN_SUMMARY, elsewhere=0)
    return total + (WHOLE_NAME if asked.needs and _is_whole_name(candidate.name.split(), asked) else 0)


def fit(need: Need, name: str, summary: str, in_summary: int = IN_SUMMARY) -> int:
    """As much for a word as for whatever means the same, however many words that takes."""
    own, *others = need.choices
    told = [own, *[choice for choice in others if not _is_parted(choice, name)]]
    worth = [sum([_place(term, name, summary, in_summary) for term in one]) * need.weight // len(one) for one in told]
    return max(worth)


def _is_parted(choice: Sequence[Term], name: str) -> bool:
    """Whether a name has all words of a phrase, and in another order or with others between: it says something else.

    A "Health centre (walk in)" is no health walk. What somebody typed may stand in any order.
    """
    if len(choice) == 1 or not all(f" {term.stem} " in name for term in choice):
        return False
    wanted = [term.stem for term in choice]
    said = [one for one, _ in groupby(map(stem, name.split()))]  # a word stands behind its own stem
    return not any(said[start : start + len(wanted)] == wanted for start in range(len(said)))


def _place(term: Term, name: str, summary: str, in_summary: int, elsewhere: int = IN_TEXT) -> int:
    """What a word is worth for where it stands; each token of `name` and `summary` has a space before and after it.

    This runs a thousand times a search: looking into the text is several times quicker than taking it apart.
    """
    whole = f" {term.stem} "
    begun = None if term.prefix is None else f" {term.prefix}"
    if whole in name:
        return IN_NAME + (VERY_WORD if f" {term.word} " in name else 0)
    if begun is not None and begun in name:
        return BEGUN_IN_NAME
    if whole in summary:
        return in_summary
    return BEGUN_IN_SUMMARY if begun is not None and begun in summary else elsewhere


def _is_whole_name(name: Sequence[str], asked: Asked) -> bool:
    return bool(name) and all(_is_asked(token, asked) for token in name)


def _is_asked(token: str, asked: Asked) -> bool:
    return any(term.stem in (token, stem(token)) for need in asked.needs for term in need.terms())
