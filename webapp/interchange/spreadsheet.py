"""Cells for people who open a file in a spreadsheet. Law: no cell that we write is worked out there."""

from __future__ import annotations

import re

STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the wide ones count where people write Chinese or Japanese
UNSEEN = " \u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff"  # passed over before a formula
NUMBER = re.compile(r"[+-]?[0-9][0-9 .]*", re.ASCII)  # a telephone number too


def harmless(text: str) -> str:
    """What a spreadsheet would take for a formula, with an apostrophe before it; everything else as it is."""
    if text[:1].isalnum() or NUMBER.fullmatch(text):
        return text
    return f"'{text}" if not STARTS.isdisjoint(text.lstrip(UNSEEN)[:1]) else text
