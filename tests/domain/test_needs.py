"""What a search asks for: words, what means the same as they do, tags, and words that are only liked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.needs import Need, Phrase, understand
from webapp.domain.words import Term, query_terms

SAME = {("chemist",): (("pharmaci",), ("drug", "store")), ("citizen", "advic"): (("cab",),)}


def same(stems: Sequence[str], start: int) -> tuple[int, tuple[Phrase, ...]]:
    """The longest phrase of `SAME` that begins there."""
    for length in (2, 1):
        phrase = tuple(stems[start : start + length])
        if len(phrase) == length and phrase in SAME:
            return length, SAME[phrase]
    return 1, ()


def test_a_word_with_synonyms_asks_for_any_of_them() -> None:
    chemist, now = understand("chemist late", alternatives=same).needs
    assert chemist == Need(((Term("chemist"),), (Term("pharmaci"),), (Term("drug"), Term("store"))), 1)
    assert now == Need(((Term("late", "late"),),))


def test_a_phrase_with_synonyms_counts_as_many_words_as_were_typed() -> None:
    (need,) = understand("citizens advice", alternatives=same).needs
    assert need == Need(((Term("citizen"), Term("advic", "advice")), (Term("cab"),)), 2)


def test_a_part_of_a_phrase_is_a_word_like_any_other() -> None:
    assert [need.weight for need in understand("advice for citizens", alternatives=same).needs] == [1, 1]


@given(st.text(max_size=60))
def test_without_synonyms_each_word_is_a_need_of_its_own(text: str) -> None:
    assert [need.choices for need in understand(text).needs] == [((term,),) for term in query_terms(text)]


@given(st.lists(st.sampled_from(["chemist", "citizens", "advice", "late", "cab"]), max_size=8))
def test_no_word_is_lost_to_synonyms(words: list[str]) -> None:
    asked = understand(" ".join(words), alternatives=same)
    own = [term for need in asked.needs for term in need.choices[0]]
    assert own == list(query_terms(" ".join(words)))
    assert sum(need.weight for need in asked.needs) == len(own)


@pytest.mark.parametrize(("text", "tags", "is_hopeless"), [("!?!", (), True), ("tea", ((),), True), ("", (), False)])
def test_signs_alone_and_tags_of_no_choices_find_nothing(
    text: str, tags: tuple[str | tuple[str, ...], ...], is_hopeless: bool
) -> None:
    assert understand(text, tags).is_hopeless is is_hopeless


def test_words_that_are_only_liked_narrow_nothing() -> None:
    asked = understand("", wished="Leith")
    assert asked.is_everything
    assert asked.wished == (Term("leith", "leith"),)


def test_a_search_is_narrowed_without_a_word_of_it_lost() -> None:
    asked = understand("tea", ("c1",), wished="Leith").narrowed(("c2", "c3"))
    assert asked.tags == (("c1",), ("c2", "c3"))
    assert asked.needs == understand("tea").needs
    assert asked.wished
