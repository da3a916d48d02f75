"""Links lead to the web, to a mail address or to a telephone, by a whole address; of others the words are left."""

from __future__ import annotations

import pytest

from tests.richtext.harmless import tree
from webapp.richtext import REL, clean, render

GOOD_LINKS = [
    "http://x.example",
    "https://x.example/a?b=c&d=e#f",
    "HTTPS://X.EXAMPLE/",
    "https://x.example:8080/ä",
    "https://x.example/@name?to=a@b",
    "mailto:a@b.example",
    "tel:01314960123",
    "tel:+44-131-496-0123",
]
BAD_LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\u200bscript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "&#106;avascript:alert(1)",
    "javascript&colon;alert(1)",
    "&#x6A;avascript:alert(1)",
    "java&#9;script:alert(1)",
    "java&Tab;script:alert(1)",
    "javascript:https://x.example",
    "vbscript:x",
    "VBScript:x",
    "livescript:x",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "blob:https://x.example/1",
    "file:///etc/passwd",
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
    "http:///x",
    "https:x.example",
    "https:\\\\x.example",
    "https://",
    "https://\u202ex.example",
    "https://x.example\u200b",
    "ftp://x.example",
    "mailto:",
    "mailto:a",
    "mailto:a@b@c",
    "tel:",
    "tel:javascript",
    "tel:0131;x=y",
    "ws://x.example",
    "https://@x.example",
    "https://council.example@evil.example/",
    "https://council.example:443@evil.example",
    "https://#x",
    "https://?x",
    "feed:javascript:x",
    "view-source:https://x.example",
    "jar:https://x.example!/",
]


@pytest.mark.parametrize("address", GOOD_LINKS)
def test_absolute_web_mail_and_telephone_links_are_kept(address: str) -> None:
    (link,) = tree(render(f"[words]({address})")).iter("a")
    assert link.attrib == {"href": address, "rel": REL}
    assert link.text == "words"


@pytest.mark.parametrize("address", BAD_LINKS)
def test_any_other_link_leaves_only_its_words(address: str) -> None:
    for html in (
        render(f"[words]({address})"),
        render(f"[words](<{address}>)"),
        clean(f'<a href="{address}">words</a>'),
    ):
        assert not list(tree(html).iter("a"))
        assert "words" in html


def test_a_mail_address_in_brackets_becomes_a_link_without_references() -> None:
    assert render("<tea@example.org>") == f'<p><a href="mailto:tea@example.org" rel="{REL}">tea@example.org</a></p>'
