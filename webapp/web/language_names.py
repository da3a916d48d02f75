"""Languages by their codes, as people here call them (CLDR's names, and the ones that it lacks)."""

from __future__ import annotations

from functools import cache

from babel import Locale

OURS = {"bfi": "British Sign Language", "bsl": "British Sign Language", "isg": "Irish Sign Language"}


@cache
def language_name(code: str) -> str:
    """ "Polish" of "pl"; a code that nobody knows stays as it is, in capitals."""
    return OURS.get(code) or Locale.parse("en_GB").languages.get(code) or code.upper()
