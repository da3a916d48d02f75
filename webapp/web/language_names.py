"""Languages by their codes, as people here call them (CLDR's names, and the ones that it lacks)."""

from __future__ import annotations

from webapp.language import ENGLISH, _, mark, present, remembered

OURS = {
    "bfi": mark("British Sign Language"),
    "bsl": mark("British Sign Language"),
    "isg": mark("Irish Sign Language"),
}


@remembered(1000)
def language_name(code: str) -> str:
    """ "Polish" of "pl"; a code that nobody knows stays as it is, in capitals."""
    names = (_(OURS.get(code, "")), *(locale.languages.get(code) for locale in (present().locale, ENGLISH.locale)))
    return next((str(name) for name in names if name), code.upper())
