"""Mentions become links, and nothing else of a comment's HTML changes, whatever is hidden in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.richtext import TextTooHard, render
from webapp.web.mention_links import with_mentions

RITA = '<a href="/people/rita">@rita</a>'


@pytest.mark.parametrize(
    ("html", "linked"),
    [
        ("<p>@rita, is it?</p>", f"<p>{RITA}, is it?</p>"),
        ("<p>@Rita</p>", '<p><a href="/people/rita">@Rita</a></p>'),
        ("<p>@nobody</p>", "<p>@nobody</p>"),
        ("<p>rita@people.example</p>", "<p>rita@people.example</p>"),
        ("<p><code>@rita</code> <em>@rita</em></p>", f"<p><code>@rita</code> <em>{RITA}</em></p>"),
        ('<p><a href="https://x.example/">@rita</a></p>', '<p><a href="https://x.example/">@rita</a></p>'),
        ("<p>Tea &amp; @rita &lt;b&gt; &#39;</p>", f"<p>Tea &amp; {RITA} &lt;b&gt; &#39;</p>"),
    ],
)
def test_a_handle_that_somebody_has_is_a_link_where_text_stands(html: str, linked: str) -> None:
    assert str(with_mentions(html, {"rita"})) == linked


def test_an_address_with_a_mention_in_it_is_never_torn_open() -> None:
    html = render("[x](https://x.example/>@rita<img/src=x/onerror=alert(1)>)")
    assert str(with_mentions(html, {"rita"})) == html


PIECES = ["@rita", "<", ">", '"', "'", "[x](https://x.example/", ")", "`", "*", "&lt;", "&", " ", "img/onerror=x", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_what_was_harmless_stays_harmless(text: str) -> None:
    try:
        html = render(text)
    except TextTooHard:
        return
    linked = str(with_mentions(html, {"rita"}))
    assert linked.replace('<a href="/people/rita">@rita</a>', "@rita") == html
