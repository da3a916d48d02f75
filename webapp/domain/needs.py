"""What a search asks for: every word that was typed, or whatever means the same, and tags; pure, for every index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from webapp.domain.words import Begun, Term, query_terms

CANDIDATES = 1000
"""Records that a search ranks, the first in standing order; a count stops at one more."""
COUNTED = 400
"""Records over which a filter in force is counted as if it were not: they are read for that alone."""

Tag = str | tuple[str, ...]
"""A tag that a record must have, or several of which it must have at least one (the cells of a map box)."""
Phrase = tuple[str, ...]
"""The stems of one or more words that belong together."""
Alternatives = Callable[[Sequence[str], int], tuple[int, tuple[Phrase, ...]]]
"""From stems and a place among them: how many stems from there are one phrase, and what else means the same."""


def no_alternatives(stems: Sequence[str], start: int) -> tuple[int, tuple[Phrase, ...]]:
    """Each word stands for itself."""
    return 1, ()


@dataclass(frozen=True, slots=True)
class Need:
    """All words of at least one of these choices; `weight` is how many words were typed for it."""

    choices: tuple[tuple[Term, ...], ...]
    weight: int = 1

    def terms(self) -> Iterable[Term]:
        """The words of all choices."""
        return (term for choice in self.choices for term in choice)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was understood. `wished` words count for what has them and are asked of nobody."""

    needs: tuple[Need, ...]
    tags: tuple[tuple[str, ...], ...] = ()
    wished: tuple[Term, ...] = ()
    is_hopeless: bool = False  # there were signs but no words in it, or a tag of no choices

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows the search."""
        return not self.needs and not self.tags

    def narrowed(self, *tags: Tag) -> Asked:
        """The same search among fewer records."""
        more = choices_of(tags)
        return Asked(self.needs, (*self.tags, *more), self.wished, self.is_hopeless or () in more)


def understand(
    text: str,
    tags: Iterable[Tag] = (),
    alternatives: Alternatives = no_alternatives,
    wished: str = "",
    begun: Begun = lambda _: (),
) -> Asked:
    """What a text and tags ask for; `alternatives` are the synonyms in force, `wished` words that are only liked.

    `begun` are the words that the last word may be the beginning of: see `Vocabulary.begun`.
    """
    needs = needs_of(query_terms(text, begun), alternatives)
    is_hopeless = bool(text.strip()) and not needs
    return Asked(needs, (), query_terms(wished), is_hopeless).narrowed(*tags)


def needs_of(terms: Sequence[Term], alternatives: Alternatives) -> tuple[Need, ...]:
    """A need for each word, or for each phrase that has alternatives."""
    stems, found, start = [term.stem for term in terms], [], 0
    while start < len(terms):
        taken, others = alternatives(stems, start)
        own = tuple(terms[start : start + taken])
        if others:
            found.append(Need((own, *(tuple(Term(stem) for stem in phrase) for phrase in others)), len(own)))
        else:
            found += [Need(((term,),)) for term in own]
        start += taken
    return tuple(found)


def choices_of(tags: Iterable[Tag]) -> tuple[tuple[str, ...], ...]:
    """Each tag as the choices that it leaves."""
    return tuple((tag,) if isinstance(tag, str) else tag for tag in tags)
