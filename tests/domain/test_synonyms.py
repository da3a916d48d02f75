"""Phrases that find the same: what moderators typed, and what the search looks up word by word."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.errors import Problem, Refused
from webapp.domain.synonyms import (
    LONGEST_PHRASE,
    MOST_PHRASES,
    Synonyms,
    already_in,
    groups_in,
    phrases_of,
    said,
    stems_of,
)
from webapp.domain.words import STOP_WORDS, stem, tokens

CARE = [
    ("chemist", "pharmacy", "drug store"),
    ("A&E", "accident and emergency", "casualty"),
    ("emergency", "crisis"),
    ("GP", "doctor", "family doctor"),
]
WORDS = st.sampled_from(
    ["chemist", "pharmacy", "drug", "drugs", "store", "doctor", "the", "and", "of", "a", "e", "accident", "carers"]
)
PHRASE = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
PLAIN = PHRASE.filter(lambda phrase: not set(phrase.split()) & STOP_WORDS)
GROUPS = st.lists(st.lists(PHRASE, max_size=6), max_size=6)


def asked(text: str) -> list[str]:
    """What a search has of a text: the stems of its words."""
    return [stem(word) for word in tokens(text)]


def others(text: str, start: int = 0, groups: list[tuple[str, ...]] = CARE) -> tuple[int, list[str]]:
    """How many words the phrase takes, and the alternatives, readable."""
    length, found = Synonyms.of(groups).alternatives(asked(text), start)
    return length, [" ".join(one) for one in found]


def problems(text: str) -> list[Problem]:
    with pytest.raises(Refused) as refused:
        phrases_of(text)
    return list(refused.value.problems)


# -- looking up -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "found"),
    [
        ("chemist near me", 0, (1, ["pharmaci", "drug store"])),
        ("Chemist’s open now", 0, (1, ["pharmaci", "drug store"])),
        ("late drug stores", 1, (2, ["chemist", "pharmaci"])),
        ("drug advice", 0, (1, [])),
        ("a&e", 0, (2, ["accid and emergenc", "casualti"])),
        ("the accident and emergency", 1, (3, ["a e", "casualti"])),
        ("accident emergency", 0, (2, ["a e", "casualti"])),
        ("emergency dentist", 0, (1, ["crisi"])),
        ("family doctor", 0, (2, ["gp", "doctor"])),
        ("family", 0, (1, [])),
    ],
)
def test_the_longest_phrase_that_begins_at_a_word_is_found_with_the_rest_of_its_group(
    text: str, start: int, found: tuple[int, list[str]]
) -> None:
    assert others(text, start) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("chemi", ["chemist", "pharmaci", "drug store"]),
        ("chemist", ["chemist", "pharmaci", "drug store"]),
        ("doct", ["doctor", "gp", "famili doctor"]),
        ("che", []),  # too short
        ("drug", []),  # a phrase of several words
        ("chemistry", []),
    ],
)
def test_a_half_typed_word_finds_the_phrase_that_it_begins_and_the_rest_of_its_group(
    typed: str, found: list[str]
) -> None:
    assert [" ".join(one) for one in Synonyms.of(CARE).begun(typed)] == found


@given(GROUPS, st.lists(WORDS, max_size=5))
def test_every_alternative_is_known_as_it_was_written(groups: list[list[str]], words: list[str]) -> None:
    synonyms = Synonyms.of(groups)
    for start in range(len(words)):
        for other in synonyms.alternatives(asked(" ".join(words)), start)[1]:
            assert stems_of(synonyms.written(other)) == other


@pytest.mark.parametrize("start", [-1, 1, 99])
def test_nothing_begins_beside_the_words(start: int) -> None:
    assert others("chemist", start) == (1, [])


def test_a_phrase_of_two_groups_has_the_alternatives_of_both_and_they_not_each_other() -> None:
    groups = [("home care", "care at home"), ("home care", "domiciliary care")]
    assert others("home care", groups=groups) == (2, ["care at home", "domiciliari care"])
    assert others("care at home", groups=groups) == (3, ["home care"])


@pytest.mark.parametrize("group", [(), ("chemist",), ("chemist", "Chemists", "chemist's"), ("me", "the"), ("-", "gp")])
def test_a_group_of_fewer_than_two_phrases_finds_nothing(group: tuple[str, ...]) -> None:
    found = Synonyms.of([group])
    assert all(found.alternatives(asked(phrase), 0) == (1, ()) for phrase in group)


@given(GROUPS, st.lists(WORDS, min_size=1, max_size=8))
def test_every_answer_is_what_a_slow_look_through_the_groups_gives(groups: list[list[str]], words: list[str]) -> None:
    known, stems = Synonyms.of(groups), asked(" ".join(words))
    for start in range(len(stems)):
        length, found = known.alternatives(stems, start)
        assert (length, set(found)) == slowly(groups, stems, start)
        assert len(set(found)) == len(found)


def slowly(groups: list[list[str]], stems: list[str], start: int) -> tuple[int, set[tuple[str, ...]]]:
    """The same, word for word as the rule says it."""
    for length in range(len(stems) - start, 0, -1):
        here = tuple(stems[start : start + length])
        found: set[tuple[str, ...]] = set()
        for group in groups:
            members = {stems_of(phrase) for phrase in group} - {()}
            for phrase in group:
                full = stems_of(phrase)
                short = tuple(one for one in full if one not in ("the", "and", "of", "a"))
                if full and here in (full, short if len(short) > 1 else full):
                    found |= members - {full, here}
        if found:
            return length, found
    return 1, set()


@given(st.lists(st.lists(PLAIN, max_size=6), max_size=6))
def test_what_finds_another_is_found_by_it(groups: list[list[str]]) -> None:
    known = Synonyms.of(groups)
    for group in groups:
        for phrase in filter(None, map(stems_of, group)):
            length, found = known.alternatives(phrase, 0)
            if length == len(phrase):  # else the phrase stands alone, and its beginning does not
                assert all(phrase in known.alternatives(other, 0)[1] for other in found)


def test_a_lookup_takes_no_longer_among_many_groups() -> None:
    few, many = Synonyms.of(CARE), Synonyms.of([*CARE, *((f"word{n} store", f"drug word{n}") for n in range(5000))])
    took = []
    for known in (few, many):
        begun = time.perf_counter()
        for _ in range(2000):
            known.alternatives(["late", "drug", "store"], 1)
        took.append(time.perf_counter() - begun)
    assert took[1] < took[0] * 10 + 0.05


# -- what moderators write --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["chemist, pharmacy", "chemist\npharmacy", "chemist,\r\n  pharmacy ,, ", "chemist\nChemists, pharmacy"]
)
def test_phrases_stand_on_lines_or_between_commas(text: str) -> None:
    assert phrases_of(text) == ("chemist", "pharmacy")


def test_spaces_and_unseen_letters_inside_a_phrase_are_tidied() -> None:
    assert phrases_of("drug \t  store, ph\u00adarm\u202eacy\x00") == ("drug store", "pharmacy")


@pytest.mark.parametrize("text", ["", " , \n", "chemist", "chemist, Chemists, CHEMIST’S"])
def test_fewer_than_two_phrases_are_too_few(text: str) -> None:
    assert problems(text) == [Problem("phrases", "too_few")]


def test_more_phrases_than_fit_are_too_many_and_no_more_is_said() -> None:
    names = ["".join(("q", *pair)) for pair in zip("bcdfghjklmnpqrstvwxyz", string.ascii_uppercase, strict=False)]
    assert len(phrases_of(", ".join(names[:MOST_PHRASES]))) == MOST_PHRASES
    assert problems(", ".join([*names[: MOST_PHRASES + 1], "-"])) == [
        Problem("phrases", "too_many", {"limit": MOST_PHRASES})
    ]


def test_every_phrase_that_is_too_long_or_has_no_word_is_named() -> None:
    fits, long = "x" * LONGEST_PHRASE, "y" * (LONGEST_PHRASE + 1)
    assert phrases_of(f"{fits}, gp") == (fits, "gp")
    assert problems(f"gp, {long}, &, me") == [
        Problem("phrases", "too_long", {"phrase": long, "limit": LONGEST_PHRASE}),
        Problem("phrases", "no_word", {"phrase": "&"}),
        Problem("phrases", "no_word", {"phrase": "me"}),
    ]


@given(st.text(max_size=200))
def test_whatever_is_typed_is_taken_in_a_form_that_is_taken_again_or_refused(text: str) -> None:
    try:
        phrases = phrases_of(text)
    except Refused:
        return
    assert phrases_of(said(phrases)) == phrases_of("\n".join(phrases)) == phrases
    assert 2 <= len({stems_of(phrase) for phrase in phrases}) == len(phrases) <= MOST_PHRASES
    assert all(phrase.isprintable() and len(phrase) <= LONGEST_PHRASE for phrase in phrases)


@given(st.text(max_size=300), st.lists(WORDS, max_size=5))
def test_whatever_was_kept_and_whatever_is_asked_has_an_answer(text: str, words: list[str]) -> None:
    known = Synonyms.of([text.split(","), text.split("\n")])
    for start in range(len(words)):
        length, _ = known.alternatives(words, start)
        assert 1 <= length <= len(words) - start


def test_hostile_text_is_read_at_once() -> None:
    begun = time.perf_counter()
    assert [problem.code for problem in problems("-,a," * 6000)] == ["no_word", "no_word"]
    assert [problem.code for problem in problems(",".join(f"w{n}" for n in range(5000)))] == ["too_many"]
    assert time.perf_counter() - begun < 1


def test_a_file_has_a_group_a_line_and_remarks() -> None:
    text = "\ufeff# health\n\nchemist, pharmacy\r\n  # more\nGP, doctor\n"
    assert groups_in(text) == (("chemist", "pharmacy"), ("GP", "doctor"))


def test_every_line_of_a_file_that_can_not_be_taken_is_named() -> None:
    with pytest.raises(Refused) as refused:
        groups_in("chemist, pharmacy\nGP\n\n&, doctor")
    assert [(one.where, one.code) for one in refused.value.problems] == [("line 2", "too_few"), ("line 4", "no_word")]


def test_what_stands_in_a_group_already_is_told_with_it_whatever_its_ending() -> None:
    assert list(already_in(("Chemists", "apothecary", "gp"), CARE)) == [("Chemists", CARE[0]), ("gp", CARE[3])]
