"""What a list of services may be: how long, how many, until when; and words that lead nowhere. Its law: pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

from webapp.language import _, mark

LETTERS = "bcdfghjkmnpqrstvwxyz23456789"
"""What codes are made of: nothing that spells a word, and nothing that is taken for something else on paper."""
CODE_LENGTH = 10  # some 48 bits: found by who was given it
LASTS = timedelta(days=90)
"""How long a visitor's list is there after its last change."""
MOST_LISTS = 30  # of one person
MOST_ENTRIES = 100
NAME_LENGTH = 120  # characters
NOTE_LENGTH = 500  # characters, of a list, of an entry, and of the words that go with a letter
FIRST_NAME = mark("My list")
LEFT_OUT = mark("(link left out)")

_SCHEMES = "mailto|tel|sms|callto|skype|whatsapp|data|javascript|magnet|bitcoin"
_LEADS_SOMEWHERE = re.compile(
    rf"\S*(?:://|@|\bwww[.。]|\b(?:{_SCHEMES}):|[^\W_][.。][^\W\d_]{{2}}|\d(?:\.\d{{1,3}}){{3}})\S*", re.IGNORECASE
)


def code_of(typed: str) -> str:
    """A code as it is kept, however it was typed from paper."""
    return typed.strip().lower()


def without_links(text: str) -> str:
    """A text in which no mail program finds an address to make a link of: each gives way to `LEFT_OUT`.

    Signs that nobody sees go first, and wide letters become plain ones, since mail programs read through both.
    """
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return _LEADS_SOMEWHERE.sub(lambda _found: _(LEFT_OUT), seen)


def quoted(text: str) -> str:
    """Somebody's words in one line, to stand between quotation marks that they can't end themselves."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in without_links(text)).split())
    return re.sub("[“”„\"«»]", "’", line)
