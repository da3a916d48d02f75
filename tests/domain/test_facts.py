"""Which hard facts an edit of a text brings in."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.facts import added_facts

TABLE = [
    ("", ""),
    ("A warm welcome to all, tea and cake.", ""),
    ("Ring 0131 496 0123", "number"),
    ("Ring (0131) 496-0123 or 07700 900123", "number"),
    ("Call 116 123", "number"),
    ("3 sessions", "number"),
    ("Open 10:30 to 12:00", "number"),
    ("Starts 21 November 2026", "number"),
    ("０１３１", "number"),
    ("room ②", "number"),
    ("Costs £5", "money number"),
    ("Costs £ 2.50 a session", "money number"),
    ("Costs 50p", "money number"),
    ("5 pounds", "money number"),
    ("GBP 5", "money number"),
    ("10 euros", "money number"),
    ("five pounds each", "money"),
    ("at 5pm", "number"),
    ("EH6 6AA", "address number"),
    ("eh66aa", "address number"),
    ("12 High Street", "address number"),
    ("12a Great Junction st", "address number"),
    ("PO Box 12", "address number"),
    ("on Leith Walk", "address"),
    ("on Constitution Street, by the bank", "address"),
    ("write to tea@example.org", "address"),
    ("www.x.example", "link"),
    ("https://x.example/a?b=c", "link"),
    ("x.example", "link"),
    ("see Example.COM", "link"),
    ("[us](/somewhere)", "link"),
    ("[us](mailto:me)", "link"),
    ("find us as @leithtea", "link"),
    ("tel:0131", "link number"),
    ("e.g. tea, i.e. a cup, p.m. only", ""),
    ("We have groups.Call us", ""),
    ("St Andrews and Dr. Jones walk in the street", ""),
]


@pytest.mark.parametrize(("text", "facts"), TABLE)
def test_a_fact_that_is_new_is_named(text: str, facts: str) -> None:
    assert added_facts("", text) == frozenset(facts.split())


@pytest.mark.parametrize(("text", "facts"), TABLE)
def test_a_fact_that_was_there_is_not_new(text: str, facts: str) -> None:
    assert added_facts(text, text) == frozenset()
    assert added_facts(f"Before. {text}", f"{text} and more words") == frozenset()


@pytest.mark.parametrize(("text", "facts"), TABLE)
def test_a_fact_that_goes_is_not_new(text: str, facts: str) -> None:
    assert added_facts(text, "A warm welcome") == frozenset()


@pytest.mark.parametrize(
    ("before", "after", "facts"),
    [
        ("0131 496 0123", "01314960123", ""),
        ("0131 496 0123", "(0131) 496-0123", ""),
        ("0131 496 0123", "0131 496 0124", "number"),
        ("0131 496 0123, room 0999", "0131 496 0999", "number"),
        ("01\u200b31", "0131", ""),
        ("open 3, 4 and 5", "open 3 and 5", ""),
        ("£5", "£5.00", "number"),
        ("5 pounds", "£5", ""),
        ("£5", "€5", "money"),
        ("£5", "£50", "money number"),
        ("EH6 6AA", "eh66aa", ""),
        ("EH6 6AA", "EH6 6AB", "address"),
        ("www.x.example", "https://x.example/", ""),
        ("https://x.example/a", "https://x.example/b", "link"),
        ("[x](https://x.example)", "[x](https://y.example)", "link"),
        ("a@x.example", "b@x.example", "address"),
    ],
)
def test_a_fact_is_the_same_however_it_is_written(before: str, after: str, facts: str) -> None:
    assert added_facts(before, after) == frozenset(facts.split())


@given(
    st.text(max_size=200),
    st.lists(st.sampled_from(["warm", "welcome,", "to", "all:", "tea", "(and", "cake)", "don't."]), max_size=30),
)
def test_words_alone_are_never_a_fact(text: str, words: list[str]) -> None:
    assert added_facts(text, f"{text}\n{' '.join(words)}") == frozenset()


HOSTILE = [
    "a.",
    "a",
    "1 ",
    "1",
    "1a b c d ",
    "A ",
    "@a",
    "a@a.",
    "www.",
    "](",
    "a-",
    "£1",
    "1.",
    "1 1,",
    "ab12 ",
    "A St",
    "one ",
    "1 a ",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_text_is_read_within_its_budget(unit: str) -> None:
    text = (unit * 8000)[:8000]
    start = time.thread_time()
    added_facts("", text)
    assert time.thread_time() - start < 1
