"""A text that would take long is refused in words, or shown as it was typed; every other is rendered in time."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given

from tests.richtext.harmless import PIECES, SOUP, assert_harmless, tree
from webapp.richtext import MAX_LENGTH, MAX_MARKS, TextTooHard, check, plain, render, render_anyway

BUDGET = 2.0  # seconds of this thread's processor time; without the caps such texts take 5 to 90
UNITS = [
    "[a](",
    "](",
    "[]b ",
    "*a",
    "**a ",
    "*a **b ",
    "_a",
    "***x ",
    "*a_b",
    "> a\n",
    "- a\n",
    "a\n\n",
    "# a\n",
    "a\n=\n",
    "<a",
    "<a@",
    "&",
    "<http://",
    "\\a",
    "a  \n",
    "---\n\n",
    "- ---\n",
    "1.\n",
    "[a](<b",
    '[a](b "c',
    "``a`",
    "`a``",
    ">>>>>>>> a\n",
    "> - > - > - a\n",
    "\x02",
]
HARD = ["*" * 50 + " <b>zq</b>", "> " * 20 + "deep", "x" * (MAX_LENGTH + 1), "a\n\n" + "[" * 200]


def test_a_text_at_the_cap_is_rendered_and_one_beyond_is_refused() -> None:
    assert render("x" * MAX_LENGTH)
    with pytest.raises(TextTooHard, match="8,001 characters, 8,000 at most"):
        render("x" * (MAX_LENGTH + 1))


@pytest.mark.parametrize(
    "text", ["[" * 41, "`" * 60, ">" * 20, "- " * 20, "1. " * 12, "[a](" * 101, "*a " * 601, "\\" * 41]
)
def test_a_text_too_hard_is_refused_in_words(text: str) -> None:
    with pytest.raises(TextTooHard, match=r"[A-Z].+\."):
        check(text)
    with pytest.raises(TextTooHard):
        plain(text)


@pytest.mark.parametrize("text", ["* * *", "-" * 400, "_" * 30, "=" * 300, "a\n" + "=" * 70, " " * 4000, "- x\n" * 500])
def test_what_people_write_is_not_too_hard(text: str) -> None:
    check(text)


def _capped(text: str) -> str:
    for mark, most in MAX_MARKS.items():
        parts = text.split(mark)
        text = mark.join(parts[: most + 1]) + "".join(parts[most + 1 :])
    return text[:MAX_LENGTH]


@pytest.mark.parametrize("unit", UNITS)
def test_a_hostile_text_at_the_cap_is_rendered_within_its_budget(unit: str) -> None:
    text = _capped(unit * MAX_LENGTH)
    start = time.thread_time()
    html = render(text)
    assert time.thread_time() - start < BUDGET
    assert_harmless(html)


def test_mixed_hostile_texts_are_refused_or_rendered_within_its_budget() -> None:
    rng = random.Random(7)
    for _ in range(25):
        few = rng.sample(PIECES, rng.randint(2, 5))
        text = _capped("".join(rng.choices(few, k=MAX_LENGTH)))
        start = time.thread_time()
        try:
            render(text)
        except TextTooHard:
            continue
        finally:
            assert time.thread_time() - start < BUDGET


@pytest.mark.parametrize("hard", HARD)
def test_a_text_that_is_too_hard_is_shown_as_it_was_typed(hard: str) -> None:
    with pytest.raises(TextTooHard):
        render(hard)
    html = render_anyway(hard)
    assert_harmless(html)
    assert "".join(tree(html).itertext()).split() == hard.split()


@given(SOUP)
def test_a_text_is_rendered_anyway_as_it_is_rendered(text: str) -> None:
    assert render_anyway(text) == render(text)
