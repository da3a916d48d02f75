"""Typing errors are told by the directory's own words, and a word of the directory is never corrected."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from webapp.domain.spelling import (
    MOST_UNKNOWN,
    Correction,
    Vocabulary,
    corrected,
    correction,
    errors_at_first,
    errors_seen,
    rarer,
    with_stems,
)
from webapp.domain.words import STOP_WORDS, tokens

WORDS = {
    "advice": 400,
    "befriending": 60,
    "carers": 300,
    "choirs": 12,
    "edinburgh": 500,
    "food": 700,
    "glasgow": 450,
    "mental": 350,
    "health": 900,
    "parkinsons": 20,
    "pharmacy": 800,
    "physiotherapy": 90,
    "walking": 200,
    "walkers": 9,
    "with": 5000,
}


def vocabulary(words: dict[str, int] = WORDS) -> Vocabulary:
    return Vocabulary(with_stems(words))


KNOWN = vocabulary()

# -- one word ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("edinburg", "edinburgh"),
        ("edinbrugh", "edinburgh"),  # two swapped are one error
        ("endinbourgh", "edinburgh"),
        ("parkinsens", "parkinsons"),
        ("befreindng", "befriending"),
        ("fysiotherapy", "physiotherapy"),  # another letter at the beginning
        ("harmacy", "pharmacy"),
        ("tarkinsons", "parkinsons"),
        ("ztarkinsons", None),
        ("chiors", "choirs"),
        ("hchoirs", "choirs"),
        ("advise", "advice"),
        ("foood", "food"),
        ("fod", None),  # too short
        ("fxxd", None),  # two errors in four letters
        ("fodo", "food"),
        ("zzzzzzzz", None),
        ("pharmacy", None),  # known
        ("walk", None),  # known by its stem
        ("3dinburgh", None),
        ("12345678", None),
        ("eh66aa", None),
        ("e" * 60, None),
        ("", None),
    ],
)
def test_a_word_is_known_again_by_its_errors(typed: str, meant: str | None) -> None:
    assert correction(typed, KNOWN) == meant
    assert KNOWN.nearest(typed) == meant


def test_fewer_errors_come_before_the_first_letter_before_more_records_before_the_alphabet() -> None:
    assert correction("leithx", vocabulary({"leiths": 1, "leitts": 50})) == "leiths"
    assert correction("barton", vocabulary({"parton": 50, "burton": 2})) == "burton"
    assert correction("barton", vocabulary({"parton": 1, "bortun": 50})) == "parton"
    assert correction("barton", vocabulary({"burton": 2, "borton": 3})) == "borton"
    assert correction("barton", vocabulary({"burton": 2, "borton": 2})) == "borton"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("farmacy", "pharmacy"),
        ("farmasy", "pharmacy"),
        ("fone", "phone"),
        ("nitting", "knitting"),
        ("sychology", "psychology"),
        ("ritting", "writing"),
        ("farmss", "farms"),
        ("famacy", "pharmacy"),
        ("sitting", None),  # nothing begins with "ps" and goes on so
    ],
)
def test_a_beginning_that_is_written_as_it_sounds_is_no_error(typed: str, meant: str | None) -> None:
    words = ("pharmacy", "farms", "phone", "fine", "knitting", "psychology", "writing")
    assert correction(typed, vocabulary(dict.fromkeys(words, 3))) == meant


def test_whoever_asks_may_allow_fewer_errors() -> None:
    assert correction("edinbugr", KNOWN) == "edinburgh"
    assert correction("edinbugr", KNOWN, most=1) is None


letters = st.text("abcdefgh", min_size=1, max_size=9)
some_words = st.dictionaries(letters.filter(lambda word: len(word) >= 4), st.integers(1, 9), max_size=30)


@given(some_words, letters)
def test_what_is_given_is_known_and_near_and_nothing_is_nearer(words: dict[str, int], typed: str) -> None:
    """Against the plain way: every word is compared."""
    assume(not vocabulary(words).knows(typed))
    near = [
        (errors, word[0] != typed[0], -records, word)
        for word, records in words.items()
        if (errors := OSA.distance(typed, word)) <= errors_seen(typed) and errors_seen(typed)
        if word[0] == typed[0] or errors <= errors_at_first(typed)
    ]
    assert correction(typed, vocabulary(words)) == (min(near)[3] if near else None)


# -- what somebody typed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant", "replaced"),
    [
        ("parkinsons edinburg choir", "parkinsons edinburgh choir", {"edinburg": "edinburgh"}),
        ("Parkinsens, Edinbrugh!", "parkinsons, edinburgh!", {"parkinsens": "parkinsons", "edinbrugh": "edinburgh"}),
        ("Mental-haelth  ADVICE", "mental-health  ADVICE", {"haelth": "health"}),
        ("wälkng", "walking", {"walkng": "walking"}),
        ("parkin'sens in EH6 6AA", "parkinsons in EH6 6AA", {"parkinsens": "parkinsons"}),
        ("walking wiht carers", "walking with carers", {"wiht": "with"}),
        ("pharmcy pharmcy", "pharmacy pharmacy", {"pharmcy": "pharmacy"}),
    ],
)
def test_unknown_words_are_replaced_and_all_else_stays(typed: str, meant: str, replaced: dict[str, str]) -> None:
    assert corrected(typed, KNOWN) == Correction(meant, tuple(replaced.items()))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  !!  ",
        "walk",  # known by its stem
        "where is the pharmacy",  # "where" is left out of every search
        "glasgow 0131 496 0123",
        "parkinsons edinb",  # half typed
        "zzzzzzzz food",  # near nothing
        "fod",
        "\x00 \ud800",
    ],
)
def test_what_is_right_unfinished_or_hopeless_stays(typed: str) -> None:
    assert corrected(typed, KNOWN) is None


def test_a_half_typed_word_is_one_only_at_the_end() -> None:
    assert corrected("edinburg food", KNOWN) == Correction("edinburgh food", (("edinburg", "edinburgh"),))
    assert corrected("food edinburg", KNOWN) is None
    assert corrected("food edinburg for me", KNOWN) is None  # the end is the last word that is searched for


def test_words_known_by_other_means_stay() -> None:
    assert corrected("pharmacist food", vocabulary({"pharmacies": 3, "food": 1}), {"pharmacist"}) is None
    assert rarer("walkers", vocabulary({"walkers": 1, "talkers": 50}), {"walkers"}) is None


def test_another_language_is_no_typing_error() -> None:
    typed = ["edinburg", "pharmcy", "glasgw", "parkinsens", "advise"]
    assert len(typed) == MOST_UNKNOWN + 1
    assert corrected(" ".join(typed) + " food", KNOWN) is None
    assert corrected(" ".join(typed[1:]) + " food", KNOWN) is not None


some_text = st.lists(
    st.sampled_from([*WORDS, "edinburg", "pharmcy", "where", "the", "EH6", "0131", "Glasgw,", "(heath)", "föod", "a.b"])
    | st.text(max_size=8)
).map(" ".join)


@given(some_text)
@example("edinburg edinburg x")
def test_a_correction_replaces_unknown_words_by_known_ones_and_nothing_else(typed: str) -> None:
    found = corrected(typed, KNOWN)
    if found is None:
        return
    swaps = dict(found.replaced)
    for word, meant in swaps.items():
        assert not KNOWN.knows(word)
        assert word not in STOP_WORDS
        assert meant in WORDS
        assert OSA.distance(word, meant) <= errors_seen(word) <= 2
    assert tokens(found.text) == tuple(swaps.get(word, word) for word in tokens(typed[:200]))
    assert corrected(found.text, KNOWN) is None or len(swaps) < len(set(tokens(typed)))


@given(st.lists(st.sampled_from(sorted(WORDS))).map(" ".join))
def test_known_words_are_never_changed(typed: str) -> None:
    assert corrected(typed, KNOWN) is None


def test_a_hopeless_word_is_told_at_once_among_sixty_thousand() -> None:
    draw = random.Random(3)
    many = {"".join(draw.choices("aeioubcdfghlmnprst", k=draw.randint(4, 12))): 1 for _ in range(60_000)}
    found = Vocabulary(many)
    assert found.nearest("zzzzzzzz") is None
    took = []
    for _ in range(5):
        start = time.thread_time()
        found.nearest("zzzzzzzz")
        took.append(time.thread_time() - start)
    assert min(took) < 0.03  # 0.009 where it was measured


# -- did you mean -----------------------------------------------------------------------------------------

RARE = {"caters": 2, "carers": 300, "heath": 1, "health": 900, "walks": 3, "walkways": 2, "three": 4, "there": 900}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Caters' choir", "carers choir"),
        ("heath", "health"),
        ("health", None),
        ("three", None),  # "there" is left out of every search
        ("wealth", None),  # unknown: `corrected` sees to it
        ("walk", None),
    ],
)
def test_a_rare_word_may_mean_a_frequent_one(typed: str, meant: str | None) -> None:
    found = rarer(typed, vocabulary(RARE))
    assert (found.text if found else None) == meant


def test_what_may_be_meant_has_twenty_times_as_many_records_one_error_away_and_another_stem() -> None:
    assert rarer("caters", vocabulary({"caters": 2, "carers": 40})) is not None
    assert rarer("caters", vocabulary({"caters": 2, "carers": 39})) is None
    assert rarer("caters", vocabulary({"caters": 1, "carter": 400})) is None
    assert rarer("choirs", vocabulary({"choirs": 1, "choir": 400})) is None
    assert rarer("cater", vocabulary({"cater": 1, "carer": 400})) is not None
    assert rarer("cafe", vocabulary({"cafe": 1, "care": 400})) is None  # too short


def test_a_word_that_people_look_for_may_be_meant_however_few_records_have_it() -> None:
    words = vocabulary({"docter": 12, "doctor": 10, "dotter": 11})
    assert rarer("docter", words) is None
    assert rarer("docter", words, sought={"doctor"}) == Correction("doctor", (("docter", "doctor"),))
    assert rarer("docter", vocabulary({"docter": 12}), sought={"doctor"}) is None
    of_its_stem = vocabulary({"docter": 2, "docters": 40, "doctor": 10})
    assert rarer("docter", of_its_stem, sought={"doctor"}) == Correction("doctor", (("docter", "doctor"),))


def test_of_several_the_one_of_the_same_first_letter_then_of_most_records_may_be_meant() -> None:
    found = rarer("bears", vocabulary({"bears": 1, "gears": 90, "beats": 40, "beads": 50}))
    assert found == Correction("beads", (("bears", "beads"),))
