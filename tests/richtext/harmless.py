"""What harmless HTML is, as html5lib and nh3 see it; and texts that try to be something else."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import html5lib
import nh3
from hypothesis import strategies as st

from webapp.richtext import REL, SCHEMES, TAGS, is_safe_link


def tree(html: str) -> Element:
    """The HTML as a browser reads it."""
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
    for element in tree(html).iter():
        assert element.tag == "DOCUMENT_FRAGMENT" or element.tag in TAGS
        assert set(element.attrib) == ({"href", "rel"} if element.tag == "a" else set())
        if element.tag == "a":
            assert is_safe_link(element.attrib["href"])
            assert element.attrib["rel"] == REL
    judged = nh3.clean(html, tags=set(TAGS), attributes={"a": {"href"}}, url_schemes=set(SCHEMES), link_rel=REL)
    assert _written(tree(judged)) == _written(tree(html))


PIECES = [
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
    "onclick=x",
    "hx-get=/x",
    "style=x",
    "href=",
    "javascript:alert(1)",
    "https://x.example",
    "mailto:a@b.example",
    "//x",
    "/x",
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
]
SOUP = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
