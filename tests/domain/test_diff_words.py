"""Word diffs lose nothing, read well, and stay quick on hostile texts."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.diff_words import MAX_TOKENS, Token, changed_share, in_one, sides, whole_word_diff, word_diff

PROSE = st.lists(
    st.sampled_from(
        ["tea", "Tea", "and", "a", "don't", "café", ".", ",", " ", "  ", "\n", "\n\n", "\t", "\u00a0", "12"]
    ),
    max_size=40,
).map("".join)
TEXTS = st.one_of(PROSE, st.text(max_size=60))


def _join(tokens: tuple[Token, ...], *ops: str) -> str:
    return "".join(token.text for token in tokens if token.op in ops)


@given(TEXTS, TEXTS)
def test_a_diff_loses_nothing_of_either_text(before: str, after: str) -> None:
    tokens = word_diff(before, after)
    assert _join(tokens, "same", "del") == before
    assert _join(tokens, "same", "ins") == after


@given(TEXTS, TEXTS)
def test_a_diff_of_whole_words_loses_nothing_either(before: str, after: str) -> None:
    tokens = whole_word_diff(before, after)
    assert _join(tokens, "same", "del") == before
    assert _join(tokens, "same", "ins") == after


def test_a_time_differs_as_a_whole() -> None:
    tokens = whole_word_diff("Monday, 12:00 to 14:00", "Monday, 12:00 to 14:30")
    assert tokens == (Token("same", "Monday, 12:00 to "), Token("del", "14:00"), Token("ins", "14:30"))


def test_words_put_between_words_bring_the_space_behind_them() -> None:
    tokens = whole_word_diff("Second Wednesday", "Second and fourth Wednesday")
    assert tokens == (Token("same", "Second "), Token("ins", "and fourth "), Token("same", "Wednesday"))


def test_hostile_words_are_not_matched_one_by_one() -> None:
    began = time.monotonic()
    assert len(whole_word_diff("a " * 1500 + "a", "a b " * 700 + "b")) == 2
    assert time.monotonic() - began < 1


@given(TEXTS, TEXTS)
def test_neighbouring_stretches_are_joined_and_never_empty(before: str, after: str) -> None:
    tokens = word_diff(before, after)
    assert all(token.text for token in tokens)
    order = [(left.op, right.op) for left, right in pairwise(tokens)]
    assert set(order) <= {("same", "del"), ("same", "ins"), ("del", "ins"), ("del", "same"), ("ins", "same")}


@given(TEXTS)
def test_a_text_compared_with_itself_is_all_the_same(text: str) -> None:
    assert word_diff(text, text) == ((Token("same", text),) if text else ())


@given(TEXTS, TEXTS)
def test_each_side_shows_its_own_text(before: str, after: str) -> None:
    old, new = sides(word_diff(before, after))
    assert "".join(token.text for token in old) == before
    assert "".join(token.text for token in new) == after


@given(TEXTS, TEXTS)
def test_two_sides_are_one_text_again(before: str, after: str) -> None:
    for tokens in (word_diff(before, after), whole_word_diff(before, after)):
        assert in_one(*sides(tokens)) == tokens


def test_whole_words_change_never_parts_of_them() -> None:
    assert word_diff("Open on Monday", "Open on Mondays") == (
        Token("same", "Open on "),
        Token("del", "Monday"),
        Token("ins", "Mondays"),
    )


def test_words_added_at_the_end_of_a_line_leave_the_line_alone() -> None:
    assert word_diff("Open Monday\nFree", "Open Monday and Tuesday\nFree") == (
        Token("same", "Open Monday"),
        Token("ins", " and Tuesday"),
        Token("same", "\nFree"),
    )


def test_a_changed_line_leaves_the_other_lines_the_same() -> None:
    tokens = word_diff("one line\ntwo lines\nthree\n", "one line\ntwo rows\nthree\n")
    assert [token for token in tokens if token.op != "same"] == [Token("del", "lines"), Token("ins", "rows")]


def test_beyond_the_cap_whole_lines_are_compared() -> None:
    long = " ".join(f"w{number}" for number in range(MAX_TOKENS))
    tokens = word_diff(f"first\n{long}\nlast", f"first\n{long} more\nlast")
    assert tokens == (
        Token("same", "first\n"),
        Token("del", long),
        Token("ins", f"{long} more"),
        Token("same", "\nlast"),
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a ", "a b "),
        ("a\n", "a\nb\n"),
        (". ", ".a "),
        ("a b c d ", "d c b a "),
        ("x", "x y"),
        ("\n", " \n"),
        ("a.b", "b.a"),
    ],
)
@pytest.mark.parametrize("size", [300, 1000, 8000])
def test_a_hostile_pair_of_texts_is_compared_within_its_budget(old: str, new: str, size: int) -> None:
    before, after = (old * size)[:size], (new * size)[:size]
    start = time.thread_time()
    tokens = word_diff(before, after)
    assert time.thread_time() - start < 3
    assert _join(tokens, "same", "ins") == after


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        ("", "anything", 0.0),
        ("...", "", 0.0),
        ("one two three four", "one two three four five", 0.0),
        ("one two three four", "one two", 0.5),
        ("one two three four", "one", 0.75),
        ("one two three four", "", 1.0),
        ("one two three four", "other words stand here now", 1.0),
        ("one, two", "one two", 0.0),
    ],
)
def test_the_changed_share_is_that_of_the_words_removed(before: str, after: str, share: float) -> None:
    assert changed_share(before, after) == pytest.approx(share)


@given(TEXTS, TEXTS)
def test_the_changed_share_lies_between_nothing_and_all(before: str, after: str) -> None:
    assert 0.0 <= changed_share(before, after) <= 1.0
