"""Which words a directory has: those of its records, those that a document says, and those that begin so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.spelling import MOST_BEGUN, Vocabulary, vocabulary_of, with_stems, words_said
from webapp.domain.words import indexed


def counted(*records: str) -> dict[str, int]:
    """How many records have each token, as an index says."""
    counts: dict[str, int] = {}
    for record in records:
        for token in set(indexed(record)):
            counts[token] = counts.get(token, 0) + 1
    return counts


def test_a_stem_is_a_word_only_where_it_stands_in_records_without_its_words() -> None:
    found = vocabulary_of(counted("pharmacy", "pharmacy", "pharmacies", "choir", "choir", "choirs", "edinburgh"))
    assert found == {"pharmacy": 2, "choir": 3, "edinburgh": 1, "pharmacies": 1, "choirs": 1}


def test_tags_numbers_codes_and_short_words_are_no_words() -> None:
    assert vocabulary_of({"_kservice": 9, "01314960123": 4, "eh66aa": 3, "tea": 8, "soup": 2, "covid19": 2}) == {
        "soup": 2
    }


def test_the_most_frequent_words_are_kept_and_among_equals_the_first_by_alphabet() -> None:
    counts = {"glasgow": 1, "health": 3, "forth": 2, "clyde": 2}
    assert list(vocabulary_of(counts, most=2)) == ["health", "clyde"]


records = st.lists(st.lists(st.sampled_from(["walk", "walks", "walking", "pharmacy", "pharmacies", "leith"])))


@given(records)
def test_every_word_of_every_record_is_known(spoken: list[list[str]]) -> None:
    found = Vocabulary(with_stems(vocabulary_of(counted(*map(" ".join, spoken)))))
    for word in {word for record in spoken for word in record}:
        assert found.knows(word)


@given(records)
def test_only_what_somebody_wrote_is_offered(spoken: list[list[str]]) -> None:
    found = vocabulary_of(counted(*map(" ".join, spoken)))
    assert found.keys() <= {word for record in spoken for word in record}


# -- what a document says ---------------------------------------------------------------------------------


def test_the_words_of_a_document_are_found_at_any_depth_with_their_stems() -> None:
    document = {"name": "Leith Walkers", "phones": [{"number": "0131 496 0123", "extra": None}], "wait": 3}
    assert words_said([document]) == {"leith", "walker", "walkers", "0131", "496", "0123"}


# -- words that begin so ----------------------------------------------------------------------------------


def test_the_words_that_a_frequent_beginning_may_become_are_known_the_most_frequent_first() -> None:
    words = Vocabulary({"group": 900, "groups": 400, "groupings": 2, "grouse": 0, "growing": 5000})
    assert words.begun("grou") == ("group", "groups", "groupings")


def test_a_beginning_of_few_or_of_three_letters_is_left_to_the_index() -> None:
    words = Vocabulary({"group": 999, "growing": 5000})
    assert words.begun("grou") == ()
    assert words.begun("gro") == ()
    assert words.begun("zebra") == ()


def test_of_very_many_words_that_begin_so_the_most_frequent_are_looked_for() -> None:
    words = Vocabulary({f"tele{one}{other}": 100 + ord(one) for one in "abcdefgh" for other in "abcdefgh"})
    begun = words.begun("tele")
    assert len(begun) == MOST_BEGUN
    assert begun[0] == "teleha"
