"""The marks that people know come out as they expect, and as plain text without them."""

from __future__ import annotations

import pytest

from tests.richtext.harmless import tree
from webapp.richtext import plain, render


def test_ordinary_marks_come_out_as_people_expect() -> None:
    html = render("**Bold** and *soft*\nnext line\n\n- one\n- two\n\n1. first\n\n> said\n\n`code`\n\n***")
    assert [element.tag for element in tree(html).iter() if element.tag != "DOCUMENT_FRAGMENT"] == (
        ["p", "strong", "em", "br", "ul", "li", "li", "ol", "li", "blockquote", "p", "p", "code", "hr"]
    )


@pytest.mark.parametrize("marks", ["#", "##", "###", "######"])
def test_headings_start_below_those_of_the_page_whichever_marks_they_have(marks: str) -> None:
    assert render(f"{marks} Title") == "<h3>Title</h3>"


@pytest.mark.parametrize(
    ("marks", "levels"),
    [("1 2 3 4 5 6", "345666"), ("2 3 2 3", "3434"), ("1 4 2 6", "3445"), ("3 1 3", "334"), ("2 6 4 2", "3443")],
)
def test_headings_leave_no_level_out(marks: str, levels: str) -> None:
    html = render("\n\n".join(f"{'#' * int(mark)} Title" for mark in marks.split()))
    assert [element.tag for element in tree(html).iter() if element.tag[0] == "h"] == [f"h{level}" for level in levels]


def test_raw_html_and_images_are_shown_as_typed() -> None:
    html = render('<b onclick="x">hi</b> <script>alert(1)</script>\n\n![alt](https://x.example/i.png)')
    assert not [element for element in tree(html).iter() if element.tag in ("b", "script", "img")]
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
