"""Languages by their codes, as people here call them: CLDR's names, and the ones that it lacks or has otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from webapp.language import ENGLISH, _, mark, present, remembered, speaking

LACKED = mark({"bfi": "British Sign Language", "bsl": "British Sign Language", "isg": "Irish Sign Language"})
IN_ENGLISH = {"gd": "Gaelic"}
"""Where CLDR says otherwise: "Scottish Gaelic"."""


@remembered(1000)
def language_name(code: str) -> str:
    """ "Polish" of "pl"; a code that nobody knows stays as it is, in capitals."""
    locale = present().locale
    ours = IN_ENGLISH.get(code) if locale.language == "en" else None
    names = (_(LACKED.get(code, "")), ours, locale.languages.get(code), ENGLISH.locale.languages.get(code))
    return next((str(name) for name in names if name), code.upper())


def said_name(name: str) -> str:
    """A language by the name that somebody wrote: in the language spoken where that is one of ours, else as written."""
    code = _codes().get(name)
    return language_name(code) if code else name


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    """The codes of all languages, by the names that they have here in English."""
    with speaking(ENGLISH):
        return {language_name(code): code for code in (*ENGLISH.locale.languages, *LACKED)}
