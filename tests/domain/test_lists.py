"""Words that lead nowhere: whatever a sender types, no mail program finds an address in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.lists import CODE_LENGTH, LEFT_OUT, LETTERS, code_of, quoted, without_links

LEADING = [
    "https://evil.example/x",
    "HTTP://EVIL.EXAMPLE",
    "see(https://evil.example)now",
    "www.evil.example",
    "evil.example/login",
    "bank.co.uk",
    "win@evil.example",
    "mailto:win",
    "tel:09001234567",
    "javascript:alert(1)",
    "ｅｖｉｌ．ｅｘａｍｐｌｅ",
    "evil。example",
    "evil\u200b.exa\u200bmple",
    "e\u00advil.example",
    "192.0.2.7/pay",
    "хорошо.рф",
    "ftp://evil",
]
HARMLESS = [
    "Ring on Monday, before 3.30pm. Ask for Jean!",
    "It costs £2.50, e.g. for soup.",
    "0131 496 0000 is the number",
    "See you there :) Mum",
    "One.  Two. Three",
]
FOUND = re.compile(r"://|@|\bwww\.|[^\W_]\.[^\W\d_]{2}", re.IGNORECASE)


@pytest.mark.parametrize("text", LEADING)
def test_what_leads_elsewhere_is_left_out(text: str) -> None:
    assert without_links(f"Look: {text} and say") == f"Look: {LEFT_OUT} and say"


@pytest.mark.parametrize("text", HARMLESS)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert without_links(text) == text


@given(st.text(st.sampled_from("ab.@/:w。 \u200b．-\n"), max_size=40))
def test_nothing_that_leads_elsewhere_is_ever_left(text: str) -> None:
    assert not FOUND.search(without_links(text).replace(LEFT_OUT, " "))


@given(st.text(max_size=80))
def test_quoted_words_are_one_line_that_ends_no_quotation(text: str) -> None:
    said = quoted(text)
    assert not set(said) & set("“”\"„«»")
    assert said.isprintable()
    assert said == said.strip()


def test_a_code_is_read_from_paper_in_any_case() -> None:
    assert code_of(" BCDFG23456 ") == "bcdfg23456"
    assert len(set(LETTERS)) == len(LETTERS)
    assert not set(LETTERS) & set("aeiou01l")
    assert len(LETTERS) ** CODE_LENGTH > 10**14
