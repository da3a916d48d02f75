"""What of a search that found nothing may be counted: its words, and nothing by which somebody could be known."""

from __future__ import annotations

import re
from datetime import datetime

from webapp.domain.hours import LONDON
from webapp.domain.words import MAX_QUERY, MAX_TERMS, STOP_WORDS, tokens

LEAST = 5
"""Times from which on words are shown: fewer may well be one person, or a family, whose search would tell of them."""
LONGEST = 200  # characters that are kept
MONTHS = 13
"""Months that are kept, the present one with them: a year to compare with."""
_ADDRESS = re.compile(r"\S*(?:[@＠]|://|\bwww\.)\S*", re.IGNORECASE)  # of mail, of the web, @names
_AT_PAUSES = re.compile(r"[\s,;/|]+")


def words_kept(text: str) -> str:
    """The folded words of a search, each once, in the order of the alphabet; blank where nothing is left to count.

    Whatever has a digit in it goes: telephone and house numbers, postcodes, dates and the numbers of people. A word
    goes as far as the next blank, so that of "0131-496" or "jo99@example.org" nothing stays.
    """
    pieces = (piece for piece in _AT_PAUSES.split(_ADDRESS.sub(" ", text[:MAX_QUERY])) if not _has_number(piece))
    words = [token for piece in pieces for token in tokens(piece) if token not in STOP_WORDS]
    kept = ""
    for word in sorted(list(dict.fromkeys(words))[:MAX_TERMS]):
        longer = f"{kept} {word}".strip()
        if len(longer) <= LONGEST:
            kept = longer
    return kept


def _has_number(piece: str) -> bool:
    return any(letter.isnumeric() for letter in piece)


def month_of(moment: datetime) -> str:
    """The month that a moment counts for, in local time: "2026-11"."""
    return f"{moment.astimezone(LONDON):%Y-%m}"


def first_month(moment: datetime) -> str:
    """The first of the months that are kept."""
    local = moment.astimezone(LONDON)
    months = local.year * 12 + local.month - 1 - (MONTHS - 1)
    return f"{months // 12}-{months % 12 + 1:02}"
